"""Servers that mean harm: whatever they send, a fetch ends inside its limits and never reaches a private address."""

import asyncio
import gzip
import resource
import socket
import time
import zlib
from collections.abc import Awaitable, Callable
from ipaddress import ip_network
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from newsletter.collect.answers import Answer, Failed
from newsletter.collect.fetcher import Fetcher, Manners
from newsletter.config import Collect
from tests.builders import NOW
from tests.oddfiles import item, rss

OWN = (ip_network("127.0.0.0/8"),)
LIMIT = 5.0
FEED = rss(item())
Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Host:
    """A server that says what a test wants, byte by byte; `reached` counts its connections."""

    def __init__(self, speak: Speak, address: str = "127.0.0.1") -> None:
        self._speak, self._address = speak, address
        self.reached = 0

    async def __aenter__(self) -> "Host":
        self._server = await asyncio.start_server(self._serve, self._address, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reached += 1
        try:
            await reader.readuntil(b"\r\n\r\n")
            await self._speak(reader, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


class Names(AbstractResolver):
    """Says for each name what the test wants, one answer after the other."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = list(addresses)
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self._addresses[min(self.asked, len(self._addresses) - 1)]
        self.asked += 1
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        """Holds nothing."""


def says(*pieces: bytes, pause: float = 0.0, times: int = 1) -> Speak:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(times):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)

    return speak


def fetch(speak: Speak, path: str = "/", **config: Any) -> tuple[Answer | Failed, float, int]:
    """What a fetch ends with, its seconds, and how often the server was reached."""

    async def run() -> tuple[Answer | Failed, int]:
        async with Host(speak) as host:
            settings = Collect(**{"allow_private": OWN, "timeout": 2.0, **config})
            async with Fetcher(settings, site="https://news.example") as fetcher:
                return await fetcher.fetch(f"http://127.0.0.1:{host.port}{path}", now=NOW), host.reached

    began = time.monotonic()
    found, reached = asyncio.run(run())
    return found, time.monotonic() - began, reached


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n"
BOMB = gzip.compress(bytes(64 * 1024 * 1024))
_ENDLESS = {
    "a body that drips": says(HEAD + b"\r\n", *[b"<rss>"] * 3, pause=0.2, times=20),
    "headers that drip": says(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n", pause=0.1, times=50),
    "silence": says(b"", pause=4.0),
    "headers without end": says(b"HTTP/1.1 200 OK\r\n", *[b"A%d: %s\r\n" % (n, b"b" * 1000) for n in range(20_000)]),
    "one header without end": says(b"HTTP/1.1 200 OK\r\nA: ", *[b"b" * 65_536] * 100),
    "a body of 3 GB that says so": says(HEAD + b"Content-Length: 3221225472\r\n\r\n", *[b"x" * 65_536] * 100),
    "a body of 3 GB that does not say so": says(HEAD + b"\r\n", *[b"<a>" * 20_000] * 1000, times=50),
    "chunks without end": says(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[b"10000\r\n" + b"x" * 65_536 + b"\r\n"] * 1000, times=50
    ),
    "a chunk that lies about its size": says(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"FFFFFFFFFFFFFFFF\r\nx"),
    "a gzip bomb": says(HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB),
    "a bomb of many members": says(HEAD + b"Content-Encoding: gzip\r\n\r\n", *[gzip.compress(bytes(1_000_000))] * 200),
    "a deflate bomb": says(HEAD + b"Content-Encoding: deflate\r\n\r\n", zlib.compress(bytes(64 * 1024 * 1024))),
    "a coding that nobody asked for": says(HEAD + b"Content-Encoding: br\r\n\r\n", b"x" * 100),
    "codings in a chain": says(HEAD + b"Content-Encoding: gzip, gzip, gzip\r\n\r\n", BOMB),
    "no HTTP at all": says(b"\x00\xff" * 100_000),
    "a status that is no number": says(b"HTTP/1.1 OK\r\n\r\n"),
    "a redirect to itself": says(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
    "a redirect to an address of a megabyte": says(
        b"HTTP/1.1 302 Found\r\nLocation: /" + b"x" * 1_000_000 + b"\r\n\r\n"
    ),
    "100 Continue without end": says(b"HTTP/1.1 100 Continue\r\n\r\n", times=100_000),
}


@pytest.mark.parametrize("name", sorted(_ENDLESS))
def test_no_answer_takes_more_than_its_share_of_time_and_memory(name: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found, took, reached = fetch(_ENDLESS[name])
    assert found.reason if isinstance(found, Failed) else found.cut_short
    assert took < LIMIT
    assert reached <= 6
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 100


def test_endless_redirects_end_after_five() -> None:
    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        where = str(time.monotonic_ns()).encode()
        writer.write(
            b"HTTP/1.1 301 Moved\r\nLocation: /" + where + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )

    found, _, reached = fetch(speak)
    assert isinstance(found, Failed)
    assert "more than 5 redirects" in found.reason
    assert reached == 6


def test_a_body_that_ends_too_soon_is_half_an_answer_and_says_so() -> None:
    found, _, _ = fetch(says(HEAD + b"Content-Length: 100000\r\n\r\n" + FEED))
    assert isinstance(found, Answer)
    assert found.cut_short
    assert found.body == FEED


_INSIDE = (
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "0x7f.0.0.1",
    "0x7f000001",
    "2130706433",
    "0177.0.0.1",
    "017700000001",
    "0",
    "0.0.0.0",
    "localhost",
    "LOCALHOST.",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[::127.0.0.1]",
    "[2002:7f00:1::]",
    "①②⑦.⓪.⓪.①",
    "１２７.０.０.１",
    "127。0。0。1",
    "8.8.8.8@127.0.0.1",
    "127.0.0.1.",
    "[::1%25lo]",
)


SECRET = says(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
ELSEWHERE = (ip_network("127.0.0.2/32"),)
"""Stands for the public web: open, while 127.0.0.1 is not."""


@pytest.mark.parametrize("host", _INSIDE)
def test_no_notation_of_a_private_address_is_ever_connected_to(host: str) -> None:
    """A server listens there at a port that is allowed, and hears nothing."""

    async def run() -> tuple[Answer | Failed, int]:
        async with Host(SECRET) as inside:
            settings = Collect(ports=(inside.port,), timeout=2.0)
            async with Fetcher(settings, site="https://news.example") as fetcher:
                return await fetcher.fetch(f"http://{host}:{inside.port}/", now=NOW), inside.reached

    found, reached = asyncio.run(run())
    assert isinstance(found, Failed)
    assert reached == 0


@pytest.mark.parametrize("host", _INSIDE)
def test_no_redirect_leads_to_a_private_address(host: str) -> None:
    async def run() -> tuple[Answer | Failed, int, int]:
        async with Host(SECRET) as inside:
            target = f"http://{host}:{inside.port}/".encode()
            location = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + target + b"\r\n\r\n"
            async with Host(says(location), "127.0.0.2") as outside:
                settings = Collect(ports=(inside.port,), timeout=2.0, allow_private=ELSEWHERE)
                async with Fetcher(settings, site="https://news.example") as fetcher:
                    found = await fetcher.fetch(f"http://127.0.0.2:{outside.port}/", now=NOW)
                return found, outside.reached, inside.reached

    found, outside, inside = asyncio.run(run())
    assert isinstance(found, Failed)
    assert (outside, inside) == (1, 0)


@pytest.mark.parametrize("answers", [("127.0.0.1",), ("127.0.0.2", "127.0.0.1"), ("::ffff:127.0.0.1",)])
def test_a_name_that_changes_its_address_does_not_lead_inside(answers: tuple[str, ...]) -> None:
    """Names are judged by the address that is connected to, each time anew."""

    async def run() -> int:
        async with Host(SECRET) as inside:
            settings = Collect(ports=(inside.port,), timeout=2.0, allow_private=ELSEWHERE)
            names = Names(*answers)
            quick = Manners(gap=0.0)
            async with Fetcher(settings, site="https://news.example", resolver=names) as fetcher:
                for _ in answers:
                    found = await fetcher.fetch(f"http://a.rebound.example:{inside.port}/", now=NOW, manners=quick)
                    assert isinstance(found, Failed)
            assert names.asked >= 1
            return inside.reached

    assert asyncio.run(run()) == 0


@pytest.mark.parametrize(("alone", "asked"), [(False, 1), (True, 2)])
def test_a_host_that_asks_for_silence_silences_its_other_feeds_unless_each_stands_alone(
    alone: bool, asked: int
) -> None:
    """A bridge passes on other sites' feeds: the wish of one is not about the next (FreshRSS#7870)."""

    async def run() -> int:
        async with Host(says(b"HTTP/1.1 429 Slow down\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n")) as host:
            settings = Collect(allow_private=OWN)
            manners = Manners(gap=0.0, alone=alone)
            async with Fetcher(settings, site="https://news.example", resolver=Names("127.0.0.1")) as fetcher:
                for name in ("a.bridge.example", "b.bridge.example"):
                    found = await fetcher.fetch(f"http://{name}:{host.port}/", now=NOW, manners=manners)
                    assert isinstance(found, Failed)
                    assert found.wait == 3600
            return host.reached

    assert asyncio.run(run()) == asked


def test_hosts_of_one_domain_are_asked_one_after_the_other_with_a_second_between() -> None:
    """Tumblr's blogs share a server (FreshRSS#8925)."""

    async def run() -> float:
        async with Host(says(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")) as host:
            settings = Collect(allow_private=OWN)
            async with Fetcher(settings, site="https://news.example", resolver=Names("127.0.0.1")) as fetcher:
                began = time.monotonic()
                names = ("a.blogs.example", "b.blogs.example", "other.example")
                await asyncio.gather(*(fetcher.fetch(f"http://{name}:{host.port}/", now=NOW) for name in names))
                return time.monotonic() - began

    assert 1.0 <= asyncio.run(run()) < 2.0


def test_a_host_of_ours_with_hundreds_of_feeds_is_asked_a_few_at_a_time() -> None:
    """A bridge in one's own house: one after the other, 200 feeds that are 20 ms away would take five seconds."""

    async def run() -> float:
        slow = says(b"", b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", pause=0.01)
        async with (
            Host(slow) as host,
            Fetcher(Collect(allow_private=OWN), site="https://news.example") as fetcher,
        ):
            began = time.monotonic()
            urls = [f"http://127.0.0.1:{host.port}/{number}" for number in range(200)]
            await asyncio.gather(*(fetcher.fetch(url, now=NOW) for url in urls))
            assert host.reached == 200
            return time.monotonic() - began

    assert asyncio.run(run()) < 4.0
