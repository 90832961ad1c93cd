import gzip
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from newsletter.config import Config
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.pipeline import Collected
from tests.builders import NOW
from tests.collecting import articles, collect, health, subscribe
from tests.conftest import SHARED
from tests.fakes.feedserver import Asked, FeedServer, Reply, folder, serving
from tests.oddfiles import item, rss

HOUR = timedelta(hours=1)
ONE = rss(item("<pubDate>Mon, 09 Mar 2026 08:30:00 GMT</pubDate>", "Nebius takes Nvidia's money"))
TWO = rss(
    item("<pubDate>Mon, 09 Mar 2026 08:30:00 GMT</pubDate>", "Nebius takes Nvidia's money")
    + item(title="英伟达投资内比厄斯", link="https://site.example/2")
)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with serving() as opened:
        yield opened


def test_a_second_collect_asks_with_validators_and_adds_nothing(room: Newsroom, server: FeedServer) -> None:
    server.replies["/a"] = Reply(body=TWO)
    subscribe(room, server.url("/a"))
    first, second = collect(room), collect(room, NOW + HOUR)
    assert (first.fetched, first.new_articles) == (1, 2)
    assert (second.fetched, second.unchanged, second.new_articles) == (0, 1, 0)
    assert "if-none-match" in server.asked[1].headers
    assert [(one.title, one.language) for one in articles(room)] == [
        ("Nebius takes Nvidia's money", "en"),
        ("英伟达投资内比厄斯", "zh"),
    ]


def test_the_same_body_without_validators_is_not_parsed_again(room: Newsroom, server: FeedServer) -> None:
    server.replies["/a"] = Reply(body=ONE, validated=False)
    subscribe(room, server.url("/a"))
    collect(room)
    assert collect(room).unchanged == 1


def test_an_edit_changes_the_words_and_keeps_identity_and_dates(room: Newsroom, server: FeedServer) -> None:
    server.replies["/a"] = Reply(body=ONE)
    subscribe(room, server.url("/a"))
    collect(room)
    (before,) = articles(room)
    server.replies["/a"] = Reply(body=ONE.replace(b"takes", b"doubles").replace(b"09 Mar", b"12 Mar"))
    again = collect(room, NOW + HOUR)
    assert (again.fetched, again.new_articles) == (1, 0)
    assert articles(room) == (replace(before, title="Nebius doubles Nvidia's money"),)


def test_an_undated_article_keeps_the_time_when_it_was_first_seen(room: Newsroom, server: FeedServer) -> None:
    server.replies["/a"] = Reply(body=rss(item()), validated=False)
    subscribe(room, server.url("/a"))
    collect(room)
    server.replies["/a"] = Reply(body=rss(item()) + b"\n", validated=False)
    assert collect(room, NOW + HOUR).fetched == 1
    (found,) = articles(room)
    assert (found.published, found.first_seen, found.date_quality.value) == (NOW, NOW, "first-seen")


def test_times_without_a_zone_are_those_of_the_feeds_country(room: Newsroom, server: FeedServer) -> None:
    server.replies["/a"] = Reply(body=rss(item("<pubDate>2026年3月9日 08:30</pubDate>", "中文消息")))
    subscribe(room, server.url("/a"), language="zh", timezone="Asia/Shanghai")
    collect(room)
    (found,) = articles(room)
    assert f"{found.published:%dT%H:%M} {found.date_quality.value}" == "09T00:30 zone-assumed"


def test_every_failure_is_a_value_with_a_next_step_and_is_remembered(room: Newsroom, server: FeedServer) -> None:
    broken = {
        "/404": Reply(status=404),
        "/410": Reply(status=410),
        "/500": Reply(status=500),
        "/page": Reply(body=b"<html><body>hello</body></html>"),
        "/empty": Reply(body=b""),
        "/loop": Reply(status=302, headers={"Location": "/loop"}),
        "/half": Reply(status=302, headers={"Location": "http://[half"}),
        "/none": Reply(status=302),
        "/lost": Reply(status=302, headers={"Location": "ftp://site.example/"}),
        "/zip": Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"}),
        "/br": Reply(body=b"x", headers={"Content-Encoding": "br"}),
        "/large": Reply(body=b"<rss>" + b" " * 9_000_000),
        "/bomb": Reply(body=gzip.compress(bytes(40_000_000)), headers={"Content-Encoding": "gzip"}),
        "/inside": Reply(status=302, headers={"Location": "http://10.0.0.1/"}),
    }
    server.replies |= broken | {"/good": Reply(body=ONE)}
    subscribe(room, *map(server.url, server.replies), "http://127.0.0.1:1/closed", "http://192.168.0.1/")
    found = collect(room)
    assert (found.feeds, found.fetched, found.failed, found.new_articles) == (17, 1, 16, 1)
    assert len(found.failures) == 16
    for failure in found.failures:
        assert failure.error
        assert failure.next
        assert health(room, failure.feed).last_error == failure.error
        assert health(room, failure.feed).due is not None


