"""The clock, the pages and the delivery in one process, until somebody says stop."""

import asyncio
import logging
import resource
import signal
import threading
from argparse import Namespace
from contextlib import suppress

from newsletter.cli.say import Watch, room_of
from newsletter.newsroom import Newsroom
from newsletter.schedule import DRAIN, keep_time
from newsletter.web.app import make_app
from newsletter.web.serving import serve

_FILES = 65_536


def run(arguments: Namespace) -> None:
    _speak()
    _open_many_files()
    clock = Watch(arguments.as_of)
    with room_of(arguments) as room:
        room.keep_key()
        asyncio.run(_run(room, arguments.address or room.config.web.address, clock, ticking=not arguments.no_clock))


def worker(arguments: Namespace) -> None:
    """Only the sending: as many of these as one likes share the letters of one store."""
    _speak()
    _open_many_files()
    clock = Watch(arguments.as_of)
    with room_of(arguments) as room:
        print("Sending what is due; Ctrl-C ends it", flush=True)
        asyncio.run(_work(room, clock))


async def _work(room: Newsroom, clock: Watch) -> None:
    stop = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    await keep_time(room, now=clock, stop=stop, letters_only=True)


def _speak() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname).1s %(message)s")
    for chatty in ("apscheduler", "uvicorn", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _open_many_files() -> None:
    """As many as the system lets us: a visitor and a mail connection is a file each, and the usual limit is 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def _run(room: Newsroom, address: str, clock: Watch, *, ticking: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    keeper = Keeper(room, clock) if ticking else None

    def halt() -> None:
        stop.set()
        if keeper is not None:
            keeper.tell()

    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, halt)

    def started(url: str) -> None:
        print(url, flush=True)
        if keeper is not None:
            keeper.start()

    try:
        await serve(make_app(room, clock=clock), address, started=started, stop=stop)
    finally:
        halt()
        if keeper is not None:
            await asyncio.to_thread(keeper.join)


class Keeper:
    """The clock in a thread and a loop of its own: collecting and sending never make a page wait."""

    def __init__(self, room: Newsroom, clock: Watch) -> None:
        self._room, self._clock = room, clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._told = False
        self._thread = threading.Thread(target=self._keep, name="clock", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def tell(self) -> None:
        """Time to end: the pages and the clock wind up side by side, since whoever told us waits 25 seconds."""
        self._told = True
        if self._loop is not None:
            # A loop that has ended needs no telling.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stop.set)

    def join(self) -> None:
        """Until letters in hand are settled, or put back because that took too long."""
        if self._thread.is_alive():
            self._thread.join(DRAIN + 2)

    def _keep(self) -> None:
        asyncio.run(self._keep_time())

    async def _keep_time(self) -> None:
        self._loop = asyncio.get_running_loop()
        if self._told:
            return
        await keep_time(self._room, now=self._clock, stop=self._stop)
