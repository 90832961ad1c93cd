"""The shipped feeds keep what the demo, the documentation and other tests rely on."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import feedparser
import pytest

FEEDS = Path(__file__).resolve().parent.parent / "feeds"
SAMPLE = FEEDS / "sample"
NAMESPACES = {
    "http://purl.org/dc/elements/1.1/",
    "http://purl.org/rss/1.0/modules/content/",
    "http://www.w3.org/2005/Atom",
    "https://jsonfeed.org/version/1.1",
}
CATEGORIES = {"news", "vendor", "research", "analysis", "review", "project"}

Entry = dict[str, str]


def outlines(opml: Path) -> list[dict[str, str]]:
    root = ElementTree.parse(opml).getroot()
    return [dict(outline.attrib) for outline in root.iter("outline") if "xmlUrl" in outline.attrib]


def sample_files() -> list[Path]:
    return [SAMPLE / outline["xmlUrl"].removeprefix("sample:///") for outline in outlines(SAMPLE / "feeds.opml")]


def parsed(path: Path) -> Any:
    return feedparser.parse(path.read_bytes(), sanitize_html=False, resolve_relative_uris=False)


def entries(path: Path) -> list[Entry]:
    if path.suffix == ".json":
        return [
            {
                "title": item["title"],
                "link": item["url"],
                "guid": item["id"],
                "date": item["date_published"],
                "summary": item["summary"],
            }
            for item in json.loads(path.read_text(encoding="utf-8"))["items"]
        ]
    return [
        {
            "title": entry.title,
            "link": entry.link,
            "guid": entry.id,
            "date": entry.get("published", ""),
            "summary": entry.summary,
        }
        for entry in parsed(path).entries
    ]


def everything() -> list[tuple[str, Entry]]:
    return [(path.name, entry) for path in sample_files() for entry in entries(path)]


def sources_of(phrase: str, language: str) -> set[str]:
    return {
        outline["title"]
        for outline, path in zip(outlines(SAMPLE / "feeds.opml"), sample_files(), strict=True)
        if outline["language"].split("-")[0] == language and any(phrase in entry["title"] for entry in entries(path))
    }


def test_the_starter_list_has_147_feeds_with_unique_addresses_and_titles() -> None:
    feeds = outlines(FEEDS / "starter.opml")
    assert len(feeds) == 147
    assert len({feed["xmlUrl"] for feed in feeds}) == 147
    assert len({feed["title"] for feed in feeds}) == 147


@pytest.mark.parametrize("opml", ["starter.opml", "sample/feeds.opml"])
def test_every_listed_feed_carries_what_a_feed_needs(opml: str) -> None:
    for feed in outlines(FEEDS / opml):
        assert feed["type"] == "rss"
        assert feed["text"] == feed["title"] != ""
        assert feed["htmlUrl"].startswith("https://")
        assert feed["language"] in {"en", "zh", "zh-Hant"}
        assert feed.get("timezone") == {"zh": "Asia/Shanghai", "zh-Hant": "Asia/Taipei"}.get(feed["language"])
        assert feed["category"] in CATEGORIES
        assert feed["topics"]
        assert 0 <= float(feed["authority"]) <= 1
        assert feed["enabled"] in {"true", "false"}


def test_a_disabled_feed_says_why() -> None:
    disabled = [feed for feed in outlines(FEEDS / "starter.opml") if feed["enabled"] == "false"]
    assert disabled
    assert all(feed.get("note") for feed in disabled)


def test_generated_and_borrowed_feeds_ship_disabled() -> None:
    marked = [feed for feed in outlines(FEEDS / "starter.opml") if re.search(r"\(generated\)|RSSHub", feed["title"])]
    assert len(marked) == 7
    assert {feed["enabled"] for feed in marked} == {"false"}


def test_the_sample_is_twelve_feeds_and_65_to_80_articles() -> None:
    assert len(set(sample_files())) == 12
    assert 65 <= len(everything()) <= 80
    unlisted = set(SAMPLE.iterdir()) - set(sample_files()) - {SAMPLE / "feeds.opml", SAMPLE / "README.md"}
    assert not unlisted


def test_every_sample_article_has_title_link_summary_and_a_guid_of_its_own() -> None:
    for name, entry in everything():
        assert all(entry[key] for key in ("title", "link", "guid", "summary")), (name, entry)
    guids = [(name, entry["guid"]) for name, entry in everything()]
    assert len(guids) == len(set(guids))


def test_exactly_one_sample_article_has_no_date() -> None:
    assert [entry["link"].rsplit("/", 1)[-1] for _, entry in everything() if not entry["date"]] == [
        "reading-a-power-contract"
    ]


def test_the_gb18030_feed_is_gb18030_and_nothing_else() -> None:
    body = (SAMPLE / "yangli-caijing.xml").read_bytes()
    assert b'encoding="GB18030"' in body
    assert "北原算力" in body.decode("gb18030", errors="strict")
    for other in ("utf-8", "gbk"):
        with pytest.raises(UnicodeDecodeError):
            body.decode(other, errors="strict")


def test_the_broken_feed_is_not_well_formed_and_loses_no_article() -> None:
    body = (SAMPLE / "sample-ledger.xml").read_bytes()
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(body)
    assert len(entries(SAMPLE / "sample-ledger.xml")) == body.count(b"<item>") == 8


def test_only_the_broken_feed_is_broken() -> None:
    for path in sample_files():
        if path.suffix != ".json" and path.name != "sample-ledger.xml":
            assert not parsed(path).bozo, path.name


def test_one_feed_is_atom_and_one_is_json_feed() -> None:
    versions = [parsed(path).version for path in sample_files() if path.suffix != ".json"]
    assert sorted(versions) == ["atom10"] + ["rss20"] * 10
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in sample_files() if path.suffix == ".json"]
    assert [document["version"] for document in documents] == ["https://jsonfeed.org/version/1.1"]


def test_the_flash_feed_gives_beijing_times_without_a_zone() -> None:
    dates = [entry["date"] for entry in entries(SAMPLE / "yangli-kuaixun.xml")]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", date) for date in dates)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_meta_compute_is_reported_by_at_least_two_sources_in_each_language(language: str) -> None:
    assert len(sources_of("Meta Compute", language)) >= 2


def test_no_other_event_of_the_week_has_as_many_sources_as_meta_compute() -> None:
    def count(*phrases: str) -> int:
        return len({name for name, entry in everything() if any(phrase in entry["title"] for phrase in phrases)})

    rivals = [("SB Energy",), ("Reliance", "信实"), ("Lenovo", "联想"), ("Osmos",), ("Northfield",)]
    assert all(count(*rival) < count("Meta Compute") for rival in rivals)


def test_a_link_with_tracking_parameters_is_a_link_of_another_feed() -> None:
    tracked = [entry["link"] for _, entry in everything() if "utm_source" in parse_qs(urlsplit(entry["link"]).query)]
    assert len(tracked) == 1
    assert tracked[0].split("?")[0] in {entry["link"] for name, entry in everything() if name != "sample-ledger.xml"}


def test_the_sample_names_no_host_outside_example() -> None:
    for path in SAMPLE.iterdir():
        text = path.read_text(encoding="gb18030" if path.name == "yangli-caijing.xml" else "utf-8")
        for address in re.findall(r"https?://[^\s\"'<>)]+", text):
            if address not in NAMESPACES:
                assert (urlsplit(address).hostname or "").endswith(".example"), (path.name, address)
