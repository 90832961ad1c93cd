"""A large audience by way of SendGrid's stand-in, which answers late and lives in a process of its own."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from newsletter.config import config_from
from newsletter.newsroom import open_newsroom
from tests.bench.delivering import FULL, delivered, freeze, seed
from tests.bench.figures import Figure, at_most
from tests.fakes.sendgrid import SendGridServer, serving
from tests.mailroom import approve

READERS = 1_000_000 if FULL else 20_000
_PARALLEL = 10
_LATE = 0.1


def sendgrid() -> Iterator[Figure]:
    """The ledger on disk and all: 250 readers a request, ten requests at once, each answered after 100 ms."""
    os.environ["SENDGRID_API_KEY"] = "SG.test"
    with tempfile.TemporaryDirectory() as folder, _server() as (host, stop):
        data = {
            "newsroom": {"site": "https://news.example", "postal_address": "1 Sample Street"},
            "deliver": {"transport": "sendgrid", "sendgrid": {"host": host, "connections": _PARALLEL}},
        }
        with open_newsroom(config_from(data, where="config.toml", folder=Path(folder))) as room:
            approve(room, 0)
            seed(room, READERS)
            froze = asyncio.run(freeze(room))
            took = froze + delivered(room, READERS)
        taken, twice = stop()
    assert (taken, twice) == (READERS, 0)
    name = f"{READERS:,} readers through SendGrid, {_PARALLEL} at once, {_LATE * 1000:.0f} ms late"
    yield at_most(name, took, 300, "s") if FULL else Figure(what=name, value=took, unit="s")


class Counting(SendGridServer):
    """Judges every request as it does elsewhere and keeps the addresses alone: a million letters fill no memory."""

    def __init__(self) -> None:
        super().__init__(on_step=lambda: time.sleep(_LATE / 2))
        self.seen: set[str] = set()
        self.twice = 0

    def take(self, body: dict[str, Any], message_id: str) -> None:
        emails = [one["to"][0]["email"] for one in body["personalizations"]]
        self.twice += len(emails) - len(set(emails) - self.seen)
        self.seen.update(emails)
        self.requests[-1] = {}


@contextmanager
def _server() -> Iterator[tuple[str, Any]]:
    """Its address, and what ends it and tells how many readers it took, and how many more than once."""
    command = [sys.executable, "-m", "tests.bench.posting"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = process.stdout.readline().strip()

        def stop() -> tuple[int, int]:
            taken, twice = process.communicate("\n", timeout=30)[0].split()
            return int(taken), int(twice)

        try:
            yield f"http://127.0.0.1:{port}", stop
        finally:
            process.kill()


def _serve() -> None:
    with serving(Counting()) as server:
        print(server.port, flush=True)
        sys.stdin.readline()
        assert isinstance(server, Counting)
        print(len(server.seen), server.twice)


MEASURES = (sendgrid,)

if __name__ == "__main__":
    _serve()
