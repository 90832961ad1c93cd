"""Real feeds shown again with everything edited that publishers edit: no article twice, no two for one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from newsletter.collect.filing import articles_of
from newsletter.collect.parsing import parse
from newsletter.model import Article
from tests.builders import feed
from tests.conftest import SHARED
from tests.test_identity import Memory

pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(600)]

FILES = sorted((SHARED / "data").glob("raw-feeds/*/*")) + sorted((SHARED / "data").glob("week-2026-03-09/feeds/*.xml"))
_MOST = 30
LATER = datetime(2026, 6, 2, tzinfo=UTC)


def _elsewhere(url: str) -> str:
    return "/".join(("https:/", "moved.example", *url.split("/")[3:])) if url.count("/") > 2 else url


def _other_scheme(url: str) -> str:
    return url.replace("https:", "http:", 1) if url.startswith("https:") else url.replace("http:", "https:", 1)


EDITS: dict[str, Callable[[int, Article], Article]] = {
    "guid": lambda at, one: replace(one, guid=f"new-{at}"),
    "no guid": lambda _, one: replace(one, guid=""),
    "scheme": lambda _, one: replace(one, link=_other_scheme(one.link), guid=_other_scheme(one.guid)),
    "host": lambda _, one: replace(one, link=_elsewhere(one.link), guid=_elsewhere(one.guid)),
    "slug": lambda _, one: replace(one, link=one.link.rstrip("/") + "-updated"),
    "a word of the title": lambda _, one: replace(one, title=f"更新：{one.title}"),
    "the whole title": lambda at, one: replace(one, title=f"Quite another headline {at}"),
    "date": lambda _, one: replace(one, published=one.published + timedelta(hours=5)),
    "summary": lambda _, one: replace(one, summary=f"Rewritten {one.summary[10:]}"),
}


@cache
def _articles(file: Path) -> tuple[Article, ...]:
    return articles_of(parse(file.read_bytes(), url=feed().url), feed(), now=LATER)[:_MOST]


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_of_every_entry_or_of_some_is_no_news(name: str) -> None:
    edit = EDITS[name]
    for file in FILES:
        given = _articles(file)
        for every in (1, 5):
            memory = Memory()
            memory.fetch(*given)
            count = len(memory.articles)
            edited = [edit(at, one) if at % every == 0 else one for at, one in enumerate(given)]
            assert memory.fetch(*edited).new == (), (file.name, every)
            assert memory.fetch(*edited).new == (), (file.name, every)
            assert len(memory.articles) == count


def test_entries_that_come_later_are_not_taken_for_those_that_came_before() -> None:
    for file in FILES:
        given = _articles(file)
        at_once, one_by_one = Memory(), Memory()
        at_once.fetch(*given)
        for upto in (len(given) // 3, len(given) * 2 // 3, len(given)):
            one_by_one.fetch(*given[:upto])
        assert len(one_by_one.articles) == len(at_once.articles), file.name
