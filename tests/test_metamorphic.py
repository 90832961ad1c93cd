"""Ten Chinese feeds, each written in every way that Chinese feeds are written: the same articles come out."""

import re
from dataclasses import replace

import pytest

from newsletter.collect.entries import Entry
from newsletter.collect.parsing import parse
from tests.oddfiles import atom, entry, item, rss

_DATE = "<pubDate>Mon, 09 Mar 2026 08:30:00 +0800</pubDate>"


def _rss(*told: tuple[str, str], inside: str = "") -> str:
    items = (
        item(f"<description>{words}</description>{inside}", title, f"https://site.example/{at}")
        for at, (title, words) in enumerate(told)
    )
    return rss("".join(items)).decode()


_MEN = (
    "英伟达向内比厄斯投资二十亿美元",
    "英伟达公司周三宣布，将向云计算公司投资，用于建设人工智能数据中心和采购电力。",
)
_CHIPS = (
    "国产芯片产能继续扩大，价格上涨百分之十",
    "多家公司表示，服务器和存储芯片的需求持续上升，交货时间延长到二十周。",
)
_POWER = ("数据中心用电引发居民抗议，地方政府暂停审批", "居民担心电价上涨和用水紧张，议会将在下个月投票表决新的规定。")
_MIXED = (
    "OpenAI 与 AMD 签署 6GW 芯片协议：GPU 供应从 2026 年开始",
    "双方表示，首批 MI450 将于 2026 年下半年部署，总功率 6 GW，金额约 900 亿美元。",
)
_SHORT = ("微软停工", "原因不明")
_MARKS = (
    "“算力”之争——谁在买单？《财经》调查（上）",
    "一、背景：算力需求上升；二、问题：电力不足…… 三、办法：节能、储能、核能。",
)
_MARKUP = (
    "甲骨文发债三百八十亿",
    "&lt;p&gt;甲骨文公司为数据中心发债。&lt;/p&gt;&lt;p&gt;这是今年最大的一笔科技公司债券。&lt;/p&gt;",
)
SIMPLIFIED = {
    "news": _rss(_MEN, _CHIPS, _POWER),
    "dated": _rss(_MEN, _CHIPS, inside=_DATE),
    "mixed with Latin words": _rss(_MIXED, _CHIPS),
    "one short entry": _rss(_SHORT),
    "marks and quotations": _rss(_MARKS, _MEN),
    "markup": _rss(_MARKUP, _POWER),
    "tags and authors": _rss(_MEN, _POWER, inside="<category>芯片</category><dc:creator>李明</dc:creator>"),
    "Atom": atom(entry(f"<summary>{_MEN[1]}</summary>", f"<title>{_MEN[0]}</title>")).decode(),
    "CDATA": _rss(*((f"<![CDATA[{title}]]>", f"<![CDATA[<p>{words}</p>]]>") for title, words in (_MEN, _CHIPS))),
    "mostly Latin": _rss(("Data centres in China 数据中心", "A report in English about power. " * 20 + "电力")),
}  # fmt: skip
TRADITIONAL = {
    "news": _rss(
        ("台積電宣布先進封裝產能擴充", "公司表示，資料中心伺服器的需求持續上升，明年資本支出將增加兩成。"),
        ("鴻海與輝達合作興建人工智慧工廠", "雙方將在高雄興建超級電腦中心，第一期電力容量為二十兆瓦。"),
    ),
    "of Hong Kong": _rss(("香港數據中心嘅電力需求", "有居民擔心電費會繼續上升，政府表示會同電力公司商討。")),
}
_GB = ("gb2312", "gbk", "gb18030")
_UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
_LABELS = ("right", "utf-8", "gb2312", "big5", "iso-8859-1", "none")


def bodies(text: str, encoding: str, label: str) -> bytes:
    """The document in an encoding, under a label that tells the truth, lies or is silent."""
    named = {"right": encoding.removesuffix("-sig"), "none": ""}.get(label, label)
    start = f'<?xml version="1.0" encoding="{named}"?>' if named else '<?xml version="1.0"?>'
    return re.sub(r"^<\?xml[^>]*\?>", start, text).encode(encoding)


