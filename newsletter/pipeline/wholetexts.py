"""Whole texts for feeds that ask for them: read from the pages of new articles, to be searched and weighed."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from newsletter.collect.answers import Failed
from newsletter.collect.fulltext import Pages
from newsletter.model import Article, Feed
from newsletter.newsroom import Newsroom
from newsletter.store.engine import Store

log = logging.getLogger(__name__)
_PAGES = 20
"""At most so many pages a visit, newest first: a feed that is new is not the reason to copy a site."""
_WITHIN = 150.0
"""Seconds for the pages of one feed; those that are not read by then have the feed's words only."""


class SaidByRobots:
    """What sites have said in robots.txt, kept in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load(self, site: str) -> str | None:
        with self._store.read() as tx:
            return tx.settings.get(_row(site))

    def save(self, site: str, said: str) -> None:
        with self._store.write() as tx:
            tx.settings.put(_row(site), said)


async def read_pages(room: Newsroom, feed: Feed, new: Sequence[Article], pages: Pages, *, now: datetime) -> None:
    """Read what is recent enough to be told; a page that cannot be read leaves its article as it is."""
    recent = [one for one in new if one.link and one.published > now - room.config.curate.window]
    recent = sorted(recent, key=lambda one: (one.published, one.id), reverse=True)[:_PAGES]
    read = 0
    try:
        async with asyncio.timeout(_WITHIN):
            for article in recent:
                text = await pages.text_of(article.link, now=now)
                if isinstance(text, Failed):
                    log.debug("no whole text of %s: %s", article.link, text.reason)
                elif len(text) > len(article.text):
                    await asyncio.to_thread(_keep, room.store, article, text)
                    read += 1
    except TimeoutError:
        pass
    log.info("Whole texts feed=%s read=%d of=%d", feed.url, read, len(recent))


def _keep(store: Store, article: Article, text: str) -> None:
    with store.write() as tx:
        known = tx.articles.get(article.id)
        if known is not None:
            tx.articles.update([replace(known, text=text)])


def _row(site: str) -> str:
    return f"robots {site}"[:128]
