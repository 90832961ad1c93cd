"""The second parser: takes entries out of XML that the first one found nothing in."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree

from newsletter.collect.entries import Entry, Parsed

_ENTRIES = ("item", "entry")
_FIELDS = {
    "guid": ("guid", "id", "identifier"),
    "title": ("title",),
    "author": ("creator", "author", "name"),
    "summary": ("description", "summary", "abstract", "subtitle"),
    "text": ("encoded", "content", "fullitem", "body"),
    "language": ("language",),
}
_DATES = ("pubdate", "published", "issued", "created", "date", "updated", "modified", "pubtime", "publishtime", "time")
_MOST = 200
"""Elements of an entry that are looked at; honest ones have a dozen."""
_CHANNEL = ("channel", "feed", "rdf", "rss")


def parse_damaged(document: bytes, most: int) -> Parsed:
    """What libxml2 can rescue of the first `most` entries, with their markup; depth and size stay within its limits."""
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        return Parsed(kind="unknown")
    elements = (element for element in root.iter(etree.Element) if _name(element) in _ENTRIES)
    found = tuple(map(_entry, islice(elements, most)))
    head = next((element for element in root.iter(etree.Element) if _name(element) in _CHANNEL[:2]), root)
    return Parsed(
        kind="atom" if _name(root) == "feed" else "rss",
        title=_first(head, ("title",)),
        site=_link(head),
        language=_first(head, ("language",)),
        entries=found,
    )


def _entry(element: Any) -> Entry:
    values = {name: _first(element, names) for name, names in _FIELDS.items()}
    dates = [text for wanted in _DATES if (text := _first(element, (wanted,)))]
    tags = tuple(child.get("term") or _inside(child) for child in _children(element) if _name(child) == "category")
    return Entry(**values, link=_link(element), dates=tuple(dict.fromkeys(dates)), tags=tags)


def _first(element: Any, names: tuple[str, ...]) -> str:
    found = dict.fromkeys(names, "")
    for child in _children(element):
        name = _name(child)
        if name in found and not found[name]:
            found[name] = _inside(child)
    return next((text for text in found.values() if text), "")


def _link(element: Any) -> str:
    links = [child for child in _children(element) if _name(child) == "link"]
    for child in links:
        href, rel = (child.get("href") or "").strip(), child.get("rel") or "alternate"
        if rel == "alternate" and (href or _inside(child)):
            return href or _inside(child)
    guid = next((child for child in _children(element) if _name(child) == "guid"), None)
    if guid is not None and (guid.get("isPermaLink") or "true").lower() == "true":
        return _inside(guid)
    return (element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about") or "").strip()


def _inside(element: Any) -> str:
    """Escaped markup is text already; elements inside are written out again."""
    if not len(element):
        return (element.text or "").strip()
    parts = [element.text or "", *(etree.tostring(child, encoding="unicode") for child in element)]
    return "".join(parts).strip()


def _children(element: Any) -> Iterator[Any]:
    yield from islice(element.iterchildren(tag=etree.Element), _MOST)


def _name(element: Any) -> str:
    """The local name; rescued documents have prefixes that nobody declared, and worse."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()
