"""The pages that anybody may read, over a real store."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient

from newsletter.config import config_from
from newsletter.model import IssueKey, IssueStatus
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.web.app import make_app
from tests.builders import NOW, issue, letter
from tests.pages import Page
from tests.publishing import EN, HOSTILE, ZH, fill

ATOM = {"a": "http://www.w3.org/2005/Atom"}
PAGES = (
    "/",
    "/issues",
    "/weekly-en",
    "/weekly-en/2026-W11",
    "/weekly-zh/2026-W11",
    "/stories/nebius-en",
    "/stories/hostile",
    "/topics",
    "/topics/data-centres",
    "/topics/e:nvidia",
    "/search",
    "/search?q=nebius",
    "/search?q=储能",
    "/subscribe",
)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """One for all tests of this file: reading changes nothing, and a test says so."""
    data = {"newsroom": {"site": "https://news.example"}}
    with open_newsroom(config_from(data, where="config.toml", folder=tmp_path_factory.mktemp("published"))) as room:
        fill(room)
        yield room


@pytest.fixture
def site(published: Newsroom) -> Iterator[TestClient]:
    with TestClient(make_app(published, clock=lambda: NOW), base_url="https://news.example") as client:
        yield client


@pytest.fixture
def empty(room: Newsroom) -> Iterator[TestClient]:
    with TestClient(make_app(room, clock=lambda: NOW), base_url="https://news.example") as client:
        yield client


def page(site: TestClient, address: str, status: int = 200) -> Page:
    answer = site.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return Page(answer.text)


def words(found: Page, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in found.css(selector)]


def part(found: Page, title: str) -> Page:
    """The section that a heading labels."""
    for section in found.css("section[aria-labelledby]"):
        heading = found.css_first(f"#{section.attributes['aria-labelledby']}")
        if heading is not None and heading.text(strip=True) == title:
            return Page(section.html or "")
    raise AssertionError(f"no part is labelled {title}")


# -- issues


def test_home_is_the_latest_issue_in_the_readers_language(site: TestClient) -> None:
    assert words(page(site, "/"), "h1") == ["AI Infrastructure Weekly"]
    assert words(page(site, "/?lang=zh"), "h1") == ["AI 基建周报"]
    chinese = site.get("/", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"})
    assert 'lang="zh-Hans"' in chinese.text


def test_an_issue_shows_every_item_with_headline_source_date_points_tags_and_related(site: TestClient) -> None:
    found = page(site, "/weekly-en/2026-W11")
    assert words(found, "article.item h3 a")[0] == "Nvidia invests $2 billion in Nebius"
    assert len(found.css("article.item")) == 4
    lead = Page(found.first("article.item").html or "")
    assert {"/topics/funding", "/topics/e:nvidia"} <= {node.attributes["href"] for node in lead.css("a")}
    assert lead.css_first("time[datetime]") is not None
    assert "Nvidia will invest $2 billion in Nebius." in words(lead, "li")
    assert "/stories/meta-chips" in {node.attributes["href"] for node in lead.css(".also a")}
    assert words(lead, ".also h4") == ["Related"]
    assert "earlier" in lead.text()


def test_a_chinese_issue_speaks_chinese_and_marks_english_reports(site: TestClient) -> None:
    found = page(site, "/weekly-zh/2026-W11")
    assert found.attribute("html", "lang") == "zh-Hans"
    text = " ".join(found.body.text().split()) if found.body else ""
    for label in ("相关文章", "头条", "本周数字", "订阅", "第 1 期"):
        assert label in text
    foreign = next(node for node in found.css("h3") if "four chips" in node.text())
    assert foreign.attributes["lang"] == "en"
    assert "英文" in foreign.text()


def test_issues_in_two_languages_point_at_each_other(site: TestClient) -> None:
    found = page(site, "/weekly-en/2026-W11")
    pairs = {(link.attributes["hreflang"], link.attributes["href"]) for link in found.css("link[hreflang]")}
    assert pairs == {
        ("en", "https://news.example/weekly-en/2026-W11"),
        ("zh-Hans", "https://news.example/weekly-zh/2026-W11"),
    }
    assert found.attribute("link[rel=canonical]", "href") == "https://news.example/weekly-en/2026-W11"
    assert found.attribute("meta[name=description]", "content")


def test_a_draft_is_no_public_page(site: TestClient) -> None:
    for address in ("/weekly-en/2026-W12", "/api/issues/weekly-en/2026-W12"):
        assert site.get(address).status_code == 404
    assert all("draft of next week" not in site.get(address).text for address in (*PAGES, "/feed.xml", "/sitemap.xml"))


def test_the_archive_lists_issues_by_month(site: TestClient) -> None:
    assert words(page(site, "/issues"), "h2.mark") == ["March 2026"]
    assert words(page(site, "/issues?lang=zh"), "h2.mark") == ["2026年3月"]
    assert {"/weekly-en/2026-W11", "/weekly-zh/2026-W11"} <= {
        a.attributes["href"] for a in page(site, "/issues").css("a")
    }


# -- stories


@pytest.mark.parametrize(
    ("language", "points", "sources", "related", "headline"),
    [
        ("en", "Key points", "Sources", "Related", "Nvidia invests $2 billion in Nebius"),
        ("zh", "要点", "来源", "相关文章", "英伟达向 Nebius 投资20亿美元"),
    ],
)
def test_a_story_has_its_labelled_parts(
    site: TestClient, language: str, points: str, sources: str, related: str, headline: str
) -> None:
    found = page(site, f"/stories/nebius-en?lang={language}")
    assert words(found, "h1") == [headline.replace("20亿", " 20 亿") if language == "zh" else headline]
    assert len(part(found, points).css("li")) == 1
    listed = part(found, sources).css("li")
    assert len(listed) == 2
    assert {a.attributes["href"] for a in part(found, sources).css("li > a")} == {
        "https://wire.example/nebius-en",
        "https://wire.example/zh/nebius",
    }
    beside = part(found, related)
    assert len(beside.css("li")) == 2
    for one in beside.css("li"):
        entry = Page(one.html or "")
        assert len(entry.css("li > a[href^='/stories/']")) == 1
        assert len(entry.css("li > p")) == 1
        assert entry.attribute("time[datetime]", "datetime").startswith("2026-03")
        assert entry.css("a[href^='/topics/']")
    assert found.css_first("form[action^='/subscribe'] input[name=email]") is not None


def test_a_merged_story_is_found_under_the_ids_of_all_its_reports(site: TestClient) -> None:
    found = page(site, "/stories/nebius-zh")
    assert found.attribute("link[rel=canonical]", "href") == "https://news.example/stories/nebius-en"


def test_a_story_without_key_points_or_related_articles_says_so(site: TestClient) -> None:
    text = page(site, "/stories/meta-chips").text()
    assert "no more than their headlines" in text
    assert "Nothing in the archive is close" in text


# -- topics and search


def test_topics_are_listed_with_their_names_and_counts(site: TestClient) -> None:
    assert any("Nvidia" in one for one in words(page(site, "/topics"), "li"))
    assert any("英伟达" in one for one in words(page(site, "/topics?lang=zh"), "li"))


def test_an_issue_that_is_not_out_yet_says_so(site: TestClient) -> None:
    assert "is not published yet" in page(site, "/weekly-en/2099-W01", 404).text()
    assert "尚未发布" in page(site, "/weekly-zh/2099-W01?lang=zh", 404).text()


def test_a_topic_lists_its_stories_newest_first_and_an_unknown_one_is_404(site: TestClient) -> None:
    found = page(site, "/topics/data-centres")
    assert "Nvidia invests $2 billion in Nebius" in words(found, "h2.headline a")
    page(site, "/topics/no-such-topic", 404)
    page(site, "/topics/e:no-such-name", 404)


@pytest.mark.parametrize("query", ["nebius", "Nvidia invests", "英伟达", "投资", "20亿美元"])
def test_a_story_is_found_in_both_languages(site: TestClient, query: str) -> None:
    found = page(site, f"/search?q={query}")
    assert "/stories/nebius-en" in {node.attributes["href"] for node in found.css("h2 a")}
    assert found.attribute("input[type=search]", "value") == query


def test_a_search_for_nothing_and_one_without_a_find_say_what_to_do(site: TestClient) -> None:
    assert "role" not in (page(site, "/search").first("main").html or "").replace('role="search"', "")
    assert "Nothing found for “zzzz”" in page(site, "/search?q=zzzz").text()
    assert "没有找到“无此词语”" in page(site, "/search?q=无此词语&lang=zh").text()


@pytest.mark.parametrize(
    "query", ['"', "'", "*", "a OR", "(", ")", "NEAR(", "%", "\\", "\0", "-", "a" * 1000, "title:x"]
)
def test_no_query_breaks_the_search(site: TestClient, query: str) -> None:
    assert site.get("/search", params={"q": query}).status_code == 200
    assert site.get("/api/search", params={"q": query}).status_code == 200


# -- machines


def test_feeds_are_atom_with_absolute_links(site: TestClient) -> None:
    for address, count in (("/feed.xml", 2), ("/weekly-zh/feed.xml", 1), ("/topics/data-centres/feed.xml", 2)):
        answer = site.get(address)
        assert answer.headers["content-type"].startswith("application/atom+xml")
        feed = ET.fromstring(answer.content)
        entries = feed.findall("a:entry", ATOM)
        assert len(entries) == count
        for entry in entries:
            link = entry.find("a:link", ATOM)
            assert link is not None
            assert link.attrib["href"].startswith("https://news.example/")
            assert (entry.findtext("a:updated", "", ATOM)).endswith("Z")
    assert site.get("/weekly-fr/feed.xml").status_code == 404
    assert site.get("/topics/nope/feed.xml").status_code == 404


def test_the_api_gives_what_the_pages_show(site: TestClient) -> None:
    assert [one["key"] for one in site.get("/api/issues").json()["issues"]] == [
        "weekly-en/2026-W11",
        "weekly-zh/2026-W11",
    ]
    assert len(site.get("/api/issues?edition=weekly-zh").json()["issues"]) == 1
    whole = site.get("/api/issues/weekly-en/2026-W11").json()
    assert whole["lead"]["headline"] == "Nvidia invests $2 billion in Nebius"
    assert [section["key"] for section in whole["sections"]] == ["chips-compute", "data-centres-power"]
    story = site.get("/api/stories/nebius-zh?lang=zh").json()
    assert story["id"] == "nebius-en"
    assert story["key_points"][0]["language"] == "zh"
    assert [one["story_id"] for one in story["related"]] == ["meta-chips", "storage-zh"]
    topics = {one["key"]: one for one in site.get("/api/topics?lang=zh").json()["topics"]}
    assert topics["data-centres"]["stories"] == 2
    assert topics["data-centres"]["name"] == "数据中心"
    assert site.get("/api/search?q=英伟达").json()["stories"][0]["id"] == "nebius-en"


@pytest.mark.parametrize(
    "address", ["/api/stories/none", "/api/issues/weekly-en/2026-W01", "/api/issues?edition=x", "/api/none"]
)
def test_the_api_says_404_in_json(site: TestClient, address: str) -> None:
    answer = site.get(address)
    assert answer.status_code == 404
    assert answer.json()["detail"]


def test_the_openapi_document_describes_the_api_and_nothing_else(site: TestClient) -> None:
    paths = site.get("/api/openapi.json").json()["paths"]
    assert set(paths) == {
        "/api/issues", "/api/issues/{edition}/{period}", "/api/stories/{story_id}", "/api/topics", "/api/search",
    }  # fmt: skip
    assert all(set(verbs) == {"get"} for verbs in paths.values())


def test_health_and_metrics_answer(site: TestClient) -> None:
    assert site.get("/healthz").json()["status"] == "ok"
    text = site.get("/metrics").text
    assert re.search(r'^newsletter_requests_total\{method="GET",status="200"\} 1$', text, re.MULTILINE)
    assert 'newsletter_issues{status="draft"} 1' in text
    assert "@" not in text


def test_the_sitemap_names_public_pages_only(site: TestClient) -> None:
    text = site.get("/sitemap.xml").text
    assert "https://news.example/stories/nebius-en" in text
    assert "2026-W12" not in text
    assert "Sitemap: https://news.example/sitemap.xml" in site.get("/robots.txt").text


# -- every page


@pytest.mark.parametrize("address", PAGES)
def test_text_from_feeds_is_shown_as_text_on_every_page(site: TestClient, address: str) -> None:
    answer = site.get(address)
    assert answer.status_code == 200
    found = Page(answer.text)
    assert not found.css("script")
    assert not found.css("[href^='javascript']")
    assert "49" not in " ".join(words(found, "h1, h2, h3, li, p a")).replace("2049", "")
    if "hostile" in answer.text:
        assert "{{7*7}}" in answer.text
        assert HOSTILE.split("&")[0].strip() in unescape(answer.text)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_one_h1_no_skipped_heading_and_labels_on_its_fields(site: TestClient, address: str) -> None:
    found = page(site, address)
    levels = [int((node.tag or "h0")[1]) for node in found.css("h1, h2, h3, h4, h5")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels
    for field in found.css("input:not([type=hidden]), select, textarea"):
        parent = field.parent
        assert parent is not None
        assert parent.tag == "label", field.html
    ids = [node.attributes["id"] for node in found.css("[id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "address", [*PAGES, "/none/such", "/desk/login", "/unsubscribe/x", "/healthz", "/static/site.css"]
)
def test_every_answer_keeps_strangers_out(site: TestClient, address: str) -> None:
    headers = site.get(address).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("address", PAGES)
def test_no_page_needs_what_its_policy_forbids(site: TestClient, address: str) -> None:
    found = page(site, address)
    assert not found.css("[style], style, [onclick], [onload], script:not([src])")
    for node in found.css("link[rel=stylesheet], link[rel=icon], script, img, iframe"):
        assert (node.attributes.get("href") or node.attributes.get("src") or "").startswith("/static/")


def test_head_answers_as_get_without_a_body(site: TestClient) -> None:
    answer = site.head("/")
    assert (answer.status_code, answer.content) == (200, b"")


def test_an_empty_newsroom_says_what_happens_next(empty: TestClient) -> None:
    assert "The first issue is on its way" in page(empty, "/").text()
    assert "第一期正在准备" in page(empty, "/?lang=zh").text()
    assert "No issue has been published yet" in page(empty, "/issues").text()
    for address in ("/topics", "/search?q=x", "/feed.xml", "/sitemap.xml", "/healthz", "/metrics", "/api/issues"):
        assert empty.get(address).status_code == 200


def test_a_wrong_turn_is_told_in_the_readers_language(site: TestClient) -> None:
    assert "There is no such page" in page(site, "/no/such", 404).text()
    assert "没有这个页面" in page(site, "/no/such?lang=zh", 404).text()


def test_get_changes_nothing(published: Newsroom, site: TestClient) -> None:
    def everything() -> str:
        with published.store.read() as tx:
            tables = (
                "subscribers",
                "subscriptions",
                "issues",
                "edits",
                "approvals",
                "deliveries",
                "sessions",
                "attempts",
            )
            rows = {t: tx.connection.exec_driver_sql(f"SELECT * FROM {t}").fetchall() for t in tables}
            return json.dumps(rows, default=str)

    before = everything()
    for address in (*PAGES, "/confirm/x", "/unsubscribe/x", "/preferences/x", "/desk/", "/desk/login", "/feed.xml"):
        site.get(address)
        site.head(address)
        site.options(address)
    assert everything() == before


def test_a_date_is_that_of_the_readers_time_zone(site: TestClient, published: Newsroom) -> None:
    late = datetime(2026, 3, 6, 22, 0, tzinfo=UTC)
    with published.store.write() as tx:
        for edition in (EN, ZH):
            one = issue(edition, "2026-W10", number=10, date=late, figures=(), lead=None, sections=())
            tx.issues.save_draft(one, letter(), (), now=NOW, send_at=NOW)
            tx.issues.set_status(one.key, IssueStatus.SENT)
    try:
        assert "6 March 2026" in page(site, "/weekly-en/2026-W10").text()
        assert "2026年3月7日" in page(site, "/weekly-zh/2026-W10").text()
    finally:
        with published.store.write() as tx:
            for edition in (EN, ZH):
                tx.issues.set_status(IssueKey(f"{edition}/2026-W10"), IssueStatus.CANCELLED)


@pytest.mark.parametrize("path", ["/", "/weekly-en/2026-W11", "/stories/nebius-en", "/feed.xml", "/sitemap.xml"])
def test_a_page_that_is_known_already_is_not_sent_again(site: TestClient, path: str) -> None:
    first = site.get(path)
    mark = first.headers["etag"]
    again = site.get(path, headers={"If-None-Match": f'"other", {mark}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
    assert site.head(path, headers={"If-None-Match": mark}).status_code == 304
    assert site.get(path, headers={"If-None-Match": '"other"'}).content == first.content
    assert site.get(path, params={"lang": "zh", "q": "x"}, headers={"If-None-Match": mark}).status_code in (200, 304)


@pytest.mark.parametrize("path", ["/nope", "/confirm/x", "/desk/login"])
def test_what_may_not_be_kept_has_no_mark(site: TestClient, path: str) -> None:
    assert "etag" not in site.get(path).headers
    assert site.get(path, headers={"If-None-Match": "*"}).status_code in (200, 404)


@pytest.mark.parametrize("before", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00+23:59", "junk", ""])
def test_a_time_beyond_all_times_is_no_reason_to_break(site: TestClient, before: str) -> None:
    assert site.get("/topics/data-centres", params={"before": before}).status_code == 200


@pytest.mark.parametrize("path", ["/stories/%00", "/topics/%00", "/weekly-en/%00", "/api/stories/%00"])
def test_an_address_with_a_zero_in_it_is_nowhere(site: TestClient, path: str) -> None:
    assert site.get(path).status_code == 404
