from pathlib import Path

import pytest

from newsletter.collect.opml import default_zone, feeds_of, read_opml, write_opml
from newsletter.errors import DataError
from newsletter.model import Category
from newsletter.shipped import shipped
from tests.builders import feed


def opml(folder: Path, body: str, name: str = "a.opml") -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f'<?xml version="1.0"?><opml version="2.0"><body>{body}</body></opml>', "utf-8")
    return file


def test_the_shipped_list_reads_back_as_it_is_written(tmp_path: Path) -> None:
    feeds = read_opml(shipped("feeds") / "starter.opml")
    assert len(feeds) > 100
    copy = tmp_path / "copy.opml"
    copy.write_text(write_opml(feeds), "utf-8")
    assert set(read_opml(copy)) == set(feeds)


def test_every_attribute_survives(tmp_path: Path) -> None:
    given = feed(
        title='样例 "快讯" & <Co>',
        language="zh-Hant",
        category=Category.REVIEW,
        topics=("算力", "power; cooling".partition(";")[0]),
        authority=0.25,
        timezone="Asia/Taipei",
        enabled=False,
        note="半",
        fulltext=True,
    )
    (tmp_path / "a.opml").write_text(write_opml([given]), "utf-8")
    assert read_opml(tmp_path / "a.opml") == (given,)


def test_the_users_list_replaces_the_shipped_one(tmp_path: Path) -> None:
    own, starter = tmp_path / "own", tmp_path / "shipped"
    opml(starter, '<outline xmlUrl="https://starter.example/feed"/>')
    own.mkdir()
    assert [one.url for one in feeds_of([own, starter])] == ["https://starter.example/feed"]
    opml(own, '<outline xmlUrl="https://own.example/feed"/>')
    assert [one.url for one in feeds_of([own, starter])] == ["https://own.example/feed"]


def test_a_feed_that_stands_twice_counts_as_it_stands_first(tmp_path: Path) -> None:
    opml(tmp_path, '<outline text="One" xmlUrl="https://a.example/feed"/>', "1.opml")
    opml(tmp_path, '<outline text="Two" xmlUrl="https://a.example/feed"/>', "2.opml")
    assert [one.title for one in feeds_of([tmp_path])] == ["One"]


def test_the_opml_of_another_reader_is_understood(tmp_path: Path) -> None:
    file = opml(
        tmp_path,
        '<outline text="Reviews"><outline title="A" type="rss" XMLURL="https://a.example/feed" category="/Tech/Chips"/>'
        '</outline><outline text="B" xmlUrl="https://b.example/feed" language="zh-cn"/>',
    )
    first, second = read_opml(file)
    assert (first.title, first.category, first.enabled, first.timezone) == ("A", Category.REVIEW, True, "UTC")
    assert (second.category, second.timezone) == (Category.NEWS, "Asia/Shanghai")


@pytest.mark.parametrize(
    ("language", "zone"),
    [
        ("zh", "Asia/Shanghai"),
        ("zh-TW", "Asia/Taipei"),
        ("zh_Hant", "Asia/Taipei"),
        ("ja-JP", "Asia/Tokyo"),
        ("en", "UTC"),
    ],
)
def test_a_source_without_a_zone_has_that_of_its_language(language: str, zone: str) -> None:
    assert default_zone(language) == zone


@pytest.mark.parametrize(
    ("outline", "word"),
    [
        ('<outline xmlUrl="/feed"/>', "address"),
        ('<outline xmlUrl="https://a.example/" authority="high"/>', "authority"),
        ('<outline xmlUrl="https://a.example/" timezone="Mars/Crater"/>', "timezone"),
    ],
)
def test_a_mistake_in_a_list_names_the_file_and_the_feed(tmp_path: Path, outline: str, word: str) -> None:
    with pytest.raises(DataError, match=word) as told:
        read_opml(opml(tmp_path, outline))
    assert "a.opml" in str(told.value)


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"not xml", b"<rss/>"])
def test_what_is_no_opml_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "a.opml").write_bytes(body)
    with pytest.raises(DataError, match="is not OPML"):
        read_opml(tmp_path / "a.opml")


@pytest.mark.parametrize("encoding", ["gb18030", "gb2312", "big5", "utf-16", "utf-8-sig"])
def test_a_chinese_list_is_read_in_any_encoding_with_bare_ampersands(tmp_path: Path, encoding: str) -> None:
    words = "科技 & 数据" if encoding != "big5" else "科技 & 新聞"
    text = f'<?xml version="1.0" encoding="{encoding}"?><opml><body><outline text="{words}"><outline text="中文" xmlUrl="https://a.example/"/></outline></body></opml>'
    (tmp_path / "a.opml").write_bytes(text.encode(encoding))
    assert [one.title for one in read_opml(tmp_path / "a.opml")] == ["中文"]


@pytest.mark.parametrize(
    ("folder", "category"),
    [
        ("芯片评测", Category.REVIEW),
        ("論文", Category.RESEARCH),
        ("厂商博客", Category.VENDOR),
        ("深度分析", Category.ANALYSIS),
        ("开源项目", Category.PROJECT),
        ("新闻", Category.NEWS),
        ("未分类", Category.NEWS),
        ("Vendors", Category.VENDOR),
    ],
)
def test_a_folder_tells_the_category_in_chinese_too(tmp_path: Path, folder: str, category: Category) -> None:
    file = opml(tmp_path, f'<outline text="{folder}"><outline text="x" xmlUrl="https://a.example/"/></outline>')
    assert [one.category for one in read_opml(file)] == [category]


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("feed://a.example/rss", "https://a.example/rss"),
        ("feed:http://a.example/", "http://a.example/"),
        ("//a.example/", "https://a.example/"),
    ],
)
def test_addresses_are_read_as_readers_write_them(tmp_path: Path, given: str, url: str) -> None:
    assert [one.url for one in read_opml(opml(tmp_path, f'<outline xmlUrl=" {given} "/>'))] == [url]


def test_an_outline_that_cannot_be_used_is_noted_where_that_is_wanted(tmp_path: Path) -> None:
    file = opml(tmp_path, '<outline xmlUrl="mailto:x"/><outline xmlUrl="https://a.example/"/>')
    refused: list[str] = []
    assert [one.url for one in read_opml(file, refused=refused)] == ["https://a.example/"]
    assert "mailto:x" in refused[0]


def test_an_outside_entity_in_a_list_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden", "utf-8")
    (tmp_path / "a.opml").write_text(
        f'<!DOCTYPE o [<!ENTITY x SYSTEM "file://{secret}">]><opml><body><outline text="T" xmlUrl="https://a.example/">'
        "&x;</outline></body></opml>",
        "utf-8",
    )
    assert "hidden" not in str(read_opml(tmp_path / "a.opml"))
