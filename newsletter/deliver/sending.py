"""The sending loop: claim, write down the intent, hand over, write down what became of it.

    claim (a lease, safe to take back) → turn (`submitting` is committed) → transport → turn (what became of it)

A turn closes one batch and opens the next in one transaction; none is open while the network is used.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

from newsletter.deliver.ledger import Streak, streak_after
from newsletter.deliver.pacing import Pace
from newsletter.deliver.parcels import Mailing, Outcome, Parcel
from newsletter.deliver.transports import Transport
from newsletter.errors import TransportError
from newsletter.model import Delivery, DeliveryState

_GRACE = 15.0
"""Seconds that letters under way have to end once we are told to stop; after that they are uncertain."""
_PATIENCE = timedelta(minutes=15)
"""Shorter waits are waited out. A letter that waits longer is left to a later run; a provider that closes for longer
pauses the issue, so that people see it."""
_LOOK = 1.0
_CUT = "the sender stopped while the letter was on its way"
_SOON = 0.05
"""What the last batch came to is written down before a longer wait."""
_AHEAD = 8
"""Batches claimed at once: one commit for many rows, and not so many that a lease runs out."""


class Book(Protocol):
    """The ledger of one issue as the loop uses it; every call is one transaction."""

    async def claim(self, limit: int) -> Sequence[Delivery]:
        """Rows that are ours now; none when nothing may be tried at present."""

    async def turn(self, outcomes: Sequence[Outcome], claimed: Sequence[Delivery]) -> Sequence[Parcel] | None:
        """Write down what became of one batch and commit the intent for the next; give what may be handed over.

        None when the issue is not being sent any more; the outcomes are written down all the same.
        """

    async def put_back(self, claimed: Sequence[Delivery]) -> None: ...

    async def pause(self, reason: str) -> None: ...

    async def is_sending(self) -> bool: ...

    async def next_due(self) -> datetime | None:
        """When the next row that waits may be tried; None when none waits."""


class Sender:
    """Sends one issue until nothing is left to do for now, it is paused, or `stop` is set."""

    def __init__(
        self, book: Book, transport: Transport, mailing: Mailing, *,
        clock: Callable[[], datetime], stop: asyncio.Event, pause_after: int, rate: float | None = None,
    ) -> None:  # fmt: skip
        """`rate`: letters a second at most."""
        self._book, self._transport, self._mailing = book, transport, mailing
        self._clock, self._stop, self._pause_after = clock, stop, pause_after
        self._pace = None if rate is None else Pace(rate)
        self._batch, self._ahead = transport.batch, transport.batch * _AHEAD
        if self._pace is not None:
            self._batch, self._ahead = self._pace.batch(self._batch), self._pace.ahead(self._ahead)
        self._hand: deque[Delivery] = deque()
        self._refilling = asyncio.Lock()
        self._streak = Streak()
        self._rest_until: datetime | None = None
        self._ended = False

    async def run(self) -> None:
        async with self._transport:
            while not self._done():
                await self._work()
                if self._done():
                    return
                due = self._rest_until or await self._book.next_due()
                self._rest_until = None
                if due is None or due - self._clock() > _PATIENCE or not await self._wait(due):
                    return

    def _done(self) -> bool:
        return self._ended or self._stop.is_set()

    async def _work(self) -> None:
        """All lanes until each finds nothing to do; rows in hand that are left go back."""
        lanes = asyncio.ensure_future(self._lanes())
        stopped = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({lanes, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not lanes.done():
                await asyncio.wait({lanes}, timeout=_GRACE)
            if not lanes.done():
                lanes.cancel()
            await asyncio.wait({lanes})
            if not lanes.cancelled():
                lanes.result()
        finally:
            stopped.cancel()
            lanes.cancel()
            if self._hand:
                await self._book.put_back(tuple(self._hand))
                self._hand.clear()

    async def _lanes(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._transport.lanes):
                    group.create_task(self._lane())
        except ExceptionGroup as group:
            raise group.exceptions[0] from group

    async def _lane(self) -> None:
        told: Sequence[Outcome] = ()
        while True:
            try:
                claimed = [] if self._done() or self._rest_until else await self._next_batch()
                if claimed and self._pace is not None:
                    wait = self._pace.take(len(claimed), asyncio.get_running_loop().time())
                    if wait > _SOON:
                        await self._book.turn(told, ())
                        told = ()
                    claimed = await self._its_time(claimed, wait)
            except BaseException:
                await self._book.turn(told, ())
                raise
            parcels = await self._book.turn(told, claimed)
            if parcels is None:
                self._ended = True
                await self._book.put_back(claimed)
                return
            if not claimed:
                return
            told = await self._hand_over(parcels) if parcels else ()

    async def _next_batch(self) -> list[Delivery]:
        async with self._refilling:
            if not self._hand:
                self._hand.extend(await self._book.claim(self._ahead))
            return [self._hand.popleft() for _ in range(min(self._batch, len(self._hand)))]

    async def _its_time(self, claimed: list[Delivery], wait: float) -> list[Delivery]:
        """The rows once their time has come. Over a long wait they go back, for a lease runs meanwhile."""
        if wait > _LOOK:
            await self._book.put_back((*claimed, *self._hand))
            self._hand.clear()
            if not await self._rest(wait):
                return []
            return list(await self._book.claim(len(claimed)))
        if wait > 0 and not await self._rest(wait):
            await self._book.put_back(claimed)
            return []
        return claimed

    async def _rest(self, seconds: float) -> bool:
        """False when we were stopped meanwhile, or the issue is not being sent any more."""
        end = asyncio.get_running_loop().time() + seconds
        while (rest := end - asyncio.get_running_loop().time()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), min(rest, _LOOK))
            if self._done():
                return False
            if rest > _LOOK and not await self._book.is_sending():
                self._ended = True
                return False
        return True

    async def _hand_over(self, parcels: Sequence[Parcel]) -> Sequence[Outcome]:
        """What the transport told; whatever breaks it off, that is written down."""
        told: dict[str, Outcome] = {}
        refused = ""
        try:
            await self._transport.submit(self._mailing, parcels, tell=_into(told), stop=self._stop)
        except TransportError as error:
            refused = str(error)
        except asyncio.CancelledError:
            self._take_unknown(parcels, told)
            await self._book.turn(tuple(told.values()), ())
            raise
        except BaseException:
            await self._book.turn(tuple(told.values()), ())
            raise
        self._take_untried(parcels, told)
        outcomes = tuple(told.values())
        await self._judge(outcomes, refused)
        return outcomes

    def _take_untried(self, parcels: Sequence[Parcel], told: dict[str, Outcome]) -> None:
        for parcel in parcels:
            told.setdefault(parcel.delivery, Outcome(delivery=parcel.delivery, state=DeliveryState.PLANNED))

    def _take_unknown(self, parcels: Sequence[Parcel], told: dict[str, Outcome]) -> None:
        """Of a transport that was cut off: what it has not told may have gone, unless a second time does no harm."""
        state = DeliveryState.PLANNED if self._transport.repeatable else DeliveryState.UNCERTAIN
        for parcel in parcels:
            told.setdefault(parcel.delivery, Outcome(delivery=parcel.delivery, state=state, kind="cut off", error=_CUT))

    async def _judge(self, outcomes: Sequence[Outcome], refused: str) -> None:
        """Whether to rest or to pause after these."""
        self._streak = streak_after(self._streak, outcomes)
        wait = max((outcome.wait for outcome in outcomes if outcome.wait is not None), default=None)
        if refused:
            await self._pause(refused)
        elif self._streak.count >= self._pause_after:
            await self._pause(f"{self._streak.count} letters in a row failed alike: {self._streak.error}")
        elif wait is not None and wait > _PATIENCE:
            until = self._clock() + wait
            await self._pause(f"the provider takes no more letters until {until:%Y-%m-%d %H:%M} UTC")
        elif wait is not None:
            self._rest_until = self._clock() + wait

    async def _pause(self, reason: str) -> None:
        if not self._ended:
            self._ended = True
            await self._book.pause(reason)

    async def _wait(self, due: datetime) -> bool:
        """Until then; False when there is no use in waiting: we are stopped, or paused, or the clock stands still."""
        while (rest := (due - self._clock()).total_seconds()) > 0:
            before = self._clock()
            try:
                await asyncio.wait_for(self._stop.wait(), min(rest, _LOOK))
            except TimeoutError:
                pass
            else:
                return False
            if self._clock() <= before or not await self._book.is_sending():
                return False
        return True


def _into(told: dict[str, Outcome]) -> Callable[[Outcome], None]:
    def tell(outcome: Outcome) -> None:
        told[outcome.delivery] = outcome

    return tell
