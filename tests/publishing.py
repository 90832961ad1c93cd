"""A newsroom with something to read: stories in both languages, a sent issue of each edition, a draft of the next."""

from datetime import timedelta
from typing import Any

from newsletter.language.indexing import index_terms, plain
from newsletter.model import (
    Article,
    ArticleId,
    Card,
    Check,
    EditionKey,
    Figure,
    Fingerprint,
    IssueKey,
    IssueStatus,
    Item,
    KeyPoint,
    LeftOut,
    Level,
    Related,
    RelatedLink,
    Section,
    SourceLine,
    StoryId,
    TagLabel,
)
from newsletter.newsroom import Newsroom
from newsletter.store.shelves import Shelves
from newsletter.store.stories import Told
from tests.builders import NOW, article, issue, item, letter, ranked

EN, ZH = EditionKey("weekly-en"), EditionKey("weekly-zh")
SENT_EN, SENT_ZH = IssueKey("weekly-en/2026-W11"), IssueKey("weekly-zh/2026-W11")
DRAFT = IssueKey("weekly-en/2026-W12")
DRAFT_PRINT = Fingerprint("d" * 64)
HOSTILE = "<script>alert(1)</script> {{7*7}} & “x”"
LONG_WORD = "x" * 5000

ARTICLES = (
    article(
        "nebius-en",
        "Nvidia invests $2 billion in Nebius",
        summary="Nvidia will put $2 billion into Nebius, which plans 5 GW of data centres by 2030.",
    ),
    article(
        "nebius-zh",
        "英伟达向 Nebius 投资20亿美元",
        language="zh",
        summary="英伟达将向云计算公司 Nebius 投资20亿美元，后者计划到2030年建成5吉瓦数据中心。",
        link="https://wire.example/zh/nebius",
    ),
    article(
        "meta-chips",
        "Meta shows four chips of its own",
        summary="The chips are for inference and come every six months.",
        published=NOW - timedelta(days=12),
    ),
    article(
        "storage-zh",
        "台达发布数据中心储能方案",
        language="zh",
        summary="台达在展会上发布面向数据中心的储能方案。",
        published=NOW - timedelta(days=2),
    ),
    article("hostile", HOSTILE, summary=HOSTILE, link="javascript:alert(1)"),
)


def points(text: str, one: str, language: str) -> tuple[KeyPoint, ...]:
    return (KeyPoint(text=text, article_id=ArticleId(one), language=language),)


STORIES = (
    Told(
        ranked=ranked(
            "nebius-en", 8.0, articles=("nebius-en", "nebius-zh"), tags=("funding", "data-centres", "e:nvidia")
        ),
        key_points={
            "en": points("Nvidia will put $2 billion into Nebius.", "nebius-en", "en"),
            "zh": points("英伟达将向 Nebius 投资20亿美元。", "nebius-zh", "zh"),
        },
        related=(
            (
                Related(article_id=ArticleId("meta-chips"), score=0.8, because={"en": "Both are about Nvidia"}),
                StoryId("meta-chips"),
            ),
            (Related(article_id=ArticleId("storage-zh"), score=0.5), StoryId("storage-zh")),
        ),
    ),
    Told(ranked=ranked("meta-chips", 5.0, tags=("chips", "e:meta")), key_points={}),
    Told(ranked=ranked("storage-zh", 3.0, tags=("energy-storage",)), key_points={}),
    Told(
        ranked=ranked("hostile", 1.0, tags=("data-centres",)),
        key_points={"": points(HOSTILE, "hostile", "en")},
        related=((Related(article_id=ArticleId("nebius-en"), score=0.3), StoryId("nebius-en")),),
    ),
)


def fill(room: Newsroom) -> None:
    """Put all of it into the store."""
    with room.store.write() as tx:
        tx.articles.add(ARTICLES)
        tx.stories.replace(STORIES, ())
        tx.archive.index([_card(one) for one in ARTICLES])
        _publish(tx, EN)
        _publish(tx, ZH)
        _draft(tx)


def _card(one: Article) -> Card:
    words = f"{one.title} {one.summary}"
    return Card(
        article_id=one.id,
        published=one.published,
        title=index_terms(one.title),
        body=index_terms(one.summary),
        keys=(),
        plain=plain(words),
    )


def items_of(edition: EditionKey) -> tuple[Item, ...]:
    zh = edition == ZH
    sources = tuple(
        SourceLine(source="The Wire", title=one.title, link=one.link, language=one.language, published=one.published)
        for one in ARTICLES[:2]
    )
    related = RelatedLink(
        story_id=StoryId("meta-chips"),
        title="Meta shows four chips of its own",
        link="/stories/meta-chips",
        source="The Wire",
        summary="The chips are for inference.",
        language="en",
        published=NOW - timedelta(days=12),
        because="",
        earlier=True,
        tags=(TagLabel(key="chips", name="芯片" if zh else "Chips"),),
    )
    told = ARTICLES[1] if zh else ARTICLES[0]
    lead = item("nebius-en", told.title, language=told.language, sources=sources, related=(related,), score=8.0)
    storage = item("storage-zh", ARTICLES[3].title, language="zh", key_points=(), summary=ARTICLES[3].summary)
    return lead, item("meta-chips", ARTICLES[2].title), storage, item("hostile", HOSTILE, link="javascript:alert(1)")


def _issue_values(edition: EditionKey) -> dict[str, Any]:
    zh = edition == ZH
    lead, chips, storage, hostile = items_of(edition)
    figure = Figure(
        kind="money", shown="$2 billion", label="Nvidia into Nebius", share=1.0, source="The Wire", link=lead.link
    )
    return {
        "title": "AI 基建周报" if zh else "AI Infrastructure Weekly",
        "subject": "英伟达向 Nebius 投资20亿美元" if zh else "Nvidia invests $2 billion in Nebius",
        "lead": lead,
        "sections": (
            Section(key="chips-compute", title="芯片与算力" if zh else "Chips and compute", items=(chips, hostile)),
            Section(key="data-centres-power", title="数据中心" if zh else "Data centres", items=(storage,)),
        ),
        "figures": (figure,),
    }


def _publish(tx: Shelves, edition: EditionKey) -> None:
    one = issue(edition, "2026-W11", **_issue_values(edition))
    shared = letter(fingerprint=Fingerprint("f" * 64))
    tx.issues.save_draft(one, shared, (), now=NOW, send_at=NOW)
    tx.issues.approve(one.key, shared.fingerprint, by="ed@news.example", now=NOW)
    tx.issues.set_status(one.key, IssueStatus.SENT, sent_at=NOW)


def _draft(tx: Shelves) -> None:
    values = _issue_values(EN) | {
        "number": 2,
        "date": NOW + timedelta(days=7),
        "subject": "The draft of next week",
        "left_out": (LeftOut(story_id=StoryId("left"), headline="A story below the floor", why="below the floor"),),
    }
    checks = (
        Check(name="html-bytes", level=Level.GREEN, say="52 kB"),
        Check(name="preheader", level=Level.AMBER, say="the preheader is short"),
        Check(name="links", level=Level.GREY, say="links were not followed"),
    )
    one = issue(EN, "2026-W12", **values)
    html = f"<!doctype html><html><head><title>x</title></head><body><h1>{one.subject}</h1></body></html>"
    shared = letter(subject=one.subject, html=html, fingerprint=DRAFT_PRINT)
    tx.issues.save_draft(one, shared, checks, now=NOW, send_at=NOW + timedelta(days=7))
