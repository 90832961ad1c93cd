"""Articles about the same event become one story, across sources and languages."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from newsletter.curate.comparing import Friend, are_two, befriend, company, conflicting, first_look, second_look
from newsletter.curate.joining import Pair, join
from newsletter.curate.pairing import candidates
from newsletter.curate.reprinting import copies
from newsletter.curate.sketching import Rarity, Sketch, rarity, sketch, words_of
from newsletter.model import Article, ArticleId, Reading

_FRIEND_FROM = 0.0
_HOPELESS = -3.0
_COPIED_WITHIN = 72.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """What editors decided about pairs of articles."""

    same: Collection[tuple[ArticleId, ArticleId]] = ()
    apart: Collection[tuple[ArticleId, ArticleId]] = ()


def cluster(
    articles: Sequence[Article],
    readings: Mapping[ArticleId, Reading],
    *,
    actors: Collection[str] = (),
    undated: Collection[ArticleId] = (),
    verdicts: Verdicts | None = None,
) -> list[tuple[Article, ...]]:
    """Groups of articles, one an event, each in order of time, the groups by their first.

    The order of `articles` changes nothing. `actors` are the entities who do things (`Lexicon.actors`): reports about
    other ones are other events. Of `undated` articles the date says nothing.
    """
    ordered = sorted(articles, key=lambda one: (one.published, one.id))
    sketches, rare = _sketches(ordered, readings, actors, undated)
    same, never = _decided(ordered, verdicts or Verdicts())
    sure = [pair for pair in copies(ordered) if _may_be_copies(sketches, pair)]
    links, doubts = _links(sketches, rare)
    hours = [one.hours for one in sketches]
    groups = join(hours, links, doubts=doubts, sure=sure, decided=same, never=never)
    return [tuple(ordered[at] for at in group) for group in sorted(groups)]


def _sketches(
    ordered: Sequence[Article],
    readings: Mapping[ArticleId, Reading],
    actors: Collection[str],
    undated: Collection[ArticleId],
) -> tuple[list[Sketch], Rarity]:
    words = [words_of(one, readings.get(one.id), dated=one.id not in undated) for one in ordered]
    rare = rarity(words)
    words.reverse()
    sketches: list[Sketch] = []
    while words:  # each goes as its sketch comes: a window of 30,000 must not be in memory twice
        sketches.append(sketch(words.pop(), rare, actors))
    return sketches, rare


def _links(sketches: Sequence[Sketch], rare: Rarity) -> tuple[dict[Pair, float], list[Pair]]:
    """Log-odds of every pair that is not hopeless: first by itself, then with what its likely friends say.

    And the pairs that are no one event, whatever their words: a follow-up, or news of other companies.
    """
    links: dict[Pair, float] = {}
    parts: dict[Pair, float] = {}
    doubts: list[Pair] = []
    friends: dict[int, list[Friend]] = defaultdict(list)
    for one, other in candidates(sketches, rare.idf):
        if are_two(sketches[one], sketches[other]):
            doubts.append((one, other))
            continue
        look = first_look(sketches[one], sketches[other], rare)
        if look.odds > _HOPELESS:
            parts[one, other] = look.part
        if look.odds > _FRIEND_FROM:
            befriend(friends[one], look.odds, sketches[other])
            befriend(friends[other], look.odds, sketches[one])
    told = [company(one, friends.get(at, ())) for at, one in enumerate(sketches)]
    for pair, part in parts.items():
        one, other = pair
        odds = second_look(sketches[one], sketches[other], told[one], told[other], part)
        if odds > _HOPELESS:
            links[pair] = odds
    return links, doubts


def _decided(ordered: Sequence[Article], verdicts: Verdicts) -> tuple[list[Pair], list[Pair]]:
    place = {article.id: at for at, article in enumerate(ordered)}
    same, apart = (
        [(place[a], place[b]) for a, b in pairs if a in place and b in place]
        for pairs in (verdicts.same, verdicts.apart)
    )
    return same, apart


def _may_be_copies(sketches: Sequence[Sketch], pair: Pair) -> bool:
    """Notices of one form are no copies: days lie between them, or their figures or names differ."""
    one, other = (sketches[at] for at in pair)
    near = one.hours is None or other.hours is None or abs(one.hours - other.hours) <= _COPIED_WITHIN
    if one.language != other.language:
        return near
    return near and not conflicting(one.amounts, other.amounts) and not are_two(one, other)
