"""The ledger of one issue as the sending loop uses it: a transaction a step, all of them on one writing thread."""

import asyncio
from collections.abc import Callable, Container, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from newsletter.config import Edition
from newsletter.deliver import ledger
from newsletter.deliver.parcels import Outcome, Parcel
from newsletter.deliver.workers import is_gone, worker_name
from newsletter.model import Delivery, DeliveryId, DeliveryState, IssueKey, IssueStatus, SubscriberId
from newsletter.newsroom import Newsroom
from newsletter.pipeline.outlook import left_today, resting
from newsletter.pipeline.standing import heed
from newsletter.slots import Slot
from newsletter.store.freezing import Freeze
from newsletter.store.shelves import Shelves

T = TypeVar("T")
Progress = Callable[[int, int], None]

_CHUNK = 500
_FIRST_LOOK = 500
"""So many letters after the start of a run we look whether too many are refused, then each time that they doubled."""
_FREEZE = 50_000
"""Readers written down in one transaction: well under a second, for others want to write too."""


class LedgerBook:
    """Satisfies `deliver.sending.Book`. Close it at the end."""

    def __init__(
        self, room: Newsroom, edition: Edition, issue: IssueKey, *,
        clock: Callable[[], datetime], repeatable: bool, progress: Progress | None,
    ) -> None:  # fmt: skip
        self._room, self._edition, self._issue = room, edition, issue
        self._clock, self._repeatable, self._progress = clock, repeatable, progress
        self._config = room.config.deliver
        self._owner = worker_name()
        holds = room.holds()
        self._hold = None if holds is None else holds.hold
        self._under_way: dict[DeliveryId, Delivery] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._done = self._audience = self._handed = 0
        self._heed_at = _FIRST_LOOK

    def close(self) -> None:
        self._thread.shutdown()

    @property
    def audience(self) -> int:
        return self._audience

    async def freeze(self, *, domain: str) -> datetime:
        """Write down who gets the issue, all of it; what a crash left half done is gone on with. Gives its time."""
        frozen = await self._step(lambda tx: self._freeze_some(tx, domain))
        while not frozen.done and await self.is_sending():
            frozen = await self._step(lambda tx: self._freeze_some(tx, domain))
        self._audience = frozen.audience
        await self._step(self._recover)
        self._done = await self._step(self._settled_so_far)
        self._tell(0)
        return frozen.at

    async def claim(self, limit: int) -> Sequence[Delivery]:
        return await self._step(lambda tx: self._claim(tx, limit) or self._recovered(tx, limit))

    async def turn(self, outcomes: Sequence[Outcome], claimed: Sequence[Delivery]) -> Sequence[Parcel] | None:
        if not outcomes and not claimed:
            return ()
        begun, closed = await self._step(lambda tx: self._turn(tx, outcomes, claimed))
        for outcome in outcomes:
            del self._under_way[outcome.delivery]
        ended = sum(outcome.state not in ledger.TO_DO for outcome in outcomes)
        if begun is None:
            self._tell(ended)
            return None
        self._under_way.update({delivery.id: delivery for delivery in begun})
        self._tell(ended + closed)
        return tuple(self._parcel(delivery) for delivery in begun)

    async def put_back(self, claimed: Sequence[Delivery]) -> None:
        now = self._clock()
        await self._step(lambda tx: tx.deliveries.move(ledger.put_back(delivery, now=now) for delivery in claimed))

    async def pause(self, reason: str) -> None:
        def step(tx: Shelves) -> None:
            if tx.deliveries.sending(self._issue):
                tx.issues.set_status(self._issue, IssueStatus.PAUSED, paused=reason)

        await self._step(step)

    async def is_sending(self) -> bool:
        return await self._step(lambda tx: tx.deliveries.sending(self._issue))

    async def next_due(self) -> datetime | None:
        """When there is something to do again for a machine."""

        def step(tx: Shelves) -> datetime | None:
            if not tx.deliveries.sending(self._issue):
                return None
            found = resting(tx, self._room.config, self._issue, now=self._clock())
            return None if found is None else found.due

        return await self._step(step)

    async def finish(self) -> None:
        """The issue is sent once no row is open."""

        def step(tx: Shelves) -> None:
            frozen = tx.freezes.get(self._issue)
            is_done = frozen is not None and frozen.done and ledger.is_finished(tx.deliveries.counts(self._issue))
            if is_done and tx.deliveries.sending(self._issue):
                tx.issues.set_status(self._issue, IssueStatus.SENT, sent_at=self._clock())

        await self._step(step)

    # -- the steps, each inside its transaction

    def _freeze_some(self, tx: Shelves, domain: str) -> Freeze:
        if tx.issues.status(self._issue) is IssueStatus.APPROVED:
            tx.issues.set_status(self._issue, IssueStatus.SENDING)
        frozen = tx.freezes.begin(self._issue, now=self._clock())
        tx.handed.forget(now=self._clock())
        if not tx.deliveries.sending(self._issue):
            return frozen
        key = self._room.signer.delivery_key
        return tx.freezes.advance(self._issue, self._edition.edition_key, key=key, domain=domain, size=_FREEZE)

    def _claim(self, tx: Shelves, limit: int) -> Sequence[Delivery]:
        if not tx.deliveries.sending(self._issue):
            return ()
        now = self._clock()
        left = left_today(tx, self._config.warm_up, now=now)
        limit = limit if left is None else min(limit, left)
        until = now + self._config.lease
        return tx.deliveries.claim(self._issue, self._owner, now=now, lease_until=until, limit=limit) if limit else ()

    def _recovered(self, tx: Shelves, limit: int) -> Sequence[Delivery]:
        """When nothing is free, look for what a lost worker held."""
        return self._claim(tx, limit) if self._recover(tx) else ()

    def _recover(self, tx: Shelves) -> int:
        now = self._clock()
        gone = [owner for owner in tx.deliveries.owners(self._issue) if is_gone(owner)]
        moved = 0
        while lost := tx.deliveries.left_behind(self._issue, now=now, gone=gone, limit=_CHUNK):
            moves = [ledger.left_behind(delivery, repeatable=self._repeatable, now=now) for delivery in lost]
            moved += len(tx.deliveries.move(moves))
        unheard = tx.deliveries.in_state(self._issue, DeliveryState.UNCERTAIN)
        tx.deliveries.move(filter(None, (ledger.given_up(delivery, now=now) for delivery in unheard)))
        return moved

    def _turn(
        self, tx: Shelves, outcomes: Sequence[Outcome], claimed: Sequence[Delivery]
    ) -> tuple[Sequence[Delivery] | None, int]:
        """The letters that are begun, and how many were closed instead; None when the issue is not being sent."""
        if outcomes:
            self._settle(tx, outcomes)
        today = self._of_today(tx, claimed) if claimed else ()
        begun = self._begin(tx, today) if today else ()
        untried = sum(one.state is DeliveryState.PLANNED or one.wait is not None for one in outcomes)
        if letters := len(begun or ()) - untried:
            tx.handed.add(self._issue, self._owner, letters, now=self._clock())
        return begun, 0 if begun is None else len(today) - len(begun)

    def _of_today(self, tx: Shelves, claimed: Sequence[Delivery]) -> Sequence[Delivery]:
        """Those that the warm-up allows; the others go back. Several workers may claim more than a day takes."""
        left = left_today(tx, self._config.warm_up, now=self._clock())
        if left is None or len(claimed) <= left:
            return claimed
        tx.deliveries.move(ledger.put_back(row, now=self._clock()) for row in claimed[left:])
        return claimed[:left]

    def _settle(self, tx: Shelves, outcomes: Sequence[Outcome]) -> None:
        now, retry, held = self._clock(), self._config.retry, self._under_way
        accepted = [one for one in outcomes if one.state is DeliveryState.ACCEPTED]
        taken = [
            (one.delivery, held[one.delivery].epoch, one.provider_id or held[one.delivery].provider_id)
            for one in accepted
        ]
        tx.deliveries.accept(taken, ledger.ACCEPTABLE, now=now)
        if len(accepted) < len(outcomes):
            others = (one for one in outcomes if one.state is not DeliveryState.ACCEPTED)
            tx.deliveries.move(
                ledger.settled(ledger.submitted(held[one.delivery]), one, now=now, retry=retry) for one in others
            )
        self._handed += len(outcomes)
        if self._handed >= self._heed_at:
            self._heed_at *= 2  # adding up the states of a million rows takes longer than a batch
            heed(tx, self._issue)

    def _begin(self, tx: Shelves, claimed: Sequence[Delivery]) -> Sequence[Delivery] | None:
        """The intent, with a last look at issue, subscription and suppression in the same transaction."""
        if not tx.deliveries.sending(self._issue):
            return None
        now, hashes = self._clock(), {row.id: self._room.signer.suppression_hash(row.email) for row in claimed}
        suppressed = tx.subscribers.suppressed(hashes.values())
        welcome = [row for row in claimed if hashes[row.id] not in suppressed]
        until, edition = now + self._config.lease, self._edition.edition_key
        begun = tx.deliveries.begin(welcome, edition, now=now, lease_until=until)
        if len(begun) < len(claimed):
            begun |= self._begin_others(tx, [row for row in claimed if row.id not in begun], suppressed, now)
        return [row for row in claimed if row.id in begun]

    def _begin_others(
        self, tx: Shelves, claimed: Sequence[Delivery], suppressed: Container[str], now: datetime
    ) -> frozenset[DeliveryId]:
        """Those that are not simply to be sent: whose reader is gone or suppressed, or whose claim is over."""
        epochs = {row.id: row.epoch for row in claimed}
        moves = [
            ledger.begun(
                one.delivery,
                subscribed=one.subscribed,
                suppressed=self._room.signer.suppression_hash(one.delivery.email) in suppressed,
                now=now,
                lease=self._config.lease,
            )
            for one in tx.deliveries.standings(tuple(epochs), self._edition.edition_key)
            if one.delivery.epoch == epochs[one.delivery.id]
        ]
        wanted = [move for move in moves if move is not None]
        taken = tx.deliveries.move(wanted)
        return frozenset(
            move.after.id for move in wanted if move.after.id in taken and move.after.state is DeliveryState.SUBMITTING
        )

    def _settled_so_far(self, tx: Shelves) -> int:
        counts = tx.deliveries.counts(self._issue)
        return sum(count for state, count in counts.items() if state not in ledger.TO_DO)

    # -- around them

    def _parcel(self, delivery: Delivery) -> Parcel:
        return Parcel(
            delivery=delivery.id,
            email=delivery.email,
            name=delivery.name,
            message_id=delivery.message_id,
            attempt=delivery.attempt + 1,
            leaves=None if self._hold is None else self._clock() + self._hold,
            values=reader_values(self._room, self._edition, delivery.subscriber, delivery.email, delivery.name),
        )

    def _tell(self, more: int) -> None:
        self._done += more
        if self._progress is not None:
            self._progress(min(self._done, self._audience), self._audience)

    async def _step(self, step: Callable[[Shelves], T]) -> T:
        def run() -> T:
            with self._room.store.write() as tx:
                return step(tx)

        return await asyncio.get_running_loop().run_in_executor(self._thread, run)


def reader_values(room: Newsroom, edition: Edition, subscriber: SubscriberId, email: str, name: str) -> dict[Slot, str]:
    """What stands in the slots of a reader's letter."""
    site, key = room.config.newsroom.site, edition.edition_key
    return {
        Slot.ADDRESS: email,
        Slot.NAME: name,
        Slot.UNSUBSCRIBE: f"{site}/unsubscribe/{room.signer.unsubscribe(subscriber, key)}",
        Slot.PREFERENCES: f"{site}/preferences/{room.signer.preferences(subscriber, key)}",
    }
