import asyncio
import io
import json
import random
import time
from pathlib import Path

import feedparser
import pytest

from newsletter.collect.entries import Parsed
from newsletter.collect.parser import Parser
from newsletter.collect.parsing import MAX_ENTRIES, parse
from tests.conftest import SHARED
from tests.oddfiles import ODD, Odd, item, rss


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.claim)
def test_an_odd_feed_is_read(odd: Odd) -> None:
    found = parse(odd.body, content_type=odd.content_type, url=odd.url)
    assert (found.kind, len(found.entries)) == (odd.kind, odd.count), found
    first = found.entries[0] if found.entries else None
    assert {name: getattr(first, name) for name in odd.wants} == odd.wants
    if odd.problem is not None:
        assert any(odd.problem in problem for problem in found.problems) if odd.problem else not found.problems


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.claim)
def test_no_odd_feed_has_fewer_entries_than_the_parser_alone_finds(odd: Odd) -> None:
    alone = feedparser.parse(io.BytesIO(odd.body), response_headers={"content-type": odd.content_type or "text/xml"})
    assert len(parse(odd.body).entries) >= len(alone.entries)


def test_there_are_enough_odd_feeds_and_each_claims_something_else() -> None:
    assert len(ODD) >= 120
    assert len({odd.claim for odd in ODD}) == len(ODD)


_SIMPLIFIED = "英伟达宣布新的数据中心投资计划，人工智能算力需求继续上升"
_TRADITIONAL = "台積電宣布先進封裝產能擴充，資料中心伺服器的需求持續上升"


@pytest.mark.parametrize("label", ["gb2312", "gbk", "gb18030", "big5", "utf-8", "iso-8859-1", None])
@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        *((_SIMPLIFIED, name) for name in ("gb2312", "gbk", "gb18030", "utf-8", "utf-16", "utf-16-le", "utf-16-be")),
        *((_TRADITIONAL, name) for name in ("gbk", "big5", "big5hkscs", "utf-8", "utf-16")),
        (_SIMPLIFIED + "😀𠮷", "gb18030"),
        (_SIMPLIFIED + "😀", "utf-8"),
    ],
)
def test_a_chinese_feed_is_the_same_in_every_encoding_under_any_label(
    words: str, encoding: str, label: str | None
) -> None:
    start = f'<?xml version="1.0" encoding="{label}"?>' if label else '<?xml version="1.0"?>'
    items = "".join(item(f"<description>{words}</description>", words, f"https://site.example/{n}") for n in range(3))
    body = rss(items, start=start).decode().encode(encoding)
    assert parse(body).entries == parse(rss(items)).entries


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-8"])
@pytest.mark.parametrize("label", ["gb2312", "utf-8", None])
def test_one_bad_byte_costs_one_character_and_no_entry(encoding: str, label: str | None) -> None:
    words = _TRADITIONAL if encoding == "big5" else _SIMPLIFIED
    start = f'<?xml version="1.0" encoding="{label}"?>' if label else '<?xml version="1.0"?>'
    body = rss("".join(item(title=words) for _ in range(3)), start=start).decode().encode(encoding)
    spoilt = body.replace(words.encode(encoding), words[:8].encode(encoding) + b"\xff" + words[8:].encode(encoding), 1)
    titles = [entry.title.replace("\ufffd", "") for entry in parse(spoilt).entries]
    assert titles == [words] * 3


_SPLINTERS = (
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"\0",
    b"\xff",
    b"<item>",
    b"</title>",
    b"&#xD800;",
    b"[",
    b"//[:",
)


@pytest.mark.parametrize("seed", range(40))
def test_no_mutation_of_a_feed_is_an_exception(seed: int) -> None:
    luck = random.Random(seed)
    for odd in luck.sample(ODD, 8):
        body = bytearray(odd.body[:4000])
        for _ in range(luck.randint(1, 10)):
            at = luck.randrange(len(body) + 1)
            if luck.random() < 0.5:
                del body[at : at + luck.randint(1, 30)]
            else:
                body[at:at] = luck.choice(_SPLINTERS)
        found = parse(bytes(body), url=luck.choice(("", "https://site.example/f", "http://[")))
        assert Parsed.from_json(found.to_json()) == found
        assert "\0" not in "".join(entry.title + entry.guid + entry.summary for entry in found.entries)


def test_a_feed_of_endless_entries_is_cut_and_says_so() -> None:
    found = parse(
        b"<rss><channel>" + b"<item><title>x</title></item>" * (MAX_ENTRIES + 1) + b"</channel></rss>", gentle=True
    )
    assert len(found.entries) == MAX_ENTRIES
    assert any(str(MAX_ENTRIES) in problem for problem in found.problems)


