"""What is due and when, and the one tick that has it done."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from newsletter import pipeline
from newsletter.compose.period import period_of, slot
from newsletter.config import Edition
from newsletter.deliver.aside import aside
from newsletter.errors import NewsletterError
from newsletter.model import EditionKey, IssueKey, IssueStatus, Level
from newsletter.newsroom import Newsroom
from newsletter.store.issues import Kept

log = logging.getLogger(__name__)

TICK = timedelta(seconds=15)
GRACE = timedelta(hours=6)
"""How late a machine that slept may still compose and send by itself; after that a person decides."""
AGAIN = timedelta(minutes=10)
"""Between two curatings for the pages, and between two tries of a draft, which is always made from fresh stories."""
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


def ready(kept: Kept, now: datetime) -> bool:
    """An approved issue whose time has come, or a sending that was interrupted."""
    if kept.issue.status is IssueStatus.SENDING:
        return True
    return kept.issue.status is IssueStatus.APPROVED and (kept.send_at is None or kept.send_at <= now)


def missed(kept: Kept, now: datetime) -> bool:
    """Approved in time, but nobody was there to send it: a surprise hours later is for a person to decide."""
    if kept.issue.status is not IssueStatus.APPROVED or kept.approval is None or kept.send_at is None:
        return False
    return kept.approval.at <= kept.send_at and now - kept.send_at > GRACE


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

    def __init__(self, room: Newsroom, *, now: Callable[[], datetime], letters_only: bool = False) -> None:
        self._room = room
        self._now = now
        self._letters_only = letters_only
        self._work: dict[str, asyncio.Task[None]] = {}
        self._stop = asyncio.Event()
        self._curated = datetime.min.replace(tzinfo=UTC)
        self._brought = self._curated_of = 0
        self._said: dict[str, str] = {}
        self._tried: dict[IssueKey, datetime] = {}

    async def tick(self) -> None:
        for key in self._letters():
            self._begin(f"deliver {key}", partial(self._deliver, key))
        if not self._letters_only:
            self._begin("tell", self._tell)
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
        error = None if task.cancelled() else task.exception()
        said = "" if error is None else f"{name}: {error}"
        if error is not None and said != self._said.get(name):
            # Told once, not every 15 seconds; a trace is for what nobody foresaw.
            log.warning("%s", said, exc_info=None if isinstance(error, NewsletterError) else error)
        self._said[name] = said

    def _letters(self) -> tuple[IssueKey, ...]:
        now = self._now()
        with self._room.store.read() as tx:
            waiting = [kept for kept in tx.issues.unsent() if ready(kept, now)]
        found = [kept for kept in waiting if not (missed(kept, now) and self._held(kept, now))]
        return tuple(kept.issue.key for kept in found if self._has_work(kept.issue.key, now))

    def _has_work(self, key: IssueKey, now: datetime) -> bool:
        """Not while all that is left of a sending waits for a day, for another try or for a word from the provider."""
        if f"deliver {key}" in self._work:
            return True
        ahead = pipeline.outlook(self._room, key, now=now)
        return ahead is None or ahead.due <= now

    def _held(self, kept: Kept, now: datetime) -> bool:
        """Pause what missed its time, once: whoever resumes it wants it sent."""
        key, period = kept.issue.key, kept.issue.period
        with self._room.store.write() as tx:
            if tx.occurrences.done(kept.issue.edition, period, "missed"):
                return False
            tx.occurrences.finish(kept.issue.edition, period, "missed", at=kept.send_at or now, now=now)
        reason = f"missed its time, {kept.send_at:%Y-%m-%d %H:%M} UTC; nothing was sent yet"
        pipeline.pause(self._room, key, now=now, reason=reason)
        log.warning("%s %s; send it: newsletter resume %s", key, reason, key)
        return True

    async def _deliver(self, key: IssueKey) -> None:
        result = await pipeline.deliver(self._room, key, clock=self._now, stop=self._stop)
        counts = ", ".join(f"{count} {state}" for state, count in sorted(result.states.items()))
        said = f"{key}: {counts} of {result.audience}" + (f"; paused: {result.paused}" if result.paused else "")
        # While letters wait for hours or for a word from the provider, every tick looks and finds the same.
        if said != self._said.get(key):
            self._said[key] = said
            log.info("%s", said)

    async def _tell(self) -> None:
        """Pauses that a provider's events brought about."""
        await pipeline.tell_editors(self._room, now=self._now())

    async def _collect(self) -> None:
        result = await pipeline.collect(self._room, now=self._now(), only_due=True)
        if result.fetched or result.failed:
            log.info("Collected fetched=%d failed=%d new=%d", result.fetched, result.failed, result.new_articles)
        self._brought += result.new_articles

    async def _edit(self) -> None:
        now = self._now()
        waiting = [(edition, one) for edition in self._room.config.editions for one in self._undrafted(edition, now)]
        if waiting or (self._curated_of < self._brought and now - self._curated >= AGAIN):
            brought = self._brought
            result = await aside(lambda: pipeline.curate(self._room, now=now))
            self._curated, self._curated_of = now, brought
            log.info("Curated articles=%d stories=%d", result.articles, result.stories)
        for edition, one in waiting:
            self._tried[one.issue] = now
            await aside(partial(self._draft, edition, one))

    def _undrafted(self, edition: Edition, now: datetime) -> list[Due]:
        long_ago = now - AGAIN
        with self._room.store.read() as tx:
            return [
                one
                for one in due(edition, now)
                if self._tried.get(one.issue, long_ago) <= long_ago
                and not tx.occurrences.done(one.edition, one.period, "compose")
                and tx.articles.between(now - edition.window, now)
            ]

    def _draft(self, edition: Edition, one: Due) -> None:
        """An empty draft is tried again, and so is one that failed; a week that somebody approved by hand is done."""
        now, room = self._now(), self._room
        with room.store.read() as tx:
            standing = tx.issues.status(one.issue)
        if standing in (None, IssueStatus.DRAFT):
            draft = pipeline.compose(room, edition.key, period=one.period, now=now)
            log.info("Composed %s items=%d", one.issue, len(draft.issue.items))
            if not draft.issue.items:
                return
            if edition.auto_approve and all(check.level is not Level.RED for check in draft.checks):
                pipeline.approve(room, one.issue, draft.letter.fingerprint, by="auto_approve", now=now)
        with room.store.write() as tx:
            tx.occurrences.finish(one.edition, one.period, "compose", at=one.compose, now=now)


_A_MOMENT = 0.1


async def keep_time(
    room: Newsroom, *, now: Callable[[], datetime], stop: asyncio.Event, letters_only: bool = False
) -> None:
    """Tick until told to stop, first at once: sendings that a crash interrupted go on."""
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    clock = Clock(room, now=now, letters_only=letters_only)
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
        scheduler.pause()
        await asyncio.sleep(_A_MOMENT)  # a tick that has just begun ends by itself; cancelled, it would cry out
        scheduler.shutdown(wait=False)
        await clock.close()
