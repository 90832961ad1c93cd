"""What a site lets robots fetch (RFC 9309): asked once a day, kept between runs, obeyed for every page and redirect.

A feed is offered to be fetched and is not asked about; a page is.
"""

import asyncio
import json
from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

from newsletter.collect.answers import Answer, Failed
from newsletter.collect.fetcher import Fetcher

_DAY, _SOON = timedelta(hours=24), timedelta(hours=1)
"""RFC 9309, 2.4: no longer than a day. A server in trouble is asked again sooner."""
_LONGEST = 500 * 1024
"""RFC 9309, 2.5: at least so much of it counts."""
_PATIENT = 30.0
"""Seconds between two pages beyond which we do not wait for a site."""


class Kept(Protocol):
    """Remembers what sites have said."""

    def load(self, site: str) -> str | None: ...

    def save(self, site: str, said: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """`closed`: the site could not be asked, so nothing may be fetched (RFC 9309, 2.3.1.4)."""

    until: str
    rules: str = ""
    closed: str = ""


class Robots:
    """`refusal` goes to `Fetcher.fetch` as `before`."""

    def __init__(self, fetcher: Fetcher, kept: Kept, *, now: datetime) -> None:
        self._fetcher, self._kept, self._now = fetcher, kept, now
        self._agent = fetcher.agent.partition("/")[0].strip() or "newsletter"
        self._rules: dict[str, Any] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def refusal(self, url: str) -> str:
        """Why a page may not be fetched, or ""."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        async with self._asking[site]:
            if site not in self._rules:
                self._rules[site] = _understood(await self._said(site))
        rules = self._rules[site]
        if isinstance(rules, str):
            return rules
        if not rules.can_fetch(url, self._agent):
            return "robots.txt does not allow it"
        delay = float(rules.crawl_delay(self._agent) or 0)
        if delay > _PATIENT:
            return f"robots.txt asks for {delay:g} s between pages"
        self._fetcher.slow(url, delay)
        return ""

    async def _said(self, site: str) -> _Said:
        known = await asyncio.to_thread(self._kept.load, site)
        if known is not None:
            said = _Said(**json.loads(known))
            if datetime.fromisoformat(said.until) > self._now:
                return said
        said = self._read(await self._fetcher.fetch(f"{site}/robots.txt", now=self._now))
        await asyncio.to_thread(self._kept.save, site, json.dumps(asdict(said)))
        return said

    def _read(self, answer: Answer | Failed) -> _Said:
        if isinstance(answer, Answer):
            rules = answer.body[:_LONGEST].decode("utf-8", "replace")
            return _Said(until=(self._now + _DAY).isoformat(), rules=rules)
        if 400 <= answer.status < 500 and answer.status != 429:  # it has none
            return _Said(until=(self._now + _DAY).isoformat())
        return _Said(until=(self._now + _SOON).isoformat(), closed=f"robots.txt cannot be read ({answer.reason})")


def _understood(said: _Said) -> Any:
    """The rules, or why there are none."""
    from protego import Protego  # only where a feed asks for whole texts

    return said.closed or Protego.parse(said.rules)
