"""A transport that keeps the truth of what it took, and cannot take a letter back."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Self

from newsletter.deliver.parcels import Mailing, Outcome, Parcel
from newsletter.deliver.transports import Tell
from newsletter.model import DeliveryState


class Sink:
    """Takes every letter; `answers` gives another outcome for some: (state, whether it was taken all the same)."""

    repeatable = False

    def __init__(
        self, *, batch: int = 4, lanes: int = 2, step: Callable[[], None] = lambda: None,
        answers: Callable[[Parcel], tuple[DeliveryState, bool]] = lambda _: (DeliveryState.ACCEPTED, True),
    ) -> None:  # fmt: skip
        self.batch, self.lanes, self._step, self._answers = batch, lanes, step, answers
        self.taken: list[str] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def submit(self, mailing: Mailing, parcels: Sequence[Parcel], *, tell: Tell, stop: asyncio.Event) -> None:
        for parcel in parcels:
            await asyncio.sleep(0)
            if stop.is_set():
                return
            self._step()
            state, is_taken = self._answers(parcel)
            if is_taken:
                self.taken.append(parcel.email)
                self._step()
            tell(Outcome(delivery=parcel.delivery, state=state, kind=state.value))
