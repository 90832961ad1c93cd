"""What a body is when it is not a feed: told before any parser wastes its time, and told to people."""

import re
from typing import Literal

from newsletter.collect.entries import Parsed

_FEED = re.compile(r"<(?:[\w.\-]+:)?(?:rss|feed|rdf|channel|item|entry)(?=[\s>:])", re.IGNORECASE)
_PAGE = re.compile(r"<!doctype\s+html|<html[\s>]|<body[\s>]|<head[\s>]", re.IGNORECASE)
_CHALLENGE = re.compile(
    r"just a moment\.\.\.|challenge-platform|cf-chl|cf_chl|checking your browser|enable javascript and cookies"
    r"|captcha|ddos-guard|attention required!|安全验证|访问验证|请完成验证|人机验证|正在进行安全检查",
    re.IGNORECASE,
)
_LINK = re.compile(r"<link\b[^<>]{0,1000}>", re.IGNORECASE)
_TYPE = re.compile(r"type\s*=\s*[\"']?application/(?:rss\+xml|atom\+xml|feed\+json|json)", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))", re.IGNORECASE)
_ANCHOR = re.compile(
    r"<a\b[^<>]{0,500}?\bhref\s*=\s*[\"']?([^\s\"'<>]{1,500})[^<>]{0,500}>([^<>]{0,30})", re.IGNORECASE
)
_LIKE_A_FEED = re.compile(
    r"(?:^|[/._\-])(?:rss\d?|feeds?|atom|rdf)(?:\.(?:xml|json|php|rdf))?/?(?:\?[^#]*)?$|\.(?:rss|atom|rdf)$|/index\.xml$",
    re.IGNORECASE,
)
_CALLED_A_FEED = re.compile(r"\s*(?:RSS|Atom|Feed|订阅|訂閱)\b", re.IGNORECASE)
"""What addresses and names of feeds look like, where a page names none in its head."""
_COMMENTS = re.compile(r"comments?[/_-]?feed|/comments/|comment-feed|oembed|wp-json", re.IGNORECASE)
_HEAD = 4000


def what_it_is(text: str) -> Parsed | Literal["json", "xml"]:
    """Which reader should try; a Parsed without entries where none can find any."""
    start = text[:_HEAD].lstrip()
    if not text.strip("\ufeff \t\r\n\0"):
        return Parsed(kind="empty", problems=("the body is empty",))
    if start.startswith(("{", "[")):
        return "json"
    page = _PAGE.search(start)
    feed = _FEED.search(start)
    if page is None or (feed is not None and feed.start() < page.start()):
        return "xml"
    if _CHALLENGE.search(text[: _HEAD * 10]):
        return Parsed(kind="challenge", problems=("a challenge page for browsers, not a feed",))
    return Parsed(kind="html", problems=("a web page, not a feed",), links=feeds_named(text))


def feeds_named(page: str) -> tuple[str, ...]:
    """The addresses of feeds that a page names in its head, else those that it links to; comment feeds last."""
    links = (link for link in _LINK.findall(page[:500_000]) if _TYPE.search(link) and "alternate" in link.lower())
    found = [next(part for part in href.groups() if part is not None) for href in map(_HREF.search, links) if href]
    found = [link.replace("&amp;", "&").strip() for link in found]
    anchors = () if found else _ANCHOR.findall(page[:500_000])
    found += [link for link, words in anchors if _LIKE_A_FEED.search(link) or _CALLED_A_FEED.match(words)]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: bool(_COMMENTS.search(one))))
