"""What is read plainly is what feedparser reads, field by field; what might not be is left to it."""

import random

import pytest

from newsletter.collect.decoding import decode
from newsletter.collect.mending import well_begun
from newsletter.collect.plainly import parse_plainly
from newsletter.collect.reading import parse_xml
from tests.conftest import SHARED
from tests.oddfiles import ODD, Odd, atom, item, rss


def document(body: bytes, content_type: str = "") -> bytes:
    text, _ = well_begun(decode(body, content_type).text)
    return b'<?xml version="1.0" encoding="utf-8"?>' + text.encode("utf-8", "replace")


@pytest.mark.parametrize("odd", [odd for odd in ODD if odd.kind in ("rss", "atom")], ids=lambda odd: odd.claim)
def test_no_odd_feed_is_read_otherwise(odd: Odd) -> None:
    body = document(odd.body, odd.content_type)
    found = parse_plainly(body)
    assert found is None or found == parse_xml(body)


@pytest.mark.shared
@pytest.mark.slow
def test_no_real_feed_is_read_otherwise_and_most_are_read_plainly() -> None:
    files = sorted((SHARED / "data").glob("raw-feeds/*/*")) + sorted((SHARED / "data").glob("week-*/feeds/*.xml"))
    plainly = 0
    for file in files:
        body = document(file.read_bytes())
        found = parse_plainly(body)
        assert found is None or found == parse_xml(body), file.name
        plainly += found is not None
    assert plainly >= len(files) * 0.9


@pytest.mark.parametrize(
    "body",
    [
        rss(item("<pubDate>Mon, 09 Mar 2026 08:30:00 GMT</pubDate><description>Words</description>")),
        rss(item("<category>芯片</category><dc:creator>李明</dc:creator><content:encoded>x</content:encoded>")),
        atom(
            '<entry><title>One</title><id>urn:1</id><link href="https://site.example/1"/><summary>x</summary></entry>'
        ),
    ],
)
def test_ordinary_feeds_are_read_plainly(body: bytes) -> None:
    assert parse_plainly(document(body)) == parse_xml(document(body)) is not None


_WORDS = (
    "One",
    "  二\n三 ",
    "",
    "a &amp;amp; b",
    "&lt;b&gt;x&lt;/b&gt;",
    "<![CDATA[<p>x</p>]]>",
    "<b>x</b>",
    "&#146;",
    "a<!-- c -->b",
    "2026-03-09",
)
_LINKS = ("https://site.example/1", "/1", "", "mailto:x", "http:///x", "tag:x,1", "urn:1")
_ITEM = (
    "title",
    "description",
    "pubDate",
    "author",
    "category",
    "comments",
    "source",
    "dc:creator",
    "dc:date",
    "content:encoded",
    "dc:subject",
    "media:title",
    "media:description",
    "itunes:author",
    "updated",
    "Title",
    "dc:language",
    "slash:comments",
    "thing",
)
_ENTRY = ("title", "summary", "content", "published", "updated", "rights", "issued", "subtitle", "dc:date", "source")
_ATTRIBUTES = (
    "",
    "",
    "",
    "",
    ' type="html"',
    ' type="xhtml"',
    ' type="text/plain"',
    ' xml:lang="zh-CN"',
    ' xml:base="https://b.example/"',
    ' base="x"',
    ' domain="d"',
    ' isPermaLink="false"',
)


@pytest.mark.parametrize("seed", range(40))
def test_no_feed_made_by_chance_is_read_otherwise(seed: int) -> None:
    luck = random.Random(seed)
    plainly = 0
    for _ in range(50):
        body = document(_rss(luck) if luck.random() < 0.6 else _atom(luck))
        found = parse_plainly(body)
        assert found is None or found == parse_xml(body), body.decode()
        plainly += found is not None
    assert plainly


def _rss(luck: random.Random) -> bytes:
    def element(name: str) -> str:
        rare = luck.choice(_ATTRIBUTES) if luck.random() < 0.2 else ""
        return f"<{name}{rare}>{luck.choice(_WORDS)}</{name}>"

    def entry() -> str:
        names = luck.sample(_ITEM[: luck.choice((6, 10, len(_ITEM)))], luck.randint(1, 4))
        parts = [element(name) for name in names]
        parts += [f"<link>{luck.choice(_LINKS)}</link>"] * (luck.random() < 0.8)
        permanent = luck.choice(("", ' isPermaLink="false"', ' isPermaLink="true"'))
        parts += [f"<guid{permanent}>{luck.choice(_LINKS)}</guid>"] * (luck.random() < 0.7)
        parts += ['<enclosure url="https://site.example/a.mp3"/>'] * (luck.random() < 0.1)
        luck.shuffle(parts)
        return f"<item>{''.join(parts)}</item>"

    head = luck.choice(
        (
            "",
            "",
            "<ttl>60</ttl>",
            "<language>zh-cn</language>",
            "<managingEditor>a</managingEditor>",
            "<image><title>x</title><link>y</link></image>",
            '<atom:link href="https://o.example/"/>',
            '<atom:link rel="self" href="https://o.example/"/>',
            "<itunes:author>A</itunes:author>",
            "<Item><title>x</title></Item>",
        )
    )
    return rss("".join(entry() for _ in range(luck.randint(0, 3))), head=head)


def _atom(luck: random.Random) -> bytes:
    def element(name: str) -> str:
        kind = luck.choice(("", "", ' type="html"', ' type="text"', luck.choice(_ATTRIBUTES)))
        return f"<{name}{kind}>{luck.choice(_WORDS)}</{name}>"

    def entry() -> str:
        parts = [element(name) for name in luck.sample(_ENTRY[: luck.choice((5, len(_ENTRY)))], luck.randint(1, 4))]
        rel = luck.choice(("", "", ' rel="alternate"', ' rel="self"', ' rel="related"', ' type="application/pdf"'))
        parts += [f'<link{rel} href="{luck.choice(_LINKS)}"/>' for _ in range(luck.choice((0, 1, 1, 1, 2)))]
        parts += [f"<id>{luck.choice(_LINKS)}</id>"] * (luck.random() < 0.8)
        people = (
            "<name>Ann</name>",
            "<name>a@b.example</name>",
            "<name>李</name><uri>x</uri>",
            "<email>a@b.example</email>",
        )
        parts += [f"<author>{luck.choice(people)}</author>"] * luck.choice((0, 0, 1, 2))
        tags = (
            '<category term="ai"/>',
            '<category term="ai" label="AI"/>',
            "<category>x</category>",
            '<category label="L"/>',
        )
        parts += [luck.choice(tags) for _ in range(luck.choice((0, 0, 1, 2)))]
        luck.shuffle(parts)
        return f"<entry>{''.join(parts)}</entry>"

    head = luck.choice(
        (
            "",
            "",
            "<author><name>Ann</name></author>",
            "<id>https://id.example/</id>",
            "<id>urn:2</id>",
            '<link href="https://o.example/"/>',
            '<link rel="self" href="https://o.example/"/>',
            "<subtitle>s</subtitle>",
        )
    )
    lang = luck.choice(("", "", ' xml:lang="zh_CN"', ' xml:base="https://b.example/"'))
    return atom("".join(entry() for _ in range(luck.randint(0, 3))), head=head, attributes=lang)
