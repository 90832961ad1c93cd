"""A room that subscribes to a test's own server and collects."""

import asyncio
from typing import Any

from newsletter import pipeline
from newsletter.collect.opml import write_opml
from newsletter.model import Article, Feed, FeedHealth, FeedUrl
from newsletter.newsroom import Newsroom
from newsletter.pipeline import Collected
from tests.builders import NOW


def subscribe(room: Newsroom, *urls: str, **more: Any) -> None:
    feeds = [Feed(url=FeedUrl(url), title=url, **more) for url in urls]
    target = room.config.folder / "feeds" / "own.opml"
    target.parent.mkdir(exist_ok=True)
    target.write_text(write_opml(feeds), "utf-8")


def collect(room: Newsroom, now: Any = NOW, **more: Any) -> Collected:
    return asyncio.run(pipeline.collect(room, now=now, **more))


def health(room: Newsroom, url: str) -> FeedHealth:
    with room.store.read() as tx:
        return tx.feeds.health(FeedUrl(url))


def articles(room: Newsroom) -> tuple[Article, ...]:
    with room.store.read() as tx:
        return tuple(tx.articles.listed())
