import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter import pipeline
from newsletter.collect.opml import read_opml
from newsletter.errors import NewsletterError
from newsletter.model import FeedUrl
from newsletter.newsroom import Newsroom
from tests.builders import NOW
from tests.fakes.feedserver import FeedServer, Reply, serving
from tests.oddfiles import item, rss

ENGLISH = rss(item(title="Grid operator approves a data centre") + item(title="Two", link="https://site.example/2"))
CHINESE = rss(item(title="台積電宣布擴產計畫，資料中心需求強勁"))
PAGE = b'<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body>x</body></html>'


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with serving({"/": Reply(body=PAGE), "/feed.xml": Reply(body=ENGLISH), "/zh.xml": Reply(body=CHINESE)}) as opened:
        yield opened


def add(room: Newsroom, url: str) -> pipeline.Added:
    return asyncio.run(pipeline.add_feed(room, url, now=NOW))


def test_a_feed_is_added_with_what_its_first_body_brings(room: Newsroom, server: FeedServer) -> None:
    done = add(room, server.url("/feed.xml"))
    assert (done.feed.title, done.feed.language, done.new_articles, done.alone) == ("Odd", "en", 2, True)
    assert read_opml(room.config.folder / "feeds" / "added.opml") == (done.feed,)
    assert room.feeds == (done.feed,)
    collected = asyncio.run(pipeline.collect(room, now=NOW))
    assert (collected.unchanged, collected.new_articles) == (1, 0)
    assert len(server.asked) == 2


def test_a_site_leads_to_its_feed(room: Newsroom, server: FeedServer) -> None:
    assert add(room, server.url("/")).feed.url == server.url("/feed.xml")


def test_a_site_that_only_links_to_its_feed_leads_there(room: Newsroom, server: FeedServer) -> None:
    anchors = b'<a href="/about">About</a><a class="x" href="/gone.rss">Old</a><a href=/feed.xml>RSS</a>'
    server.replies["/blog"] = Reply(body=b"<html><body>" + anchors + b"</body></html>")
    assert add(room, server.url("/blog") + "#top").feed.url == server.url("/feed.xml")
    server.replies["/zh"] = Reply(body='<html><body><a href="/zh.xml" class="x">订阅</a></body></html>'.encode())
    assert add(room, server.url("/zh")).feed.url == server.url("/zh.xml")


def test_an_address_without_a_scheme_is_tried_both_ways(room: Newsroom, server: FeedServer) -> None:
    bare = server.url("/feed.xml").removeprefix("http://") + "#x"
    assert add(room, f" {bare} ").feed.url == server.url("/feed.xml")


def test_a_site_with_many_feeds_gives_its_first_that_answers_and_names_the_others(
    room: Newsroom, server: FeedServer
) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="{}">'
    paths = ("/comments/feed", "/gone.xml", "/feed.xml", "/zh.xml")
    server.replies["/many"] = Reply(
        body=("<html><head>" + "".join(map(link.format, paths)) + "</head></html>").encode()
    )
    done = add(room, server.url("/many"))
    assert done.feed.url == server.url("/feed.xml")
    assert done.others == tuple(map(server.url, ("/gone.xml", "/zh.xml", "/comments/feed")))


def test_a_feed_is_known_under_https_with_www_and_a_slash_too(room: Newsroom, server: FeedServer) -> None:
    add(room, server.url("/feed.xml"))
    before = len(server.asked)
    with pytest.raises(NewsletterError, match="subscribed already"):
        add(room, server.url("/feed.xml/").replace("http:", "https:"))
    assert len(server.asked) == before


def test_a_silent_site_is_searched_where_feeds_mostly_are(room: Newsroom, server: FeedServer) -> None:
    server.replies["/blog"] = Reply(body=b"<html><body>no links</body></html>")
    assert add(room, server.url("/blog")).feed.url == server.url("/feed.xml")


def test_a_chinese_feed_is_described_by_its_titles(room: Newsroom, server: FeedServer) -> None:
    feed = add(room, server.url("/zh.xml")).feed
    assert (feed.language, feed.timezone) == ("zh-Hant", "Asia/Taipei")


def test_a_feed_is_not_added_twice(room: Newsroom, server: FeedServer) -> None:
    add(room, server.url("/feed.xml"))
    with pytest.raises(NewsletterError, match="subscribed already"):
        add(room, server.url("/"))


def test_an_address_without_a_feed_is_refused_with_the_reason(room: Newsroom, server: FeedServer) -> None:
    server.replies = {"/": Reply(body=b"<html><body>x</body></html>")}
    with pytest.raises(NewsletterError, match="no feed was found"):
        add(room, server.url("/"))
    with pytest.raises(NewsletterError, match="HTTP 404"):
        add(room, server.url("/nothing"))


def test_trying_a_feed_stores_nothing(room: Newsroom, server: FeedServer) -> None:
    tried = asyncio.run(pipeline.try_feed(room, server.url("/zh.xml"), now=NOW))
    assert [one.title for one in tried.articles] == ["台積電宣布擴產計畫，資料中心需求強勁"]
    with room.store.read() as tx:
        assert tx.articles.count() == 0
        assert tx.feeds.all_health() == {}


def test_checking_tells_of_every_feed_whether_it_answers(room: Newsroom, server: FeedServer) -> None:
    add(room, server.url("/feed.xml"))
    add(room, server.url("/zh.xml"))
    server.replies["/zh.xml"] = Reply(status=410)
    good, bad = asyncio.run(pipeline.check_feeds(room, now=NOW))
    assert (len(good.articles), good.failure) == (2, None)
    assert bad.failure is not None
    assert bad.failure.status == 410


def test_the_list_tells_how_each_feed_fares(room: Newsroom, server: FeedServer) -> None:
    add(room, server.url("/feed.xml"))
    server.replies["/feed.xml"] = Reply(status=500)
    asyncio.run(pipeline.collect(room, now=NOW))
    (one,) = pipeline.listed_feeds(room, now=NOW)
    assert (one.health, one.articles, one.known.last_error) == ("failing", 2, "HTTP 500")


def test_an_import_takes_what_is_missing_and_names_the_doubles(
    room: Newsroom, server: FeedServer, tmp_path: Path
) -> None:
    add(room, server.url("/feed.xml"))
    file = tmp_path / "mine.opml"
    outlines = "".join(
        f'<outline text="x" xmlUrl="{server.url(path)}"/>' for path in ("/feed.xml", "/zh.xml", "/zh.xml")
    )
    file.write_text(f"<opml><body>{outlines}</body></opml>", "utf-8")
    done = pipeline.import_feeds(room, file)
    assert [feed.url for feed in done.added] == [server.url("/zh.xml")]
    assert [feed.url for feed in done.doubles] == [server.url("/feed.xml"), server.url("/zh.xml")]
    assert {feed.url for feed in room.feeds} == {server.url("/feed.xml"), server.url("/zh.xml")}
    assert pipeline.import_feeds(room, file).added == ()


def test_an_export_can_be_imported(room: Newsroom, server: FeedServer, tmp_path: Path) -> None:
    add(room, server.url("/zh.xml"))
    (tmp_path / "out.opml").write_text(pipeline.export_feeds(room), "utf-8")
    assert read_opml(tmp_path / "out.opml") == room.feeds
    assert room.feed(FeedUrl(server.url("/zh.xml"))) is not None
