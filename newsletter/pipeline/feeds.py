"""Collect: every feed that is due is asked once; what it brings and how it fares is stored, feed by feed."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from newsletter.collect.answers import Failed
from newsletter.collect.entries import Parsed
from newsletter.collect.fetcher import Fetcher, Manners
from newsletter.collect.fulltext import Pages
from newsletter.collect.pacing import Pace, answered, failed, is_due, is_fresh, must_wait, nobody_answers, validators
from newsletter.collect.parser import Parser
from newsletter.collect.robots import Robots
from newsletter.collect.rulefiles import Rules, rules_of
from newsletter.compose.period import next_slot
from newsletter.config import Edition
from newsletter.model import Feed, FeedHealth, FeedUrl
from newsletter.newsroom import Newsroom
from newsletter.pipeline.taking import Tray, body_digest, brought, digest_of
from newsletter.pipeline.wholetexts import SaidByRobots, read_pages
from newsletter.shipped import folders

log = logging.getLogger(__name__)
Progress = Callable[[int, int], None]

_AT_ONCE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFailure:
    feed: FeedUrl
    error: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """`feeds` were wanted: of them some brought a body, some had nothing new to say, the rest failed."""

    feeds: int
    fetched: int
    unchanged: int
    failed: int
    new_articles: int
    failures: tuple[FeedFailure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    """How one feed fared. Where it brought nothing its health is stored with that of all others, in one transaction:
    whether a failure counts depends on whether anybody answered."""

    feed: Feed
    health: FeedHealth
    new: int = 0
    changed: bool = False
    failure: Failed | None = None
    asked: bool = True


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What a visit needs."""

    room: Newsroom
    fetcher: Fetcher
    parser: Parser
    now: datetime

    @cached_property
    def pace(self) -> Pace:
        settings = self.room.config.collect
        return Pace(
            shortest=int(settings.min_interval.total_seconds()),
            jitter=settings.jitter,
            deadline=next_draft(self.room.config.editions, self.now),
        )

    @cached_property
    def reading(self) -> asyncio.Semaphore:
        """Feeds that are taken apart and stored at a time: the others wait as the bytes that they are."""
        return asyncio.Semaphore(_AT_ONCE)

    @cached_property
    def tray(self) -> Tray:
        return Tray(self.room.store)

    @cached_property
    def pages(self) -> Pages:
        """For feeds that ask for whole texts."""
        return Pages(self.fetcher, self.parser, Robots(self.fetcher, SaidByRobots(self.room.store), now=self.now))


def next_draft(editions: Sequence[Edition], now: datetime) -> datetime | None:
    """When the next draft of any edition is composed."""
    nearest = (next_slot(one.schedule, one.timezone, now, ahead=one.compose_before) for one in editions)
    return min(nearest, default=None)


async def collect(
    room: Newsroom, *, now: datetime, only_due: bool = False, progress: Progress | None = None
) -> Collected:
    """Read the feeds, all that are enabled or only those that are due. A broken feed is stored health, no exception."""
    wanted = _wanted(room, now, only_due)
    visits: list[_Visit] = []
    if not wanted:
        return _counted(visits)
    async with room.fetcher() as fetcher, Parser() as parser:
        tools = Tools(room=room, fetcher=fetcher, parser=parser, now=now)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_safely(tools, feed, health)) for feed, health in wanted]
            for done, task in enumerate(asyncio.as_completed(tasks), 1):
                visits.append(await task)
                if progress:
                    progress(done, len(wanted))
        _store_health(tools, visits)
    return _counted(visits)


def _wanted(room: Newsroom, now: datetime, only_due: bool) -> list[tuple[Feed, FeedHealth]]:
    with room.store.read() as tx:
        known = tx.feeds.all_health()
    feeds = [feed for feed in room.read_feeds_again() if feed.is_on(now)]
    pairs = [(feed, known.get(feed.url) or FeedHealth(feed_url=feed.url)) for feed in feeds]
    return [pair for pair in pairs if not only_due or is_due(pair[1], now)]