def test_a_feed_survives_the_way_between_processes() -> None:
    found = parse(rss(item("<pubDate>2026-03-09</pubDate>", "中文 \ud83d"), head="<ttl>60</ttl>"))
    assert Parsed.from_json(json.dumps(json.loads(found.to_json())).encode()) == found


def test_what_a_feed_asks_for_is_read() -> None:
    head = (
        "<ttl>90</ttl><skipHours><hour>0</hour><hour>23</hour></skipHours>"
        "<skipDays><day>Saturday</day><day>Sunday</day></skipDays><language>zh-cn</language>"
    )
    found = parse(rss(item(), head=head))
    assert (found.ttl, found.skip_hours, found.skip_days, found.language) == (5400, (0, 23), (5, 6), "zh-cn")


def test_a_page_names_its_feeds_comments_last() -> None:
    page = (
        b'<html><head><link rel="alternate" type="application/rss+xml" href="/comments/feed/">'
        b'<link rel="alternate" type="application/atom+xml" href="/atom.xml"></head></html>'
    )
    found = parse(page, url="https://site.example/blog/")
    assert found.links == ("https://site.example/atom.xml", "https://site.example/comments/feed/")


def _channel(inside: bytes, start: bytes = b"<rss>") -> bytes:
    return start + b"<channel><item><title>a</title></item>" + inside + b"</channel></rss>"


_HOSTILE = {
    "nested markup": _channel(b"<item><description>" + b"&lt;div&gt;" * 200_000 + b"</description></item>"),
    "nested elements": _channel(b"<item>" + b"<a>" * 200_000 + b"</item>"),
    "comments in CDATA": _channel(b"<item><description><![CDATA[" + b"<!--" * 80_000 + b"]]></description></item>"),
    "an avalanche of ampersands": _channel(b"<item><title>" + b"&" * 2_000_000 + b"</title></item>"),
    "too many attributes": _channel(b"", b"<rss " + b" ".join(b"a%d='1'" % at for at in range(200_000)) + b">"),
    "a million empty entries": _channel(b"<item/>" * 1_000_000),
    "an entry of 300,000 tags": _channel(b"<item>" + b"<category>x</category>" * 300_000 + b"</item>"),
    "an entry of 300,000 links": _channel(b"<item>" + b"<link>http://a/</link>" * 300_000 + b"</item>"),
    "a JSON Feed of 400,000 items": b'{"items":[' + b'{"id":"a","title":"b"},' * 400_000 + b"{}]}",
    "a JSON Feed of 400,000 items that breaks off": b'{"items":[' + b'{"id":"a","title":"b"},' * 400_000,
    "50,000 entries": _channel(b"<item><title>Report</title><link>http://a/</link></item>" * 50_000),
    "50,000 entries that are not well-formed": _channel(b"<item><title>Report</title><b></item>" * 50_000),
    "namespaces without end": _channel(
        b"", b"<rss " + b" ".join(b'xmlns:a%d="u%d"' % (n, n) for n in range(100_000)) + b">"
    ),
    "a sea of escapes": _channel(b"<item><description>" + b"&lt;" * 2_000_000 + b"</description></item>"),
    "quadratic entities": _channel(
        b"<item><title>" + b"&a;" * 50_000 + b"</title></item>",
        b'<!DOCTYPE z [<!ENTITY a "' + b"a" * 50_000 + b'">]><rss>',
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(_HOSTILE))
def test_hostile_feeds_end_and_the_next_feed_is_read(name: str) -> None:
    async def read_both() -> tuple[Parsed, Parsed]:
        async with Parser(1) as parser:
            return await parser.parse(_HOSTILE[name]), await parser.parse(rss(item()))

    began = time.monotonic()
    hostile, next_one = asyncio.run(read_both())
    assert hostile.entries
    assert time.monotonic() - began < 5
    assert [entry.title for entry in next_one.entries] == ["One"]


def test_feeds_are_parsed_in_a_process_of_their_own() -> None:
    async def read() -> Parsed:
        async with Parser(2) as parser:
            return await parser.parse(rss(item()), url="https://site.example/")

    assert asyncio.run(read()) == parse(rss(item()), url="https://site.example/")


@pytest.mark.shared
@pytest.mark.parametrize("path", sorted((SHARED / "data" / "raw-feeds").glob("*/*")), ids=lambda path: path.name)
def test_no_real_feed_has_fewer_entries_than_the_parser_alone_finds(path: Path) -> None:
    body = path.read_bytes()
    found = parse(body)
    assert len(found.entries) >= len(feedparser.parse(io.BytesIO(body)).entries) > 0
    assert all(entry.title and entry.link for entry in found.entries)
