"""Articles out of JSON Lines (.gz too): what is wrong with a line is told on stderr, the rest is read."""

import gzip
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from newsletter.errors import DataError
from newsletter.language.script import language_of
from newsletter.model import Article, ArticleId, DateQuality, FeedUrl

_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
_TEXTS = ("title", "summary", "text", "url", "source", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The articles in the order of the file, and which of them have no date."""

    articles: tuple[Article, ...]
    undated: frozenset[ArticleId]


def articles_of(path: Path) -> Read:
    """Raises DataError when the file cannot be read at all."""
    articles: dict[ArticleId, Article] = {}
    for number, line in enumerate(lines_of(path), 1):
        if not line.strip():
            continue
        try:
            article = _article(json.loads(line), number)
        except ValueError as error:
            _tell(number, f"is no JSON ({error}); left out")
            continue
        if article is not None and article.id in articles:
            _tell(number, f"id {article.id!r} stands twice; left out")
        elif article is not None:
            articles[article.id] = article
    undated = frozenset(one.id for one in articles.values() if one.date_quality is DateQuality.FIRST_SEEN)
    return Read(articles=tuple(articles.values()), undated=undated)


def lines_of(path: Path) -> Iterator[str]:
    if str(path) == "-":
        yield from sys.stdin
        return
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8-sig", errors="replace") as file:
            yield from file
    except (OSError, EOFError) as error:
        why = getattr(error, "strerror", None) or error
        raise DataError(f"{path}: cannot be read ({why}); name a file of JSON Lines, or - for stdin") from None


def _article(row: Any, number: int) -> Article | None:
    """None when the line is no article; what else is wrong is told and left empty."""
    if not isinstance(row, dict) or row.get("id") in (None, ""):
        _tell(number, 'is no object with an "id"; left out')
        return None
    texts = {name: _text(row, name, number) for name in _TEXTS}
    if not texts["title"] and not (texts["summary"] or texts["text"]):
        _tell(number, 'has neither "title" nor "summary" nor "text"; read as empty')
    published, quality = _published(row.get("published"), number)
    return Article(
        id=ArticleId(str(row["id"])),
        feed_url=FeedUrl(texts["source"] or "/".join(texts["url"].split("/")[:3])),
        guid=str(row["id"]),
        link=texts["url"],
        title=texts["title"],
        summary=texts["summary"],
        text=texts["text"],
        language=texts["language"].partition("-")[0].lower()
        or language_of(words_of(texts["title"], texts["summary"], texts["text"])),
        published=published,
        date_quality=quality,
        first_seen=published,
    )


def words_of(title: str, summary: str, text: str) -> str:
    """What the language of an article is told by, where nobody says it."""
    return f"{title} {summary or text}"


def _text(row: dict[str, Any], name: str, number: int) -> str:
    value = row.get(name)
    if value is None or isinstance(value, str):
        return value or ""
    _tell(number, f'"{name}" is no text; read as empty')
    return ""


def _published(value: Any, number: int) -> tuple[datetime, DateQuality]:
    """Without a zone it is UTC, a bare date its first moment."""
    if value in (None, ""):
        return _UNDATED, DateQuality.FIRST_SEEN
    text = str(value).strip()
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = parse(text)
        except ValueError:
            continue
        quality = DateQuality.DATE_ONLY if len(text) <= 10 else DateQuality.EXACT
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC), quality
    _tell(number, f'"published" {text!r} is no time; read as undated')
    return _UNDATED, DateQuality.FIRST_SEEN


def _tell(number: int, what: str) -> None:
    print(f"line {number}: {what}", file=sys.stderr)
