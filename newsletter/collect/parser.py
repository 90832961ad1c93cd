"""Parses feeds in processes of their own, which are killed when a feed is too much for them."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Self, TypeVar

from newsletter.collect.entries import Parsed
from newsletter.collect.worker import ANSWER, FRAME

T = TypeVar("T")

_PATIENCE = 15.0
"""Seconds by the wall clock; the worker's own limit is of its own time and strikes first."""
_RECYCLED = 200
"""Feeds after which a worker is replaced: feedparser's memory grows (kurtmckee/feedparser#287)."""


class Parser:
    """To be used in `async with`. `workers` feeds are parsed at a time."""

    def __init__(self, workers: int = 0) -> None:
        self._count = workers or min(2, os.cpu_count() or 1)
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._all: list[_Worker] = []

    async def __aenter__(self) -> Self:
        self._all = [_Worker() for _ in range(self._count)]
        for worker in self._all:
            self._idle.put_nowait(worker)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._all:
            worker.stop()

    async def parse(self, body: bytes, *, content_type: str = "", url: str = "") -> Parsed:
        """What `parsing.parse` finds. A feed that is too much for it is read again, gently."""
        for gentle in (False, True):
            head = {"job": "feed", "content_type": content_type, "url": url, "gentle": gentle}
            if (found := await self._ask(head, body, Parsed.from_json)) is not None:
                return found
        return Parsed(kind="unknown", problems=("too much to read: it takes more time or memory than a feed may",))

    async def article(self, body: bytes, *, content_type: str = "", url: str = "") -> str:
        """The text of the article in a page; "" where there is none, or the page is too much to read."""
        head = {"job": "page", "content_type": content_type, "url": url}
        return await self._ask(head, body, lambda answer: answer[1:].decode("utf-8")) or ""

    async def _ask(self, head: Mapping[str, object], body: bytes, understood: Callable[[bytes], T]) -> T | None:
        """None where the worker died of it."""
        worker = await self._idle.get()
        try:
            return await asyncio.to_thread(worker.ask, head, body, understood)
        finally:
            self._idle.put_nowait(worker)


class _Worker:
    """Asked by one thread at a time; `stop` may come from any."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._asked = 0

    def ask(self, head: Mapping[str, object], body: bytes, understood: Callable[[bytes], T]) -> T | None:
        """None where the worker died of it; the next question starts another."""
        process = self._process = self._process or _start()
        watch = threading.Timer(_PATIENCE, process.kill)
        watch.start()
        try:
            answer = _exchange(process, json.dumps(head).encode("ascii"), body)
        except (OSError, ValueError):  # killed, or stopped meanwhile
            answer = b""
        finally:
            watch.cancel()
        self._asked += 1
        if not answer or self._asked >= _RECYCLED:
            self.stop()
        return understood(answer) if answer else None

    def stop(self) -> None:
        process, self._process, self._asked = self._process, None, 0
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(OSError):  # what was not written yet goes nowhere
                        pipe.close()


def _start() -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", "newsletter.collect.worker"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)  # noqa: S603 — our own


def _exchange(process: "subprocess.Popen[bytes]", head: bytes, body: bytes) -> bytes:
    """The answer, or nothing from a process that has died."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(FRAME.pack(len(head), len(body)) + head)
    process.stdin.write(body)
    process.stdin.flush()
    size = process.stdout.read(ANSWER.size)
    if len(size) < ANSWER.size:
        return b""
    answer = process.stdout.read(*ANSWER.unpack(size))
    return answer if len(answer) == ANSWER.unpack(size)[0] else b""
