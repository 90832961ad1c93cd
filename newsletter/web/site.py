"""One running site: its newsroom, its clock and what it counted so far."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from newsletter.newsroom import Newsroom
from newsletter.web.showing import Showing, language_of_page


@dataclass(slots=True)
class Tally:
    """How many requests were answered, by method and status; a thread may add at any time."""

    requests: Counter[tuple[str, int]] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, method: str, status: int) -> None:
        with self.lock:
            self.requests[method, status] += 1

    def lines(self) -> tuple[tuple[str, int, int], ...]:
        with self.lock:
            return tuple((method, status, n) for (method, status), n in sorted(self.requests.items()))


@dataclass(frozen=True, slots=True)
class Site:
    room: Newsroom
    clock: Callable[[], datetime]
    showing: Showing
    tally: Tally = field(default_factory=Tally)

    def language(self, request: Request) -> str:
        """Of the labels: what is asked for, what the browser prefers, or what our first edition speaks."""
        return language_of_page(request, default=self.room.config.editions[0].language)

    def url(self, path: str) -> str:
        return self.room.config.newsroom.site + path


def site_of(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


Here = Annotated[Site, Depends(site_of)]


def visitor(request: Request) -> str:
    """Who asks, as far as limits need to know."""
    return request.client.host if request.client else ""
