"""The ledger: one row for each reader of an issue, moved by compare-and-set alone."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Update, and_, bindparam, func, or_, select, update

from newsletter.model import (
    Delivery,
    DeliveryId,
    DeliveryState,
    EditionKey,
    IssueKey,
    IssueStatus,
    Move,
    SubscriberId,
    SubscriberStatus,
)
from newsletter.store import batches
from newsletter.store.tables import deliveries, issues, subscribers, subscriptions

_CHUNK = 500
_IN_HAND = (DeliveryState.CLAIMED, DeliveryState.SUBMITTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A row of the ledger beside what its reader wants at this moment."""

    delivery: Delivery
    subscribed: bool


class DeliveryShelf:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- reading

    def get(self, delivery: DeliveryId) -> Delivery | None:
        return self.get_many((delivery,)).get(delivery)

    def get_many(self, ids: Collection[DeliveryId]) -> dict[DeliveryId, Delivery]:
        """In a writing transaction the rows stay as they are until its end."""
        found = {}
        for some in _chunks(ids):
            query = select(deliveries).where(deliveries.c.id.in_(some)).order_by(deliveries.c.id).with_for_update()
            found.update({DeliveryId(row.id): _delivery(row) for row in self._connection.execute(query)})
        return found

    def counts(self, issue: IssueKey) -> dict[DeliveryState, int]:
        """How many rows stand in each state; states that no row is in are left out."""
        query = select(deliveries.c.state, func.count()).where(deliveries.c.issue == issue).group_by(deliveries.c.state)
        found = {row[0]: int(row[1]) for row in self._connection.execute(query)}
        return {state: found[state.value] for state in DeliveryState if state.value in found}

    def listed(self, issue: IssueKey) -> Iterator[Delivery]:
        """Every row of an issue in the order of addresses, read a page at a time."""
        order = (deliveries.c.email, deliveries.c.id)
        query = select(deliveries).where(deliveries.c.issue == issue).order_by(*order)
        for row in self._connection.execution_options(yield_per=_CHUNK).execute(query):
            yield _delivery(row)

    def in_state(self, issue: IssueKey, state: DeliveryState) -> tuple[Delivery, ...]:
        query = select(deliveries).where(deliveries.c.issue == issue, deliveries.c.state == state.value)
        return self._rows(query.order_by(deliveries.c.id))

    def next_due(self, issue: IssueKey) -> datetime | None:
        """When the first row that waits may be tried again."""
        where = (deliveries.c.issue == issue, deliveries.c.state == DeliveryState.RETRY_WAIT.value)
        found: datetime | None = self._connection.execute(
            select(deliveries.c.not_before).where(*where).order_by(deliveries.c.not_before).limit(1)
        ).scalar()
        return found

    def any_in(self, issue: IssueKey, states: Collection[DeliveryState]) -> bool:
        """Whether a row stands in one of these states."""
        wanted = deliveries.c.state.in_(sorted(state.value for state in states))
        query = select(deliveries.c.id).where(deliveries.c.issue == issue, wanted).limit(1)
        return self._connection.execute(query).first() is not None

    def oldest(self, issue: IssueKey, state: DeliveryState) -> datetime | None:
        """Since when the row that stands longest in this state does."""
        where = (deliveries.c.issue == issue, deliveries.c.state == state.value)
        found: datetime | None = self._connection.execute(select(func.min(deliveries.c.at)).where(*where)).scalar()
        return found

    # -- working

    def claim(
        self, issue: IssueKey, owner: str, *, now: datetime, lease_until: datetime, limit: int
    ) -> tuple[Delivery, ...]:
        """Take rows that nobody holds and whose time has come, under a new epoch; another worker passes them by."""
        found = batches.claim(self._connection, issue, owner, now=now, lease_until=lease_until, limit=limit)
        return tuple(sorted(found, key=lambda one: one.id))

    def begin(
        self, claimed: Iterable[Delivery], edition: EditionKey, *, now: datetime, lease_until: datetime
    ) -> frozenset[DeliveryId]:
        """The intent for claimed rows: those whose claim holds and whose reader is still subscribed are given, and are
        being submitted from now on; the others stay as they are."""
        by_claim: dict[tuple[str, int], list[DeliveryId]] = {}
        for row in claimed:
            by_claim.setdefault((row.owner, row.epoch), []).append(row.id)
        begun = (
            batches.begin(self._connection, ids, edition, owner, epoch, now=now, lease_until=lease_until)
            for (owner, epoch), ids in by_claim.items()
        )
        return frozenset[DeliveryId]().union(*begun)

    def accept(
        self, taken: Sequence[tuple[DeliveryId, int, str]], sources: frozenset[DeliveryState], *, now: datetime
    ) -> None:
        """Rows, by id, epoch and the provider's id, were accepted, where they still stand in one of `sources`."""
        if taken:
            batches.accept(self._connection, taken, sources, now=now)

    def sending(self, issue: IssueKey) -> bool:
        """Whether the issue is being sent; in a writing transaction nobody pauses it before its end."""
        query = select(issues.c.status).where(issues.c.key == issue).with_for_update(read=True)
        return self._connection.execute(query).scalar() == IssueStatus.SENDING.value

    def standings(self, ids: Collection[DeliveryId], edition: EditionKey) -> tuple[Standing, ...]:
        """The rows, locked, with whether each reader is still subscribed to the edition."""
        active = SubscriberStatus.ACTIVE.value
        wanted = and_(subscriptions.c.subscriber_id == deliveries.c.subscriber_id, subscriptions.c.edition == edition)
        joined = deliveries.outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        is_subscribed = and_(subscribers.c.status == active, subscriptions.c.status == active)
        found: list[Standing] = []
        for some in _chunks(ids):
            query = (
                select(deliveries, func.coalesce(is_subscribed, False).label("subscribed"))
                .select_from(joined.outerjoin(subscriptions, wanted))
                .where(deliveries.c.id.in_(some))
                .order_by(deliveries.c.id)
                .with_for_update(of=deliveries)
            )
            rows = self._connection.execute(query)
            found += [Standing(delivery=_delivery(row), subscribed=bool(row.subscribed)) for row in rows]
        return tuple(found)

    def move(self, moves: Iterable[Move]) -> frozenset[DeliveryId]:
        """Take the steps whose row still stands where the step starts, at its epoch; give the ids of those taken."""
        by_sources: dict[frozenset[DeliveryState], list[Delivery]] = {}
        for move in moves:
            by_sources.setdefault(move.sources, []).append(move.after)
        return frozenset[DeliveryId]().union(*(self._swap(rows, where) for where, rows in by_sources.items()))

    def owners(self, issue: IssueKey) -> tuple[str, ...]:
        """Who holds rows of the issue."""
        where = (deliveries.c.issue == issue, deliveries.c.state.in_([state.value for state in _IN_HAND]))
        return tuple(self._connection.execute(select(deliveries.c.owner).where(*where).distinct()).scalars())

    def left_behind(self, issue: IssueKey, *, now: datetime, gone: Collection[str], limit: int) -> tuple[Delivery, ...]:
        """Rows in hand whose lease is over or whose holder is gone."""
        over = or_(deliveries.c.lease_until <= now, deliveries.c.owner.in_(sorted(gone)))
        in_hand = deliveries.c.state.in_([state.value for state in _IN_HAND])
        query = select(deliveries).where(deliveries.c.issue == issue, in_hand, over)
        return self._rows(query.order_by(deliveries.c.id).limit(limit).with_for_update(skip_locked=True))

    def cancel(self, issue: IssueKey, *, now: datetime) -> int:
        """Close every row of which nothing can be on its way."""
        safe = (DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.RETRY_WAIT)
        where = (deliveries.c.issue == issue, deliveries.c.state.in_([state.value for state in safe]))
        values = {
            "state": DeliveryState.CANCELLED.value,
            "owner": "",
            "lease_until": None,
            "not_before": None,
            "at": now,
        }
        return self._connection.execute(update(deliveries).where(*where).values(**values)).rowcount

    def any_held(self, issue: IssueKey, since: datetime) -> bool:
        """Whether a letter was handed over after that time, as far as we know."""
        query = select(deliveries.c.id).where(*_held(issue, since)).limit(1)
        return self._connection.execute(query).first() is not None

    def take_back(self, issue: IssueKey, since: datetime, *, now: datetime) -> int:
        """Close what was handed over after that time: the provider held it and has thrown it away."""
        values = {"state": DeliveryState.CANCELLED.value, "error": "taken back from the provider", "at": now}
        return self._connection.execute(update(deliveries).where(*_held(issue, since)).values(**values)).rowcount

    def _swap(self, rows: Sequence[Delivery], sources: frozenset[DeliveryState]) -> list[DeliveryId]:
        """Compare and set. That none was refused shows in the count; else the rows tell which were."""
        statement = _swapping(sources).execution_options(preserve_rowcount=True)
        if self._connection.execute(statement, [_changed(row) for row in rows]).rowcount == len(rows):
            return [row.id for row in rows]
        now = self.get_many([row.id for row in rows])
        return [row.id for row in rows if row.id in now and _mark(now[row.id]) == _mark(row)]

    def _rows(self, query: Select[Any]) -> tuple[Delivery, ...]:
        return tuple(_delivery(row) for row in self._connection.execute(query))


