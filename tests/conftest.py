"""What every test may ask for; no test reaches beyond this machine."""

import ipaddress
import os
import shutil
import socket
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from newsletter.config import Config, config_from
from newsletter.newsroom import Newsroom, open_newsroom
from tests import postgres

NO_SKIP = os.environ.get("NEWSLETTER_NO_SKIP") == "1"
"""Set by CI: there a test that is left out for a missing tool is a failure, never a quiet hole."""
SHARED = Path(__file__).resolve().parents[2] / "shared"
_CONNECT = socket.socket.connect
_CONNECT_EX = socket.socket.connect_ex


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    absent = {mark: pytest.mark.skip(reason=why) for mark, why in _missing().items()}
    for item in items:
        for mark, skip in absent.items():
            if item.get_closest_marker(mark):
                item.add_marker(skip)


def _missing() -> dict[str, str]:
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    chromium = any(shutil.which(name, path=path) for name in ("chromium", "chromium-browser", "google-chrome"))
    there = {
        "shared": (SHARED.is_dir(), "the real feeds are not beside this checkout"),
        "browser": (chromium, "Chromium is not installed"),
        "postgres": (postgres.programs() is not None, "PostgreSQL is not installed"),
        "mail": (shutil.which("smtp-sink", path=path) is not None, "Postfix's smtp-sink is not installed"),
    }
    return {mark: why for mark, (found, why) in there.items() if not found}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Any:
    report = yield
    excused = item.get_closest_marker("shared") is not None and not SHARED.is_dir()
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail") and not excused:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where nothing may be: {report.longrepr[-1]}"
    return report


@pytest.fixture(autouse=True)
def _only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(self: socket.socket, address: Any) -> None:
        _refuse_strangers(self, address)
        _CONNECT(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_strangers(self, address)
        return _CONNECT_EX(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect_ex)


def _refuse_strangers(connection: socket.socket, address: Any) -> None:
    if connection.family in (socket.AF_INET, socket.AF_INET6):
        host = str(address[0])
        if host != "localhost" and not ipaddress.ip_address(host.partition("%")[0]).is_loopback:
            raise AssertionError(f"a test wanted to connect to {host}")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A newsroom of two editions below a temporary folder, its letters going to an outbox folder."""
    data = {
        "newsroom": {"site": "https://news.example", "postal_address": "1 Sample Street, 12345 Sampletown"},
        "collect": {"allow_private": ["127.0.0.0/8", "::1/128"]},
    }
    return config_from(data, where="config.toml", folder=tmp_path)


@pytest.fixture
def room(config: Config) -> Iterator[Newsroom]:
    """A real newsroom on a temporary SQLite file."""
    with open_newsroom(config) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    place = postgres.programs()
    if place is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres.cluster(place) as address:
        yield address


_NUMBERS = count(1)


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """A fresh database, as [store] url takes it; mark the test `postgres`."""
    name = f"newsroom{next(_NUMBERS)}"
    with psycopg.connect(postgres_server.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return postgres_server.format(name)
