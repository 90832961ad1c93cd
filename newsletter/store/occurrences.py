"""What was due when: one row for each step of each local slot, so that no tick does a thing twice."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from newsletter.store.tables import occurrences


class OccurrenceShelf:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def done(self, edition: str, local: str, step: str) -> bool:
        where = (occurrences.c.edition == edition, occurrences.c.local == local, occurrences.c.step == step)
        return self._connection.execute(select(occurrences.c.done).where(*where)).scalar() is not None

    def finish(self, edition: str, local: str, step: str, *, at: datetime, now: datetime, note: str = "") -> None:
        """Note that a step was done; doing so again changes nothing."""
        key = {"edition": edition, "local": local, "step": step}
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(occurrences).values(**key, at=at, done=now, note=note))
        except IntegrityError:
            where = [occurrences.c[name] == value for name, value in key.items()]
            self._connection.execute(update(occurrences).where(*where).values(done=now, note=note))
