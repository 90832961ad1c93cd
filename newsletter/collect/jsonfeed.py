"""Reads JSON Feed 1.0 and 1.1 (jsonfeed.org), and as much of a damaged one as can be read."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from newsletter.collect.entries import Entry, Parsed

_ITEMS = re.compile(r'"items"\s*:\s*\[')
_DECODER = json.JSONDecoder(strict=False)


def parse_json(text: str, most: int) -> Parsed:
    """The first `most` entries with their text still as markup. Anything but a feed has kind "unknown"."""
    problems: list[str] = []
    try:
        data: Any = _DECODER.decode(text.strip())
    except (ValueError, RecursionError):
        data = {"items": list(islice(_whole_items(text), most))}
        problems.append("the JSON is damaged; what stands before the damage is kept")
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list) or (problems and not items):
        return Parsed(kind="unknown", problems=("JSON that is not a JSON Feed",))
    found = [item for item in items if isinstance(item, dict)]
    if len(found) < len(items):
        problems.append(f"{len(items) - len(found)} of the items are not objects")
    return Parsed(
        kind="json",
        title=_text(data.get("title")),
        site=_text(data.get("home_page_url")),
        language=_text(data.get("language")),
        entries=tuple(_entry(item, data) for item in found[:most]),
        problems=tuple(problems),
    )


def _whole_items(text: str) -> Iterator[object]:
    """Items one by one, until the first that cannot be read."""
    start = _ITEMS.search(text)
    at = start.end() if start else len(text)
    while at < len(text):
        at += len(text[at : at + 200]) - len(text[at : at + 200].lstrip(" \t\r\n,"))
        try:
            item, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield item


def _entry(item: dict[str, Any], feed: dict[str, Any]) -> Entry:
    content = _text(item.get("content_html")) or _escaped(_text(item.get("content_text")))
    return Entry(
        guid=_text(item.get("id")),
        link=_text(item.get("url")) or _text(item.get("external_url")) or _attached(item),
        title=_text(item.get("title")),
        author=_authors(item) or _authors(feed),
        summary=_escaped(_text(item.get("summary"))),
        text=content,
        language=_text(item.get("language")),
        dates=tuple(date for name in ("date_published", "date_modified") if (date := _text(item.get(name)))),
        tags=tuple(map(_text, given)) if isinstance(given := item.get("tags"), list) else (),
    )


def _authors(owner: dict[str, Any]) -> str:
    given = owner.get("authors")
    every = given if isinstance(given, list) else [owner.get("author")]
    names = [_text(one.get("name")) if isinstance(one, dict) else _text(one) for one in every]
    return ", ".join(dict.fromkeys(name for name in names if name))


def _attached(item: dict[str, Any]) -> str:
    given = item.get("attachments")
    found = [one.get("url") for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    return _text(found[0]) if found else ""


def _text(value: object) -> str:
    """Version 1.0 let publishers write numbers as ids; others write them anywhere."""
    if isinstance(value, bool) or value is None:
        return ""
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""


def _escaped(text: str) -> str:
    """Twice, because what looks like markup that was escaped once too often is read as markup."""
    return text.replace("&", "&amp;amp;").replace("<", "&amp;lt;")
