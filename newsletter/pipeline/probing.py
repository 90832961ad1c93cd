"""A look outside for a draft: do its links answer, would a spam filter keep it. It changes no byte of the letter."""

import asyncio
import os
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime

from newsletter.collect.answers import Failed
from newsletter.collect.fetcher import Fetcher
from newsletter.compose.probing import NOT_PROBED, SPAM_SCORE, Visit, link_check, spam_check, targets
from newsletter.deliver.mime import splice
from newsletter.deliver.parcels import Mailing, Parcel
from newsletter.errors import NewsletterError
from newsletter.model import Check, DeliveryId, IssueKey, Letter, Level
from newsletter.newsroom import Newsroom
from newsletter.slots import Slot

_WITHIN = 90.0
"""Seconds for all links together, and for the spam filter."""
_NAME = "spamassassin"
Progress = Callable[[int, int], None]


async def probe(
    room: Newsroom, issue: IssueKey, *, now: datetime, progress: Progress | None = None
) -> tuple[Check, ...]:
    """All checks of the issue, with those that need the world made now and kept with it.

    Raises NewsletterError when there is no such issue, or when it changed meanwhile.
    """
    with room.store.read() as tx:
        kept = tx.issues.get(issue)
    if kept is None:
        raise NewsletterError(f"there is no issue {issue}; compose it: newsletter compose {issue.partition('/')[0]}")
    visits, spam = await asyncio.gather(
        _visits(room, targets(kept.letter, room.config.newsroom.site), now, progress),
        _spam(kept.letter, now),
    )
    checks = with_probed(kept.checks, (link_check(visits, now=now), spam))
    with room.store.write() as tx:
        if not tx.issues.save_checks(issue, kept.letter.fingerprint, checks):
            raise NewsletterError(f"{issue} changed while its links were checked; check them again")
    return checks


def probed(checks: Sequence[Check]) -> tuple[Check, ...]:
    """Those that a look outside made."""
    names = {one.name for one in NOT_PROBED}
    return tuple(one for one in checks if one.name in names and one not in NOT_PROBED)


def with_probed(checks: Sequence[Check], found: Sequence[Check]) -> tuple[Check, ...]:
    by_name = {one.name: one for one in found}
    return tuple(by_name.get(one.name, one) for one in checks)


async def _visits(room: Newsroom, urls: Sequence[str], now: datetime, progress: Progress | None) -> tuple[Visit, ...]:
    """One after the other at each host, as politely as feeds are fetched; what takes too long is unknown."""
    found: dict[str, Visit] = {}

    async def visit(fetcher: Fetcher, url: str) -> None:
        found[url] = await _visit(fetcher, url, now)
        if progress:
            progress(len(found), len(urls))

    async with room.fetcher() as fetcher:
        tasks = [asyncio.create_task(visit(fetcher, url)) for url in urls]
        _, late = await asyncio.wait(tasks, timeout=_WITHIN) if tasks else (set(), set())
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    none = "there was no time to ask"
    return tuple(found.get(url) or Visit(url=url, problem=none, unknown=True) for url in urls)


async def _visit(fetcher: Fetcher, url: str, now: datetime) -> Visit:
    answer = await fetcher.fetch(url, now=now)
    if isinstance(answer, Failed):
        return Visit(url=url, status=answer.status, problem=answer.reason, silent=answer.unreachable)
    return Visit(url=url, at=answer.url, status=answer.status)


async def _spam(letter: Letter, now: datetime) -> Check:
    """By SpamAssassin without the network, where it is installed."""
    program = shutil.which(_NAME)
    if program is None:
        return Check(name=SPAM_SCORE, level=Level.GREY, say="not checked: SpamAssassin is not installed here")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        program, "-L", "-t", stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", "/"), "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    try:
        async with asyncio.timeout(_WITHIN):
            report, _ = await process.communicate(sample(letter, now))
    except TimeoutError:
        process.kill()
        await process.wait()
        return Check(name=SPAM_SCORE, level=Level.GREY, say=f"SpamAssassin gave no answer in {_WITHIN:.0f} s")
    return spam_check(report.decode(errors="replace"))


def sample(letter: Letter, now: datetime) -> bytes:
    """The letter as a reader who does not exist would get it."""
    sender = next(value for name, value in letter.headers if name == "From")
    mailing = Mailing(issue=IssueKey("sample"), letter=letter, sender=sender, date=now)
    values = {
        Slot.ADDRESS: "reader@example.org",
        Slot.NAME: "",
        Slot.UNSUBSCRIBE: "https://example.org/unsubscribe/0123456789abcdefghijkl",
        Slot.PREFERENCES: "https://example.org/preferences/0123456789abcdefghijkl",
    }
    domain = sender.rpartition("@")[2].rstrip("> ")
    return splice(
        mailing,
        Parcel(
            delivery=DeliveryId("sample"),
            email="reader@example.org",
            message_id=f"<sample.{letter.fingerprint[:32]}@{domain}>",
            values=values,
        ),
    )
