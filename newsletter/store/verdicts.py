"""What editors decided about pairs of reports: one event, or two."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from newsletter.model import ArticleId
from newsletter.store.tables import verdicts

Pair = tuple[ArticleId, ArticleId]


class VerdictShelf:
    """Append-only; the latest verdict about a pair counts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, one: ArticleId, other: ArticleId, *, same: bool, by: str, now: datetime) -> None:
        low, high = sorted((one, other))
        values = {"kind": "same" if same else "apart", "one": low, "other": high, "by": by, "at": now}
        self._connection.execute(insert(verdicts).values(values))

    def pairs(self) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
        """The pairs that are one event, and the pairs that are two."""
        latest: dict[Pair, str] = {}
        for row in self._connection.execute(select(verdicts).order_by(verdicts.c.id)):
            latest[ArticleId(row.one), ArticleId(row.other)] = row.kind
        same = tuple(sorted(pair for pair, kind in latest.items() if kind == "same"))
        return same, tuple(sorted(pair for pair, kind in latest.items() if kind == "apart"))
