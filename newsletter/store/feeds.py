"""What became of each feed: validators, due time, failures. Which feeds there are, the OPML files say."""

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from newsletter.model import FeedHealth, FeedUrl
from newsletter.store.tables import feed_health
from newsletter.store.values import from_json, to_json

_COLUMNS = frozenset(feed_health.c.keys()) - {"more"}
_TIMES = ("checked", "due")


class FeedShelf:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def health(self, url: FeedUrl) -> FeedHealth:
        """What is known of a feed; of one never fetched, nothing yet."""
        row = self._connection.execute(select(feed_health).where(feed_health.c.feed_url == url)).first()
        return FeedHealth(feed_url=url) if row is None else _health(row)

    def all_health(self) -> dict[FeedUrl, FeedHealth]:
        rows = self._connection.execute(select(feed_health).order_by(feed_health.c.feed_url))
        return {health.feed_url: health for health in map(_health, rows)}

    def save_health(self, *found: FeedHealth) -> None:
        for health in found:
            self._connection.execute(delete(feed_health).where(feed_health.c.feed_url == health.feed_url))
            self._connection.execute(insert(feed_health).values(_row(health)))


def _row(health: FeedHealth) -> dict[str, Any]:
    plain = to_json(FeedHealth, health)
    row = {name: value for name, value in plain.items() if name in _COLUMNS}
    row |= {name: getattr(health, name) for name in _TIMES}
    return row | {"more": {name: value for name, value in plain.items() if name not in _COLUMNS}}


def _health(row: Row[Any]) -> FeedHealth:
    values = dict(row._mapping)
    more = values.pop("more")
    return from_json(FeedHealth, values | more)
