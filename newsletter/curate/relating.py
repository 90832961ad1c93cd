"""Which articles of the whole archive are worth reading beside a story.

Two questions to the archive bring the candidates: the story's rarest words, and its names and amounts as keys, which
are the same in every language. What they share with the story is then weighed (notes/curate.md section 6).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import log

from newsletter.curate import explaining
from newsletter.curate.profiling import (
    Archive,
    Counted,
    Profile,
    Rarity,
    body_of,
    concept_keys,
    counted,
    dot,
    key_of,
    name_keys,
    profile,
)
from newsletter.curate.tagging import ROOT
from newsletter.language.indexing import index_terms, plain
from newsletter.language.lexicon import ENTITY, Lexicon
from newsletter.model import Article, ArticleId, Card, Quantity, Reading, Related, Story, StoryId

Known = tuple[Article, Reading, StoryId]
Lookup = Callable[[Sequence[ArticleId]], Mapping[ArticleId, Known]]

_PLAIN = 300
_TERMS = 16
_CANDIDATES = 50
_REPORTS = 6
# A term in more than 2 % of the articles selects nothing; a small archive needs a floor (notes section 6).
_COMMON, _COMMON_FLOOR = 0.02, 30
# The cost of a search is the sum of its terms' articles: this keeps it near 10 ms however large the archive.
_POSTINGS = 30_000
_TEXT, _MEANING, _NAMES, _TOPICS, _AMOUNTS, _TIME = 0.26, 0.17, 0.19, 0.28, 0.05, 0.05
_MEANT = 1.5
# Reports of one past event are equally related: nDCG@5 on our own labelled news .56 without, .61 with. Concepts then
# made it .64 (.85 with the reports of the story itself).
_BY_STORY = 0.95
_HALF_LIFE = timedelta(days=120)
_FLOOR = 0.22
_SAME_TEXT = 0.85
_DIVERSITY = 0.3
_EARLIER = 0.04
_OWN_LANGUAGE = 0.03
# A story that many tell is worth more beside another than what a single source tells.
_MUCH_TOLD, _MANY = 0.10, 6


def card(article: Article, reading: Reading | None) -> Card:
    """An article as the archive indexes it."""
    title, body = index_terms(article.title), index_terms(body_of(article))
    return Card(
        article_id=article.id,
        published=article.published,
        title=title,
        body=body,
        keys=tuple(dict.fromkeys((*(name_keys(reading) if reading else ()), *concept_keys((*title, *body))))),
        plain=plain(f"{article.title} {body_of(article)[:_PLAIN]}"),
    )


def related(
    story: Story,
    articles: Mapping[ArticleId, Article],
    readings: Mapping[ArticleId, Reading],
    archive: Archive,
    *,
    lookup: Lookup,
    lexicon: Lexicon,
    now: datetime,
    k: int = 5,
    language: str = "",
) -> tuple[Related, ...]:
    """The best article of each of at most `k` other stories, best first; nothing rather than something weak.

    Left out: reports of the story itself and articles that say the same words. Earlier coverage is preferred, then
    articles in `language`.
    """
    members = [(articles[one], readings[one]) for one in story.articles[:_REPORTS] if one in articles]
    scored = neighbours(members, archive, lookup=lookup, now=now, without={story.id})
    fresh = [one for one in scored if one.text < _SAME_TEXT]
    ranked = sorted(fresh, key=lambda one: (-_preferred(one, story, language), one.article.id))
    picked = _diverse(_one_a_story(ranked), k, lambda one: _preferred(one, story, language))
    return tuple(
        Related(article_id=one.article.id, score=round(one.score, 4), because=because(one, story.first, lexicon))
        for one in picked
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A candidate with what it shares with the story."""

    article: Article
    story_id: StoryId
    score: float
    text: float
    names: float
    topics: float
    meaning: float
    reports: int
    """How many candidates tell the same story."""
    shared_tags: tuple[str, ...]
    shared_amounts: tuple[Quantity, ...]
    shared_words: tuple[str, ...]
    profile: Profile


def neighbours(
    members: Sequence[tuple[Article, Reading]],
    archive: Archive,
    *,
    lookup: Lookup,
    now: datetime,
    without: Collection[StoryId] = (),
    floor: float = _FLOOR,
) -> list[Neighbour]:
    """Every candidate of the archive above the floor, best first, compared with these reports of one story."""
    own_words = [counted(article, reading) for article, reading in members]
    rarity = Rarity(archive)
    rarity.learn(term for one in own_words for vector in one for term in vector)
    own = {article.id for article, _ in members}
    found = _candidates(own_words, archive, rarity)
    known = lookup([one for one in found if one not in own])
    others = {one: (counted(known[one][0], known[one][1]), known[one]) for one in known if known[one][2] not in without}
    rarity.learn(term for one, _ in others.values() for vector in one for term in vector)
    profiles = [profile(words, reading, rarity) for words, (_, reading) in zip(own_words, members, strict=True)]
    scored = [
        _neighbour(profiles, members, profile(words, one[1], rarity), one, now, rarity)
        for words, one in others.values()
    ]
    return [one for one in _by_story(scored) if one.score >= floor]


def because(one: Neighbour, since: datetime, lexicon: Lexicon) -> dict[str, str]:
    common = explaining.shared(one.shared_tags[:3], one.shared_amounts[:1], one.shared_words[:2], lexicon)
    return explaining.joined(common, explaining.distance(one.article.published, since))


