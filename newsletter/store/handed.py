"""How many letters were handed over and when: what a warm-up may still send today, and how fast an issue goes.

A row of the ledger changes its time with every event, so this is counted apart, in the transaction that writes down
the intent. Each worker counts for itself: nobody waits for another's row.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select

from newsletter.model import IssueKey
from newsletter.store.tables import handed

STEP = timedelta(seconds=10)
_KEPT = timedelta(days=60)


class HandedShelf:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, issue: IssueKey, owner: str, letters: int, *, now: datetime) -> None:
        """`letters` may be below nothing: those that were counted and then not tried."""
        dialect, column = self._connection.dialect, handed.c.at.type
        mark = "?" if dialect.name == "sqlite" else "%s"
        to_column = column.dialect_impl(dialect).bind_processor(dialect)
        at: Any = _step_of(now)
        # By the driver itself: with each batch of letters, what SQLAlchemy does would take longer than the database.
        self._connection.exec_driver_sql(
            f"INSERT INTO handed (issue, at, owner, letters) VALUES ({mark}, {mark}, {mark}, {mark}) "  # noqa: S608 — marks
            "ON CONFLICT (issue, at, owner) DO UPDATE SET letters = handed.letters + excluded.letters",
            (issue, at if to_column is None else to_column(at), owner, letters),
        )

    def between(self, since: datetime, until: datetime, *, issue: IssueKey | None = None) -> int:
        """Letters of one issue, or of all."""
        where = [handed.c.at >= since, handed.c.at < until]
        if issue is not None:
            where.append(handed.c.issue == issue)
        return int(
            self._connection.execute(select(func.coalesce(func.sum(handed.c.letters), 0)).where(*where)).scalar_one()
        )

    def best_day(self, since: datetime, until: datetime) -> int:
        """The most letters of one day of UTC, of all issues together."""
        query = select(handed.c.at, handed.c.letters).where(handed.c.at >= since, handed.c.at < until)
        days: Counter[date] = Counter()
        for at, letters in self._connection.execute(query):
            days[at.date()] += letters
        return max(days.values(), default=0)

    def first(self, issue: IssueKey, since: datetime) -> datetime | None:
        """When the first letter of the issue went in that time, to ten seconds."""
        where = (handed.c.issue == issue, handed.c.at >= since)
        found: datetime | None = self._connection.execute(select(func.min(handed.c.at)).where(*where)).scalar()
        return found

    def forget(self, *, now: datetime) -> None:
        """What is so old that no plan looks at it."""
        self._connection.execute(delete(handed).where(handed.c.at < now - _KEPT))


def _step_of(now: datetime) -> datetime:
    seconds = int(STEP.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)
