"""Stories with their places, key points and related articles: machine output that can be made again."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from newsletter.model import (
    ArticleId,
    ArticleKind,
    IssueKey,
    KeyPoint,
    Quantity,
    Ranked,
    Reading,
    Reason,
    Related,
    Story,
    StoryId,
    Tagging,
)
from newsletter.store.tables import edits, issue_stories, readings, stories, story_articles, story_tags
from newsletter.store.values import from_json, to_json

_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story as it is kept: ranked, with key points by language ("" is the lead's own) and related articles."""

    ranked: Ranked
    key_points: Mapping[str, tuple[KeyPoint, ...]] = field(default_factory=dict)
    related: tuple[tuple[Related, StoryId], ...] = ()

    @property
    def story(self) -> Story:
        return self.ranked.story


class StoryShelf:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- readings

    def save_readings(self, found: Iterable[tuple[Reading, str]]) -> None:
        """Keep what the rules found, each with the version of rules and text that it was found by."""
        rows = [_reading_row(reading, version) for reading, version in found]
        for chunk in _chunks([row["article_id"] for row in rows]):
            self._connection.execute(delete(readings).where(readings.c.article_id.in_(chunk)))
        if rows:
            self._connection.execute(insert(readings), rows)

    def readings(self, ids: Collection[ArticleId]) -> dict[ArticleId, Reading]:
        found: dict[ArticleId, Reading] = {}
        for chunk in _chunks(sorted(ids)):
            rows = self._connection.execute(select(readings).where(readings.c.article_id.in_(chunk)))
            found |= {reading.article_id: reading for reading in map(_reading, rows)}
        return found

    def versions(self, ids: Collection[ArticleId]) -> dict[ArticleId, str]:
        """By which version each of the articles was read; those never read are left out."""
        found: dict[ArticleId, str] = {}
        for chunk in _chunks(sorted(ids)):
            query = select(readings.c.article_id, readings.c.version).where(readings.c.article_id.in_(chunk))
            found |= {ArticleId(row.article_id): row.version for row in self._connection.execute(query)}
        return found

    # -- stories

    def replace(self, told: Sequence[Told], instead_of: Collection[StoryId]) -> None:
        """Put these stories in the place of those; articles of the old ones must be members of the new ones."""
        new = [one.story.id for one in told]
        taken = [article for one in told for article in one.story.articles]
        for chunk in _chunks(taken):
            self._connection.execute(delete(story_articles).where(story_articles.c.article_id.in_(chunk)))
        for chunk in _chunks(sorted({*instead_of, *new})):
            for table, column in ((story_tags, story_tags.c.story_id), (story_articles, story_articles.c.story_id)):
                self._connection.execute(delete(table).where(column.in_(chunk)))
            self._connection.execute(delete(stories).where(stories.c.id.in_(chunk)))
        if not told:
            return
        self._connection.execute(insert(stories), [_story_row(one) for one in told])
        members = [
            {"article_id": article, "story_id": one.story.id, "place": place}
            for one in told
            for place, article in enumerate(one.story.articles)
        ]
        self._connection.execute(insert(story_articles), members)
        tags = [{"tag": tag, "story_id": one.story.id} for one in told for tag in sorted(set(one.story.tags))]
        if tags:
            self._connection.execute(insert(story_tags), tags)

    def get(self, story_id: StoryId) -> Told | None:
        """A story by its id or by that of any of its articles: a merged story keeps its old addresses."""
        known = self.story_of([ArticleId(story_id)]).get(ArticleId(story_id), story_id)
        return next(iter(self.get_many([known])), None)

    def get_many(self, ids: Sequence[StoryId]) -> tuple[Told, ...]:
        """In the order of `ids`; unknown ones are left out."""
        found: dict[str, Told] = {}
        for chunk in _chunks(list(dict.fromkeys(ids))):
            members = self._members(story_articles.c.story_id.in_(chunk))
            rows = self._connection.execute(select(stories).where(stories.c.id.in_(chunk)))
            found |= {row.id: _told(row, members[row.id]) for row in rows}
        return tuple(found[one] for one in ids if one in found)

    def story_of(self, ids: Collection[ArticleId]) -> dict[ArticleId, StoryId]:
        found: dict[ArticleId, StoryId] = {}
        for chunk in _chunks(sorted(ids)):
            query = select(story_articles.c.article_id, story_articles.c.story_id)
            rows = self._connection.execute(query.where(story_articles.c.article_id.in_(chunk)))
            found |= {ArticleId(row.article_id): StoryId(row.story_id) for row in rows}
        return found

    def active(
        self, since: datetime, until: datetime | None = None, *, in_scope: bool | None = None
    ) -> tuple[Told, ...]:
        """Stories whose last report lies in [since, until), oldest first."""
        where = [stories.c.last >= since]
        if until is not None:
            where.append(stories.c.last < until)
        if in_scope is not None:
            where.append(stories.c.in_scope.is_(in_scope))
        rows = self._connection.execute(select(stories).where(*where).order_by(stories.c.last, stories.c.id)).all()
        members: dict[str, tuple[ArticleId, ...]] = {}
        for chunk in _chunks([row.id for row in rows]):
            members |= self._members(story_articles.c.story_id.in_(chunk))
        return tuple(_told(row, members.get(row.id, ())) for row in rows)

    def past_quantities(self, since: datetime, until: datetime) -> tuple[Quantity, ...]:
        """The amounts of in-scope stories, to compare a new one with."""
        query = select(stories.c.quantities).where(stories.c.in_scope, stories.c.last >= since, stories.c.last < until)
        lists = self._connection.execute(query.order_by(stories.c.id)).scalars()
        return tuple(quantity for one in lists if one for quantity in from_json(tuple[Quantity, ...], one))

    def with_topic(self, tag: str, *, limit: int = 50, before: datetime | None = None) -> tuple[Told, ...]:
        """In-scope stories that carry a topic or entity, newest first."""
        query = select(stories.c.id).join(story_tags, story_tags.c.story_id == stories.c.id)
        query = query.where(story_tags.c.tag == tag, stories.c.in_scope)
        if before is not None:
            query = query.where(stories.c.last < before)
        ids = self._connection.execute(query.order_by(stories.c.last.desc(), stories.c.id).limit(limit)).scalars()
        return self.get_many([StoryId(one) for one in ids])

    def tags_count(self) -> dict[str, int]:
        """How many in-scope stories carry each tag."""
        query = select(story_tags.c.tag, func.count()).join(stories, stories.c.id == story_tags.c.story_id)
        rows = self._connection.execute(query.where(stories.c.in_scope).group_by(story_tags.c.tag))
        return {row[0]: int(row[1]) for row in rows}

    def members(self, ids: Collection[StoryId]) -> dict[StoryId, tuple[ArticleId, ...]]:
        found: dict[str, tuple[ArticleId, ...]] = {}
        for chunk in _chunks(sorted(ids)):
            found |= self._members(story_articles.c.story_id.in_(chunk))
        return {StoryId(one): articles for one, articles in found.items()}

    def held(self) -> set[StoryId]:
        """Stories that an issue or an edit speaks of by name."""
        named = select(issue_stories.c.story_id).union(select(edits.c.story).where(edits.c.story.is_not(None)))
        return {StoryId(one) for one in self._connection.execute(named).scalars()}

    def issues_of(self, story_id: StoryId) -> tuple[IssueKey, ...]:
        query = select(issue_stories.c.issue).where(issue_stories.c.story_id == story_id)
        return tuple(IssueKey(one) for one in self._connection.execute(query.order_by(issue_stories.c.issue)).scalars())

    def count(self) -> int:
        return int(self._connection.execute(select(func.count()).select_from(stories)).scalar_one())

    def _members(self, where: Any) -> dict[str, tuple[ArticleId, ...]]:
        query = select(story_articles).where(where).order_by(story_articles.c.story_id, story_articles.c.place)
        members: dict[str, tuple[ArticleId, ...]] = {}
        for row in self._connection.execute(query):
            members[row.story_id] = (*members.get(row.story_id, ()), ArticleId(row.article_id))
        return members


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def _reading_row(reading: Reading, version: str) -> dict[str, Any]:
    return {
        "article_id": reading.article_id,
        "in_scope": reading.in_scope,
        "scope_because": reading.scope_because,
        "kind": reading.kind.value,
        "tags": to_json(tuple[Tagging, ...], reading.tags),
        "quantities": to_json(tuple[Quantity, ...], reading.quantities),
        "version": version,
    }