def _candidates(counted: Sequence[Counted], archive: Archive, rarity: Rarity) -> list[ArticleId]:
    """By words and by keys, each question bounded in what it costs."""
    common = max(_COMMON_FLOOR, _COMMON * rarity.size)
    words: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for one in counted:
        words.update({t: w * rarity.of(t) for t, w in one.words.items() if rarity.count(t) <= common})
        names.update({n: w * rarity.of(n) for n, w in one.names.items()})
        names.update({c: w * rarity.of(c) for c, w in one.concepts.items()})
    by_words = archive.search(_affordable(words, rarity, _TERMS), (), limit=_CANDIDATES)
    by_names = archive.search((), _affordable(names, rarity, _TERMS), limit=_CANDIDATES)
    return list(dict.fromkeys(one.article_id for one in (*by_words, *by_names)))


def _affordable(weights: Counter[str], rarity: Rarity, most: int) -> list[str]:
    """The heaviest terms whose articles together stay within the budget."""
    chosen: list[str] = []
    cost = 0
    for term, _ in sorted(weights.items(), key=lambda item: (-item[1], item[0])):
        if rarity.count(term) < 1 or cost + rarity.count(term) > _POSTINGS:
            continue
        chosen.append(term)
        cost += rarity.count(term)
        if len(chosen) == most:
            break
    return chosen


def _neighbour(
    profiles: Sequence[Profile],
    members: Sequence[tuple[Article, Reading]],
    other: Profile,
    known: Known,
    now: datetime,
    rarity: Rarity,
) -> Neighbour:
    """The best agreement with any report counts, since reports of one event stress different things."""
    article, reading, story_id = known
    text, nearest = max((dot(one.words, other.words), -at) for at, one in enumerate(profiles))
    own = profiles[-nearest]
    names = max(dot(one.names, other.names) for one in profiles)
    topics = max(dot(one.topics, other.topics) for one in profiles)
    meaning = max(dot(one.meaning, other.meaning) for one in profiles)
    amounts = tuple(q for q in other.amounts if any(_same(q, mine) for one in profiles for mine in one.amounts))
    age = abs(now - article.published)
    score = (
        _TEXT * min(1.0, 2 * text)
        + _MEANING * min(1.0, _MEANT * meaning)
        + _NAMES * names * (0.4 + 0.6 * topics)
        + _TOPICS * topics
        + _AMOUNTS * bool(amounts)
        + _TIME * 0.5 ** (age / _HALF_LIFE)
    )
    words = sorted((-weight * own.words[t], t) for t, weight in other.words.items() if t in own.words)
    tags = _shared_tags([reading for _, reading in members], reading, rarity)
    return Neighbour(
        article=article,
        story_id=story_id,
        score=score,
        text=text,
        names=names,
        topics=topics,
        meaning=meaning,
        reports=1,
        shared_tags=tags,
        shared_amounts=amounts,
        shared_words=tuple(term for _, term in words[:2]),
        profile=other,
    )


def _by_story(scored: Sequence[Neighbour]) -> list[Neighbour]:
    """Best story first: a report in the other language is as good as its story's best one, less a shade."""
    best: dict[StoryId, float] = {}
    told = Counter(one.story_id for one in scored)
    for one in scored:
        best[one.story_id] = max(best.get(one.story_id, 0.0), one.score)
    lifted = [
        replace(one, score=_BY_STORY * best[one.story_id] + (1 - _BY_STORY) * one.score, reports=told[one.story_id])
        for one in scored
    ]
    return sorted(lifted, key=lambda one: (-one.score, one.article.id))


def _shared_tags(own: Sequence[Reading], other: Reading, rarity: Rarity) -> tuple[str, ...]:
    """Names both have, rarest first, then the narrowest topics: a parent stands after its child in strength."""
    mine = {tag.tag for reading in own for tag in reading.tags}
    names = [tag.tag for tag in other.tags if tag.tag.startswith(ENTITY) and tag.tag in mine]
    names.sort(key=lambda tag: (rarity.count(key_of(tag)), tag))
    topics = [tag.tag for tag in other.tags if not tag.tag.startswith(ENTITY) and tag.tag in mine and tag.tag != ROOT]
    return (*names[:2], *topics[: 3 - len(names[:2])])


def _one_a_story(ranked: Iterable[Neighbour]) -> list[Neighbour]:
    best: dict[StoryId, Neighbour] = {}
    for one in ranked:
        best.setdefault(one.story_id, one)
    return list(best.values())


def _diverse(ranked: Sequence[Neighbour], k: int, worth: Callable[[Neighbour], float]) -> list[Neighbour]:
    """Maximal marginal relevance: each next pick is good and unlike those before it."""
    left, picked = list(ranked), list[Neighbour]()
    while left and len(picked) < k:
        best = max(
            left,
            key=lambda one: (
                worth(one)
                - _DIVERSITY * max((dot(one.profile.words, other.profile.words) for other in picked), default=0.0)
            ),
        )
        picked.append(best)
        left.remove(best)
    return picked


def _preferred(one: Neighbour, story: Story, language: str) -> float:
    earlier = _EARLIER if one.article.published < story.first else 0.0
    told = _MUCH_TOLD * min(1.0, log(one.reports) / log(_MANY))
    return one.score + earlier + told + (_OWN_LANGUAGE if one.article.language == language else 0.0)


def _same(one: Quantity, other: Quantity) -> bool:
    """Within 3 %, which is what rounding and currency-free retelling do to a figure."""
    if (one.kind, one.unit) != (other.kind, other.unit) or not one.value or not other.value:
        return False
    return abs(one.value - other.value) <= 0.03 * max(one.value, other.value)
