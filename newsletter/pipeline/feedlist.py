"""What is subscribed: the OPML files of the newsroom's folder say it, the store says how each feed fares."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

from newsletter.collect.answers import Answer, Failed
from newsletter.collect.entries import Parsed
from newsletter.collect.filing import articles_of
from newsletter.collect.identity import with_ids
from newsletter.collect.opml import default_zone, read_opml, without_doubles, write_opml
from newsletter.collect.parser import Parser
from newsletter.errors import NewsletterError
from newsletter.language.script import is_traditional, language_of
from newsletter.model import Article, Feed, FeedHealth, FeedUrl
from newsletter.newsroom import Newsroom
from newsletter.pipeline.feeds import Progress, Tools, no_feed, take

_ADDED = "added.opml"
_GUESSES = ("feed", "rss.xml", "atom.xml", "feed.xml", "index.xml", "feed.json")
"""Where sites that name no feed in their pages mostly have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A feed and how it fares. `health` is new, ok, failing, gone or off."""

    feed: Feed
    health: str
    articles: int
    known: FeedHealth


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    feed: Feed
    file: Path
    new_articles: int
    alone: bool
    """The newsroom had no list of its own before: the shipped feeds no longer count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a feed would bring now; `failure` where it brings nothing."""

    feed: Feed
    articles: tuple[Article, ...] = ()
    problems: tuple[str, ...] = ()
    failure: Failed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    added: tuple[Feed, ...]
    doubles: tuple[Feed, ...]
    file: Path
    alone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    url: str
    answer: Answer
    parsed: Parsed


def listed_feeds(room: Newsroom) -> tuple[Standing, ...]:
    """Every subscribed feed, in the order of the files."""
    with room.store.read() as tx:
        known, counts = tx.feeds.all_health(), tx.articles.count_by_feed()
    found = []
    for feed in room.feeds:
        health = known.get(feed.url) or FeedHealth(feed_url=feed.url)
        found.append(Standing(feed=feed, health=_word(feed, health), articles=counts.get(feed.url, 0), known=health))
    return tuple(found)


async def add_feed(room: Newsroom, url: str, *, now: datetime) -> Added:
    """Subscribe a feed, or the feed that a site names, and keep what its first body brings: it is asked once."""
    async with room.fetcher() as fetcher, Parser(1) as parser:
        tools = Tools(room=room, fetcher=fetcher, parser=parser, now=now)
        found = await _discover(tools, url)
        if room.feed(FeedUrl(found.url)) is not None:
            raise NewsletterError(f"{found.url} is subscribed already; see: newsletter feeds list")
        feed = _described(found)
        alone = not _own_files(room)
        file = _write(room, _ADDED, [feed], title="Added feeds")
        _, new = await asyncio.to_thread(take, tools, feed, FeedHealth(feed_url=feed.url), found.answer, found.parsed)
    room.read_feeds_again()
    return Added(feed=feed, file=file, new_articles=len(new), alone=alone)


async def try_feed(room: Newsroom, url: str, *, now: datetime) -> Tried:
    """What a feed would bring; nothing is stored."""
    async with room.fetcher() as fetcher, Parser(1) as parser:
        tools = Tools(room=room, fetcher=fetcher, parser=parser, now=now)
        known = room.feed(FeedUrl(url))
        if known is not None:
            return await _try(tools, known)
        found = await _discover(tools, url)
        return _tried(_described(found), found.parsed, now)


async def check_feeds(room: Newsroom, *, now: datetime, progress: Progress | None = None) -> tuple[Tried, ...]:
    """Ask every enabled feed now, and tell which answer; nothing is stored."""
    wanted = [feed for feed in room.feeds if feed.enabled]
    found: dict[FeedUrl, Tried] = {}
    async with room.fetcher() as fetcher, Parser() as parser:
        tools = Tools(room=room, fetcher=fetcher, parser=parser, now=now)
        for done, task in enumerate(asyncio.as_completed([_try(tools, feed) for feed in wanted]), 1):
            tried = await task
            found[tried.feed.url] = tried
            if progress:
                progress(done, len(wanted))
    return tuple(found[feed.url] for feed in wanted)


def import_feeds(room: Newsroom, file: Path) -> Imported:
    """Copy the feeds of an OPML file into the newsroom's own list, those that it lacks. Raises DataError."""
    given = read_opml(file)
    own = _own_files(room)
    known = {feed.url for one in own for feed in read_opml(one)}
    added = [feed for feed in without_doubles(given) if feed.url not in known]
    target = _folder(room) / f"{file.stem}.opml"
    if added:
        _write(room, target.name, added, title=file.stem)
        room.read_feeds_again()
    doubles = _without(given, added)
    return Imported(added=tuple(added), doubles=doubles, file=target, alone=not own and bool(added))


