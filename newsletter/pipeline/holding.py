"""Letters that a provider holds back for a while, so that an issue can still be taken back."""

import asyncio
from datetime import datetime, timedelta

from newsletter.errors import TransportError
from newsletter.model import IssueKey
from newsletter.newsroom import Newsroom
from newsletter.store.shelves import Shelves

_TOO_LATE = timedelta(minutes=12)
"""SendGrid promises nothing ten minutes before a letter leaves; the rest is for clocks that differ."""


async def batch_of(room: Newsroom, key: IssueKey) -> str:
    """The batch that the letters of an issue share, made when it is first asked for; "" where nothing is held.

    It is kept before the first letter goes, so that every letter can be taken back. Raises TransportError.
    """
    holds = room.holds()
    if holds is None:
        return ""
    with room.store.read() as tx:
        known = tx.settings.get(_known(key))
    if known is not None:
        return known
    batch = await holds.open()
    with room.store.write() as tx:
        known = tx.settings.get(_known(key))  # another worker may have been quicker
        if known is None:
            tx.settings.put(_known(key), batch)
    return known or batch


def held_since(room: Newsroom, tx: Shelves, key: IssueKey, *, now: datetime) -> datetime | None:
    """Letters handed over after this time can still be taken back; None when there are none."""
    holds = room.holds()
    if holds is None or tx.settings.get(_known(key)) is None:
        return None
    since = now - holds.hold + _TOO_LATE
    return since if tx.deliveries.any_held(key, since) else None


def take_back(room: Newsroom, key: IssueKey, since: datetime, *, now: datetime) -> int:
    """Have the provider throw away what it holds of an issue; give how many letters. Raises TransportError."""
    holds = room.holds()
    with room.store.read() as tx:
        batch = tx.settings.get(_known(key))
    if holds is None or batch is None:
        return 0
    try:
        asyncio.run(holds.take_back(batch))
    except TransportError as error:
        raise TransportError(
            f"nothing more of {key} is sent, but what was handed over is not taken back: {error}; "
            f"try again at once: newsletter cancel {key}"
        ) from error
    with room.store.write() as tx:
        return tx.deliveries.take_back(key, since, now=now)


def _known(key: IssueKey) -> str:
    return f"held {key}"
