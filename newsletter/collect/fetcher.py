"""Fetches feeds politely and safely: one request in flight a host, limits on everything, no private address."""

import asyncio
import errno
import socket
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from ipaddress import ip_address
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver
from publicsuffixlist import PublicSuffixList
from yarl import URL

from newsletter import __version__
from newsletter.collect.answers import Answer, Failed
from newsletter.collect.asking import fresh_for
from newsletter.collect.excusing import failure, refused
from newsletter.collect.guarding import refusal
from newsletter.collect.inflating import Inflater, TooLargeError
from newsletter.config import Collect

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, application/json;q=0.8, text/xml;q=0.8, text/html;q=0.5, */*;q=0.1"
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_HOPS = 5
_GAP = 1.0
"""Seconds between the end of a request and the next one to the same registrable domain."""
_LONG_QUEUE, _LANES = 50, 4
_CONNECT, _READ = 5.0, 15.0
_INFLATED = 2
"""A body may be this many times `max_bytes` when unpacked."""


Before = Callable[[str], Awaitable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How one feed's host wants to be treated, where that differs from the usual: seconds between two requests, and
    whether a wish for silence is about this feed `alone`, as at a host that only passes on other sites' feeds."""

    gap: float | None = None
    alone: bool = False


POLITE = Manners()


@dataclass(slots=True)
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    ended: float = float("-inf")
    gap: float = 0.0
    """Seconds that its owner asks for between requests."""
    silent: int = 0
    waiting: int = 0


class Fetcher:
    """To be used in `async with`. `site` tells publishers in the User-Agent who is asking; names are looked up by
    `resolver`, else by the system."""

    def __init__(self, config: Collect, *, site: str, resolver: AbstractResolver | None = None) -> None:
        self._config = config
        self._resolver = resolver
        self.agent = config.agent or f"newsletter/{__version__} (+{site})"
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._workers = asyncio.Semaphore(self._config.workers)
        connector = aiohttp.TCPConnector(limit=0, socket_factory=self._socket, resolver=self._resolver)
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT, sock_read=_READ)
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=timeout,
            auto_decompress=False,
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"},
            max_line_size=16_384,
            max_field_size=16_384,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def fetch(
        self,
        url: str,
        *,
        now: datetime,
        etag: str = "",
        modified: str = "",
        manners: Manners = POLITE,
        before: Before | None = None,
    ) -> Answer | Failed:
        """One conditional GET, redirects followed by hand. What goes wrong is a Failed, never an exception.

        `before` is asked about every address and may refuse it with a reason.
        """
        asked = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {name: value for name, value in asked.items() if value and _is_plain(value)}
        permanent, at = True, url
        for _ in range(_HOPS + 1):
            if problem := _unusable(at):
                return Failed(reason=problem, next="correct the address in the OPML file")
            if before is not None and (problem := await before(at)):
                return Failed(reason=problem)
            async with self._turn(at, manners) as host:
                if host.silent and not manners.alone:
                    return Failed(
                        reason="its host has asked for silence",
                        next="nothing to do; it is tried again later",
                        wait=host.silent,
                    )
                found = await self._hop(at, headers, now)
                if isinstance(found, Failed) and found.wait and not (manners.alone or self._is_own(at)):
                    host.silent = found.wait
            if not isinstance(found, _Redirect):
                moved_to = at if permanent and at != url else ""
                return found if isinstance(found, Failed) else replace(found, moved_to=moved_to)
            permanent = permanent and found.permanent
            at = _next_address(at, found.to)
        return Failed(
            reason=f"more than {_HOPS} redirects", next="open the address in a browser and take the one it ends at"
        )

    @asynccontextmanager
    async def _turn(self, url: str, manners: Manners) -> AsyncIterator[_Host]:
        """The host's only request in flight, at a polite distance from the one before."""
        own = self._is_own(url)
        host, loop = self._lane(_bucket(url), own=own), asyncio.get_running_loop()
        usual = 0.0 if own else _GAP
        host.waiting += 1
        try:
            async with host.lock:
                gap = max(usual if manners.gap is None else manners.gap, host.gap)
                await asyncio.sleep(max(0.0, host.ended + gap - loop.time()))
                async with self._workers:
                    yield host
                host.ended = loop.time()
        finally:
            host.waiting -= 1

    def _lane(self, bucket: str, *, own: bool) -> _Host:
        """A host has one; one of our own, at which hundreds of feeds wait, a few."""
        host = self._hosts[bucket]
        if not own or host.waiting < _LONG_QUEUE:
            return host
        others = (self._hosts[f"{bucket} {number}"] for number in range(1, _LANES))
        return min(others, key=lambda one: one.waiting)

    def slow(self, url: str, gap: float) -> None:
        """From now on at least so many seconds between two requests to the host of an address."""
        host = self._hosts[_bucket(url)]
        host.gap = max(host.gap, gap)

    async def _hop(self, url: str, headers: Mapping[str, str], now: datetime) -> "Answer | Failed | _Redirect":
        assert self._session is not None, "a Fetcher is used in `async with`"
        try:
            async with asyncio.timeout(self._config.timeout):
                async with self._session.get(_as_url(url), headers=headers, allow_redirects=False) as response:
                    return await self._read(response, url, now)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, TooLargeError) as error:
            return failure(error, self._config.timeout)

    async def _read(self, response: aiohttp.ClientResponse, url: str, now: datetime) -> "Answer | Failed | _Redirect":
        status, headers = response.status, response.headers
        if status in _REDIRECTS and headers.get("Location"):
            return _Redirect(to=headers["Location"].strip(), permanent=status in _PERMANENT)
        if status not in (200, 203, 226, 304):
            return refused(status, headers, now)
        body, cut_short = (b"", "") if status == 304 else await self._body(response)
        return Answer(
            status=304 if status == 304 else 200,
            url=url,
            body=body,
            content_type=headers.get("Content-Type", ""),
            etag=headers.get("ETag", ""),
            modified=headers.get("Last-Modified", ""),
            fresh=fresh_for(headers, now),
            cut_short=cut_short,
        )

    async def _body(self, response: aiohttp.ClientResponse) -> tuple[bytes, str]:
        limit = self._config.max_bytes
        if (response.content_length or 0) > limit:
            raise TooLargeError(f"larger than {limit} bytes")
        inflater = Inflater(response.headers.get("Content-Encoding", ""), limit * _INFLATED)
        body, wire = bytearray(), 0
        try:
            async for piece in response.content.iter_any():
                wire += len(piece)
                if wire > limit:
                    raise TooLargeError(f"larger than {limit} bytes")
                body += inflater.feed(piece)
        except aiohttp.ClientPayloadError:
            if not body:
                raise
            return bytes(body), "the connection ended before the body did"
        return bytes(body), ""

    def _socket(self, info: "tuple[int, int, int, str, tuple[object, ...]]") -> socket.socket:
        """Every connection passes here, whatever name, notation, redirect or late answer of DNS has led to it."""
        family, kind, proto, _, address = info
        host, port = str(address[0]), int(str(address[1]))
        if why := refusal(host, port, allowed=self._config.allow_private, ports=self._config.ports):
            raise PermissionError(errno.EACCES, why)
        return socket.socket(family=family, type=kind, proto=proto)

    def _is_own(self, url: str) -> bool:
        """A host of a network that the operator has opened: no need to be polite to oneself."""
        host = urlsplit(url).hostname or ""
        try:
            address = ip_address("127.0.0.1" if host == "localhost" else host)
        except ValueError:
            return False
        return any(address.version == network.version and address in network for network in self._config.allow_private)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Redirect:
    to: str
    permanent: bool


# The hosts of one registrable domain share their patience; the private part of the list (blogspot.com, github.io) is
# left out because its names share a server too.
_SUFFIXES = PublicSuffixList(only_icann=True)


def _bucket(url: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    try:
        ip_address(host)
    except ValueError:
        return str(_SUFFIXES.privatesuffix(host) or host) if host != "localhost" else parts.netloc
    return f"{host}:{parts.port}"


def _unusable(url: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
        URL(url)
    except ValueError:
        return f"{url!r} is no address"
    if parts.scheme not in ("http", "https"):
        return f"{parts.scheme or url!r}: only http and https are fetched"
    if not url.isprintable():
        return f"{url!r} is no address"
    return "" if parts.hostname else f"{url!r} names no host"


def _next_address(url: str, location: str) -> str:
    """Where a redirect leads; what cannot be joined stands as it is, and is refused at the next hop."""
    try:
        return urljoin(url, location)
    except ValueError:
        return location


def _as_url(url: str) -> URL:
    """Kept letter by letter where it is plain: some servers tell %7B from {."""
    return URL(url, encoded=True) if url.isascii() and " " not in url else URL(url)


def _is_plain(value: str) -> bool:
    return value.isprintable() and len(value) < 4096