async def _safely(tools: Tools, feed: Feed, health: FeedHealth) -> _Visit:
    try:
        return await _visit(tools, feed, health)
    except Exception as error:  # strangers' input: one feed never takes the others with it
        log.exception("a feed could not be read: %s", feed.url)
        trouble = Failed(reason=f"could not be read ({type(error).__name__})", next="report this feed's address to us")
        return _Visit(feed=feed, health=health, failure=trouble)


async def _visit(tools: Tools, feed: Feed, health: FeedHealth) -> _Visit:
    now = tools.now
    if must_wait(health, now):
        wait = Failed(
            reason=health.last_error or "asked for silence",
            next=f"it is asked again after {health.not_before:%Y-%m-%d %H:%M} UTC",
        )
        return _Visit(feed=feed, health=health, failure=wait, asked=False)
    if is_fresh(health, now):
        return _Visit(feed=feed, health=health, asked=False)
    if health.filters != digest_of(feed.filters):  # what they left out may come in now, if it is still there
        health = replace(health, etag="", modified="", body_hash="")
    etag, modified = validators(health, now)
    address = health.moved_to or feed.url
    answer = await tools.fetcher.fetch(address, now=now, etag=etag, modified=modified, manners=manners_of(feed))
    if isinstance(answer, Failed):
        return _Visit(feed=feed, health=health, failure=answer)
    digest = body_digest(answer)
    if answer.status == 304 or digest == health.body_hash:
        return _Visit(feed=feed, health=answered(health, answer, now=now, pace=tools.pace))
    async with tools.reading:
        parsed = await tools.parser.parse(answer.body, content_type=answer.content_type, url=answer.url)
        if not parsed.is_feed:
            return _Visit(feed=feed, health=health, failure=no_feed(parsed))
        answer = replace(answer, body=b"")  # which may be large, and has been read
        one = await asyncio.to_thread(brought, feed, health, answer, parsed, digest=digest, now=now, pace=tools.pace)
        taken = await tools.tray.take(one)
    if feed.fulltext and taken.new:
        await read_pages(tools.room, feed, taken.new, tools.pages, now=now)
    return _Visit(feed=feed, health=taken.health, new=len(taken.new), changed=True)


def rules_in(room: Newsroom) -> Rules:
    """What `filters.toml` and `muted.toml` say now; the subscribed feeds have it on them. Raises DataError."""
    return rules_of(folders("feeds", room.config.folder))


def manners_of(feed: Feed) -> Manners:
    return Manners(gap=feed.gap, alone=feed.alone)


def no_feed(parsed: Parsed) -> Failed:
    """What to say of a body that is no feed."""
    steps = {
        "html": "look for the feed's address: newsletter feeds add SITE",
        "challenge": "ask the publisher to let feed readers in",
        "empty": "nothing to do; it is tried again later",
    }
    reason = parsed.problems[-1] if parsed.problems else "not a feed"
    return Failed(reason=reason, next=steps.get(parsed.kind, "open the address in a browser and look what it is"))


def _store_health(tools: Tools, visits: Sequence[_Visit]) -> None:
    failures = [one for one in visits if one.failure is not None and one.asked]
    unreachable = {one.feed.url for one in failures if one.failure and one.failure.unreachable}
    with tools.room.store.write() as tx:
        ours = len(unreachable) == sum(one.asked for one in visits)
        ours = ours and nobody_answers(tx.feeds.all_health().values(), unreachable)
        tx.feeds.save_health(*(one.health for one in visits if one.failure is None and not one.changed))
        for one in failures:
            assert one.failure is not None
            unasked = bool(one.failure.wait) and not one.failure.status  # its host had silenced a neighbour
            after = failed(one.health, one.failure, now=tools.now, pace=tools.pace, ours=ours or unasked)
            tx.feeds.save_health(after)


def _counted(visits: Sequence[_Visit]) -> Collected:
    failures = [
        FeedFailure(feed=one.feed.url, error=one.failure.reason, next=one.failure.next) for one in visits if one.failure
    ]
    fetched = sum(one.changed for one in visits)
    return Collected(
        feeds=len(visits),
        fetched=fetched,
        unchanged=len(visits) - fetched - len(failures),
        failed=len(failures),
        new_articles=sum(one.new for one in visits),
        failures=tuple(sorted(failures, key=lambda failure: failure.feed)),
    )
