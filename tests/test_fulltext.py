"""Whole texts: read politely, kept to be searched and weighed, printed nowhere."""

import asyncio
import gzip
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from newsletter import pipeline
from newsletter.collect.extracting import article_text
from newsletter.config import Config
from newsletter.language.sentences import sentences
from newsletter.model import Consent, EditionKey, Subscriber, SubscriberId, SubscriberStatus
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.web.app import make_app
from tests.builders import NOW
from tests.collecting import articles, collect, subscribe
from tests.fakes.feedserver import FeedServer, Reply, serving
from tests.oddfiles import item, rss

HOUR = timedelta(hours=1)
DATED = "<pubDate>Thu, 12 Mar 2026 08:30:00 GMT</pubDate>"
TEASER = "Nvidia will put $2 billion into Nebius."
PLACES = ("Oslo", "Turin", "Porto", "Ghent", "Malmo", "Split", "Basel", "Leeds", "Graz", "Vaasa", "Riga", "Brno")
TOLD = [
    f"In {place} the company wants to build a data centre with {number + 20} MW of power by {2027 + number}."
    for number, place in enumerate(PLACES)
]
PARAGRAPHS = "".join(f"<p>{' '.join(TOLD[at : at + 3])}</p>" for at in range(0, len(TOLD), 3))
MENU = "<nav><a href='/'>Home of the menu</a></nav>"
PAGE = f"<html><head><title>x</title></head><body>{MENU}<article><h1>Nebius</h1>{PARAGRAPHS}</article></body></html>"
CHINESE = "".join(
    f"<p>公司计划于{2027 + n}年在第{n + 1}座城市建设数据中心，电力容量为{n + 20}兆瓦，投资约十亿美元。</p>"
    for n in range(8)
)
HTML = {"Content-Type": "text/html; charset=utf-8"}


def page(body: str = PAGE, **more: str) -> Reply:
    return Reply(body=body.encode(), headers=HTML | more)


def feed(server: FeedServer, *paths: str) -> Reply:
    items = (
        item(f"{DATED}<description>{TEASER}</description>", f"Nebius data centre plan {path}", server.url(path))
        for path in paths
    )
    return Reply(body=rss("".join(items)))


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with serving({"/1": page()}) as opened:
        opened.replies["/feed"] = feed(opened, "/1")
        yield opened


def asked(server: FeedServer) -> list[str]:
    return [one.path for one in server.asked]


def test_a_page_is_read_for_a_feed_that_asks_for_it_and_for_no_other(room: Newsroom, server: FeedServer) -> None:
    server.replies["/other"] = Reply(body=rss(item(DATED, "Other news", server.url("/1"))))
    subscribe(room, server.url("/other"))
    collect(room)
    assert asked(server) == ["/other"]
    subscribe(room, server.url("/feed"), fulltext=True)
    collect(room)
    assert asked(server) == ["/other", "/feed", "/robots.txt", "/1"]
    found = next(one for one in articles(room) if one.text)
    assert TOLD[0] in found.text
    assert TOLD[-1] in found.text
    assert "menu" not in found.text
    assert found.summary == TEASER


def test_a_page_is_read_once_and_what_a_site_said_is_kept_for_a_day(room: Newsroom, server: FeedServer) -> None:
    subscribe(room, server.url("/feed"), fulltext=True)
    collect(room)
    server.replies |= {"/2": page(), "/feed": feed(server, "/1", "/2")}
    collect(room, NOW + HOUR)
    assert asked(server).count("/1") == 1
    assert asked(server).count("/2") == 1
    assert asked(server).count("/robots.txt") == 1
    server.replies |= {"/3": page(), "/feed": feed(server, "/1", "/2", "/3")}
    collect(room, NOW + 25 * HOUR)
    assert asked(server).count("/robots.txt") == 2


@pytest.mark.parametrize(
    ("robots", "read"),
    [
        (Reply(body=b"User-agent: *\nDisallow: /1"), False),
        (Reply(body=b"User-agent: newsletter\nDisallow: /\n\nUser-agent: *\nAllow: /"), False),
        (Reply(body=b"User-agent: *\nDisallow: /\n\nUser-agent: newsletter\nAllow: /"), True),
        (Reply(body=b"User-agent: *\nCrawl-delay: 3600"), False),
        (Reply(body=b"\xff\xfe binary \x00 rubbish"), True),
        (Reply(status=404), True),
        (Reply(status=403), True),
        (Reply(status=500), False),
        (Reply(status=429), False),
        (Reply(status=302, headers={"Location": "http://10.0.0.1/robots.txt"}), False),
    ],
)
def test_robots_are_obeyed_and_a_site_that_cannot_be_asked_is_left_alone(
    room: Newsroom, server: FeedServer, robots: Reply, read: bool
) -> None:
    server.replies["/robots.txt"] = robots
    subscribe(room, server.url("/feed"), fulltext=True)
    assert collect(room).new_articles == 1
    assert ("/1" in asked(server)) is read
    assert bool(articles(room)[0].text) is read


def test_a_redirect_does_not_lead_past_robots(room: Newsroom, server: FeedServer) -> None:
    with serving({"/robots.txt": Reply(body=b"User-agent: *\nDisallow: /private"), "/private": page()}) as other:
        server.replies["/1"] = Reply(status=302, headers={"Location": other.url("/private")})
        subscribe(room, server.url("/feed"), fulltext=True)
        collect(room)
        assert asked(other) == ["/robots.txt"]
    assert articles(room)[0].text == ""


