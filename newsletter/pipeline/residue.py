"""What is left uncertain is looked up in the provider's log, a letter at a time."""

import logging
from datetime import datetime, timedelta

from newsletter.deliver import ledger
from newsletter.deliver.parcels import Fate, Question
from newsletter.errors import TransportError
from newsletter.model import Delivery, DeliveryState, IssueKey
from newsletter.newsroom import Newsroom

log = logging.getLogger(__name__)

_MOST = 100
"""Letters looked up in one run: the log is for what events left over, and providers limit how often it is asked."""
_AGAIN = timedelta(hours=1)


async def look_up(room: Newsroom, key: IssueKey, *, now: datetime) -> int:
    """Settle uncertain letters by the provider's log; give how many. At most once an hour for an issue.

    One that the log holds was accepted. One that it surely does not hold, half an hour after it left and while events
    of other letters of the issue arrive, was not, and is planned again.
    """
    book = room.log()
    rows = _due(room, key, now) if book is not None else ()
    settled = 0
    for row in rows[:_MOST]:
        assert book is not None
        since = row.at - ledger.CLOCKS_DIFFER
        try:
            fate = await book.fate(Question(delivery=row.id, email=row.email, since=since))
        except TransportError as error:
            log.warning("%s: what is uncertain cannot be looked up: %s", key, error)
            break
        settled += _settle(room, row, fate, now)
    return settled


def _due(room: Newsroom, key: IssueKey, now: datetime) -> tuple[Delivery, ...]:
    known = f"looked up {key}"
    with room.store.read() as tx:
        unknown = tx.deliveries.in_state(key, DeliveryState.UNCERTAIN)
        last = tx.settings.get(known)
    found = tuple(row for row in unknown if row.email and now - row.at >= ledger.LOOK_UP_AFTER)
    if not found or (last is not None and now - datetime.fromisoformat(last) < _AGAIN):
        return ()
    with room.store.write() as tx:
        tx.settings.put(known, now.isoformat())
    return found


def _settle(room: Newsroom, row: Delivery, fate: Fate, now: datetime) -> int:
    with room.store.write() as tx:
        heard = tx.events.heard(row.issue, since=row.at)
        move = ledger.looked_up(row, fate, events_arrive=heard, now=now)
        return 0 if move is None else len(tx.deliveries.move([move]))
