"""Freezing an audience: who gets an issue is written down in chunks, each picked up where the last one ended.

A row's id is a keyed hash of its issue before the reader's own random id: the same whenever and wherever it is made,
known to nobody whom the letter does not concern, and put together by the database, for ten million rows never leave
it. Readers are taken in the order of their ids, so that every index only grows at its end: ten times as fast as ids in
no order.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, literal, null, select, update

from newsletter.model import DeliveryId, DeliveryState, EditionKey, IssueKey, SubscriberId, SubscriberStatus
from newsletter.store.tables import deliveries, freezes, subscribers, subscriptions

_TAG_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """How far the audience of an issue is written down; `audience` counts the rows so far."""

    done: bool
    audience: int
    at: datetime


def delivery_id(key: bytes, issue: IssueKey, subscriber: SubscriberId) -> DeliveryId:
    return DeliveryId(_head(key, issue) + subscriber)


def _head(key: bytes, issue: IssueKey) -> str:
    return f"{hmac.digest(key, issue.encode(), hashlib.sha256)[:_TAG_BYTES].hex()}-"


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
        """Write down the next `size` readers of the edition: rows and watermark in one transaction."""
        frozen = self._connection.execute(select(freezes).where(freezes.c.issue == issue).with_for_update()).one()
        if frozen.done:
            return Freeze(done=True, audience=frozen.audience, at=frozen.at)
        readers, last = self._next(edition, frozen.watermark, size)
        added = self._add(readers, issue, key=key, domain=domain, at=frozen.at)
        values = {"watermark": last or frozen.watermark, "done": last is None, "audience": frozen.audience + added}
        self._connection.execute(update(freezes).where(freezes.c.issue == issue).values(**values))
        return Freeze(done=last is None, audience=frozen.audience + added, at=frozen.at)

    def _next(self, edition: EditionKey, after: str, size: int) -> tuple[Select[Any], str | None]:
        """The next readers, and the last of them; None when there are no more behind them."""
        active, reader = SubscriberStatus.ACTIVE.value, subscriptions.c.subscriber_id
        of_edition = (subscriptions.c.edition == edition, subscriptions.c.status == active)
        rest = select(reader).where(*of_edition, reader > after).order_by(reader)
        last: str | None = self._connection.execute(rest.offset(size - 1).limit(1)).scalar()
        # Bounds for both tables: PostgreSQL does not conclude the one from the other, and would read all of a table.
        bounds = [column > after for column in (reader, subscribers.c.id)]
        if last is not None:
            bounds += [column <= last for column in (reader, subscribers.c.id)]
        joined = select(subscribers).select_from(subscriptions.join(subscribers))
        return joined.where(*of_edition, *bounds, subscribers.c.status == active).order_by(reader), last

    def _add(self, readers: Select[Any], issue: IssueKey, *, key: bytes, domain: str, at: datetime) -> int:
        row_id = literal(_head(key, issue)) + subscribers.c.id
        rows = readers.with_only_columns(
            row_id, literal(issue), subscribers.c.id, subscribers.c.email, subscribers.c.name,
            literal(DeliveryState.PLANNED.value), literal(0), literal(0), literal(""), null(),
            literal(f"@{domain}"), literal(""), null(), literal(""),
            literal(at, deliveries.c.at.type),
        )  # fmt: skip
        names = [column.name for column in deliveries.c]
        statement = insert(deliveries).from_select(names, rows).execution_options(preserve_rowcount=True)
        added: int = self._connection.execute(statement).rowcount
        return added
