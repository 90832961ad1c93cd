"""What is left uncertain is looked up in the provider's log, a letter at a time."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime

from newsletter.deliver import ledger
from newsletter.deliver.parcels import Fate, Question
from newsletter.errors import TransportError
from newsletter.model import Delivery, DeliveryState, IssueKey
from newsletter.newsroom import Newsroom
from newsletter.pipeline.outlook import last_look, look_up_after, next_look, note_look

log = logging.getLogger(__name__)

_MOST = 100
"""Letters looked up in one run: the log is for what events left over, and providers limit how often it is asked."""


async def look_up(room: Newsroom, key: IssueKey, *, now: datetime, stop: asyncio.Event) -> int:
    """Settle uncertain letters by the provider's log; give how many. Now and then only, see `next_look`.

    One that the log holds was accepted. One that it surely does not hold, half an hour after it left and while events
    of other letters of the issue arrive, was not, and is planned again.
    """
    book = room.log()
    rows = _due(room, key, now) if book is not None else ()
    settled = 0
    for row in rows:
        if stop.is_set():
            break
        assert book is not None
        since = row.at - ledger.CLOCKS_DIFFER
        try:
            fate = await book.fate(Question(delivery=row.id, email=row.email, since=since))
        except TransportError as error:
            log.warning("%s: what is uncertain cannot be looked up: %s", key, error)
            break
        settled += _settle(room, row, fate, now)
    return settled


def _due(room: Newsroom, key: IssueKey, now: datetime) -> Sequence[Delivery]:
    """The letters to ask about, each time those behind the last one, so that none is passed over for ever."""
    after = look_up_after(room.config)
    with room.store.read() as tx:
        unknown = [row for row in tx.deliveries.in_state(key, DeliveryState.UNCERTAIN) if row.email]
        last, place = last_look(tx, key)
    found = [row for row in unknown if now - row.at >= after]
    if not found or next_look(last, min(row.at for row in unknown), after=after) > now:
        return ()
    chosen = ([row for row in found if row.id > place] + [row for row in found if row.id <= place])[:_MOST]
    with room.store.write() as tx:
        note_look(tx, key, now, chosen[-1].id)
    return chosen


def _settle(room: Newsroom, row: Delivery, fate: Fate, now: datetime) -> int:
    with room.store.write() as tx:
        heard = tx.events.heard(row.issue, since=row.at)
        move = ledger.looked_up(row, fate, events_arrive=heard, now=now)
        return 0 if move is None else len(tx.deliveries.move([move]))