def test_a_wish_for_time_between_pages_is_kept(room: Newsroom, server: FeedServer) -> None:
    server.replies |= {"/robots.txt": Reply(body=b"User-agent: *\nCrawl-delay: 0.3"), "/2": page()}
    server.replies["/feed"] = feed(server, "/1", "/2")
    subscribe(room, server.url("/feed"), fulltext=True)
    began = time.monotonic()
    collect(room)
    assert time.monotonic() - began >= 0.6
    assert all(one.text for one in articles(room))


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=404),
        Reply(body=b"%PDF-1.7", headers={"Content-Type": "application/pdf"}),
        page("<html><body><p>Please accept cookies.</p></body></html>"),
        page("<div>" * 100_000),
        page("<!--" * 100_000),
        Reply(body=gzip.compress(bytes(40_000_000)), headers=HTML | {"Content-Encoding": "gzip"}),
        Reply(status=302, headers={"Location": "http://169.254.169.254/latest"}),
        Reply(body=b"", headers=HTML),
    ],
)
def test_a_page_without_an_article_leaves_the_feeds_words(room: Newsroom, server: FeedServer, reply: Reply) -> None:
    server.replies["/1"] = reply
    subscribe(room, server.url("/feed"), fulltext=True)
    began = time.monotonic()
    assert collect(room).new_articles == 1
    (found,) = articles(room)
    assert (found.summary, found.text) == (TEASER, "")
    assert time.monotonic() - began < 10


def test_an_edit_of_the_teaser_leaves_the_whole_text(room: Newsroom, server: FeedServer) -> None:
    subscribe(room, server.url("/feed"), fulltext=True)
    collect(room)
    (before,) = articles(room)
    changed = rss(
        item(
            f"{DATED}<description>New teaser.</description><content:encoded>Short.</content:encoded>",
            "Nebius data centre plan /1",
            server.url("/1"),
        )
    )
    server.replies["/feed"] = Reply(body=changed)
    collect(room, NOW + HOUR)
    assert articles(room) == (replace(before, summary="New teaser."),)


def test_old_articles_of_a_new_feed_are_not_fetched(room: Newsroom, server: FeedServer) -> None:
    old = DATED.replace("Mar 2026", "Mar 2025").replace("Thu", "Wed")
    server.replies["/feed"] = Reply(body=rss(item(old, "Old news", server.url("/1"))))
    subscribe(room, server.url("/feed"), fulltext=True)
    collect(room)
    assert asked(server) == ["/feed"]


def test_a_chinese_page_in_its_own_charset_is_read() -> None:
    html = f"<html><head><meta charset='gbk'></head><body><article>{CHINESE}</article></body></html>"
    text = article_text(html.encode("gb18030"), "text/html; charset=gb2312")
    assert text.count("兆瓦") == 8


def test_a_whole_text_is_searched_and_weighed_and_never_printed(config: Config, server: FeedServer) -> None:
    """Letters, pages, the API and feeds show single key points at most, no other sentence of the page."""
    local = replace(config, newsroom=replace(config.newsroom, site="https://news.example"))
    with open_newsroom(local) as room:
        subscribe(room, server.url("/feed"), fulltext=True)
        collect(room)
        pipeline.curate(room, now=NOW)
        draft = pipeline.compose(room, "weekly-en", now=NOW)
        (told,) = draft.issue.items
        _has_a_reader(room)
        pipeline.approve(room, draft.issue.key, draft.letter.fingerprint, by="ed@news.example", now=NOW)
        asyncio.run(pipeline.deliver(room, draft.issue.key, clock=lambda: NOW))
        printed = [draft.letter.html, draft.letter.text, *_shown(room, told.story_id)]
        points = " ".join(told.key_points)
    silent = [one for one in sentences(" ".join(TOLD)) if one not in points]
    assert len(silent) >= len(TOLD) - 4
    for sentence in silent:
        assert not any(sentence in text for text in printed), sentence


def _has_a_reader(room: Newsroom) -> None:
    consent = Consent(at=NOW, how="import", text="Invented for a test")
    reader = Subscriber(
        id=SubscriberId(""),
        email="reader@reader.example",
        editions=(EditionKey("weekly-en"),),
        status=SubscriberStatus.ACTIVE,
        consent=consent,
    )
    with room.store.write() as tx:
        tx.subscribers.add_many([reader], now=NOW)


def _shown(room: Newsroom, story: str) -> Iterator[str]:
    addresses = (
        "/", "/issues", f"/stories/{story}", "/search?q=Nebius", "/search?q=Vaasa", "/topics/data-centres", "/feed.xml",
        "/weekly-en/feed.xml", "/topics/data-centres/feed.xml", "/weekly-en/2026-W11", f"/api/stories/{story}",
        "/api/issues/weekly-en/2026-W11", "/api/search?q=Vaasa", "/api/issues",
    )  # fmt: skip
    with TestClient(make_app(room, clock=lambda: NOW), base_url="https://news.example") as site:
        for address in addresses:
            answer = site.get(address)
            assert answer.status_code == 200, address
            if "Vaasa" in address:  # a word of the page alone finds the story
                assert story in answer.text
            yield answer.text