def _reading(row: Row[Any]) -> Reading:
    return Reading(
        article_id=ArticleId(row.article_id),
        in_scope=row.in_scope,
        scope_because=row.scope_because,
        kind=ArticleKind(row.kind),
        tags=from_json(tuple[Tagging, ...], row.tags),
        quantities=from_json(tuple[Quantity, ...], row.quantities),
    )


def _story_row(told: Told) -> dict[str, Any]:
    story = told.story
    return {
        "id": story.id,
        "lead": story.articles[0],
        "in_scope": story.in_scope,
        "kind": story.kind.value,
        "first": story.first,
        "last": story.last,
        "tags": list(story.tags),
        "quantities": to_json(tuple[Quantity, ...], story.quantities),
        "score": told.ranked.score,
        "reasons": to_json(tuple[Reason, ...], told.ranked.reasons),
        "key_points": to_json(dict[str, tuple[KeyPoint, ...]], dict(told.key_points)),
        "related": to_json(tuple[tuple[Related, StoryId], ...], told.related),
    }


def _told(row: Row[Any], members: tuple[ArticleId, ...]) -> Told:
    story = Story(
        id=StoryId(row.id),
        articles=members,
        tags=tuple(row.tags),
        quantities=from_json(tuple[Quantity, ...], row.quantities),
        in_scope=row.in_scope,
        kind=ArticleKind(row.kind),
        first=row.first,
        last=row.last,
    )
    return Told(
        ranked=Ranked(story=story, reasons=from_json(tuple[Reason, ...], row.reasons)),
        key_points=from_json(dict[str, tuple[KeyPoint, ...]], row.key_points),
        related=from_json(tuple[tuple[Related, StoryId], ...], row.related),
    )
