"""Subscribing: a feed's own address, or that of a site which leads to one."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urldefrag, urljoin

from newsletter.collect.answers import Answer, Failed
from newsletter.collect.entries import Parsed
from newsletter.collect.links import same_page_key
from newsletter.collect.opml import default_zone
from newsletter.collect.parser import Parser
from newsletter.errors import NewsletterError
from newsletter.language.script import is_traditional, language_of
from newsletter.model import Feed, FeedHealth, FeedUrl
from newsletter.newsroom import Newsroom
from newsletter.pipeline.feedlist import own_files, write_feeds
from newsletter.pipeline.feeds import Tools, no_feed, rules_in
from newsletter.pipeline.taking import body_digest, brought, take

_ADDED = "added.opml"
_GUESSES = ("feed", "rss.xml", "atom.xml", "feed.xml", "index.xml", "feed.json")
"""Where sites that name no feed in their pages mostly have it."""
_MOST = 5
"""Named feeds that are tried: a page may name one for each of its comments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    feed: Feed
    file: Path
    new_articles: int
    others: tuple[str, ...]
    """What else the site offers; not subscribed."""
    alone: bool
    """The newsroom had no list of its own before: the shipped feeds no longer count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    url: str
    answer: Answer
    parsed: Parsed
    others: tuple[str, ...] = ()


async def add_feed(room: Newsroom, url: str, *, now: datetime) -> Added:
    """Subscribe a feed, or the feed that a site names, and keep what its first body brings: it is asked once."""
    _refuse_known(room, url)
    async with room.fetcher() as fetcher, Parser(1) as parser:
        tools = Tools(room=room, fetcher=fetcher, parser=parser, now=now)
        found = await discover(tools, url)
        _refuse_known(room, found.url)
        feed = rules_in(room).on(described(found))
        alone = not own_files(room)
        file = write_feeds(room, _ADDED, [feed], title="Added feeds")
        health = FeedHealth(feed_url=feed.url)
        digest = body_digest(found.answer)
        one = brought(feed, health, found.answer, found.parsed, digest=digest, now=now, pace=tools.pace)
        taken = await asyncio.to_thread(take, room.store, one)
    room.read_feeds_again()
    return Added(feed=feed, file=file, new_articles=len(taken.new), others=found.others, alone=alone)


async def discover(tools: Tools, url: str) -> Discovered:
    """The feed at an address: the body itself, what the page names, or what most sites have. Raises NewsletterError."""
    url = urldefrag(url.strip()).url
    bare = "://" not in url
    first = await _fetched(tools, f"https://{url}" if bare else url)
    if bare and isinstance(first, Failed) and not first.status:  # nobody said how it is to be reached
        plain = await _fetched(tools, f"http://{url}")
        first = first if isinstance(plain, Failed) else plain
    if isinstance(first, Failed):
        raise NewsletterError(f"{url}: {first.reason}; {first.next or 'try again later'}")
    if first.parsed.is_feed:
        return first
    named = first.parsed.links
    for candidate in named[:_MOST] or [urljoin(first.answer.url, f"/{guess}") for guess in _GUESSES]:
        found = await _fetched(tools, candidate)
        if isinstance(found, Discovered) and found.parsed.is_feed:
            others = tuple(one for one in named if one not in (candidate, found.url))
            return Discovered(url=found.url, answer=found.answer, parsed=found.parsed, others=others)
    why = no_feed(first.parsed).reason
    raise NewsletterError(f"{url}: {why}, and no feed was found behind it; give the feed's own address")


def described(found: Discovered) -> Feed:
    """A feed as far as it describes itself; its language is that of its titles."""
    titles = " ".join(entry.title for entry in found.parsed.entries[:50])
    declared = found.parsed.language
    language = language_of(titles or found.parsed.title, declared=declared)
    if language == "zh" and is_traditional(titles):
        language = "zh-Hant"
    zone = default_zone(declared) if declared.lower().startswith(language[:2]) else default_zone(language)
    return Feed(
        url=FeedUrl(found.url),
        title=found.parsed.title or found.url,
        site=found.parsed.site,
        language=language,
        timezone=zone,
    )


def _refuse_known(room: Newsroom, url: str) -> None:
    """http or https, with www or without, it is the same feed."""
    wanted = same_page_key(url)
    known = next((feed.url for feed in room.feeds if same_page_key(feed.url) == wanted), "")
    if known:
        raise NewsletterError(f"{known} is subscribed already; see: newsletter feeds list")


async def _fetched(tools: Tools, url: str) -> Discovered | Failed:
    """`url` of what is found is the address to subscribe: where permanent redirects lead, else the one asked."""
    answer = await tools.fetcher.fetch(url, now=tools.now)
    if isinstance(answer, Failed):
        return answer
    parsed = await tools.parser.parse(answer.body, content_type=answer.content_type, url=answer.url)
    return Discovered(url=answer.moved_to or url, answer=answer, parsed=parsed)
