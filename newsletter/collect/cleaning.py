"""Markup becomes plain text, in linear time whatever is in it."""

import html
import re
import unicodedata

from selectolax.lexbor import LexborHTMLParser

from newsletter.collect.boilerplate import without_boilerplate
from newsletter.language.spacing import shorten

MAX_HTML = 64 * 1024
_MAX_DEPTH = 256
"""The HTML parser is quadratic in nesting: 16,000 open tags take a third of a second, 200,000 three minutes."""
_TITLE, _AUTHOR, _TEASER, _ID = 500, 200, 500, 2000

_TAG = re.compile(r"<[A-Za-z/!?]")
_ANY_TAG = re.compile(r"<[^<>]*>")
_EDGE = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*?(/?)>")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905
_BLOCK = re.compile(
    r"<(?=/?(?:br|p|div|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|pre|section|article|hr|dd|dt|figure|figcaption)\b)",
    re.IGNORECASE,
)
_DROPPED = "script, style, noscript, template, iframe, object, svg, math, head, textarea, select"
_FORMATTING = re.compile(
    r"</?(?:a|abbr|b|big|br|center|cite|code|div|em|font|h[1-6]|i|img|ins|mark|p|q|s|small|span|strike|strong|sub|sup|tt|u)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ESCAPED_TAG = re.compile(r"</?(?:p|br|div|a|span|img|ul|li|strong|em|b|i|h[1-6])(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_CONTROLS = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufff9-\ufffb\ufffe\uffff"
# Marks that part words without being seen, and those that turn the direction of what follows.
_INVISIBLE = re.compile(f"[{_CONTROLS}\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SPACES = re.compile(r"[^\S\n]+")
_WRAPPED = re.compile(r"(?<!\n)\r?\n(?![ \t]*\r?\n)[ \t]*")
_HAN = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_DOUBLE = re.compile("  +")
_LINES = re.compile(r" ?\n[ \n]*")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|$)", re.DOTALL)
_MAIL = re.compile(r"[^\s<>()\[\]]+@[^\s<>()\[\]]+")


def plain(markup: str) -> str:
    """Text as a reader sees it; blocks are lines."""
    markup = _capped(_CDATA.sub(r"\1", markup) if "<![CDATA[" in markup else markup)
    had_tags = _TAG.search(markup) is not None
    text = _without_tags(markup) if had_tags else _unescaped(markup)
    if not had_tags and _ESCAPED_TAG.search(text):
        text = _without_tags(text)
    return without_boilerplate(tidy(_unescaped(text) if "&" in text and _ENTITY.search(text) else text))


def plain_title(words: str, *, literal: bool = False) -> str:
    """A headline on one line. Where it may be markup, formatting goes; other tags may be what it is about."""
    words = _CDATA.sub(r"\1", words[:MAX_HTML]) if "<![CDATA[" in words else words[:MAX_HTML]
    if not literal:
        words = _FORMATTING.sub("", words)
    words = _unescaped(words)
    if not literal and _ENTITY.search(words):
        words = _unescaped(words)
    return shorten(" ".join(tidy(words).split()), _TITLE)


def plain_author(words: str) -> str:
    """A name without the e-mail address that RSS puts beside it."""
    name = _MAIL.sub(" ", plain_title(words).replace("mailto:", " "))
    name = " ".join(name.replace("()", " ").replace("<>", " ").split())
    if name.startswith("(") and name.endswith(")"):
        name = name[1:-1]
    return shorten(name.strip(" ,;|-"), _AUTHOR)


def plain_id(words: str) -> str:
    """A guid as it stands, on one line, without what no database keeps."""
    return " ".join((words if words.isprintable() else _INVISIBLE.sub("", words)).split())[:_ID]


def teaser(text: str) -> str:
    """The beginning of a text, for an entry that has no summary of its own."""
    return shorten(text[: _TEASER * 2], _TEASER)


def headline(text: str) -> str:
    """What stands for a missing title: the first sentence, or as much of it as fits a line."""
    first = re.split(r"(?<=[.!?])\s|(?<=[。！？])|\n", text.strip(), maxsplit=1)[0]
    return shorten(first, 90)


def _capped(markup: str) -> str:
    if len(markup) <= MAX_HTML:
        return markup
    cut = markup[:MAX_HTML]
    opened = cut.rfind("<")
    return cut[:opened] if opened > cut.rfind(">") else cut


def _without_tags(markup: str) -> str:
    if markup.count("<") > _MAX_DEPTH and _depth(markup) > _MAX_DEPTH:
        return _unescaped(_ANY_TAG.sub(" ", markup))
    if "\n" in markup and _BLOCK.search(markup) and "<pre" not in markup:
        markup = _WRAPPED.sub(_unwrapped, markup)
    tree = LexborHTMLParser(_BLOCK.sub("\n<", markup))
    for node in tree.css(_DROPPED):
        node.decompose()
    body = tree.body or tree.root
    return body.text(deep=True) if body is not None else ""


def _unwrapped(line_break: re.Match[str]) -> str:
    """Where markup says what a line is, a single line break is a space, and none between Han signs."""
    text, at, end = line_break.string, line_break.start(), line_break.end()
    return "" if at and end < len(text) and _HAN.match(text[at - 1]) and _HAN.match(text[end]) else " "


def _depth(markup: str) -> int:
    """How deep tags may nest at most; closing tags that close nothing count for nothing."""
    depth = deepest = 0
    for closing, name, empty in _EDGE.findall(markup):
        if closing:
            depth = max(depth - 1, 0)
        elif not empty and name.lower() not in _VOID:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _unescaped(text: str) -> str:
    return html.unescape(text) if "&" in text else text


def tidy(text: str) -> str:
    """Composed characters, plain spaces and line breaks, nothing unseen."""
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if not text.isprintable():  # a line break is not printable either
        text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()
    return _DOUBLE.sub(" ", text).strip() if "  " in text else text.strip()
