"""Filters, mutes and manners of single feeds, from their files to what is stored and asked."""

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter import pipeline
from newsletter.collect.opml import read_opml, write_opml
from newsletter.errors import DataError, NewsletterError
from newsletter.newsroom import Newsroom
from tests.builders import NOW, feed
from tests.collecting import articles, collect, subscribe
from tests.fakes.feedserver import FeedServer, Reply, serving
from tests.oddfiles import item, rss

DAY = timedelta(days=1)
DATED = "<pubDate>Mon, 09 Mar 2026 08:30:00 GMT</pubDate>"
BODY = rss(
    item(DATED + "<category>Energy</category>", "A data centre buys power", "https://site.example/1")
    + item(DATED + "<category>广告</category>", "英伟达的广告", "https://site.example/2")
    + item(DATED, "Ten gifts for gamers", "https://site.example/deals/3")
)
HIDE_ADVERTS = "[[filter]]\naction = 'drop'\nfield = 'tag'\ncontains = '广告'\n"
HIDE_DEALS = "[[filter]]\naction = 'drop'\nfield = 'link'\nregex = '/deals/'\n"


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with serving({"/a": Reply(body=BODY), "/b": Reply(body=BODY)}) as opened:
        yield opened


def rules(room: Newsroom, text: str) -> Path:
    file = room.config.folder / "feeds" / "filters.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def titles(room: Newsroom) -> list[str]:
    return sorted(one.title for one in articles(room))


def mute(room: Newsroom, url: str, until: timedelta | None = None) -> None:
    pipeline.mute_feed(room, url, until=None if until is None else NOW + until, now=NOW)


def test_what_a_filter_drops_is_not_stored(room: Newsroom, server: FeedServer) -> None:
    subscribe(room, server.url("/a"))
    rules(room, HIDE_ADVERTS + HIDE_DEALS)
    assert collect(room).new_articles == 1
    assert titles(room) == ["A data centre buys power"]


def test_a_filter_of_one_feed_leaves_the_others_alone(room: Newsroom, server: FeedServer) -> None:
    subscribe(room, server.url("/a"), server.url("/b"))
    rules(room, HIDE_ADVERTS + f"feed = '{server.url('/a')}'\n")
    assert collect(room).new_articles == 5


def test_a_filter_that_is_taken_out_lets_in_what_it_kept_out(room: Newsroom, server: FeedServer) -> None:
    """Although the server would say that nothing has changed; afterwards it is asked as politely as ever."""
    subscribe(room, server.url("/a"))
    rules(room, HIDE_ADVERTS)
    assert collect(room).new_articles == 2
    rules(room, "")
    assert collect(room, NOW + DAY).new_articles == 1
    assert collect(room, NOW + 2 * DAY).unchanged == 1
    assert ["if-none-match" in asked.headers for asked in server.asked] == [False, False, True]


def test_what_came_in_before_a_filter_stays(room: Newsroom, server: FeedServer) -> None:
    subscribe(room, server.url("/a"))
    collect(room)
    rules(room, HIDE_ADVERTS)
    assert collect(room, NOW + DAY).new_articles == 0
    assert len(articles(room)) == 3


def test_a_slow_expression_keeps_nothing_out_and_stops_nobody(room: Newsroom, server: FeedServer) -> None:
    server.replies["/a"] = Reply(body=rss(item(DATED, "a" * 60 + "!")))
    subscribe(room, server.url("/a"), server.url("/b"))
    rules(room, f"[[filter]]\nfeed = '{server.url('/a')}'\naction = 'drop'\nfield = 'title'\nregex = '(a|a|aa)+$'\n")
    began = time.monotonic()
    assert collect(room).new_articles == 4
    assert time.monotonic() - began < 10


def test_a_broken_filter_stops_before_anything_is_asked(room: Newsroom, server: FeedServer) -> None:
    subscribe(room, server.url("/a"))
    rules(room, HIDE_ADVERTS.replace("contains", "regex").replace("广告", "("))
    with pytest.raises(DataError, match=r"filters\.toml: filter 1"):
        collect(room)
    assert server.asked == []


def test_a_feed_is_added_under_the_filters_that_stand(room: Newsroom, server: FeedServer) -> None:
    rules(room, HIDE_ADVERTS)
    assert asyncio.run(pipeline.add_feed(room, server.url("/a"), now=NOW)).new_articles == 2
    assert collect(room, NOW + DAY).unchanged == 1


def test_a_dry_run_tells_what_is_kept_what_is_dropped_and_what_is_new(room: Newsroom, server: FeedServer) -> None:
    subscribe(room, server.url("/a"))
    rules(room, HIDE_ADVERTS)
    collect(room)
    server.replies["/a"] = Reply(
        body=BODY.replace(b"</channel>", item(title="更多消息", link="/4").encode() + b"</channel>")
    )
    tried = asyncio.run(pipeline.try_feed(room, server.url("/a"), now=NOW + DAY))
    assert [(one.article.title, one.dropped, one.new) for one in tried.seen] == [
        ("A data centre buys power", "", False),
        ("英伟达的广告", "drop where tag contains '广告'", False),
        ("Ten gifts for gamers", "", False),
        ("更多消息", "", True),
    ]
    assert [one.title for one in tried.articles] == ["A data centre buys power", "Ten gifts for gamers", "更多消息"]
    assert len(articles(room)) == 2


