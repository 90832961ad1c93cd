"""What providers said about deliveries, each report once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from newsletter.model import DeliveryId, Event, IssueKey
from newsletter.store.tables import deliveries, events

_CHUNK = 500


class EventShelf:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, found: Sequence[Event]) -> tuple[Event, ...]:
        """Keep those whose key is new and give them back, in the order of their time."""
        by_key = {event.key: event for event in found}
        for known in self._known(sorted(by_key)):
            del by_key[known]
        new = sorted(by_key.values(), key=lambda event: (event.at, event.key))
        if new:
            self._connection.execute(insert(events), [_row(event) for event in new])
        return tuple(new)

    def heard(self, issue: IssueKey, *, since: datetime) -> bool:
        """Whether anything was told of a letter of the issue since then."""
        joined = events.join(deliveries, deliveries.c.id == events.c.delivery)
        query = select(events.c.key).select_from(joined).where(deliveries.c.issue == issue, events.c.at >= since)
        return self._connection.execute(query.limit(1)).first() is not None

    def of(self, delivery: DeliveryId) -> tuple[Event, ...]:
        query = select(events).where(events.c.delivery == delivery).order_by(events.c.at, events.c.key)
        return tuple(
            Event(
                key=row.key,
                delivery=DeliveryId(row.delivery),
                kind=row.kind,
                at=row.at,
                url=row.url,
                detail=row.detail,
                human=row.human,
            )
            for row in self._connection.execute(query)
        )

    def counts(self, issue: IssueKey) -> dict[str, int]:
        """Deliveries of an issue by the kinds of event that they had: a letter opened twice counts once, and one that
        only a program opened not at all."""
        query = (
            select(events.c.kind, func.count(events.c.delivery.distinct()))
            .select_from(events.join(deliveries, deliveries.c.id == events.c.delivery))
            .where(deliveries.c.issue == issue, events.c.human.is_not(False))
            .group_by(events.c.kind)
            .order_by(events.c.kind)
        )
        return {row[0]: int(row[1]) for row in self._connection.execute(query)}

    def clicks(self, issue: IssueKey) -> dict[str, int]:
        """Readers who followed a link of an issue, by its address; programs that follow every link are left out."""
        query = (
            select(events.c.url, func.count(events.c.delivery.distinct()))
            .select_from(events.join(deliveries, deliveries.c.id == events.c.delivery))
            .where(deliveries.c.issue == issue, events.c.kind == "click", events.c.human.is_not(False))
            .group_by(events.c.url)
            .order_by(events.c.url)
        )
        return {row[0]: int(row[1]) for row in self._connection.execute(query)}

    def _known(self, keys: Sequence[str]) -> list[str]:
        found: list[str] = []
        for at in range(0, len(keys), _CHUNK):
            query = select(events.c.key).where(events.c.key.in_(keys[at : at + _CHUNK]))
            found += self._connection.execute(query).scalars()
        return found


def _row(event: Event) -> dict[str, object]:
    return {
        "key": event.key,
        "delivery": event.delivery,
        "kind": event.kind,
        "at": event.at,
        "url": event.url,
        "detail": event.detail,
        "human": event.human,
    }
