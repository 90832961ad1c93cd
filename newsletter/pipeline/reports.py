"""What became of an issue: providers' events are taken in, and a report is made of them."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from newsletter.deliver import ledger
from newsletter.deliver.events import read_events, state_after, strikes
from newsletter.measure.reporting import Report, report
from newsletter.model import Delivery, Event, IssueKey, IssueStatus, Move, SubscriberStatus
from newsletter.newsroom import Newsroom
from newsletter.pipeline.standing import status_in
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
        reason = ledger.alarm(tx.deliveries.counts(key))
        if reason is not None and tx.deliveries.sending(key):
            tx.issues.set_status(key, IssueStatus.PAUSED, paused=reason)


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