def test_half_a_body_is_read_and_its_other_half_is_fetched_next_time(room: Newsroom, server: FeedServer) -> None:
    server.replies["/a"] = Reply(body=TWO[: TWO.index(b"</item>") + 7], cut=500)
    subscribe(room, server.url("/a"))
    assert collect(room).new_articles == 1
    server.replies["/a"] = Reply(body=TWO)
    assert collect(room, NOW + HOUR).new_articles == 1
    assert "if-none-match" not in server.asked[-1].headers


def test_a_wish_for_silence_is_kept_even_by_hand(room: Newsroom, server: FeedServer) -> None:
    server.replies |= {"/a": Reply(status=429, headers={"Retry-After": "7200"}), "/b": Reply(body=ONE)}
    subscribe(room, server.url("/a"), server.url("/b"))
    assert [failure.error for failure in collect(room).failures] == ["HTTP 429"]
    assert collect(room, NOW + HOUR).failed == 1
    assert [asked.path for asked in server.asked].count("/a") == 1
    server.replies["/a"] = Reply(body=TWO)
    assert collect(room, NOW + 3 * HOUR).failed == 0


def test_what_a_server_calls_fresh_is_not_asked_again_even_by_hand(room: Newsroom, server: FeedServer) -> None:
    server.replies |= {"/a": Reply(body=ONE, headers={"Cache-Control": "max-age=7200"}), "/b": Reply(body=ONE)}
    subscribe(room, server.url("/a"), server.url("/b"))
    collect(room)
    again = collect(room, NOW + HOUR)
    assert (again.feeds, again.unchanged, again.failed) == (2, 2, 0)
    assert sorted(asked.path for asked in server.asked) == ["/a", "/b", "/b"]
    collect(room, NOW + 2 * HOUR)
    assert sorted(asked.path for asked in server.asked) == ["/a", "/a", "/b", "/b", "/b"]


def test_an_entry_that_breaks_off_with_its_document_is_not_taken_for_another(
    room: Newsroom, server: FeedServer
) -> None:
    """Half a title is no title, and half an entry would come in twice."""
    dated = "<pubDate>Mon, 09 Mar 2026 08:30:00 GMT</pubDate>"
    whole = rss(item(dated, "First report") + item(dated, "Second report of two halves", "https://site.example/2"))
    server.replies["/a"] = Reply(body=whole[: whole.index(b"two halves")])
    subscribe(room, server.url("/a"))
    assert collect(room).new_articles == 1
    server.replies["/a"] = Reply(body=whole)
    assert collect(room, NOW + HOUR).new_articles == 1
    assert sorted(one.title for one in articles(room)) == ["First report", "Second report of two halves"]


def test_only_feeds_that_are_due_are_asked_when_that_is_wanted(room: Newsroom, server: FeedServer) -> None:
    server.replies |= {"/a": Reply(body=ONE, headers={"Cache-Control": "max-age=36000"}), "/b": Reply(status=503)}
    subscribe(room, server.url("/a"), server.url("/b"))
    assert collect(room, only_due=True).feeds == 2
    assert collect(room, NOW + timedelta(minutes=5), only_due=True).feeds == 0
    assert collect(room, NOW + HOUR, only_due=True).feeds == 1
    assert collect(room, NOW + 48 * HOUR, only_due=True).feeds == 2


def test_an_outage_of_our_own_is_no_fault_of_the_feeds(room: Newsroom) -> None:
    urls = [f"http://127.0.0.{n}:1/feed" for n in range(1, 5)]
    subscribe(room, *urls)
    assert collect(room).failed == 4
    assert [health(room, url).failures for url in urls] == [0] * 4


def test_a_moved_feed_is_asked_at_its_new_address_and_keeps_its_articles(room: Newsroom, server: FeedServer) -> None:
    server.replies |= {
        "/old": Reply(status=301, headers={"Location": "/new"}),
        "/new": Reply(body=ONE, validated=False),
    }
    subscribe(room, server.url("/old"))
    for days in range(4):
        collect(room, NOW + timedelta(days=days))
    assert health(room, server.url("/old")).moved_to == server.url("/new")
    asked = [one.path for one in server.asked]
    assert asked.count("/new") == 4
    assert asked.count("/old") == 3
    assert {one.feed_url for one in articles(room)} == {server.url("/old")}


def test_a_temporary_redirect_is_followed_and_never_kept(room: Newsroom, server: FeedServer) -> None:
    server.replies |= {"/old": Reply(status=302, headers={"Location": "/new"}), "/new": Reply(body=ONE)}
    subscribe(room, server.url("/old"))
    for days in range(4):
        collect(room, NOW + timedelta(days=days))
    assert health(room, server.url("/old")).moved_to == ""
    assert [one.path for one in server.asked] == ["/old", "/new"] * 4