def _held(issue: IssueKey, since: datetime) -> tuple[ColumnElement[bool], ...]:
    states = (DeliveryState.ACCEPTED.value, DeliveryState.UNCERTAIN.value)
    return deliveries.c.issue == issue, deliveries.c.state.in_(states), deliveries.c.at > since


@cache
def _swapping(sources: frozenset[DeliveryState]) -> Update:
    names = ("state", "attempt", "owner", "lease_until", "provider_id", "not_before", "error", "at")
    where = (
        deliveries.c.id == bindparam("delivery"),
        deliveries.c.epoch == bindparam("of_epoch"),
        or_(*(deliveries.c.state == state.value for state in sorted(sources))),
    )
    return update(deliveries).where(*where).values({name: bindparam(f"to_{name}") for name in names})


def _mark(row: Delivery) -> tuple[object, ...]:
    """What a step leaves behind and no other does at the same moment."""
    return row.state, row.epoch, row.attempt, row.owner, row.lease_until, row.at


def _changed(after: Delivery) -> dict[str, Any]:
    return {
        "delivery": after.id,
        "of_epoch": after.epoch,
        "to_state": after.state.value,
        "to_attempt": after.attempt,
        "to_owner": after.owner,
        "to_lease_until": after.lease_until,
        "to_provider_id": after.provider_id,
        "to_not_before": after.not_before,
        "to_error": after.error,
        "to_at": after.at,
    }


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=DeliveryId(row.id),
        issue=IssueKey(row.issue),
        subscriber=SubscriberId(row.subscriber_id),
        email=row.email,
        name=row.name,
        state=DeliveryState(row.state),
        epoch=row.epoch,
        attempt=row.attempt,
        lease_until=row.lease_until,
        owner=row.owner,
        message_id=batches.message_id(row),
        provider_id=row.provider_id,
        not_before=row.not_before,
        error=row.error,
        at=row.at,
    )


def _chunks(ids: Collection[DeliveryId]) -> Iterator[Sequence[str]]:
    ordered = sorted(ids)
    for at in range(0, len(ordered), _CHUNK):
        yield ordered[at : at + _CHUNK]
