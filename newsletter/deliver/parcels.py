"""What a transport is given and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from newsletter.model import DeliveryId, DeliveryState, IssueKey, Letter
from newsletter.slots import Slot


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mailing:
    """What all readers of one letter share. The same values give the same bytes, today and after a crash.

    What is made of a mailing once is found again by the object itself: comparing a letter's words with those of the
    last one would take longer than writing the reader's.
    """

    issue: IssueKey
    letter: Letter
    sender: str
    """`name@example.org` or `Name <name@example.org>`; a From header of the letter comes first."""
    reply_to: str = ""
    date: datetime
    batch: str = ""
    """Names what the provider holds of this letter together; "" where it holds nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One reader's letter: where it goes and what stands in its slots, as plain text."""

    delivery: DeliveryId
    """Opaque; providers hand it back with their events. Equal for all attempts."""
    email: str
    name: str = ""
    message_id: str
    """With its angle brackets."""
    attempt: int = 1
    leaves: datetime | None = None
    """When a provider that holds letters lets it go."""
    values: Mapping[Slot, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one parcel.

    ACCEPTED: the transport answers for it now. UNCERTAIN: it may have it. RETRY_WAIT, REJECTED: it surely has not,
    for now or for good. PLANNED: it was not tried.
    """

    delivery: DeliveryId
    state: DeliveryState
    provider_id: str = ""
    kind: str = ""
    """The class of a failure, `smtp 550` or `timeout`: many of one class in a row mean that no reader is at fault."""
    error: str = ""
    request: str = ""
    """Names the request, where one answer was for many letters: they failed together, not each by itself."""
    wait: timedelta | None = None
    """Set where the provider said how long to wait; such a try is not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A letter that is looked up: its id, to whom it went, and since when it may have."""

    delivery: DeliveryId
    email: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What a provider's log says: the state of the letter, or None where it holds no such letter.

    `sure`: the log was searched whole, so that what it does not hold it was never given.
    """

    state: DeliveryState | None
    sure: bool
    provider_id: str = ""


class Holds(Protocol):
    """A provider that keeps letters back for a time, together as a batch."""

    hold: timedelta

    async def open(self) -> str:
        """A new batch. Raises TransportError."""

    async def take_back(self, batch: str) -> None:
        """No letter of it leaves any more, but for those about to; a second time is no error. Raises TransportError."""


class Log(Protocol):
    async def fate(self, question: Question) -> Fate:
        """Raises TransportError when the log cannot be read."""
