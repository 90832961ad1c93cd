"""What every test may ask for; no test reaches beyond this machine."""

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsletter.config import Config, config_from
from newsletter.newsroom import Newsroom, open_newsroom

SHARED = Path(__file__).resolve().parents[2] / "shared"
_CONNECT = socket.socket.connect
_CONNECT_EX = socket.socket.connect_ex


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    absent = pytest.mark.skip(reason="the real feeds are not beside this checkout")
    for item in items:
        if item.get_closest_marker("shared") and not SHARED.is_dir():
            item.add_marker(absent)


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