def export_feeds(room: Newsroom) -> str:
    """All subscribed feeds as one OPML document."""
    return write_opml(room.feeds, title=f"{room.config.newsroom.name}: feeds")


def _word(feed: Feed, health: FeedHealth) -> str:
    if not feed.enabled:
        return "off"
    if health.gone:
        return "gone"
    if health.failures or health.last_error:
        return "failing"
    return "new" if health.checked is None else "ok"


async def _try(tools: Tools, feed: Feed) -> Tried:
    answer = await tools.fetcher.fetch(feed.url, now=tools.now)
    if isinstance(answer, Failed):
        return Tried(feed=feed, failure=answer)
    parsed = await tools.parser.parse(answer.body, content_type=answer.content_type, url=answer.url)
    if not parsed.is_feed:
        return Tried(feed=feed, problems=parsed.problems, failure=no_feed(parsed))
    return _tried(feed, parsed, tools.now)


def _tried(feed: Feed, parsed: Parsed, now: datetime) -> Tried:
    return Tried(feed=feed, articles=with_ids(articles_of(parsed, feed, now=now)), problems=parsed.problems)


async def _discover(tools: Tools, url: str) -> _Found:
    """The feed at an address: the body itself, what the page names, or what most sites have. Raises NewsletterError."""
    if "://" not in url:
        url = f"https://{url}"
    first = await _fetched(tools, url)
    if isinstance(first, Failed):
        raise NewsletterError(f"{url}: {first.reason}; {first.next or 'try again later'}")
    if first.parsed.is_feed:
        return first
    for candidate in first.parsed.links or [urljoin(first.url, f"/{guess}") for guess in _GUESSES]:
        found = await _fetched(tools, candidate)
        if isinstance(found, _Found) and found.parsed.is_feed:
            return found
    why = no_feed(first.parsed).reason
    raise NewsletterError(f"{url}: {why}, and no feed was found behind it; give the feed's own address")


async def _fetched(tools: Tools, url: str) -> _Found | Failed:
    """`url` of what is found is the address to subscribe: where permanent redirects lead, else the one asked."""
    answer = await tools.fetcher.fetch(url, now=tools.now)
    if isinstance(answer, Failed):
        return answer
    parsed = await tools.parser.parse(answer.body, content_type=answer.content_type, url=answer.url)
    return _Found(url=answer.moved_to or url, answer=answer, parsed=parsed)


def _described(found: _Found) -> Feed:
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


def _folder(room: Newsroom) -> Path:
    return room.config.folder / "feeds"


def _own_files(room: Newsroom) -> Sequence[Path]:
    return sorted(_folder(room).glob("*.opml"))


def _write(room: Newsroom, name: str, more: Sequence[Feed], *, title: str) -> Path:
    """Add feeds to a file of the newsroom's own; it is replaced as a whole, never half written."""
    file = _folder(room) / name
    file.parent.mkdir(parents=True, exist_ok=True)
    before = read_opml(file) if file.exists() else ()
    draft = file.with_suffix(".new")
    draft.write_text(write_opml(without_doubles((*before, *more)), title=title), "utf-8")
    draft.replace(file)
    return file


def _without(given: Iterable[Feed], added: Iterable[Feed]) -> tuple[Feed, ...]:
    """Those that were not added, one mention each time they stand there too often."""
    left = list(given)
    for feed in added:
        left.remove(feed)
    return tuple(left)
