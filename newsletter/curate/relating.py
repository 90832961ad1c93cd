"""Which articles of the whole archive are worth reading beside a story.

Three questions to the archive bring the candidates: the story's rarest words, its names and concepts, its names and
topics; all but the words are keys, which are the same in every language. What they share is then weighed.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log

from newsletter.curate import explaining
from newsletter.curate.asking import candidates
from newsletter.curate.profiling import (
    Archive,
    Memory,
    Profile,
    Rarity,
    body_of,
    concept_keys,
    dot,
    key_of,
    name_keys,
    profile,
    topic_keys,
)
from newsletter.curate.tagging import ROOT
from newsletter.curate.weighing import Side, kinship, same_amount, side
from newsletter.language.indexing import index_terms, plain
from newsletter.language.lexicon import ENTITY, Lexicon
from newsletter.model import Article, ArticleId, ArticleKind, Card, Quantity, Reading, Related, Story, StoryId

Known = tuple[Article, Reading, StoryId]
Lookup = Callable[[Sequence[ArticleId]], Mapping[ArticleId, Known]]

_PLAIN = 300
_REPORTS = 6
_AMOUNT, _TIME = 0.03, 0.04
# Reports of one past event are equally related: of a story its best reports come together.
_BY_STORY = 0.95
_TOLD_BY = 8
_HALF_LIFE = timedelta(days=120)
_FLOOR = 0.15
# Read in the real week: what shares no more than "funding" or "job cuts" from outside the field is no background.
_FLOOR_OUTSIDE, _OUTSIDE_LINK, _TIP = 0.30, 0.10, 0.06
_OUTSIDE = 0.03  # where the rest is nearly even; with more the reports of the story itself suffer
_SAME_TEXT = 0.85
_DIVERSITY = 0.3
_EARLIER = 0.04
_OWN_LANGUAGE = 0.03
# A story that many tell is worth more beside another than what a single source tells.
_MUCH_TOLD, _MANY = 0.10, 6


def card(article: Article, reading: Reading | None) -> Card:
    """An article as the archive indexes it."""
    title, body = index_terms(article.title), index_terms(body_of(article))
    tagged = (*name_keys(reading), *topic_keys(reading)) if reading else ()
    return Card(
        article_id=article.id,
        published=article.published,
        title=title,
        body=body,
        keys=tuple(dict.fromkeys((*tagged, *concept_keys((*title, *body))))),
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
    memory: Memory | None = None,
) -> tuple[Related, ...]:
    """The best article of each of at most `k` other stories, best first; nothing rather than something weak.

    Left out: reports of the story itself and articles that say the same words. Earlier coverage is preferred, then
    articles in `language`. A `memory` of the archive saves looking up again what other stories of the run needed.
    """
    members = [(articles[one], readings[one]) for one in story.articles[:_REPORTS] if one in articles]
    scored = neighbours(members, archive, lookup=lookup, now=now, without={story.id}, memory=memory)
    fresh = [one for one in scored if one.text < _SAME_TEXT and _worth_a_link(one, story)]
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
    reports: int
    """How many candidates tell the same story."""
    shared_tags: tuple[str, ...]
    shared_amounts: tuple[Quantity, ...]
    shared_words: tuple[str, ...]
    reading: Reading
    profile: Profile


def neighbours(
    members: Sequence[tuple[Article, Reading]],
    archive: Archive,
    *,
    lookup: Lookup,
    now: datetime,
    without: Collection[StoryId] = (),
    but: Collection[ArticleId] = (),
    floor: float = _FLOOR,
    memory: Memory | None = None,
) -> list[Neighbour]:
    """Every candidate of the archive above the floor, best first, compared with these reports of one story.

    Left out are the stories in `without` and the articles in `but`.
    """
    memory = memory or Memory(archive)
    rarity = memory.rarity
    own_words = [memory.counted(article, reading) for article, reading in members]
    rarity.learn(term for one in own_words for vector in one for term in vector)
    known = lookup([one for one in candidates(own_words, archive, rarity) if one not in but])
    others = [(memory.counted(one[0], one[1]), one) for one in known.values() if one[2] not in without]
    rarity.learn(key for one, _ in others for vector in one[1:] for key in vector)
    asked = {term: rarity.of(term) for one in own_words for term in one.words}
    own = side(
        [profile(words, reading, rarity, asked=asked) for words, (_, reading) in zip(own_words, members, strict=True)]
    )
    told: dict[StoryId, list[tuple[Profile, Known]]] = defaultdict(list)
    for words, one in others:
        told[one[2]].append((profile(words, one[1], rarity, asked=asked), one))
    readings = [reading for _, reading in members]
    scored = [near for reports in told.values() for near in _of_story(own, readings, reports, now, rarity)]
    return sorted((one for one in scored if one.score >= floor), key=lambda one: (-one.score, one.article.id))


def because(one: Neighbour, since: datetime, lexicon: Lexicon) -> dict[str, str]:
    common = explaining.shared(one.shared_tags[:3], one.shared_amounts[:1], one.shared_words[:2], lexicon)
    return explaining.joined(common, explaining.distance(one.article.published, since))


def _of_story(
    own: Side, readings: Sequence[Reading], reports: Sequence[tuple[Profile, Known]], now: datetime, rarity: Rarity
) -> Iterator[Neighbour]:
    """Each report of another story, nearly as near as its story is."""
    inside = any(reading.in_scope for reading in readings)
    same = {reading.article_id for reading in readings} & {known[0].id for _, known in reports}
    outside = 0.0 if same or not inside else sum(not known[1].in_scope for _, known in reports) / len(reports)
    whole = kinship(own, side([one for one, _ in reports[:_TOLD_BY]]), rarity)
    for other, (article, reading, story_id) in reports:
        shared = whole if len(reports) == 1 else kinship(own, side([other]), rarity)
        amounts = tuple(q for q in other.amounts if any(same_amount(q, mine) for mine in own.amounts))
        age = abs(now - article.published)
        yield Neighbour(
            article=article,
            story_id=story_id,
            score=_BY_STORY * whole.score
            + (1 - _BY_STORY) * shared.score
            + _AMOUNT * bool(amounts)
            + _TIME * 0.5 ** (age / _HALF_LIFE)
            - _OUTSIDE * outside,
            text=shared.words,
            reports=len(reports),
            shared_tags=_shared_tags(readings, reading, rarity),
            shared_amounts=amounts,
            shared_words=_shared_words(own, other),
            reading=reading,
            profile=other,
        )


def _shared_words(own: Side, other: Profile) -> tuple[str, ...]:
    """The two that weigh most between the article and the report nearest to it."""
    nearest = max(own.reports, key=lambda one: dot(one.words, other.words))
    words = sorted((-weight * nearest.words[t], t) for t, weight in other.words.items() if t in nearest.words)
    return tuple(term for _, term in words[:2])


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


def _worth_a_link(one: Neighbour, story: Story) -> bool:
    """Beside a story of the field, what is outside it needs a name in common and more nearness."""
    if one.reading.in_scope or not story.in_scope:
        return True
    return one.score >= _FLOOR_OUTSIDE and any(tag.startswith(ENTITY) for tag in one.shared_tags)


def _preferred(one: Neighbour, story: Story, language: str) -> float:
    earlier = _EARLIER if one.article.published < story.first else 0.0
    told = _MUCH_TOLD * min(1.0, log(one.reports) / log(_MANY))
    beside = _OUTSIDE_LINK if story.in_scope and not one.reading.in_scope else 0.0
    tip = _TIP if one.reading.kind is ArticleKind.MARKET else 0.0
    return one.score - beside - tip + earlier + told + (_OWN_LANGUAGE if one.article.language == language else 0.0)
