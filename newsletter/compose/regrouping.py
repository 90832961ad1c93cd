"""What editors said about the reports of a story, before it is told: joined, parted, told from another one.

The same is kept as verdicts about pairs of reports, so that the next curating finds it by itself; then these edits
find nothing left to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsletter.compose.candidates import Candidate
from newsletter.compose.choosing import headline
from newsletter.compose.editing import standing
from newsletter.compose.wording import say
from newsletter.model import Edit, EditKind, LeftOut, StoryId


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouped:
    """The candidates as editors want them, and those that went into others."""

    candidates: tuple[Candidate, ...]
    left_out: tuple[LeftOut, ...]


def regrouped(candidates: Sequence[Candidate], edits: Sequence[Edit], *, language: str) -> Regrouped:
    """Edits in their order; one that finds its story or report no more changes nothing."""
    known = {one.id: one for one in candidates}
    left_out: list[LeftOut] = []
    for edit in standing(edits):
        one = known.get(edit.story) if edit.story is not None else None
        if one is None:
            continue
        if edit.kind is EditKind.SOURCE:
            known[one.id] = replace(one, told_from=edit.value)
        elif edit.kind is EditKind.SPLIT:
            known[one.id] = _without(one, edit.value)
        elif edit.kind is EditKind.MERGE and edit.value != one.id and edit.value in known:
            other = known.pop(StoryId(edit.value))
            known[one.id] = _joined(one, other)
            why = say("merged", language, by=edit.by, headline=headline(one, language))
            left_out.append(LeftOut(story_id=other.id, headline=headline(other, language), why=why))
    return Regrouped(candidates=tuple(known.values()), left_out=tuple(left_out))


def _joined(one: Candidate, other: Candidate) -> Candidate:
    """The reports of both, the first's before the other's; its rank stays until stories are ranked anew."""
    articles = (*one.articles, *(article for article in other.articles if article not in one.articles))
    both = {one.id, other.id}
    return replace(
        one,
        ranked=replace(
            one.ranked,
            story=replace(
                one.story,
                articles=tuple(article.id for article in articles),
                tags=tuple(dict.fromkeys((*one.story.tags, *other.story.tags))),
                quantities=tuple(dict.fromkeys((*one.story.quantities, *other.story.quantities))),
                first=min(one.story.first, other.story.first),
                last=max(one.story.last, other.story.last),
            ),
        ),
        articles=articles,
        readings={**other.readings, **one.readings},
        key_points={**other.key_points, **one.key_points},
        neighbours=tuple(near for near in (*one.neighbours, *other.neighbours) if near.story.id not in both),
    )


def _without(one: Candidate, link: str) -> Candidate:
    """A story keeps at least one report."""
    articles = tuple(article for article in one.articles if article.link != link)
    if not articles or len(articles) == len(one.articles):
        return one
    ids = {article.id for article in articles}
    points = {
        language: tuple(point for point in found if point.article_id in ids)
        for language, found in one.key_points.items()
    }
    amounts = [q for article in articles if article.id in one.readings for q in one.readings[article.id].quantities]
    story = replace(one.story, articles=tuple(article.id for article in articles), quantities=tuple(amounts))
    return replace(
        one,
        ranked=replace(one.ranked, story=story),
        articles=articles,
        readings={report: reading for report, reading in one.readings.items() if report in ids},
        key_points={language: found for language, found in points.items() if found},
    )
