"""Reads RSS, RDF, Atom and CDF by way of feedparser, whose sanitiser and link resolver stay off: both are slow."""

import re
import warnings
from typing import Any

from newsletter.collect.driving import drive
from newsletter.collect.entries import Entry, Parsed

_DATES = (
    "published",
    "created",
    "issued",
    "updated",
    "modified",
    "date",
    "pubtime",
    "publishtime",
    "publish_time",
    "time",
)
_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SKIPPED_HOURS = re.compile(r"<skipHours\b[^>]*>(.{0,2000}?)</skipHours>", re.IGNORECASE | re.DOTALL)
_SKIPPED_DAYS = re.compile(r"<skipDays\b[^>]*>(.{0,2000}?)</skipDays>", re.IGNORECASE | re.DOTALL)


def parse_xml(document: bytes) -> Parsed:
    """Entries with their markup; problems where the document is not well-formed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            found = drive(document)
    except Exception as error:  # strangers' input
        return Parsed(kind="rss", problems=(f"the first parser failed ({type(error).__name__})",))
    feed, version = found["feed"], str(found["version"] or "")
    problems = (f"not well-formed: {_why(found['trouble'])}",) if found["trouble"] else ()
    hours, days = skips_of(document[:20_000].decode("utf-8", "replace"))
    return Parsed(
        kind="atom" if version.startswith("atom") else "rss",
        title=_of(feed, "title"),
        site=_site(feed),
        language=_of(feed, "language"),
        entries=tuple(_entry(entry, feed) for entry in found["entries"]),
        problems=problems,
        ttl=pace_of(_of(feed, "ttl"), _of(feed, "sy_updateperiod"), _of(feed, "sy_updatefrequency")),
        skip_hours=hours,
        skip_days=days,
    )


def _entry(entry: Any, feed: Any) -> Entry:
    contents = [_text(one.get("value")) for one in _parts(entry, "content")]
    text = max(contents, key=len, default="")
    return Entry(
        guid=_of(entry, "id"),
        link=_link(entry),
        title=_of(entry, "title"),
        author=_author(entry) or _author(feed),
        summary=_of(entry, "summary") or _of(entry, "subtitle"),
        text=text,
        language=_of(entry, "language"),
        dates=tuple(dict.fromkeys(date for name in _DATES if (date := _of(entry, name)))),
        tags=tuple(_text(one.get("label")) or _text(one.get("term")) for one in _parts(entry, "tags")),
    )


def _link(entry: Any) -> str:
    """FeedBurner's original, the entry's own link, a permanent guid, or else whatever it links to."""
    for name in ("feedburner_origlink", "link"):
        if link := _of(entry, name):
            return link
    links = [one for one in _parts(entry, "links") if one.get("href")]
    for wanted in ("alternate", "via", "related", "enclosure"):
        if found := next((_text(one["href"]) for one in links if one.get("rel") == wanted), ""):
            return found
    guid = _of(entry, "id")
    return guid if guid.startswith(("http://", "https://")) else ""


def _site(feed: Any) -> str:
    if link := _of(feed, "link"):
        return link
    links = [one for one in _parts(feed, "links") if one.get("href")]
    return next((_text(one["href"]) for one in links if one.get("rel") == "alternate"), "")


def _author(owner: Any) -> str:
    """Several by their names; one as it stands, because feedparser cuts names at addresses of long domains."""
    names = dict.fromkeys(name for one in _parts(owner, "authors") if (name := _text(one.get("name"))))
    return ", ".join(names) if len(names) > 1 else _of(owner, "author")


def pace_of(minutes: str, period: str, often: str) -> int:
    """Seconds between two visits that a feed asks for: RSS counts minutes, the syndication module a period and how
    often in it."""
    asked = int(minutes) * 60 if minutes.isdecimal() and len(minutes) < 7 else 0
    seconds = _PERIODS.get(period.lower(), 0)
    return max(asked, seconds // max(int(often), 1) if often.isdecimal() and len(often) < 7 else seconds)


def skips_of(head: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    hours = _SKIPPED_HOURS.search(head)
    days = _SKIPPED_DAYS.search(head)
    numbers = {int(one) % 24 for one in re.findall(r">\s*(\d{1,2})\s*<", hours[0])} if hours else set()
    names = {at for at, day in enumerate(_DAYS) if days and day in days[1].lower()}
    return tuple(sorted(numbers)), tuple(sorted(names))


def _why(error: Exception) -> str:
    message = getattr(error, "getMessage", None)
    line = getattr(error, "getLineNumber", None)
    words = str(message() if callable(message) else error).strip() or type(error).__name__
    return f"{words} (line {line()})" if callable(line) else words


def _parts(owner: Any, name: str) -> list[dict[str, Any]]:
    """A list as feedparser makes it; an element that bears its name stands there as a plain text."""
    found = dict.get(owner, name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _of(owner: Any, name: str) -> str:
    """The plain value: feedparser's own lookup puts other fields in the place of a missing one."""
    return _text(dict.get(owner, name))


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
