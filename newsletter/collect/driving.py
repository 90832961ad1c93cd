"""Drives feedparser's own two parsers over UTF-8, without the steps that we have taken already or never need.

`feedparser.parse` looks for a network, an encoding and a file first, gets text from expat in shreds, and translates
every character of every text one by one: together a third of its time.
"""

import re
import xml.sax
from typing import Any
from xml.sax.expatreader import ExpatParser

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.sanitizer import replace_doctype
from feedparser.util import FeedParserDict

_C1 = re.compile("[\x80-\x9f]")
_PIECE = 64 * 1024


def drive(document: bytes) -> dict[str, Any]:
    """`feed`, `entries`, `version`, and `trouble`: why the strict parser gave up and the loose one read."""
    version, document, entities = replace_doctype(document)
    trouble: Exception | None = None
    parser: Any = _Strict("", None, "utf-8")
    _quieten(parser)
    reader = _Expat()
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    try:
        for start in range(0, len(document), _PIECE):
            reader.feed(document[start : start + _PIECE])
        reader.close()
    except xml.sax.SAXException as error:
        trouble = parser.exc or error
        parser = LooseFeedParser("", None, "utf-8", entities)
        _quieten(parser)
        parser.feed(document.decode("utf-8", "replace"))
    return {
        "feed": parser.feeddata,
        "entries": parser.entries,
        "version": version or parser.version,
        "trouble": trouble,
    }


def _quieten(parser: Any) -> None:
    parser.resolve_relative_uris = parser.sanitize_html = False


class _Expat(ExpatParser):
    """Gives text in one piece where the standard one calls for every line and every entity."""

    _parser: Any

    def reset(self) -> None:
        super().reset()
        self._parser.buffer_text = True
        self._parser.buffer_size = _PIECE


class _Text(str):
    """A text that says by itself whether the table of Windows-1252 could change anything in it."""

    __slots__ = ()

    def translate(self, table: Any) -> str:
        return str.translate(self, table) if _C1.search(self) else str(self)


class _Detail(FeedParserDict):  # type: ignore[misc]
    """Flat by nature: copying it as deeply as any object takes thirty times as long."""

    def __deepcopy__(self, memo: object) -> FeedParserDict:
        return FeedParserDict(self)


class _Strict(StrictFeedParser):  # type: ignore[misc]
    contentparams: Any

    def push_content(self, tag: str, attrs: Any, default: str, expecting: bool) -> None:
        super().push_content(tag, attrs, default, expecting)
        self.contentparams = _Detail(self.contentparams)

    @staticmethod
    def decode_entities(element: str, data: str) -> str:
        """The last hook before the translation."""
        return _Text(data)
