"""Nothing that a letter says of a real week has a number that its source has not."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from newsletter.collect.filing import articles_of
from newsletter.collect.parsing import parse
from newsletter.compose.telling import Telling
from newsletter.compose.wording import one_line
from newsletter.curate.evaluating import borne_out
from newsletter.curate.keypoints import key_points
from newsletter.language.lexicon import Lexicon, open_lexicon
from newsletter.language.script import language_of
from newsletter.model import Article, Feed, FeedUrl, Item, Story, StoryId
from newsletter.shipped import shipped
from tests.builders import candidate

WEEK = Path(__file__).resolve().parents[2] / "shared" / "data" / "week-2026-03-09" / "feeds"
NOW = datetime(2026, 3, 16, tzinfo=UTC)

pytestmark = [pytest.mark.shared, pytest.mark.slow]


def reports() -> Iterator[Article]:
    if not WEEK.is_dir():
        pytest.skip(f"no real week at {WEEK}")
    for path in sorted(WEEK.glob("*.xml")):
        feed = Feed(url=FeedUrl(f"https://feeds.example/{path.name}"), title=path.stem, language="")
        yield from articles_of(parse(path.read_bytes(), url=feed.url), feed, now=NOW)


@cache
def items(language: str) -> tuple[tuple[Article, Item], ...]:
    lexicon = open_lexicon((shipped("feeds"),))
    telling = Telling(language=language, lexicon=lexicon, source_of=str, since=NOW)
    return tuple((one, _item(one, telling, lexicon)) for one in reports() if language_of(one.title) == language)


def _item(one: Article, telling: Telling, lexicon: Lexicon) -> Item:
    story = Story(id=StoryId(one.id), articles=(one.id,), first=one.published, last=one.published)
    points = {"": key_points(story, {one.id: one}, language="", lexicon=lexicon)}
    return telling.item(candidate(one.id, reports=(one,), key_points=points))


@pytest.mark.parametrize(("language", "fewest"), [("en", 4_000), ("zh", 6_000)])
def test_every_number_of_a_headline_summary_or_key_point_is_its_sources(language: str, fewest: int) -> None:
    told = items(language)
    assert len(told) >= fewest
    wrong = [
        text
        for one, item in told
        for text in (item.headline, item.summary, *item.key_points)
        if not borne_out(text, _words(one))
    ]
    assert wrong == []


def _words(one: Article) -> str:
    """As the source writes them, and with the spaces that a letter puts between Han signs and figures."""
    written = f"{one.title}\n{one.summary}\n{one.text}"
    return f"{written}\n{one_line(written)}"
