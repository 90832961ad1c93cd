"""Ways to hand letters over. A third one is a class and a name in the table below."""

import asyncio
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol, Self

from newsletter.config import Deliver
from newsletter.deliver.parcels import Holds, Log, Mailing, Outcome, Parcel
from newsletter.errors import TransportError

Tell = Callable[[Outcome], None]

_OPENERS = {
    "outbox": "newsletter.deliver.transports.outbox",
    "smtp": "newsletter.deliver.transports.smtp",
    "sendgrid": "newsletter.deliver.transports.sendgrid",
}
"""Each module has `open_transport(deliver, folder=...)`; it is imported only when it is used."""


class Transport(Protocol):
    """Hands letters over; used in `async with`."""

    batch: int
    """At most so many parcels are handed over together; their intent is committed just before."""
    lanes: int
    """So many batches may be under way at once."""
    repeatable: bool
    """Handing the same delivery over again leaves one letter, so nothing is ever uncertain."""

    async def submit(self, mailing: Mailing, parcels: Sequence[Parcel], *, tell: Tell, stop: asyncio.Event) -> None:
        """Hand the parcels over and tell the outcome of each as soon as it is known.

        Once `stop` is set no further parcel is begun. When this returns, or raises TransportError because the
        transport as a whole refuses, a parcel without an outcome has surely not been handed over. When it ends in
        any other way, a parcel without an outcome may have been.
        """

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...


def open_transport(deliver: Deliver, *, folder: Path) -> Transport:
    """The transport that the config names. Raises ConfigError for a missing key or password."""
    opened: Transport = import_module(_OPENERS[deliver.transport]).open_transport(deliver, folder=folder)
    return opened


def open_log(deliver: Deliver) -> Log | None:
    """Where the provider that the config names can be asked what became of a letter; None where it cannot."""
    if deliver.transport != "sendgrid":
        return None
    opened: Log | None = import_module("newsletter.deliver.transports.logs").open_log(deliver)
    return opened


def open_holds(deliver: Deliver) -> Holds | None:
    """Where the provider that the config names holds letters back for a while; None where it does not."""
    if deliver.transport != "sendgrid":
        return None
    opened: Holds | None = import_module("newsletter.deliver.transports.holds").open_holds(deliver)
    return opened


async def post(transport: Transport, mailing: Mailing, parcel: Parcel) -> Outcome:
    """Hand over one letter that is not in the ledger: a test, a confirmation. Raises TransportError if nothing went."""
    told: list[Outcome] = []
    async with transport:
        await transport.submit(mailing, (parcel,), tell=told.append, stop=asyncio.Event())
    if not told:
        raise TransportError("the letter was not handed over; try again")
    return told[0]