def read(body: bytes, content_type: str = "") -> tuple[Entry, ...]:
    return parse(body, content_type=content_type, url="https://site.example/feed").entries


@pytest.mark.parametrize("label", _LABELS)
@pytest.mark.parametrize("encoding", [*_GB, *_UNICODE])
@pytest.mark.parametrize("name", SIMPLIFIED)
def test_a_simplified_feed_is_the_same_in_every_encoding_under_any_label(name: str, encoding: str, label: str) -> None:
    text = SIMPLIFIED[name].replace("—", "-") if encoding == "gb2312" else SIMPLIFIED[name]  # which lacks that dash
    assert read(bodies(text, encoding, label)) == read(text.encode())


@pytest.mark.parametrize("label", _LABELS)
@pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "gbk", *_UNICODE])
@pytest.mark.parametrize("name", TRADITIONAL)
def test_a_traditional_feed_is_the_same_in_every_encoding_under_any_label(name: str, encoding: str, label: str) -> None:
    text = TRADITIONAL[name].replace("嘅", "的") if encoding == "big5" else TRADITIONAL[name]
    assert read(bodies(text, encoding, label)) == read(text.encode())


@pytest.mark.parametrize("charset", ["utf-8", "gbk", "GB2312", "big5", "iso-8859-1", "x-unknown", "utf-16"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.parametrize("name", SIMPLIFIED)
def test_what_http_says_of_the_charset_changes_nothing(name: str, encoding: str, charset: str) -> None:
    text = SIMPLIFIED[name]
    found = read(bodies(text, encoding, "none"), f"application/rss+xml; charset={charset}")
    assert found == read(text.encode())


@pytest.mark.parametrize("sign", ["😀", "𠮷", "㊙", "€", "①"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16"])
@pytest.mark.parametrize("name", SIMPLIFIED)
def test_an_emoji_or_a_rare_sign_changes_nothing_else(name: str, encoding: str, sign: str) -> None:
    """One sign of four bytes makes other readers take the whole feed for Windows-1252."""
    text = SIMPLIFIED[name]
    with_sign = text.replace("。", f"。{sign}", 1).replace("明</dc", f"明{sign}</dc")
    for label in ("gb2312", "none", "right"):
        found = read(bodies(with_sign, encoding, label))
        assert [_without(one, sign) for one in found] == [_without(one, sign) for one in read(text.encode())]


@pytest.mark.parametrize("bad", [b"\xff", b"\x80"])
@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8"])
@pytest.mark.parametrize("name", [name for name in SIMPLIFIED if name != "one short entry"])
def test_one_bad_byte_costs_at_most_a_sign_of_one_entry(name: str, encoding: str, bad: bytes) -> None:
    text = SIMPLIFIED[name]
    for label in ("right", "none"):
        body = bodies(text, encoding, label)
        stop = "，".encode(encoding)
        at = body.find(stop, len(body) // 2)
        at = body.find(stop) if at < 0 else at
        if at < 0:
            continue
        found, whole = read(body[:at] + bad + body[at:]), read(text.encode())
        assert len(found) == len(whole)
        clean = [_without(one, "\ufffd") for one in found]
        assert sum(ours != theirs for ours, theirs in zip(clean, whole, strict=True)) <= 1
        for ours, theirs in zip(clean, whole, strict=True):
            assert (ours.link, ours.guid, len(ours.tags)) == (theirs.link, theirs.guid, len(theirs.tags))
            assert len(set(theirs.title + theirs.summary) - set(ours.title + ours.summary)) <= 2


def _without(one: Entry, sign: str) -> Entry:
    clean = {name: getattr(one, name).replace(sign, "") for name in ("title", "summary", "text", "author")}
    return replace(one, **clean)
