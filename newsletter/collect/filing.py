"""The entries of a feed as articles: dated, in a language, named later."""

from collections.abc import Sequence
from datetime import datetime

from newsletter.collect.dates import published
from newsletter.collect.entries import Entry, Parsed
from newsletter.language.script import language_of
from newsletter.model import Article, ArticleId, Feed

_SAMPLE = 600
"""Characters of summary that decide about the language together with the title."""


def articles_of(parsed: Parsed, feed: Feed, *, now: datetime) -> tuple[Article, ...]:
    """One article an entry, without ids: `identity` knows which are old. Entries with nothing in them are left out."""
    return tuple(article_of(entry, feed, now=now) for entry in with_something(parsed.entries))


def whole(parsed: Parsed) -> tuple[Entry, ...]:
    """Without the entry that a document breaks off in: half of its name would make it another."""
    return parsed.entries[:-1] if parsed.broken_off else parsed.entries


def with_something(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry.title or entry.summary or entry.link)


def article_of(entry: Entry, feed: Feed, *, now: datetime) -> Article:
    dated = published(entry.dates, zone=feed.timezone, first_seen=now)
    words = f"{entry.title}\n{entry.summary[:_SAMPLE]}"
    return Article(
        id=ArticleId(""),
        feed_url=feed.url,
        guid=entry.guid,
        link=entry.link,
        title=entry.title or entry.link,
        author=entry.author,
        summary=entry.summary,
        text=entry.text,
        language=language_of(words, declared=entry.language or feed.language),
        published=dated.at,
        date_quality=dated.quality,
        first_seen=now,
    )
