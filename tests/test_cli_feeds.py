"""`newsletter collect`, `articles`, `feeds …` and `try parse` as scripts use them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsletter.cli import main
from tests.fakes.feedserver import FeedServer, Reply, serving
from tests.oddfiles import item, rss

AS_OF = "2026-03-13T08:00:00Z"
DATED = "<pubDate>2026年3月9日 08:30</pubDate>"
FEED = rss(item(DATED, "英伟达投资内比厄斯二十亿美元") + item("<dc:creator>Ann Lee</dc:creator>", "Two", "/2"))


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with serving({"/feed.xml": Reply(body=FEED), "/gone": Reply(status=410)}) as opened:
        yield opened


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: FeedServer) -> Path:
    (tmp_path / "config.toml").write_text('[collect]\nallow_private = ["127.0.0.0/8"]\n', "utf-8")
    (tmp_path / "feeds").mkdir()
    outlines = "".join(f'<outline text="F" language="zh" xmlUrl="{server.url(path)}"/>' for path in server.replies)
    (tmp_path / "feeds" / "own.opml").write_text(f"<opml><body>{outlines}</body></opml>", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert main(arguments) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.usefixtures("home")
def test_collect_prints_what_scripts_rely_on(capsys: pytest.CaptureFixture[str], server: FeedServer) -> None:
    (first,) = lines(capsys, "collect", "--json", "--as-of", AS_OF)
    assert list(first) == ["feeds", "fetched", "unchanged", "failed", "new_articles", "failures"]
    assert [first[name] for name in list(first)[:5]] == [2, 1, 0, 1, 2]
    (failure,) = first["failures"]
    assert list(failure) == ["feed", "error", "next"]
    assert failure["feed"] == server.url("/gone")
    (second,) = lines(capsys, "collect", "--json", "--as-of", AS_OF)
    assert (second["unchanged"], second["new_articles"]) == (1, 0)


@pytest.mark.usefixtures("home")
def test_articles_are_listed_a_line_each(capsys: pytest.CaptureFixture[str], server: FeedServer) -> None:
    lines(capsys, "collect", "--json", "--as-of", AS_OF)
    found = lines(capsys, "articles", "--json")
    names = ["id", "feed", "guid", "link", "title", "published", "first_seen", "date_quality", "language", "story"]
    assert [list(one) for one in found] == [names, names]
    assert (found[0]["published"], found[0]["date_quality"]) == ("2026-03-09T00:30:00Z", "zone-assumed")
    assert (found[1]["published"], found[1]["date_quality"]) == (AS_OF, "first-seen")
    assert found[0]["story"] is None
    assert lines(capsys, "articles", "--json", "--since", "2026-03-12") == found[1:]
    assert lines(capsys, "articles", "--json", "--feed", server.url("/gone")) == []


@pytest.mark.usefixtures("home")
def test_feeds_are_listed_with_their_health(capsys: pytest.CaptureFixture[str]) -> None:
    lines(capsys, "collect", "--json", "--as-of", AS_OF)
    good, gone = lines(capsys, "feeds", "list", "--json")
    assert {"feed", "title", "enabled", "health", "articles", "last_error", "due", "interval"} <= good.keys()
    assert (good["health"], good["articles"], good["last_error"]) == ("ok", 2, "")
    assert (gone["health"], gone["articles"], gone["last_error"]) == ("failing", 0, "HTTP 410")
    assert (good["weekly"], good["told"], good["share"], good["muted_until"]) == (1.6, 0, 0.0, None)
    assert gone["share"] is None


@pytest.mark.usefixtures("home")
def test_the_list_tells_which_share_of_a_feed_a_digest_has_told(
    capsys: pytest.CaptureFixture[str], server: FeedServer
) -> None:
    dated = "<pubDate>Wed, 11 Mar 2026 08:30:00 GMT</pubDate>"
    news = item(dated, "Nvidia invests $2 billion in Nebius data centres", "/1")
    server.replies["/feed.xml"] = Reply(body=rss(news + item(dated, "Champions sell a defender", "/2")))
    lines(capsys, "collect", "--json", "--as-of", AS_OF)
    lines(capsys, "curate", "--json", "--as-of", AS_OF)
    lines(capsys, "compose", "weekly-en", "--json", "--as-of", AS_OF)
    good, _ = lines(capsys, "feeds", "list", "--json")
    assert (good["articles"], good["told"], good["share"]) == (2, 1, 0.5)


@pytest.mark.usefixtures("home")
def test_a_feed_is_muted_for_days_until_a_time_or_for_good(
    capsys: pytest.CaptureFixture[str], server: FeedServer
) -> None:
    url = server.url("/feed.xml")
    for more, until in (
        (("--days", "7"), "2026-03-20T08:00:00Z"),
        (("--until", "2026-04-01"), "2026-04-01T23:59:59Z"),
        ((), None),
    ):
        (muted,) = lines(capsys, "feeds", "mute", url, *more, "--json", "--as-of", AS_OF)
        assert muted == {"feed": url, "muted": True, "until": until}
        good, _ = lines(capsys, "feeds", "list", "--json", "--as-of", AS_OF)
        assert (good["health"], good["muted_until"]) == ("muted", until or "9999-12-31T00:00:00Z")
    (unmuted,) = lines(capsys, "feeds", "unmute", url, "--json", "--as-of", AS_OF)
    assert unmuted == {"feed": url, "muted": False, "was": True}
    assert main(["feeds", "mute", "https://nobody.example/"]) == 1
    assert "is not subscribed" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["feeds", "mute", url, "--days", "soon"])


@pytest.mark.usefixtures("home")
def test_a_dry_run_says_what_filters_keep_out_and_why(
    capsys: pytest.CaptureFixture[str], server: FeedServer, home: Path
) -> None:
    (home / "draft.toml").write_text("[[filter]]\naction = 'drop'\nfield = 'title'\ncontains = '内比厄斯'\n", "utf-8")
    url = server.url("/feed.xml")
    out, kept = lines(capsys, "feeds", "try", url, "--filters", str(home / "draft.toml"), "--json", "--as-of", AS_OF)
    assert (out["kept"], out["why"]) == (False, "drop where title contains '内比厄斯'")
    assert (kept["kept"], kept["why"], kept["new"]) == (True, "", True)
    (home / "draft.toml").rename(home / "feeds" / "filters.toml")
    checked = lines(capsys, "feeds", "check", "--json", "--as-of", AS_OF)
    assert [(one["articles"], one["dropped"]) for one in checked] == [(1, 1), (0, 0)]


@pytest.mark.usefixtures("home")
def test_check_tells_of_filters_that_are_wrong_or_about_nobody(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    rules = home / "feeds" / "filters.toml"
    rules.write_text("[[filter]]\naction = 'drop'\nfield = 'title'\nregex = '('\n", "utf-8")
    assert main(["check"]) == 1
    assert "is not valid" in capsys.readouterr().err
    rules.write_text("[[filter]]\nfeed = 'https://x/'\naction = 'drop'\nfield = 'title'\ncontains = 'a'\n", "utf-8")
    assert main(["check"]) == 1
    assert "https://x/ is not subscribed" in capsys.readouterr().err


def test_feeds_are_added_tried_checked_and_exported(
    capsys: pytest.CaptureFixture[str], server: FeedServer, home: Path
) -> None:
    server.replies["/new.xml"] = Reply(body=rss(item()))
    (added,) = lines(capsys, "feeds", "add", server.url("/new.xml"), "--json", "--as-of", AS_OF)
    assert (added["feed"], added["new_articles"]) == (server.url("/new.xml"), 1)
    assert len(lines(capsys, "feeds", "try", server.url("/feed.xml"), "--json", "--as-of", AS_OF)) == 2
    checked = lines(capsys, "feeds", "check", "--json", "--as-of", AS_OF)
    assert sorted(one["ok"] for one in checked) == [False, True, True]
    assert lines(capsys, "feeds", "export", str(home / "out.opml"), "--json")[0]["feeds"] == 3
    (imported,) = lines(capsys, "feeds", "import", str(home / "out.opml"), "--json")
    assert imported["added"] == []
    assert len(imported["doubles"]) == 3


@pytest.mark.usefixtures("home")
def test_a_broken_list_of_feeds_is_one_clear_line(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    (home / "feeds" / "bad.opml").write_text("no xml", "utf-8")
    assert main(["collect"]) == 1
    assert "bad.opml: is not OPML" in capsys.readouterr().err


def test_try_parse_prints_a_line_for_each_file_whatever_is_in_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = {"a.xml": FEED, "b.json": b'{"items": [', "c.html": b"<html><body>x", "d.bin": bytes(range(256)), "e": b""}
    for name, body in files.items():
        Path(name).write_bytes(body)
    found = lines(capsys, "try", "parse", *files, "missing.xml", ".", "a.xml", "--as-of", AS_OF)
    assert [one["file"] for one in found] == [*files, "missing.xml", ".", "a.xml"]
    assert [len(one["articles"]) for one in found] == [2, 0, 0, 0, 0, 0, 0, 2]
    assert [bool(one["problems"]) for one in found] == [False, True, True, True, True, True, True, False]
    names = ["id", "title", "url", "published", "date_quality", "author", "summary", "text", "language"]
    assert all(list(article) == names for one in found for article in one["articles"])
    assert found[0]["articles"] == found[-1]["articles"]


def test_try_parse_finds_the_same_articles_in_every_encoding(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ("utf-8", "gb18030", "big5", "utf-16")
    for name in names:
        text = FEED.decode().replace("英伟达投资内比厄斯二十亿美元", "台積電宣布擴充先進封裝產能")
        Path(name).write_bytes(text.replace('encoding="UTF-8"', f'encoding="{name}"').encode(name))
    found = lines(capsys, "try", "parse", *names, "--as-of", AS_OF)
    assert [one["articles"] for one in found] == [found[0]["articles"]] * 4


def test_try_parse_takes_address_zone_and_type_from_its_arguments(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "<item><title>Новости</title><link>a/b</link><pubDate>2026-03-09 08:30</pubDate></item>"
    Path("a.xml").write_bytes(f"<rss><channel>{text}</channel></rss>".encode("koi8-r"))
    arguments = ("--content-type", "text/xml; charset=koi8-r", "--url", "https://site.example/x/", "--as-of", AS_OF)
    (utc,) = lines(capsys, "try", "parse", "a.xml", *arguments)
    (tokyo,) = lines(capsys, "try", "parse", "a.xml", *arguments, "--timezone", "Asia/Tokyo")
    (article,) = utc["articles"]
    assert (article["title"], article["url"]) == ("Новости", "https://site.example/x/a/b")
    assert (article["published"], article["date_quality"]) == ("2026-03-09T08:30:00Z", "zone-assumed")
    assert tokyo["articles"][0]["published"] == "2026-03-08T23:30:00Z"


@pytest.mark.usefixtures("home")
def test_try_parse_reads_addresses_too(capsys: pytest.CaptureFixture[str], server: FeedServer) -> None:
    urls = [server.url("/feed.xml"), server.url("/gone"), "http://10.0.0.1/feed"]
    good, gone, inside = lines(capsys, "try", "parse", *urls, "--as-of", AS_OF)
    assert [one["title"] for one in good["articles"]] == ["英伟达投资内比厄斯二十亿美元", "Two"]
    assert good["articles"][1]["author"] == "Ann Lee"
    assert "410" in gone["problems"][0]
    assert "not a public address" in inside["problems"][0]


def test_an_unknown_time_zone_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["try", "parse", "x.xml", "--timezone", "Mars/Crater"]) == 1
    assert "Mars/Crater" in capsys.readouterr().err