def test_a_host_has_one_request_in_flight(room: Newsroom, server: FeedServer) -> None:
    server.replies |= {f"/{n}": Reply(body=ONE, delay=0.02) for n in range(10)}
    subscribe(room, *map(server.url, server.replies))
    assert collect(room).fetched == 10
    assert server.most == 1


def test_the_same_report_of_two_feeds_is_two_articles(room: Newsroom, server: FeedServer) -> None:
    server.replies |= {"/a": Reply(body=ONE), "/b": Reply(body=ONE)}
    subscribe(room, server.url("/a"), server.url("/b"))
    assert collect(room).new_articles == 2


def test_a_feed_that_is_switched_off_is_not_asked(room: Newsroom, server: FeedServer) -> None:
    subscribe(room, server.url("/a"), enabled=False)
    assert collect(room).feeds == 0


def test_who_asks_and_what_is_wanted_stands_in_the_request(room: Newsroom, server: FeedServer) -> None:
    server.replies["/a"] = Reply(body=ONE)
    subscribe(room, server.url("/a"))
    collect(room)
    headers = server.asked[0].headers
    assert headers["user-agent"].startswith("newsletter/")
    assert "https://news.example" in headers["user-agent"]
    assert "atom" in headers["accept"]


def test_progress_is_told_for_every_feed(room: Newsroom, server: FeedServer) -> None:
    server.replies |= {"/a": Reply(body=ONE), "/b": Reply(status=500)}
    subscribe(room, server.url("/a"), server.url("/b"))
    told: list[tuple[int, int]] = []
    collect(room, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_a_slow_body_ends_at_the_time_limit(config: Config, server: FeedServer) -> None:
    server.replies["/a"] = Reply(body=ONE, delay=5.0)
    short = replace(config, collect=replace(config.collect, timeout=0.3))
    with open_newsroom(short) as room:
        subscribe(room, server.url("/a"))
        started = time.monotonic()
        assert "in time" in collect(room).failures[0].error
        assert time.monotonic() - started < 3


@pytest.mark.slow
def test_thirty_days_of_a_scripted_server(room: Newsroom, server: FeedServer) -> None:
    """A feed that grows, fails, pauses and moves: no entry lost or doubled, no request early or without validators."""
    moment = [NOW]

    def feed(_: Asked) -> Reply:
        hours = int((moment[0] - NOW) / HOUR)
        if hours % 100 == 50:
            return Reply(status=503, headers={"Retry-After": "10800"})
        if hours % 130 == 60:
            return Reply(status=500)
        shown = range(max(0, hours // 8 - 20), hours // 8 + 1)
        return Reply(body=rss("".join(item(title=f"Report {n}", link=f"https://site.example/{n}") for n in shown)))

    server.replies["/a"] = feed
    subscribe(room, server.url("/a"))
    new, early, promised = 0, 0, NOW
    for half_hour in range(30 * 48):
        moment[0] = NOW + half_hour * HOUR / 2
        done = collect_due(room, moment[0])
        new += done.new_articles
        early += bool(done.feeds) and moment[0] < promised
        promised = health(room, server.url("/a")).due or NOW
    assert new == len(articles(room))
    assert sorted(int(one.link.rsplit("/", 1)[1]) for one in articles(room)) == list(range(new))
    assert new >= 30 * 3 - 3
    assert early == 0
    unconditional = [asked for asked in server.asked if "if-none-match" not in asked.headers]
    assert len(unconditional) == 1


def collect_due(room: Newsroom, now: Any) -> Collected:
    """Without starting anything where nothing is due: what the clock does every half hour."""
    with room.store.read() as tx:
        known = tx.feeds.all_health().values()
    if known and all(one.due is not None and one.due > now for one in known):
        return Collected(feeds=0, fetched=0, unchanged=0, failed=0, new_articles=0)
    return collect(room, now, only_due=True)


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize(("week", "feeds", "items"), [("week-2026-03-09", 44, 14_086), ("week-2026-03-02", 20, 2_033)])
def test_a_real_week_comes_in_whole_and_once(room: Newsroom, week: str, feeds: int, items: int) -> None:
    with serving(folder(SHARED / "data" / week / "feeds")) as server:
        subscribe(room, *map(server.url, server.replies))
        first = collect(room)
        assert (first.feeds, first.fetched, first.failed, first.new_articles) == (feeds, feeds, 0, items)
        second = collect(room)
        assert (second.unchanged, second.new_articles) == (feeds, 0)
        server.replies = {path: Reply(body=_body(one) + b"\n") for path, one in server.replies.items()}
        third = collect(room)
        assert (third.fetched, third.new_articles) == (feeds, 0)


def _body(reply: object) -> bytes:
    assert isinstance(reply, Reply)
    return reply.body
