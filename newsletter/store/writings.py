"""What a model answered once, by the content of the question."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from newsletter.store.tables import writings

_CHUNK = 500


class WritingShelf:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get_many(self, keys: Collection[str]) -> dict[str, str]:
        wanted = sorted(keys)
        found: dict[str, str] = {}
        for start in range(0, len(wanted), _CHUNK):
            query = select(writings.c.key, writings.c.answer).where(writings.c.key.in_(wanted[start : start + _CHUNK]))
            found.update((row.key, row.answer) for row in self._connection.execute(query))
        return found

    def put(self, answers: Mapping[str, str], *, now: datetime) -> None:
        """A newer answer to the same question takes the place of the older."""
        if not answers:
            return
        self._connection.execute(delete(writings).where(writings.c.key.in_(sorted(answers))))
        rows = [{"key": key, "answer": answer, "at": now} for key, answer in sorted(answers.items())]
        self._connection.execute(insert(writings), rows)
