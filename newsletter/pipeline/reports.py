"""What became of an issue: providers' events are taken in, and a report is made of them."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from newsletter.deliver.bounces import read_report
from newsletter.deliver.events import read_events, state_after, strikes
from newsletter.measure.reporting import Report, report
from newsletter.model import Delivery, DeliveryId, Event, IssueKey, Move, SubscriberStatus
from newsletter.newsroom import Newsroom
from newsletter.pipeline.standing import heed, status_in
from newsletter.store.shelves import Shelves

_CHUNK = 500


def take_events(room: Newsroom, body: bytes, signature: str, timestamp: str, *, now: datetime) -> int:
    """Take in what a provider signed, each report once; give how many were new. Raises NewsletterError on a forgery."""
    keys = os.environ.get(room.config.deliver.sendgrid.webhook_key_env, "").split()
    found, taken = iter(read_events(body, signature, timestamp, keys=keys, now=now)), 0
    while some := tuple(islice(found, _CHUNK)):
        with room.store.write() as tx:
            new = tx.events.add(some)
            _apply(tx, room, new, now=now)
            taken += len(new)
    return taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What a report told of one letter; `new` when it was not known yet."""

    issue: IssueKey
    delivery: DeliveryId
    kind: str
    new: bool


def take_report(room: Newsroom, message: bytes, *, now: datetime) -> tuple[Reported, ...]:
    """Take in a delivery report or a complaint as a mail server sent it; none when it is about no letter of ours."""
    found = read_report(message, now=now)
    with room.store.write() as tx:
        rows = tx.deliveries.get_many({event.delivery for event in found})
        ours = tuple(event for event in found if event.delivery in rows)
        new = tx.events.add(ours)
        _apply(tx, room, new, now=now)
    keys = {event.key for event in new}
    return tuple(
        Reported(issue=rows[one.delivery].issue, delivery=one.delivery, kind=one.kind, new=one.key in keys)
        for one in ours
    )


def measure(room: Newsroom, key: IssueKey) -> Report:
    """What became of an issue, in numbers."""
    with room.store.read() as tx:
        now_is = status_in(tx, key)
        return report(
            key,
            audience=now_is.audience,
            states=now_is.states,
            events=tx.events.counts(key),
            links=tx.events.clicks(key),
        )


def _apply(tx: Shelves, room: Newsroom, events: Sequence[Event], *, now: datetime) -> None:
    """Rows climb by what was told, readers who bounced or complained are struck off, an alarm pauses the issue."""
    before = tx.deliveries.get_many({event.delivery for event in events})
    rows = dict(before)
    for event in events:
        if event.delivery not in rows:
            continue
        rows[event.delivery] = _after(rows[event.delivery], event)
        if (struck := strikes(event)) is not None:
            _strike(tx, room, rows[event.delivery], struck, now=now)
    changed = [row for one, row in rows.items() if row is not before[one]]
    tx.deliveries.move(Move(sources=frozenset({before[row.id].state}), after=row) for row in changed)
    for key in sorted({row.issue for row in changed}):
        heed(tx, key)


def _after(row: Delivery, event: Event) -> Delivery:
    to = state_after(row.state, event)
    if to is None:
        return row
    return replace(
        row, state=to, owner="", lease_until=None, not_before=None, error=event.detail or row.error, at=event.at
    )


def _strike(tx: Shelves, room: Newsroom, row: Delivery, status: SubscriberStatus, *, now: datetime) -> None:
    """Never write to this address again; of an erased reader the hash is kept already."""
    if row.email:
        tx.subscribers.suppress(room.signer.suppression_hash(row.email), status.value, now=now)
    tx.subscribers.set_status(row.subscriber, status)
