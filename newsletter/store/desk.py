"""Editors, their sessions, and how often somebody tried something."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from newsletter.store.tables import attempts, editors, sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    email: str
    csrf: str


class DeskShelf:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_editor(self, email: str, password_hash: str, *, now: datetime) -> None:
        """A second call for an address changes its password and ends its sessions."""
        self._connection.execute(delete(sessions).where(sessions.c.email == email))
        self._connection.execute(delete(editors).where(editors.c.email == email))
        self._connection.execute(insert(editors).values(email=email, password=password_hash, created=now))

    def editors(self) -> tuple[str, ...]:
        return tuple(self._connection.execute(select(editors.c.email).order_by(editors.c.email)).scalars())

    def password_hash(self, email: str) -> str | None:
        found = self._connection.execute(select(editors.c.password).where(editors.c.email == email)).scalar()
        return None if found is None else str(found)

    def open_session(self, token_hash: str, email: str, csrf: str, *, expires: datetime) -> None:
        self._connection.execute(
            insert(sessions).values(token_hash=token_hash, email=email, csrf=csrf, expires=expires)
        )

    def session(self, token_hash: str, *, now: datetime) -> Session | None:
        where = (sessions.c.token_hash == token_hash, sessions.c.expires > now)
        row = self._connection.execute(select(sessions.c.email, sessions.c.csrf).where(*where)).first()
        return None if row is None else Session(email=row.email, csrf=row.csrf)

    def close_session(self, token_hash: str) -> None:
        self._connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))

    def attempts(self, what: str, who: str, *, since: datetime) -> int:
        where = (attempts.c.what == what, attempts.c.who == who, attempts.c.at >= since)
        return int(self._connection.execute(select(func.count()).select_from(attempts).where(*where)).scalar_one())

    def note_attempt(self, what: str, who: str, *, now: datetime) -> None:
        self._connection.execute(insert(attempts).values(what=what, who=who, at=now))

    def forget_attempts(self, *, before: datetime) -> None:
        self._connection.execute(delete(attempts).where(attempts.c.at < before))
