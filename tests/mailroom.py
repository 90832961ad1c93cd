"""An approved issue with readers, ready to be delivered."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from newsletter import pipeline
from newsletter.compose.rendering import fingerprint
from newsletter.model import (
    Delivery,
    DeliveryId,
    DeliveryState,
    EditionKey,
    IssueKey,
    Letter,
    Subscriber,
    SubscriberId,
    SubscriberStatus,
)
from newsletter.newsroom import Newsroom
from tests.builders import NOW, issue, letter

KEY = IssueKey("weekly-en/2026-W11")


class Hands:
    """A clock that goes on by itself a little with every look, so that waiting for it ends."""

    def __init__(self, at: datetime = NOW, step: timedelta = timedelta(0)) -> None:
        self.at, self._step = at, step

    def __call__(self) -> datetime:
        self.at += self._step
        return self.at


def reader(number: int, **more: Any) -> Subscriber:
    values: dict[str, Any] = {
        "email": f"reader{number:05}@mail.example",
        "name": f"Reader {number}",
        "editions": (EditionKey("weekly-en"),),
        "status": SubscriberStatus.ACTIVE,
    }
    return Subscriber(id=SubscriberId(f"s{number:05}"), **(values | more))


def pinned(body: Letter) -> Letter:
    return replace(body, fingerprint=fingerprint(body))


def approve(room: Newsroom, readers: int | Iterable[Subscriber] = 3, *, body: Letter | None = None) -> IssueKey:
    """An approved issue of weekly-en and its readers, in the store."""
    found = pinned(body or letter())
    people = [reader(number) for number in range(readers)] if isinstance(readers, int) else list(readers)
    with room.store.write() as tx:
        tx.subscribers.add_many(people, now=NOW)
        tx.issues.save_draft(issue(), found, (), now=NOW, send_at=None)
        tx.issues.approve(KEY, found.fingerprint, by="ed@news.example", now=NOW)
    return KEY


def delivered(room: Newsroom, readers: int = 3) -> IssueKey:
    """The same, handed over to the outbox."""
    key = approve(room, readers)
    asyncio.run(pipeline.deliver(room, key, clock=Hands(NOW)))
    return key


def rows(room: Newsroom, key: IssueKey = KEY) -> dict[str, Delivery]:
    """The ledger by address."""
    with room.store.read() as tx:
        return {row.email: row for row in tx.deliveries.listed(key)}


def delivery(state: DeliveryState = DeliveryState.CLAIMED, **more: Any) -> Delivery:
    values: dict[str, Any] = {
        "issue": KEY,
        "subscriber": SubscriberId("s00001"),
        "email": "reader00001@mail.example",
        "name": "Reader 1",
        "epoch": 1,
        "lease_until": NOW + timedelta(minutes=5),
        "owner": "worker",
        "at": NOW,
    }
    return Delivery(id=DeliveryId("d1"), state=state, **(values | more))
