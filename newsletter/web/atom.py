"""Atom feeds (RFC 4287) of issues and of stories."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

_ATOM = "http://www.w3.org/2005/Atom"
_XML = "http://www.w3.org/XML/1998/namespace"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    address: str
    title: str
    at: datetime
    language: str
    summary: str = ""
    html: str = ""


def atom(
    *, address: str, page: str, title: str, author: str, language: str, entries: Sequence[Entry], now: datetime
) -> bytes:
    """`address` is the feed's own, `page` that of the page it follows; `updated` is the newest entry's time."""
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": language})
    _text(feed, "id", address)
    _text(feed, "title", title)
    _text(feed, "updated", _moment(max((entry.at for entry in entries), default=now)))
    ET.SubElement(feed, "link", rel="self", type="application/atom+xml", href=address)
    ET.SubElement(feed, "link", rel="alternate", type="text/html", href=page)
    _text(ET.SubElement(feed, "author"), "name", author)
    for entry in entries:
        _entry(feed, entry)
    found: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return found


def _entry(feed: ET.Element, entry: Entry) -> None:
    element = ET.SubElement(feed, "entry", {"xml:lang": entry.language})
    _text(element, "id", entry.address)
    _text(element, "title", entry.title)
    _text(element, "updated", _moment(entry.at))
    _text(element, "published", _moment(entry.at))
    ET.SubElement(element, "link", rel="alternate", type="text/html", href=entry.address)
    if entry.summary:
        _text(element, "summary", entry.summary)
    if entry.html:
        _text(element, "content", entry.html).set("type", "html")


def _text(parent: ET.Element, name: str, words: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = _NOT_XML.sub(" ", words)
    return element


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
