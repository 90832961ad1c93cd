"""The verbs of feeds: collect, what has come in, and what is subscribed."""

import asyncio
import sys
from argparse import Namespace
from collections.abc import Iterator

from newsletter import pipeline
from newsletter.cli.say import Bar, now_of, report, room_of, rows
from newsletter.errors import DataError
from newsletter.model import Article, FeedUrl
from newsletter.store.shelves import Shelves

_ARTICLE = ("published", "language", "title", "link")
_CHUNK = 500


def collect(arguments: Namespace) -> None:
    with room_of(arguments) as room, Bar("collect") as bar:
        found = asyncio.run(pipeline.collect(room, now=now_of(arguments), only_due=arguments.due, progress=bar))
    failures = [{"feed": one.feed, "error": one.error, "next": one.next} for one in found.failures]
    result = {
        "feeds": found.feeds,
        "fetched": found.fetched,
        "unchanged": found.unchanged,
        "failed": found.failed,
        "new_articles": found.new_articles,
        "failures": failures,
    }
    counts = f"{found.feeds} feeds: {found.fetched} fetched, {found.unchanged} unchanged, {found.failed} failed"
    lines = (f"  {one.feed}: {one.error}" + (f"; {one.next}" if one.next else "") for one in found.failures)
    report(arguments, result, (f"{counts}; {found.new_articles} new articles", *lines))


def articles(arguments: Namespace) -> None:
    feed = FeedUrl(arguments.feed) if arguments.feed else None
    with room_of(arguments) as room, room.store.read() as tx:
        chunk: list[Article] = []
        for article in tx.articles.listed(feed=feed, since=arguments.since):
            chunk.append(article)
            if len(chunk) == _CHUNK:
                _print_articles(arguments, chunk, tx)
                chunk = []
        _print_articles(arguments, chunk, tx)


def list_feeds(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        standing = pipeline.listed_feeds(room, now=now_of(arguments))
    found = (
        {
            "feed": one.feed.url,
            "title": one.feed.title,
            "enabled": one.feed.enabled,
            "health": one.health,
            "articles": one.articles,
            "last_error": one.known.last_error,
            "due": one.known.due,
            "interval": one.known.interval or None,
            "weekly": round(one.known.weekly, 1),
            "told": one.told,
            "share": round(one.told / one.articles, 3) if one.articles else None,
            "muted_until": one.feed.muted_until if one.health == "muted" else None,
            "moved_to": one.known.moved_to or one.known.moving_to,
            "note": one.feed.note,
        }
        for one in standing
    )
    rows(arguments, found, ("health", "articles", "weekly", "share", "due", "title", "feed", "last_error"))


def add(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        done = asyncio.run(pipeline.add_feed(room, arguments.url, now=now_of(arguments)))
    feed = done.feed
    result = {"feed": feed.url, "title": feed.title, "language": feed.language, "new_articles": done.new_articles}
    result |= {"others": done.others}
    lines = [
        f"{feed.title} <{feed.url}> is subscribed: {done.new_articles} articles",
        f"its category, topics and authority can be set in {done.file}",
    ]
    lines += [f"  also offered: {other}" for other in done.others]
    report(arguments, result | {"file": str(done.file)}, [*lines, *_alone(done.alone)])


def mute(arguments: Namespace) -> None:
    now = now_of(arguments)
    until = now + arguments.days if arguments.days else arguments.until
    with room_of(arguments) as room:
        end = pipeline.mute_feed(room, arguments.url, until=until, now=now)
    told = f"until {end:%Y-%m-%d %H:%M} UTC" if until else "until: newsletter feeds unmute URL"
    report(
        arguments,
        {"feed": arguments.url, "muted": True, "until": end if until else None},
        [f"{arguments.url} is not asked {told}"],
    )


def unmute(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        was = pipeline.unmute_feed(room, arguments.url, now=now_of(arguments))
    say = f"{arguments.url} is asked again" if was else f"{arguments.url} was not muted"
    report(arguments, {"feed": arguments.url, "muted": False, "was": was}, [say])


def try_feed(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        trial = pipeline.try_feed(room, arguments.url, now=now_of(arguments), filters=arguments.filters)
        tried = asyncio.run(trial)
    if tried.failure is not None:
        raise DataError(f"{tried.feed.url}: {tried.failure.reason}; {tried.failure.next or 'try again later'}")
    found = (
        {
            "feed": tried.feed.url,
            "title": one.article.title,
            "link": one.article.link,
            "published": one.article.published,
            "date_quality": one.article.date_quality,
            "language": one.article.language,
            "kept": not one.dropped,
            "new": one.new,
            "why": one.dropped,
        }
        for one in tried.seen
    )
    rows(arguments, found, ("kept", *_ARTICLE, "why"))
    for problem in tried.problems:
        print(f"newsletter: {tried.feed.url}: {problem}", file=sys.stderr)


def check(arguments: Namespace) -> None:
    with room_of(arguments) as room, Bar("check") as bar:
        tried = asyncio.run(pipeline.check_feeds(room, now=now_of(arguments), progress=bar))
    found = (
        {
            "feed": one.feed.url,
            "title": one.feed.title,
            "ok": one.failure is None,
            "articles": len(one.articles),
            "dropped": len(one.seen) - len(one.articles),
            "error": one.failure.reason if one.failure else "",
            "next": one.failure.next if one.failure else "",
            "problems": one.problems,
        }
        for one in tried
    )
    rows(arguments, found, ("ok", "articles", "title", "feed", "error", "next"))


def import_opml(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        done = pipeline.import_feeds(room, arguments.file)
    result = {
        "added": [feed.url for feed in done.added],
        "doubles": [feed.url for feed in done.doubles],
        "refused": done.refused,
        "file": str(done.file) if done.added else None,
    }
    where = f" into {done.file}" if done.added else ""
    lines = [f"{len(done.added)} feeds taken over{where}, {len(done.doubles)} were there already"]
    lines += [f"  already there: {feed.title} <{feed.url}>" for feed in done.doubles]
    lines += [f"  left out: {why}" for why in done.refused]
    report(arguments, result, [*lines, *_alone(done.alone)])


def export_opml(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        document, count = pipeline.export_feeds(room), len(room.feeds)
    if arguments.file is None:
        print(document, end="")
        return
    try:
        arguments.file.write_text(document, "utf-8")
    except OSError as error:
        raise DataError(f"{arguments.file}: cannot be written ({error.strerror}); name another file") from None
    report(arguments, {"feeds": count, "file": str(arguments.file)}, [f"{count} feeds in {arguments.file}"])


def _alone(first: bool) -> Iterator[str]:
    if first:
        yield "this newsroom now reads its own list alone; the starter feeds no longer count"


def _print_articles(arguments: Namespace, chunk: list[Article], tx: Shelves) -> None:
    stories = tx.stories.story_of([article.id for article in chunk])
    found = (
        {
            "id": one.id,
            "feed": one.feed_url,
            "guid": one.guid,
            "link": one.link,
            "title": one.title,
            "published": one.published,
            "first_seen": one.first_seen,
            "date_quality": one.date_quality,
            "language": one.language,
            "story": stories.get(one.id),
        }
        for one in chunk
    )
    rows(arguments, found, _ARTICLE)
