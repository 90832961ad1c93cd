"""`newsletter try parse`: feeds as articles, a JSON line for each file or address, whatever is in it."""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from newsletter.cli.say import as_json, config_of, now_of
from newsletter.collect.answers import Failed
from newsletter.collect.entries import Parsed
from newsletter.collect.fetcher import Fetcher
from newsletter.collect.filing import article_of
from newsletter.collect.identity import with_ids
from newsletter.collect.opml import default_zone
from newsletter.collect.parser import Parser
from newsletter.collect.parsing import MAX_BODY
from newsletter.config import Config
from newsletter.errors import ConfigError, DataError
from newsletter.model import Article, Feed, FeedUrl

_AHEAD = 4
"""Files that are read before their turn to be printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trying:
    """Where to look and how to take it."""

    parser: Parser
    fetcher: Fetcher
    now: datetime
    content_type: str
    url: str
    timezone: str


def parse(arguments: Namespace) -> None:
    if arguments.timezone:
        _check_zone(arguments.timezone)
    asyncio.run(_print_all(arguments))


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise DataError(f"--timezone {name!r} is unknown; write one such as Asia/Shanghai") from None


async def _print_all(arguments: Namespace) -> None:
    config = _config(arguments)
    async with Parser() as parser, Fetcher(config.collect, site=config.newsroom.site) as fetcher:
        trying = _Trying(
            parser=parser,
            fetcher=fetcher,
            now=now_of(arguments),
            content_type=arguments.content_type,
            url=arguments.url,
            timezone=arguments.timezone,
        )
        async for line in _in_order(trying, arguments.paths):
            # A name of a file may hold bytes that are no text.
            print(as_json(line).encode("utf-8", "backslashreplace").decode("utf-8"), flush=True)


def _config(arguments: Namespace) -> Config:
    """Trying needs no newsroom: a config is used where there is one, a broken one is the business of `check`."""
    try:
        return config_of(arguments)
    except ConfigError:
        return Config()


async def _in_order(trying: _Trying, paths: Sequence[str]) -> AsyncIterator[dict[str, Any]]:
    """A few at a time, printed in the order given."""
    running: list[asyncio.Task[dict[str, Any]]] = []
    for path in paths:
        running.append(asyncio.create_task(_line(trying, path)))
        if len(running) > _AHEAD:
            yield await running.pop(0)
    for task in running:
        yield await task


async def _line(trying: _Trying, path: str) -> dict[str, Any]:
    try:
        articles, problems = await _read(trying, path)
    except Exception as error:  # strangers' input: one file never takes the others with it
        articles, problems = (), (f"cannot be read ({type(error).__name__}: {error})",)
    return {"file": path, "articles": [_plain(article) for article in articles], "problems": problems}


async def _read(trying: _Trying, path: str) -> tuple[Sequence[Article], Sequence[str]]:
    content_type, url, notes = trying.content_type, trying.url, []
    if path.startswith(("http://", "https://")):
        answer = await trying.fetcher.fetch(path, now=trying.now)
        if isinstance(answer, Failed):
            return (), (f"{answer.reason}; {answer.next}" if answer.next else answer.reason,)
        body, content_type, url = answer.body, content_type or answer.content_type, url or answer.url
        notes = [answer.cut_short] if answer.cut_short else []
    else:
        found = await asyncio.to_thread(_bytes_of, Path(path))
        if isinstance(found, str):
            return (), (found,)
        body = found
    if len(body) > MAX_BODY:
        body, notes = body[:MAX_BODY], [f"larger than {MAX_BODY} bytes; the rest is not read"]
    parsed = await trying.parser.parse(body, content_type=content_type, url=url)
    articles = with_ids([article_of(entry, _feed(trying, parsed, url), now=trying.now) for entry in parsed.entries])
    return articles, (*notes, *parsed.problems)


def _bytes_of(path: Path) -> bytes | str:
    """The bytes, or why there are none."""
    try:
        if path.is_dir():
            return "is a folder; name the files in it"
        if not path.is_file():
            return "does not exist" if not path.exists() else "is no file"
        with path.open("rb") as file:
            return file.read(MAX_BODY + 1)
    except (OSError, ValueError) as error:
        return f"cannot be read ({getattr(error, 'strerror', None) or error})"


def _feed(trying: _Trying, parsed: Parsed, url: str) -> Feed:
    """A feed as OPML would describe it: times without a zone are those of its language's country, else UTC.

    Its address, or else what it says of itself, is part of its articles' ids: the name of a file is not.
    """
    zone = trying.timezone or default_zone(parsed.language)
    address = FeedUrl(url or parsed.site or parsed.title)
    return Feed(url=address, title=parsed.title, language=parsed.language, timezone=zone)


def _plain(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "url": article.link,
        "published": article.published,
        "date_quality": article.date_quality.value,
        "author": article.author,
        "summary": article.summary,
        "text": article.text,
        "language": article.language,
    }
