"""One story from the bytes of two feeds to the letters of two readers and a public page."""

import asyncio
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from newsletter import pipeline
from newsletter.config import Config, config_from
from newsletter.model import IssueKey, StoryId
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.web.app import make_app
from tests.fakes.feedserver import Reply, serving

NOW = datetime(2026, 3, 13, 7, 0, tzinfo=UTC)
ENGLISH = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Compute Wire</title>
<item><title>Nvidia to invest $2 billion in cloud firm Nebius</title>
<link>https://wire.example/nebius?utm_source=rss</link><guid>w1</guid>
<pubDate>Wed, 11 Mar 2026 12:30:00 GMT</pubDate>
<description>Nvidia will put $2 billion into Nebius, which rents AI data centers. &lt;script&gt;alert(1)&lt;/script&gt;
Nebius plans 5 gigawatts of capacity by the end of 2030. The two will design data centers together.</description></item>
<item><title>A cat wins a prize</title><link>https://wire.example/cat</link><guid>w2</guid>
<pubDate>Wed, 11 Mar 2026 15:00:00 GMT</pubDate><description>It is a grey cat.</description></item>
</channel></rss>"""
CHINESE = """<?xml version="1.0" encoding="gb2312"?><rss version="2.0"><channel><title>算力快报</title>
<item><title>英伟达将向云服务商Nebius投资20亿美元</title><link>https://kuaibao.example/n/1</link><guid>k1</guid>
<pubDate>2026年3月11日 21:05</pubDate><description>英伟达宣布将向人工智能云公司Nebius投资20亿美元。
双方将共同设计数据中心。Nebius计划到2030年底部署5吉瓦的算力容量。</description></item></channel></rss>""".encode(
    "gb18030"
)
OPML = """<opml version="2.0"><head/><body>
<outline text="Compute Wire" xmlUrl="{wire}" language="en" authority="0.8"/>
<outline text="算力快报" xmlUrl="{kuaibao}" language="zh" timezone="Asia/Shanghai"/></body></opml>"""


def test_a_story_told_in_two_languages_reaches_each_reader_once_in_their_own(tmp_path: Path) -> None:
    with serving({"/wire": Reply(body=ENGLISH), "/kuaibao": Reply(body=CHINESE)}) as server:
        feeds = tmp_path / "feeds"
        feeds.mkdir()
        opml = OPML.format(wire=server.url("/wire"), kuaibao=server.url("/kuaibao"))
        (feeds / "mine.opml").write_text(opml, encoding="utf-8")
        with open_newsroom(_config(tmp_path, server.port)) as room:
            _publish(room)
            letters = _letters(tmp_path / "outbox")
            _both_were_told_once(letters)
            _the_page_names_both_sources(room)
            assert asyncio.run(pipeline.collect(room, now=NOW)).new_articles == 0
            _deliver_both(room)
            assert _letters(tmp_path / "outbox").keys() == letters.keys()


def _config(folder: Path, port: int) -> Config:
    data = {
        "newsroom": {"site": "https://news.example", "postal_address": "1 Sample Street"},
        "collect": {"allow_private": ["127.0.0.0/8"], "ports": [port]},
    }
    return config_from(data, where="config.toml", folder=folder)


def _publish(room: Newsroom) -> None:
    collected = asyncio.run(pipeline.collect(room, now=NOW))
    assert (collected.new_articles, collected.failed) == (3, 0)
    curated = pipeline.curate(room, now=NOW)
    assert (curated.articles, curated.stories) == (3, 2)
    for email, language in (("ada@reader.example", "en"), ("lin@reader.example", "zh")):
        pipeline.add_reader(
            room, email=email, name="", language=language, editions=(f"weekly-{language}",), consent="asked", now=NOW
        )
    for edition in ("weekly-en", "weekly-zh"):
        draft = pipeline.compose(room, edition, now=NOW)
        approved = pipeline.approve(room, draft.issue.key, draft.letter.fingerprint, by="ed@news.example", now=NOW)
        assert approved.audience == 1
    _deliver_both(room)


def _deliver_both(room: Newsroom) -> None:
    for edition in ("weekly-en", "weekly-zh"):
        delivered = asyncio.run(pipeline.deliver(room, IssueKey(f"{edition}/2026-W11"), clock=lambda: NOW))
        assert delivered.paused is None
        assert {state.value: n for state, n in delivered.states.items() if n} == {"accepted": 1}


def _letters(folder: Path) -> dict[str, EmailMessage]:
    found = {}
    for path in sorted(folder.rglob("*.eml")):
        letter = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(letter, EmailMessage)
        found[str(letter["To"])] = letter
    return found


def _both_were_told_once(letters: dict[str, EmailMessage]) -> None:
    assert letters.keys() == {"ada@reader.example", "lin@reader.example"}
    english, chinese = letters["ada@reader.example"], letters["lin@reader.example"]
    for kind in ("plain", "html"):
        body = _part(english, kind)
        assert "Nvidia to invest $2 billion in cloud firm Nebius" in body
        assert "A cat wins" not in body
        assert "utm_source" not in body
        assert "<script" not in body
        assert "英伟达将向云服务商" in _part(chinese, kind)
        assert "20 亿美元" in _part(chinese, kind)
    assert english["List-Unsubscribe"] != chinese["List-Unsubscribe"]


def _part(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def _the_page_names_both_sources(room: Newsroom) -> None:
    with room.store.read() as tx:
        told = tx.issues.get(IssueKey("weekly-en/2026-W11"))
    assert told is not None
    assert told.issue.lead is not None
    story: StoryId = told.issue.lead.story_id
    client = TestClient(make_app(room, clock=lambda: NOW))
    page = client.get(f"/stories/{story}")
    assert page.status_code == 200
    assert "Compute Wire" in page.text
    assert "算力快报" in page.text
    assert "<script>alert" not in page.text
    assert "要点" in client.get(f"/stories/{story}?lang=zh").text


@pytest.mark.parametrize("path", ["/", "/weekly-zh/2026-W11"])
def test_nothing_is_public_before_somebody_says_yes(room: Newsroom, path: str) -> None:
    client = TestClient(make_app(room, clock=lambda: NOW))
    pipeline.compose(room, "weekly-zh", now=NOW)
    assert client.get(path).status_code == (200 if path == "/" else 404)
    assert "2026-W11" not in client.get("/issues").text
