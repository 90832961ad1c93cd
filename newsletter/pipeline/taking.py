"""What a feed has brought becomes articles in the store; feeds that wait for it are stored together."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from newsletter.collect.answers import Answer
from newsletter.collect.entries import Parsed
from newsletter.collect.filing import articles_of, whole
from newsletter.collect.identity import sort_out
from newsletter.collect.pacing import Pace, answered
from newsletter.collect.sifting import sift
from newsletter.model import Article, DateQuality, Feed, FeedHealth, Filter
from newsletter.store.engine import Store
from newsletter.store.shelves import Shelves

log = logging.getLogger(__name__)

_TOLD = (DateQuality.EXACT, DateQuality.ZONE_ASSUMED, DateQuality.DATE_ONLY)
_TOGETHER = 16
"""Feeds in one transaction: a commit waits for the disk as long as a hundred articles take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a visit has brought, before anybody knows what of it is new."""

    feed: Feed
    articles: tuple[Article, ...]
    before: FeedHealth
    after: FeedHealth


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    health: FeedHealth
    new: tuple[Article, ...]


def brought(
    feed: Feed, health: FeedHealth, answer: Answer, parsed: Parsed, *, digest: str, now: datetime, pace: Pace
) -> Brought:
    """The entries that the filters let in, and how the feed fares."""
    parsed = replace(parsed, entries=whole(parsed))
    sifted = sift(parsed.entries, feed.filters)
    for problem in sifted.problems:
        log.warning("%s: %s", feed.url, problem)
    articles = articles_of(replace(parsed, entries=sifted.kept), feed, now=now)
    shown = articles if not sifted.dropped else articles_of(parsed, feed, now=now)
    if answer.cut_short:
        # Half a body has neither a name nor a hash: the other half must come with the next.
        answer, digest = replace(answer, etag="", modified=""), ""
        health = replace(health, body_hash="")
    dates = [one.published for one in shown if one.date_quality in _TOLD]  # those that entries bear themselves
    after = answered(health, answer, now=now, pace=pace, parsed=parsed, body_hash=digest, dates=dates)
    return Brought(feed=feed, articles=articles, before=health, after=replace(after, filters=digest_of(feed.filters)))


def body_digest(answer: Answer) -> str:
    return hashlib.sha256(answer.body).hexdigest() if answer.status == 200 else ""


def digest_of(filters: Sequence[Filter]) -> str:
    words = "\n".join(map(repr, filters))
    return hashlib.sha256(words.encode()).hexdigest()[:16] if filters else ""


def take(store: Store, one: Brought) -> Taken:
    with store.write() as tx:
        return _kept(tx, one)


class Tray:
    """Stores what is laid into it: all that waits at a time in one transaction, each alone where that fails."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[Brought, asyncio.Future[Taken]]] = []
        self._busy = False

    async def take(self, one: Brought) -> Taken:
        future: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, future))
        if not self._busy:
            self._busy = True
            try:
                while self._waiting:
                    batch, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
                    await self._store_all(batch)
            finally:
                self._busy = False
        return await future

    async def _store_all(self, batch: Sequence[tuple[Brought, asyncio.Future[Taken]]]) -> None:
        try:
            for (_, future), taken in zip(batch, await asyncio.to_thread(self._together, batch), strict=True):
                future.set_result(taken)
        except Exception:  # strangers' words: one feed's never cost another's
            log.exception("several feeds could not be stored together")
            for one, future in batch:
                try:
                    future.set_result(await asyncio.to_thread(take, self._store, one))
                except Exception as error:  # told by who waits for it
                    future.set_exception(error)

    def _together(self, batch: Sequence[tuple[Brought, object]]) -> list[Taken]:
        with self._store.write() as tx:
            return [_kept(tx, one) for one, _ in batch]


def _kept(tx: Shelves, one: Brought) -> Taken:
    found = sort_out(one.articles, tx.articles, policy=one.before.identity, whole_texts=one.feed.fulltext)
    tx.articles.add(found.new)
    tx.articles.update(found.changed)
    tx.articles.add_aliases(one.feed.url, found.aliases)
    after = replace(one.after, identity=found.policy)
    tx.feeds.save_health(after)
    return Taken(health=after, new=found.new)
