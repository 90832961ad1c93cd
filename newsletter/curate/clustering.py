"""Articles about the same event become one story, across sources and languages."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from newsletter.curate.joining import FROM, FROM_UNDATED, Pair, join
from newsletter.curate.linking import link
from newsletter.curate.reprinting import copies
from newsletter.curate.sketching import Words, hours_of, rarity, words_of
from newsletter.model import Article, ArticleId, Reading


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
    copied = tuple(copies(ordered))
    same, never = _decided(ordered, verdicts or Verdicts())
    hours = [None if one.id in undated else hours_of(one) for one in ordered]

    def words() -> Iterator[Words]:
        """Read twice: the words of a window would take a fifth of its memory, and reading them is soon done."""
        return (words_of(one, readings.get(one.id), dated=one.id not in undated) for one in ordered)

    found = link(words(), hours, rarity(words()), actors, copied)
    links, doubts = found.within(same, least=min(FROM, FROM_UNDATED))
    groups = join(hours, links, doubts=doubts, sure=found.copies, decided=same, never=never)
    return [tuple(ordered[at] for at in group) for group in sorted(groups)]


def _decided(ordered: Sequence[Article], verdicts: Verdicts) -> tuple[list[Pair], list[Pair]]:
    place = {article.id: at for at, article in enumerate(ordered)}
    same, apart = (
        [(place[a], place[b]) for a, b in pairs if a in place and b in place]
        for pairs in (verdicts.same, verdicts.apart)
    )
    return same, apart
