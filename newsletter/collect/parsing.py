"""The bytes of a feed become its entries: every one that can be had, and the problems as words."""

import re
from collections.abc import Iterable
from dataclasses import replace

from newsletter.collect.classifying import what_it_is
from newsletter.collect.cleaning import headline, plain, plain_author, plain_id, plain_title, teaser
from newsletter.collect.decoding import decode
from newsletter.collect.entries import Entry, Parsed
from newsletter.collect.inflating import inflated
from newsletter.collect.jsonfeed import parse_json
from newsletter.collect.links import absolute, canonical, host_of
from newsletter.collect.mending import ROOT, well_begun
from newsletter.collect.plainly import TooMuchError, parse_plainly
from newsletter.collect.reading import parse_xml
from newsletter.collect.recovering import parse_damaged

MAX_BODY = 16 * 1024 * 1024
MAX_ENTRIES = 20_000
_TAGS, _TAG = 30, 100
_HURRIED = "the first parser took too long"
_SECOND = "read by the second parser"
_END = 2000
_MANY = 4000
"""Entries that feedparser would need a second for; ten times as many as the largest feeds of a real week show."""
_OPENINGS = re.compile(r"<(?:[\w.\-]+:)?(?:item|entry)(?=[\s/>])", re.IGNORECASE)


def parse(body: bytes, *, content_type: str = "", url: str = "", gentle: bool = False) -> Parsed:
    """Never raises for anything that a stranger may send. `gentle` uses only what is fast on hostile input."""
    try:
        body = inflated(body, MAX_BODY)
    except ValueError as error:
        return Parsed(kind="unknown", problems=(str(error),))
    decoded = decode(body, content_type)
    found = _parse_text(decoded.text, gentle=gentle)
    problems = dict.fromkeys((*decoded.problems, *found.problems))
    return _finished(replace(found, problems=tuple(problems)), url)


def _parse_text(text: str, *, gentle: bool) -> Parsed:
    known = what_it_is(text)
    if known == "json":
        return parse_json(text, MAX_ENTRIES + 1)
    if isinstance(known, Parsed):
        return known
    if not ROOT.search(text) and not _OPENINGS.search(text):
        return Parsed(kind="unknown", problems=("neither a feed nor a web page",))
    text, problems = well_begun(text)
    document = b'<?xml version="1.0" encoding="utf-8"?>' + text.encode("utf-8", "replace")
    expected = len(_OPENINGS.findall(text))
    found = _plainly_or_not(document, gentle=gentle or expected > _MANY)
    if found.problems or not found.entries:
        found = _rescued(found, document, expected)
    return replace(found, problems=(*problems, *found.problems), broken_off=_breaks_off(text))


def _plainly_or_not(document: bytes, *, gentle: bool) -> Parsed:
    hurried = Parsed(kind="rss", problems=(_HURRIED,))
    try:
        return parse_plainly(document) or (hurried if gentle else parse_xml(document))
    except TooMuchError:
        return hurried


def _breaks_off(text: str) -> bool:
    """An entry is open and the feed is not closed behind it; a feed that never closes its entries closes itself."""
    end = text[-_END:]
    closed = max(end.lower().rfind(tag) for tag in ("</rss", "</feed", ":rdf>", "</channel"))
    if closed >= 0:
        return False
    opened = [match.start() for match in _OPENINGS.finditer(text)]
    return bool(opened) and max(map(text.lower().rfind, ("</item", "</entry"))) < opened[-1]


def _rescued(found: Parsed, document: bytes, expected: int) -> Parsed:
    """Where the first parser lost entries, or all the words of one, the second may have kept them."""
    lost = [not (entry.title or entry.link or entry.summary or entry.text) for entry in found.entries]
    if found.entries and len(found.entries) >= expected and not any(lost):
        return found
    second = parse_damaged(document, MAX_ENTRIES + 1)
    if len(second.entries) > len(found.entries):
        return replace(second, problems=(*found.problems, _SECOND))
    if len(second.entries) < len(found.entries):
        return found
    pairs = zip(found.entries, second.entries, lost, strict=True)
    return replace(found, entries=tuple(theirs if gone else ours for ours, theirs, gone in pairs))


def _finished(feed: Parsed, url: str) -> Parsed:
    """Markup as text, links absolute and canonical."""
    site = absolute(plain_title(feed.site), (url,))
    bases = tuple(base for base in (site, url) if base)
    own = host_of(site) or host_of(url)
    literal = feed.kind == "json"
    problems = list(feed.problems)
    if len(feed.entries) > MAX_ENTRIES:
        problems.append(f"more than {MAX_ENTRIES} entries; the first {MAX_ENTRIES} are taken")
        feed = replace(feed, entries=feed.entries[:MAX_ENTRIES])
    entries = tuple(_finished_entry(entry, bases, own, literal) for entry in feed.entries)
    if any(was.link and not now.link for was, now in zip(feed.entries, entries, strict=True)):
        problems.append(
            "some links are no web addresses" if bases else "relative links, and no address to resolve them"
        )
    links = tuple(dict.fromkeys(link for one in feed.links if (link := absolute(one, (url,)))))
    return replace(
        feed, title=plain_title(feed.title), site=site, entries=entries, problems=tuple(problems), links=links
    )


def _finished_entry(entry: Entry, bases: Iterable[str], own: str, literal: bool) -> Entry:
    text = plain(entry.text)
    summary = plain(entry.summary) if entry.summary != entry.text else text
    if summary == text and entry.text:
        summary = teaser(text)
    if not entry.summary.strip() and text:
        summary = teaser(text)
    title = plain_title(entry.title, literal=literal) or headline(summary or text)
    link = canonical(absolute(entry.link, bases), own)
    return replace(
        entry,
        guid=plain_id(entry.guid),
        link=link[:2000],
        title=title,
        author=plain_author(entry.author),
        summary=summary,
        text=text,
        language=plain_id(entry.language)[:16],
        dates=tuple(map(plain_id, entry.dates)),
        tags=tuple(tag for one in entry.tags[:_TAGS] if (tag := plain_title(one)[:_TAG])),
    )