@pytest.mark.parametrize("subscribed", [True, False])
def test_filters_can_be_tried_before_they_stand(
    room: Newsroom, server: FeedServer, tmp_path: Path, subscribed: bool
) -> None:
    if subscribed:
        subscribe(room, server.url("/a"))
    rules(room, HIDE_ADVERTS)
    draft = tmp_path / "draft.toml"
    draft.write_text(HIDE_DEALS, "utf-8")
    tried = asyncio.run(pipeline.try_feed(room, server.url("/a"), now=NOW, filters=draft))
    assert [one.title for one in tried.articles] == ["A data centre buys power", "英伟达的广告"]


def test_checking_honours_filters_and_mutes(room: Newsroom, server: FeedServer) -> None:
    subscribe(room, server.url("/a"), server.url("/b"))
    rules(room, HIDE_ADVERTS)
    mute(room, server.url("/b"))
    (checked,) = asyncio.run(pipeline.check_feeds(room, now=NOW))
    assert (len(checked.articles), len(checked.seen)) == (2, 3)
    assert [asked.path for asked in server.asked] == ["/a"]


def test_a_muted_feed_is_not_asked_until_its_time_is_over(room: Newsroom, server: FeedServer) -> None:
    subscribe(room, server.url("/a"), server.url("/b"))
    mute(room, server.url("/a"), DAY)
    assert collect(room).feeds == 1
    assert [one.health for one in pipeline.listed_feeds(room, now=NOW)] == ["muted", "ok"]
    assert collect(room, NOW + DAY).feeds == 2
    assert [one.health for one in pipeline.listed_feeds(room, now=NOW + DAY)] == ["ok", "ok"]


def test_a_feed_that_is_muted_for_good_is_asked_when_it_is_unmuted(room: Newsroom, server: FeedServer) -> None:
    subscribe(room, server.url("/a"))
    mute(room, server.url("/a"))
    assert collect(room, NOW + 5000 * DAY).feeds == 0
    assert pipeline.unmute_feed(room, server.url("/a"), now=NOW)
    assert collect(room).new_articles == 3
    assert not pipeline.unmute_feed(room, server.url("/a"), now=NOW)


def test_a_mute_of_today_forgets_those_that_are_over_and_keeps_the_others(room: Newsroom, server: FeedServer) -> None:
    subscribe(room, server.url("/a"), server.url("/b"), "https://c.example/feed")
    mute(room, server.url("/a"), DAY)
    mute(room, server.url("/b"), 9 * DAY)
    pipeline.mute_feed(room, "https://c.example/feed", until=NOW + 9 * DAY, now=NOW + 2 * DAY)
    text = (room.config.folder / "feeds" / "muted.toml").read_text("utf-8")
    assert [url in text for url in (server.url("/a"), server.url("/b"), "https://c.example/feed")] == [
        False,
        True,
        True,
    ]


def test_muting_what_is_not_subscribed_names_the_nearest(room: Newsroom, server: FeedServer) -> None:
    subscribe(room, "https://wire.example/feed")
    with pytest.raises(NewsletterError, match=r"did you mean https://wire\.example/feed"):
        mute(room, "https://wire.example/feed/")
    with pytest.raises(NewsletterError, match="see: newsletter feeds list"):
        pipeline.unmute_feed(room, "x", now=NOW)
    with pytest.raises(NewsletterError, match="is over"):
        mute(room, "https://wire.example/feed", -DAY)


def test_gap_and_alone_survive_the_list(tmp_path: Path) -> None:
    given = (feed("https://a.example/1", gap=2.5, alone=True), feed("https://a.example/2", gap=0.0))
    (tmp_path / "a.opml").write_text(write_opml(given), "utf-8")
    assert read_opml(tmp_path / "a.opml") == given


@pytest.mark.parametrize("gap", ["soon", "-1", "3601", "nan"])
def test_a_gap_that_is_no_number_of_seconds_is_refused(tmp_path: Path, gap: str) -> None:
    (tmp_path / "a.opml").write_text(f'<opml><body><outline xmlUrl="https://a.example/" gap="{gap}"/></body></opml>')
    with pytest.raises(DataError, match="gap"):
        read_opml(tmp_path / "a.opml")


def test_a_gap_is_kept_between_two_requests_to_a_host(room: Newsroom, server: FeedServer) -> None:
    subscribe(room, server.url("/a"), server.url("/b"), gap=0.4)
    began = time.monotonic()
    assert collect(room).fetched == 2
    assert time.monotonic() - began >= 0.4
