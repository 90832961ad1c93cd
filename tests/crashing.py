"""A newsroom that dies at a given step, and as a program: `python -m tests.crashing CONFIG ISSUE STEP` dies by SIGKILL.

Steps are counted where something may be half done: before, inside and after every transaction, and around every
answer of the transport.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

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


def main(config_file: str, issue: str, at: str) -> None:
    config, left = load_config(Path(config_file)), int(at)

    def step() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    store = open_store(config.store.url, config.folder)
    room = CrashingRoom(config, crashing_store(store, step), step)
    found = asyncio.run(pipeline.deliver(room, IssueKey(issue), clock=lambda: datetime.now(UTC)))
    print({state.value: count for state, count in found.states.items()}, found.paused)


if __name__ == "__main__":
    main(*sys.argv[1:])
