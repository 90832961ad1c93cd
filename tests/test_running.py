"""`newsletter run` serves, keeps time and ends when it is told to."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest

from newsletter import pipeline
from newsletter.config import load_config
from newsletter.model import Consent, DeliveryState, EditionKey, Subscriber, SubscriberId, SubscriberStatus
from newsletter.newsroom import open_newsroom
from tests.builders import NOW, article

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text("")
    (tmp_path / "feeds").mkdir()
    off = '<opml><body><outline xmlUrl="https://wire.example/feed" enabled="false"/></body></opml>'
    (tmp_path / "feeds" / "none.opml").write_text(off)
    return tmp_path


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "newsletter", "run", "--address", "127.0.0.1:0", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("arguments", "ending"),
    [
        ((), signal.SIGTERM),
        ((), signal.SIGINT),
        (("--no-clock",), signal.SIGTERM),
        (("--as-of", "2026-03-12T08:00Z"), signal.SIGTERM),
    ],
)
def test_it_prints_its_address_serves_and_ends_in_good_order(
    folder: Path, arguments: tuple[str, ...], ending: signal.Signals
) -> None:
    with running(folder, *arguments) as (process, address):
        assert address.startswith("http://127.0.0.1:")
        assert not address.endswith(":0")
        with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:
            assert answer.status == 200
        process.send_signal(ending)
        assert process.wait(timeout=15) == 0
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


@pytest.mark.slow
def test_told_to_end_in_the_middle_of_a_sending_it_leaves_nothing_half_done(folder: Path) -> None:
    readers, config = 3_000, load_config(folder / "config.toml")
    one = article(title="Nvidia invests $2 billion in Nebius data centers", published=NOW - timedelta(days=1))
    with open_newsroom(config) as room:
        with room.store.write() as tx:
            tx.articles.add([one])
            tx.subscribers.add_many([_reader(number) for number in range(readers)], now=NOW)
        pipeline.curate(room, now=NOW)
        draft = pipeline.compose(room, "weekly-en", now=NOW - timedelta(hours=1))
        key = draft.issue.key
        pipeline.approve(room, key, draft.letter.fingerprint, by="ed@news.example", now=NOW - timedelta(hours=1))
        outbox = folder / "outbox" / key
        with running(folder, "--as-of", f"{NOW:%Y-%m-%dT%H:%MZ}") as (process, address):
            assert address
            _until(lambda: outbox.is_dir() and len(os.listdir(outbox)) > 50)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=25) == 0
        states = pipeline.status(room, key).states
        sent = len(list(outbox.glob("*.eml")))
        assert set(states) <= {"planned", "accepted"}
        assert 50 < sent == states[DeliveryState.ACCEPTED] < readers
        asyncio.run(pipeline.deliver(room, key, clock=lambda: NOW))
        assert pipeline.status(room, key).states == {DeliveryState.ACCEPTED: readers}
    assert len(list(outbox.glob("*.eml"))) == readers


def _reader(number: int) -> Subscriber:
    return Subscriber(
        id=SubscriberId(""),
        email=f"reader{number}@reader.example",
        editions=(EditionKey("weekly-en"),),
        status=SubscriberStatus.ACTIVE,
        consent=Consent(at=NOW, how="import", text="Invented for a test"),
    )


def _until(true: Callable[[], bool]) -> None:
    end = monotonic() + 60
    while not true():
        assert monotonic() < end
        sleep(0.01)


def test_a_worker_says_what_it_does_and_ends_in_good_order(folder: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "newsletter", "worker"]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("Sending what is due")
        sleep(0.5)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0
        assert "Traceback" not in process.stderr.read()


def test_a_taken_port_is_told_and_ends_with_1(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running(folder, "--address", f"127.0.0.1:{port}") as (process, address):
            assert address == ""
            assert process.wait(timeout=15) == 1
            assert process.stderr is not None
            assert f"127.0.0.1:{port} cannot be served" in process.stderr.read()
