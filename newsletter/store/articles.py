"""Articles and the keys under which a feed has shown them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from newsletter.model import Article, ArticleId, DateQuality, FeedUrl
from newsletter.store.tables import article_aliases, articles, issue_stories, story_articles

_CHUNK = 500
_FIELDS = tuple(field.name for field in fields(Article))
_EDITABLE = ("guid", "link", "title", "author", "summary", "text", "language")
"""What an edit by the source may change; id, published and first_seen stay as they were first seen."""


class ArticleShelf:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Sequence[Article]) -> None:
        """Keep articles whose ids are not known yet; one that is known stays as it is."""
        if new:
            self._connection.execute(self._insert(articles).on_conflict_do_nothing(), [_row(one) for one in new])

    def update(self, changed: Sequence[Article]) -> None:
        """Keep the words of articles that their source has edited."""
        if not changed:
            return
        statement = update(articles).where(articles.c.id == bindparam("of"))
        statement = statement.values({name: bindparam(name) for name in _EDITABLE})
        rows = [{"of": one.id} | {name: getattr(one, name) for name in _EDITABLE} for one in changed]
        self._connection.execute(statement, rows)

    def get(self, article_id: ArticleId) -> Article | None:
        return self.get_many([article_id]).get(article_id)

    def get_many(self, ids: Collection[ArticleId]) -> dict[ArticleId, Article]:
        found: dict[ArticleId, Article] = {}
        for chunk in _chunks(sorted(set(ids))):
            rows = self._connection.execute(select(articles).where(articles.c.id.in_(chunk)))
            found |= {article.id: article for article in map(_article, rows)}
        return found

    def known(self, ids: Collection[ArticleId]) -> set[ArticleId]:
        """Those of the ids that are taken."""
        found: set[ArticleId] = set()
        for chunk in _chunks(sorted(set(ids))):
            rows = self._connection.execute(select(articles.c.id).where(articles.c.id.in_(chunk))).scalars()
            found.update(ArticleId(one) for one in rows)
        return found

    def between(self, since: datetime, until: datetime) -> tuple[Article, ...]:
        """Articles published in [since, until), oldest first."""
        query = select(articles).where(articles.c.published >= since, articles.c.published < until)
        return tuple(map(_article, self._connection.execute(query.order_by(articles.c.published, articles.c.id))))

    def listed(self, feed: FeedUrl | None = None, since: datetime | None = None) -> Iterator[Article]:
        """Articles one by one, of a feed or published since a time where asked; oldest first."""
        query = select(articles).order_by(articles.c.published, articles.c.id)
        if feed is not None:
            query = query.where(articles.c.feed_url == feed)
        if since is not None:
            query = query.where(articles.c.published >= since)
        yield from map(_article, self._connection.execution_options(yield_per=_CHUNK).execute(query))

    def unassigned(self, since: datetime | None = None, until: datetime | None = None) -> tuple[Article, ...]:
        """Articles that belong to no story yet, oldest first."""
        query = select(articles).outerjoin(story_articles, story_articles.c.article_id == articles.c.id)
        query = query.where(story_articles.c.article_id.is_(None))
        if since is not None:
            query = query.where(articles.c.published >= since)
        if until is not None:
            query = query.where(articles.c.published < until)
        return tuple(map(_article, self._connection.execute(query.order_by(articles.c.published, articles.c.id))))

    def count_by_feed(self) -> dict[FeedUrl, int]:
        query = select(articles.c.feed_url, func.count()).group_by(articles.c.feed_url)
        return {FeedUrl(row[0]): int(row[1]) for row in self._connection.execute(query)}

    def told_by_feed(self) -> dict[FeedUrl, int]:
        """Of each feed the articles whose story stands in an issue."""
        query = select(articles.c.feed_url, func.count(articles.c.id.distinct()))
        query = query.join(story_articles, story_articles.c.article_id == articles.c.id)
        query = query.join(issue_stories, issue_stories.c.story_id == story_articles.c.story_id)
        return {FeedUrl(row[0]): int(row[1]) for row in self._connection.execute(query.group_by(articles.c.feed_url))}

    def feeds_since(self, since: datetime) -> frozenset[FeedUrl]:
        """Which feeds brought anything that was published since then."""
        query = select(articles.c.feed_url).where(articles.c.published >= since).distinct()
        return frozenset(FeedUrl(one) for one in self._connection.execute(query).scalars())

    def count(self) -> int:
        return int(self._connection.execute(select(func.count()).select_from(articles)).scalar_one())

    # -- aliases: every key under which an entry was ever seen

    def aliases(self, feed: FeedUrl, keys: Collection[str]) -> dict[str, ArticleId]:
        """Which of the keys are known in a feed, and whose they are."""
        found: dict[str, ArticleId] = {}
        for chunk in _chunks(sorted(set(keys))):
            query = select(article_aliases.c.key, article_aliases.c.article_id)
            query = query.where(article_aliases.c.feed_url == feed, article_aliases.c.key.in_(chunk))
            found |= {row.key: ArticleId(row.article_id) for row in self._connection.execute(query)}
        return found

    def add_aliases(self, feed: FeedUrl, keys: Mapping[str, ArticleId]) -> None:
        """Note keys; one that is known already stays with its first owner."""
        rows = [{"feed_url": feed, "key": key, "article_id": owner} for key, owner in sorted(keys.items())]
        if rows:
            self._connection.execute(self._insert(article_aliases).on_conflict_do_nothing(), rows)

    def _insert(self, table: Table) -> Any:
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        return dialect.insert(table)


def _row(article: Article) -> dict[str, Any]:
    values = ((name, getattr(article, name)) for name in _FIELDS)
    return {name: value.value if isinstance(value, Enum) else value for name, value in values}


def _article(row: Row[Any]) -> Article:
    values = dict(row._mapping)
    return Article(**values | {"date_quality": DateQuality(values["date_quality"])})


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
