"""Freezing an audience: who gets an issue is written down in chunks, each picked up where the last one ended.

A row's id is an HMAC of issue and reader, so it is the same whenever and wherever it is made, and tells nobody either.
The database computes it, for ten million rows never leave it: SQLite by a function that we lend it, PostgreSQL from
its own SHA-256 (RFC 2104).
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, insert, literal, null, select, update
from sqlalchemy.dialects import postgresql, sqlite

from newsletter.model import DeliveryId, DeliveryState, EditionKey, IssueKey, SubscriberId, SubscriberStatus
from newsletter.store.tables import deliveries, freezes, subscribers, subscriptions

_ID_BYTES = 16
_BLOCK = 64  # bytes of SHA-256, RFC 2104
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """How far the audience of an issue is written down; `audience` counts the rows so far."""

    done: bool
    audience: int
    at: datetime


def delivery_id(key: bytes, issue: IssueKey, subscriber: SubscriberId) -> DeliveryId:
    return DeliveryId(hmac.digest(key, f"{issue} {subscriber}".encode(), hashlib.sha256)[:_ID_BYTES].hex())


class FreezeShelf:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, issue: IssueKey) -> Freeze | None:
        row = self._connection.execute(select(freezes).where(freezes.c.issue == issue)).first()
        return None if row is None else Freeze(done=row.done, audience=row.audience, at=row.at)

    def begin(self, issue: IssueKey, *, now: datetime) -> Freeze:
        """Open the list of an issue; one that is open already stays as it is."""
        known = self.get(issue)
        if known is not None:
            return known
        values = {"issue": issue, "watermark": "", "done": False, "audience": 0, "at": now}
        self._connection.execute(insert(freezes).values(**values))
        return Freeze(done=False, audience=0, at=now)

    def advance(self, issue: IssueKey, edition: EditionKey, *, key: bytes, domain: str, size: int) -> Freeze:
        """Write down the next `size` readers of the edition. Row by row a second call for one adds nothing."""
        frozen = self._connection.execute(select(freezes).where(freezes.c.issue == issue).with_for_update()).one()
        if frozen.done:
            return Freeze(done=True, audience=frozen.audience, at=frozen.at)
        readers = _readers(edition).where(subscribers.c.id > frozen.watermark)
        last = self._connection.execute(
            readers.with_only_columns(subscriptions.c.subscriber_id)
            .order_by(subscriptions.c.subscriber_id).offset(size - 1).limit(1)
        ).scalar()  # fmt: skip
        if last is not None:
            readers = readers.where(subscribers.c.id <= last)
        added = self._add(readers, issue, key=key, domain=domain, at=frozen.at)
        values = {"watermark": last or frozen.watermark, "done": last is None, "audience": frozen.audience + added}
        self._connection.execute(update(freezes).where(freezes.c.issue == issue).values(**values))
        return Freeze(done=last is None, audience=frozen.audience + added, at=frozen.at)

    def _add(self, readers: Select[Any], issue: IssueKey, *, key: bytes, domain: str, at: datetime) -> int:
        named = readers.with_only_columns(
            self._id(key, issue).label("id"), subscribers.c.id.label("reader"), subscribers.c.email, subscribers.c.name
        ).subquery()
        rows = select(
            named.c.id, literal(issue), named.c.reader, named.c.email, named.c.name,
            literal(DeliveryState.PLANNED.value), literal(0), literal(0), literal(""), null(),
            literal("<") + named.c.id + literal(f"@{domain}>"), literal(""), null(), literal(""),
            literal(at, deliveries.c.at.type),
        ).where(named.c.id.is_not(None))  # fmt: skip
        names = [column.name for column in deliveries.c]
        statement = _INSERT[self._connection.dialect.name](deliveries).from_select(names, rows)
        statement = statement.on_conflict_do_nothing().execution_options(preserve_rowcount=True)
        added: int = self._connection.execute(statement).rowcount
        return added

    def _id(self, key: bytes, issue: IssueKey) -> ColumnElement[str]:
        if self._connection.dialect.name == "sqlite":
            driver: Any = self._connection.connection.driver_connection
            driver.create_function("newsletter_delivery_id", 1, lambda one: delivery_id(key, issue, one))
            return func.newsletter_delivery_id(subscribers.c.id)
        said = func.convert_to(literal(f"{issue} ") + subscribers.c.id, "UTF8")
        inner = func.sha256(literal(_padded(key, 0x36)).op("||")(said))
        outer = func.sha256(literal(_padded(key, 0x5C)).op("||")(inner))
        return func.encode(func.substring(outer, 1, _ID_BYTES), "hex")


def _readers(edition: EditionKey) -> Select[Any]:
    active = SubscriberStatus.ACTIVE.value
    return (
        select(subscribers)
        .select_from(subscriptions.join(subscribers))
        .where(subscriptions.c.edition == edition, subscriptions.c.status == active, subscribers.c.status == active)
    )


def _padded(key: bytes, pad: int) -> bytes:
    return bytes(byte ^ pad for byte in key.ljust(_BLOCK, b"\0"))
