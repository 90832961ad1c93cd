"""What feeds bring is stored together, and no feed's words cost another's."""

import asyncio
from datetime import timedelta
from typing import Any

from newsletter.collect.answers import Answer
from newsletter.collect.entries import Entry, Parsed
from newsletter.collect.pacing import Pace
from newsletter.model import FeedHealth, FeedUrl
from newsletter.newsroom import Newsroom
from newsletter.pipeline.taking import Brought, Taken, Tray, brought
from tests.builders import NOW, feed
from tests.collecting import articles, health

PACE = Pace(jitter=0.0)


def bring(number: int, title: str = "Nvidia invests in Nebius 英伟达投资内比厄斯", **more: Any) -> Brought:
    url = f"https://{number}.example/feed"
    entry = Entry(title=title, link=f"https://{number}.example/1", dates=("2026-03-09T08:30:00Z",))
    answer = Answer(status=200, url=url, body=title.encode("utf-8", "replace"), etag='"a"')
    before = FeedHealth(feed_url=FeedUrl(url))
    return brought(
        feed(url), before, answer, Parsed(kind="rss", entries=(entry,), **more), digest=title, now=NOW, pace=PACE
    )


def store(room: Newsroom, *given: Brought) -> list[Taken | BaseException]:
    async def run() -> list[Taken | BaseException]:
        tray = Tray(room.store)
        return await asyncio.gather(*map(tray.take, given), return_exceptions=True)

    return asyncio.run(run())


def test_forty_feeds_at_once_are_stored_each_with_its_own(room: Newsroom) -> None:
    taken = store(room, *map(bring, range(40)))
    assert [one.new[0].feed_url for one in taken if isinstance(one, Taken)] == [
        f"https://{number}.example/feed" for number in range(40)
    ]
    assert len(articles(room)) == 40
    assert health(room, "https://39.example/feed").etag == '"a"'


def test_a_feed_that_no_store_can_keep_costs_the_others_nothing(room: Newsroom) -> None:
    taken = store(room, *map(bring, range(5)), bring(5, "half a sign \ud83d"), *map(bring, range(6, 10)))
    assert [isinstance(one, Taken) for one in taken] == [number != 5 for number in range(10)]
    assert len(articles(room)) == 9
    assert health(room, "https://5.example/feed").checked is None


def test_a_second_visit_of_the_same_feed_brings_nothing_new(room: Newsroom) -> None:
    store(room, bring(1))
    (again,) = store(room, bring(1))
    assert isinstance(again, Taken)
    assert again.new == ()


def test_what_is_brought_tells_how_busy_the_feed_is_by_dates_that_entries_bear() -> None:
    undated = brought(
        feed(), FeedHealth(feed_url=feed().url), Answer(status=200, url=""), _undated(), digest="x", now=NOW, pace=PACE
    )
    assert undated.after.weekly == 0
    assert undated.after.due == NOW + timedelta(hours=1)
    assert bring(1).after.weekly > 0


def _undated() -> Parsed:
    return Parsed(
        kind="rss", entries=tuple(Entry(title=f"Report {n}", link=f"https://a.example/{n}") for n in range(50))
    )
