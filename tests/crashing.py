"""A newsroom that dies at a given step, and as a program: `python -m tests.crashing CONFIG ISSUE STEP` dies by SIGKILL.

Steps are counted where something may be half done: before, inside and after every transaction, around every answer of
the transport, and at each command that a server on loopback hears; the program counts its own calls of the network
instead.
"""

import asyncio
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from newsletter import pipeline
from newsletter.config import load_config
from newsletter.deliver.parcels import Mailing, Outcome, Parcel
from newsletter.deliver.transports import Tell, Transport
from newsletter.model import IssueKey
from newsletter.newsroom import Newsroom
from newsletter.store.engine import Store
from newsletter.store.opening import open_store
from newsletter.store.shelves import Shelves

Step = Callable[[], None]


class Died(BaseException):
    """As sudden as SIGKILL: once it has come, no step is taken any more."""


class Death:
    """Comes with the given step. A server of another thread counts by `heard`: its caller dies at its own next step."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self) -> None:
        self.left -= 1
        if self.left <= 0:
            raise Died

    def heard(self) -> None:
        self.left -= 1

    @property
    def came(self) -> bool:
        return self.left <= 0


class CrashingStore(Store):
    """A store that takes a step at each place where a transaction may be cut."""

    step: Step

    @contextmanager
    def write(self) -> Iterator[Shelves]:
        self.step()
        with Store.write(self) as tx:
            yield tx
            self.step()
        self.step()


class CrashingTransport:
    """A transport that takes a step before a batch and around each answer."""

    def __init__(self, inner: Transport, step: Step) -> None:
        self._inner, self._step = inner, step
        self.batch, self.lanes, self.repeatable = inner.batch, inner.lanes, inner.repeatable

    async def __aenter__(self) -> Self:
        await self._inner.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._inner.__aexit__(*error)

    async def submit(self, mailing: Mailing, parcels: Sequence[Parcel], *, tell: Tell, stop: asyncio.Event) -> None:
        self._step()

        def telling(outcome: Outcome) -> None:
            self._step()
            tell(outcome)
            self._step()

        await self._inner.submit(mailing, parcels, tell=telling, stop=stop)


@dataclass(frozen=True)
class CrashingRoom(Newsroom):
    """Takes its steps at the given places; `inner` is the transport, by default the one of the config."""

    step: Step = lambda: None
    inner: Transport | None = None

    def transport(self) -> Transport:
        return CrashingTransport(self.inner or super().transport(), self.step)


def crashing_store(store: Store, step: Step) -> CrashingStore:
    found = CrashingStore(store.engine, store._writing)
    object.__setattr__(found, "step", step)
    return found


def deliver_until(room: Newsroom, issue: IssueKey, death: Death, clock: Callable[[], datetime]) -> bool:
    """Deliver with the room's own transport until death comes; whether it came before the end."""
    doomed = CrashingRoom(room.config, crashing_store(room.store, death), death)
    try:
        asyncio.run(pipeline.deliver(doomed, issue, clock=clock))
    except (Died, BaseExceptionGroup):
        if not death.came:
            raise
    for thread in threading.enumerate():
        # What SendGrid's client has in hand goes on in its thread, as bytes do that a kernel has: wait for its end.
        if thread.name.startswith("sendgrid"):
            thread.join(10)
    return death.came


def count_calls(step: Step) -> None:
    """From now on every byte that this process sends or waits for on a socket of Python's takes a step."""

    class Counted(socket.socket):
        def send(self, *given: Any) -> int:
            step()
            sent = super().send(*given)
            step()
            return sent

        def sendall(self, *given: Any) -> None:
            step()
            super().sendall(*given)
            step()

        def recv(self, *given: Any) -> bytes:
            found = super().recv(*given)
            step()
            return found

        def recv_into(self, *given: Any) -> int:
            found = super().recv_into(*given)
            step()
            return found

    socket.socket = Counted  # type: ignore[misc]


def main(config_file: str, issue: str, at: str) -> None:
    config, left = load_config(Path(config_file)), int(at)

    def step() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    count_calls(step)
    store = open_store(config.store.url, config.folder)
    room = CrashingRoom(config, crashing_store(store, step), step)
    found = asyncio.run(pipeline.deliver(room, IssueKey(issue), clock=lambda: datetime.now(UTC)))
    print({state.value: count for state, count in found.states.items()}, found.paused)


if __name__ == "__main__":
    main(*sys.argv[1:])
