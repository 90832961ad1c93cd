"""What is due and when, and the one tick that has it done."""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from newsletter import pipeline
from newsletter.compose.period import period_of, slot
from newsletter.config import Edition
from newsletter.errors import NewsletterError
from newsletter.model import EditionKey, IssueKey, IssueStatus, Level
from newsletter.newsroom import Newsroom
from newsletter.store.issues import Kept

log = logging.getLogger(__name__)
T = TypeVar("T")

TICK = timedelta(seconds=15)
GRACE = timedelta(hours=6)
"""How late a machine that slept may still compose and send by itself; after that a person decides."""
CURATE_EVERY = timedelta(minutes=10)
"""Between two curatings for the pages' sake; a draft is always made from a fresh one."""
DRAIN = 20.0
"""Seconds for rows in hand when the process is told to end; whoever sent SIGTERM waits 25."""
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The one slot of an edition in one local week."""

    edition: EditionKey
    period: str
    compose: datetime
    send: datetime

    @property
    def issue(self) -> IssueKey:
        return IssueKey(f"{self.edition}/{self.period}")


def occurrences(schedule: str, zone: str, since: datetime, until: datetime) -> tuple[datetime, ...]:
    """Every instant of a weekly schedule in [since, until), one for each local week."""
    return tuple(at for _, at in _slots(schedule, zone, since, until))


def due(edition: Edition, now: datetime) -> tuple[Due, ...]:
    """The slots of which something may be open: their draft is wanted, and they are not long past."""
    found = _slots(edition.schedule, edition.timezone, now - GRACE, now + edition.compose_before + timedelta(seconds=1))
    return tuple(
        Due(edition=edition.edition_key, period=period, compose=at - edition.compose_before, send=at)
        for period, at in found
    )


def to_send(issues: Iterable[Kept], now: datetime) -> tuple[IssueKey, ...]:
    """Approved issues whose time has come, and sendings that were interrupted."""
    ready = [kept.issue.key for kept in issues if _ready(kept, now) and not missed(kept, now)]
    return tuple(sorted(ready))


def missed(kept: Kept, now: datetime) -> bool:
    """Approved in time, but nobody was there to send it: a surprise hours later is for a person to decide."""
    approved_in_time = kept.approval is not None and kept.send_at is not None and kept.approval.at <= kept.send_at
    return _ready(kept, now) and kept.issue.status is IssueStatus.APPROVED and approved_in_time and _late(kept, now)


def _ready(kept: Kept, now: datetime) -> bool:
    if kept.issue.status is IssueStatus.SENDING:
        return True
    return kept.issue.status is IssueStatus.APPROVED and (kept.send_at is None or kept.send_at <= now)


def _late(kept: Kept, now: datetime) -> bool:
    return kept.send_at is not None and now - kept.send_at > GRACE


def _slots(schedule: str, zone: str, since: datetime, until: datetime) -> list[tuple[str, datetime]]:
    found, at, end = [], max(since, _FIRST), min(until, _LAST)
    at -= _WEEK
    while at < end + _WEEK:
        period = period_of(at, zone)
        moment = slot(schedule, zone, period)
        if since <= moment < until:
            found.append((period, moment))
        at += _WEEK
    return found


_FIRST = datetime.combine(date(1900, 1, 1), datetime.min.time(), UTC)
_LAST = datetime.combine(date(2200, 1, 1), datetime.min.time(), UTC)


class Clock:
    """Begins what is due and returns: a slow feed never delays a letter. Every piece of work runs once at a time."""

    def __init__(self, room: Newsroom, *, now: Callable[[], datetime]) -> None:
        self._room = room
        self._now = now
        self._work: dict[str, asyncio.Task[None]] = {}
        self._stop = asyncio.Event()
        self._curated = datetime.min.replace(tzinfo=UTC)
        self._stale = False
        self._warned: set[IssueKey] = set()

    async def tick(self) -> None:
        for key in self._letters():
            self._begin(f"deliver {key}", partial(self._deliver, key))
        self._begin("edit", self._edit)
        self._begin("collect", self._collect)
        await asyncio.sleep(0)

    async def settled(self) -> None:
        """Until everything begun is done."""
        while self._work:
            await asyncio.wait(self._work.values())

    async def close(self) -> None:
        """Letters in hand are finished or put back; all else is simply left, it is safe to repeat."""
        self._stop.set()
        letters = [task for name, task in self._work.items() if name.startswith("deliver ")]
        for name, task in self._work.items():
            if not name.startswith("deliver "):
                task.cancel()
        if letters:
            await asyncio.wait(letters, timeout=DRAIN)
        for task in self._work.values():
            task.cancel()
        if self._work:
            await asyncio.wait(self._work.values(), timeout=1)

    def _begin(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if name in self._work or self._stop.is_set():
            return
        task = self._work[name] = asyncio.create_task(work(), name=name)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        name = task.get_name()
        del self._work[name]
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, NewsletterError):
            log.warning("%s: %s", name, error)
        else:
            log.error("%s broke; it is tried again at the next tick", name, exc_info=error)

    def _letters(self) -> tuple[IssueKey, ...]:
        now = self._now()
        with self._room.store.read() as tx:
            kept = tx.issues.unsent()
        for one in kept:
            if missed(one, now) and one.issue.key not in self._warned:
                self._warned.add(one.issue.key)
                log.warning("%s missed its time; send it: newsletter deliver %s", one.issue.key, one.issue.key)
        return to_send(kept, now)

    async def _deliver(self, key: IssueKey) -> None:
        result = await pipeline.deliver(self._room, key, clock=self._now, stop=self._stop)
        log.info("Delivered %s audience=%d states=%s paused=%s", key, result.audience, result.states, result.paused)

    async def _collect(self) -> None:
        result = await pipeline.collect(self._room, now=self._now(), only_due=True)
        if result.fetched or result.failed:
            log.info("Collected fetched=%d failed=%d new=%d", result.fetched, result.failed, result.new_articles)
        self._stale = self._stale or result.new_articles > 0

    async def _edit(self) -> None:
        now = self._now()
        waiting = [(edition, one) for edition in self._room.config.editions for one in self._undrafted(edition, now)]
        if waiting or (self._stale and now - self._curated >= CURATE_EVERY):
            self._stale, self._curated = False, now
            result = await aside(lambda: pipeline.curate(self._room, now=now))
            log.info("Curated articles=%d stories=%d", result.articles, result.stories)
        for edition, one in waiting:
            await aside(partial(self._draft, edition, one))

    def _undrafted(self, edition: Edition, now: datetime) -> list[Due]:
        with self._room.store.read() as tx:
            return [one for one in due(edition, now) if not tx.occurrences.done(one.edition, one.period, "compose")]

    def _draft(self, edition: Edition, one: Due) -> None:
        now, note = self._now(), ""
        try:
            draft = pipeline.compose(self._room, edition.key, period=one.period, now=now)
            log.info("Composed %s items=%d", one.issue, len(draft.issue.items))
            if edition.auto_approve and all(check.level is not Level.RED for check in draft.checks):
                pipeline.approve(self._room, one.issue, draft.letter.fingerprint, by="auto_approve", now=now)
        except NewsletterError as error:
            note = str(error)
            log.warning("No draft of %s: %s", one.issue, error)
        with self._room.store.write() as tx:
            tx.occurrences.finish(one.edition, one.period, "compose", at=one.compose, now=now, note=note)


async def aside(work: Callable[[], T]) -> T:
    """Run long thinking in a thread of its own, one that does not hold up the end of the process."""
    loop, future = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()

    def settle(result: Any, error: BaseException | None) -> None:
        if not future.done():
            future.set_result(result) if error is None else future.set_exception(error)

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as caught:
            error = caught
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, daemon=True).start()
    found: T = await future
    return found


async def keep_time(room: Newsroom, *, now: Callable[[], datetime], stop: asyncio.Event) -> None:
    """Tick until told to stop, first at once: sendings that a crash interrupted go on."""
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    clock = Clock(room, now=now)
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(
        clock.tick,
        "interval",
        seconds=TICK.total_seconds(),
        coalesce=True,
        max_instances=1,
        next_run_time=datetime.now(UTC),
    )
    scheduler.start()
    try:
        await stop.wait()
    finally:
        scheduler.shutdown(wait=False)
        await clock.close()
