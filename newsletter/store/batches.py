"""The ledger's three steps that every letter takes, each as one statement for a whole batch.

What is out of the ordinary goes row by row through `DeliveryShelf.move`; these are for the many that go well, where a
statement a row would take longer than the letters.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, select, update

from newsletter.model import Delivery, DeliveryId, DeliveryState, EditionKey, IssueKey, SubscriberId, SubscriberStatus
from newsletter.store.tables import deliveries, subscribers, subscriptions

_TAKEN = (
    deliveries.c.id, deliveries.c.subscriber_id, deliveries.c.email, deliveries.c.name, deliveries.c.epoch,
    deliveries.c.attempt, deliveries.c.message_id, deliveries.c.provider_id, deliveries.c.error,
)  # fmt: skip


def claim(
    connection: Connection, issue: IssueKey, owner: str, *, now: datetime, lease_until: datetime, limit: int
) -> list[Delivery]:
    """Take rows that nobody holds and whose time has come, those first that were not tried yet."""
    c = deliveries.c
    due = and_(c.state == DeliveryState.RETRY_WAIT.value, c.not_before <= now)
    found: list[Delivery] = []
    if connection.dialect.name == "postgresql":
        # Its statistics may say that most rows are free, while those at the front of the table have long been sent.
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    for where in (c.state == DeliveryState.PLANNED.value, due):
        if len(found) < limit:
            free = select(c.id).where(c.issue == issue, where).limit(limit - len(found))
            free = free.with_for_update(skip_locked=True)
            values = {"state": DeliveryState.CLAIMED.value, "owner": owner, "lease_until": lease_until, "at": now}
            taken = (
                update(deliveries)
                .where(c.id.in_(free.scalar_subquery()))
                .values(epoch=c.epoch + 1, not_before=None, **values)
                .returning(*_TAKEN)
            )
            found += [_claimed(row, issue, owner, lease_until, now) for row in connection.execute(taken)]
    return found


def begin(
    connection: Connection, ids: Collection[DeliveryId], edition: EditionKey, owner: str, epoch: int, *,
    now: datetime, lease_until: datetime,
) -> frozenset[DeliveryId]:  # fmt: skip
    """The intent: claimed rows of ours whose lease runs and whose reader is still subscribed are being submitted.

    Gives those; of the others nothing was changed.
    """
    c, active = deliveries.c, SubscriberStatus.ACTIVE.value
    wants = exists().where(
        subscriptions.c.subscriber_id == c.subscriber_id, subscriptions.c.edition == edition,
        subscriptions.c.status == active, subscribers.c.id == c.subscriber_id, subscribers.c.status == active,
    )  # fmt: skip
    ours = (c.id.in_(sorted(ids)), c.epoch == epoch, c.owner == owner, c.state == DeliveryState.CLAIMED.value)
    values = {"state": DeliveryState.SUBMITTING.value, "lease_until": lease_until, "error": "", "at": now}
    statement = update(deliveries).where(*ours, c.lease_until > now, wants)
    statement = statement.values(attempt=c.attempt + 1, **values)
    return frozenset(DeliveryId(one) for one in connection.execute(statement.returning(c.id)).scalars())


def accept(
    connection: Connection,
    taken: Sequence[tuple[DeliveryId, int, str]],
    sources: frozenset[DeliveryState],
    *,
    now: datetime,
) -> None:
    """Rows, by id, epoch and the provider's id, that still stand in one of `sources` at their epoch were accepted."""
    dialect = connection.dialect
    mark = "?" if dialect.name == "sqlite" else "%s"
    to_column = deliveries.c.at.type.dialect_impl(dialect).bind_processor(dialect)
    at: Any = now if to_column is None else to_column(now)
    states = ", ".join(f"'{state.value}'" for state in sorted(sources))
    # By the driver itself: what SQLAlchemy does for each row takes longer than what the database does.
    connection.exec_driver_sql(
        f"UPDATE deliveries SET state = 'accepted', owner = '', lease_until = NULL, not_before = NULL, error = '', "  # noqa: S608 — names of states
        f"provider_id = {mark}, at = {mark} WHERE id = {mark} AND epoch = {mark} AND state IN ({states})",
        [(provider_id, at, one, epoch) for one, epoch, provider_id in sorted(taken)],
    )


def message_id(row: Row[Any]) -> str:
    """Its letters differ from those of its id by the domain alone, so only that is kept; older rows keep all of it."""
    kept: str = row.message_id
    return f"<{row.id}{kept}>" if kept.startswith("@") else kept


def _claimed(row: Row[Any], issue: IssueKey, owner: str, lease_until: datetime, now: datetime) -> Delivery:
    return Delivery(
        id=DeliveryId(row.id), issue=issue, subscriber=SubscriberId(row.subscriber_id), email=row.email, name=row.name,
        state=DeliveryState.CLAIMED, epoch=row.epoch, attempt=row.attempt, lease_until=lease_until, owner=owner,
        message_id=message_id(row), provider_id=row.provider_id, error=row.error, at=now,
    )  # fmt: skip
