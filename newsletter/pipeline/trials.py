"""Dry runs of feeds: what would come in, what the filters keep out and why; nothing is stored."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from newsletter.collect.answers import Failed
from newsletter.collect.entries import Parsed
from newsletter.collect.filing import articles_of, with_something
from newsletter.collect.identity import sort_out, with_ids
from newsletter.collect.parser import Parser
from newsletter.collect.rulefiles import Rules, read_filters
from newsletter.collect.sifting import sift
from newsletter.model import Article, ArticleId, Feed, FeedUrl
from newsletter.newsroom import Newsroom
from newsletter.pipeline.adding import described, discover
from newsletter.pipeline.feeds import Progress, Tools, manners_of, no_feed, rules_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An article that a feed shows now: `dropped` by which rule of its filters, and whether it would be `new`."""

    article: Article
    dropped: str = ""
    new: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a feed would bring now; `failure` where it brings nothing."""

    feed: Feed
    seen: tuple[Seen, ...] = ()
    problems: tuple[str, ...] = ()
    failure: Failed | None = None

    @property
    def articles(self) -> tuple[Article, ...]:
        return tuple(one.article for one in self.seen if not one.dropped)


async def try_feed(room: Newsroom, url: str, *, now: datetime, filters: Path | None = None) -> Tried:
    """What a feed would bring, under its filters or those of another file; nothing is stored."""
    rules = rules_in(room)
    if filters is not None:
        rules = Rules(filters=tuple(read_filters(filters)))
    async with room.fetcher() as fetcher, Parser(1) as parser:
        tools = Tools(room=room, fetcher=fetcher, parser=parser, now=now)
        known = room.feed(FeedUrl(url))
        if known is not None:
            return await _try(tools, rules.on(known))
        found = await discover(tools, url)
        return _tried(tools, rules.on(described(found)), found.parsed)


async def check_feeds(room: Newsroom, *, now: datetime, progress: Progress | None = None) -> tuple[Tried, ...]:
    """Ask every feed that is on now, and tell which answer; nothing is stored."""
    wanted = [feed for feed in room.feeds if feed.is_on(now)]
    found: dict[FeedUrl, Tried] = {}
    async with room.fetcher() as fetcher, Parser() as parser:
        tools = Tools(room=room, fetcher=fetcher, parser=parser, now=now)
        for done, task in enumerate(asyncio.as_completed([_try(tools, feed) for feed in wanted]), 1):
            tried = await task
            found[tried.feed.url] = tried
            if progress:
                progress(done, len(wanted))
    return tuple(found[feed.url] for feed in wanted)


async def _try(tools: Tools, feed: Feed) -> Tried:
    answer = await tools.fetcher.fetch(feed.url, now=tools.now, manners=manners_of(feed))
    if isinstance(answer, Failed):
        return Tried(feed=feed, failure=answer)
    parsed = await tools.parser.parse(answer.body, content_type=answer.content_type, url=answer.url)
    if not parsed.is_feed:
        return Tried(feed=feed, problems=parsed.problems, failure=no_feed(parsed))
    return await asyncio.to_thread(_tried, tools, feed, parsed)


def _tried(tools: Tools, feed: Feed, parsed: Parsed) -> Tried:
    entries = with_something(parsed.entries)
    sifted = sift(entries, feed.filters)
    why = dict(sifted.dropped)
    dropped = [why.get(entry, "") for entry in entries]
    articles = articles_of(replace(parsed, entries=entries), feed, now=tools.now)
    new = _new(tools.room, feed, [one for one, reason in zip(articles, dropped, strict=True) if not reason])
    seen = (
        Seen(article=named, dropped=reason, new=bare in new)
        for bare, named, reason in zip(articles, with_ids(articles), dropped, strict=True)
    )
    return Tried(feed=feed, seen=tuple(seen), problems=(*parsed.problems, *sifted.problems))


def _new(room: Newsroom, feed: Feed, articles: Sequence[Article]) -> set[Article]:
    """Those that the store does not know yet, without their ids."""
    with room.store.read() as tx:
        policy = tx.feeds.health(feed.url).identity
        found = sort_out(articles, tx.articles, policy=policy, whole_texts=feed.fulltext)
    return {replace(one, id=ArticleId("")) for one in found.new}
