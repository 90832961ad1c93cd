"""A week's reports, told by us, from which a draft is really made: curated and composed, not built by hand."""

from datetime import timedelta

from newsletter import pipeline
from newsletter.model import Article, IssueKey
from newsletter.newsroom import Newsroom
from tests.builders import NOW, article

DRAFT = IssueKey("weekly-en/2026-W11")
ROWAN, DELTA, TIDE, REVIEW = (
    "Rowan Cloud signs for 800 MW of data centres in Norway",
    "Nvidia delays its next AI chip by two months",
    "Tidewater raises $3 billion to build GPU clusters",
    "Review: the Halden H2 server cools eight GPUs with warm water",
)


def _report(id: str, title: str, summary: str, days: float, language: str = "en", feed: str = "wire") -> Article:
    return article(
        id,
        title,
        summary=summary,
        language=language,
        feed_url=f"https://{feed}.example/feed",
        link=f"https://{feed}.example/{id}",
        published=NOW - timedelta(days=days),
    )


REPORTS = (
    _report(
        "rowan-1",
        ROWAN,
        "Rowan Cloud will lease 800 MW of AI data-centre capacity near Narvik. The first halls open in 2027.",
        1,
    ),
    _report(
        "rowan-2",
        "Rowan Cloud leases 800 MW data-centre campus in Norway",
        "The 800 MW lease near Narvik is the largest AI data-centre deal in Norway, Rowan Cloud said.",
        0.9,
        feed="daily",
    ),
    _report(
        "delta",
        DELTA,
        "Nvidia told customers that its next AI accelerator ships two months later because of HBM4 supply.",
        2,
    ),
    _report(
        "tide",
        TIDE,
        "Tidewater raised $3 billion in debt to build GPU clusters in Ohio. The loans are backed by Nvidia GPUs.",
        3,
        feed="daily",
    ),
    _report(
        "review",
        REVIEW,
        "We tested the Halden H2, an eight-GPU liquid-cooled AI server. It held 1.2 kW a GPU at 45 degrees.",
        2.5,
        feed="bench",
    ),
    _report(
        "storage",
        "北辰储能为智算中心供应2吉瓦时电池",
        "北辰储能将为内蒙古的人工智能数据中心供应2吉瓦时储能电池，项目年内投运。",
        1.5,
        language="zh",
        feed="kuaixun",
    ),
)


def put_articles(room: Newsroom) -> None:
    with room.store.write() as tx:
        tx.articles.add(REPORTS)


def make_draft(room: Newsroom) -> None:
    """weekly-en/2026-W11 as the machine drafts it."""
    put_articles(room)
    pipeline.curate(room, now=NOW)
    pipeline.compose(room, "weekly-en", period="2026-W11", now=NOW)
