"""`newsletter run` serves, keeps time and ends when it is told to."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

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
