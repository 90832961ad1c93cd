"""Values for tests: every noun with sensible parts, so that a test names only what it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from newsletter.compose.candidates import Candidate
from newsletter.model import (
    Article,
    ArticleId,
    ArticleKind,
    Category,
    DateQuality,
    Edit,
    EditionKey,
    EditKind,
    Feed,
    FeedUrl,
    Fingerprint,
    Issue,
    IssueKey,
    Item,
    Letter,
    Quantity,
    Ranked,
    Reading,
    Reason,
    Section,
    SourceLine,
    Story,
    StoryId,
    Tagging,
    TagKind,
    TagLabel,
)
from newsletter.slots import Slot

NOW = datetime(2026, 3, 13, 8, 0, tzinfo=UTC)
WIRE = FeedUrl("https://wire.example/feed")


def feed(url: str = WIRE, **more: Any) -> Feed:
    values: dict[str, Any] = {"title": "The Wire", "site": "https://wire.example", "category": Category.NEWS}
    return Feed(url=FeedUrl(url), **(values | more))


def article(id: str = "a1", title: str = "Nebius raises $2 billion from Nvidia", **more: Any) -> Article:
    values: dict[str, Any] = {
        "feed_url": WIRE,
        "guid": id,
        "link": f"https://wire.example/{id}",
        "published": NOW - timedelta(days=1),
        "date_quality": DateQuality.EXACT,
    }
    values |= more
    values.setdefault("first_seen", values["published"])
    return Article(id=ArticleId(id), title=title, **values)


def tagging(tag: str, score: float = 1.0, because: str = "") -> Tagging:
    kind = TagKind.ENTITY if tag.startswith("e:") else TagKind.TOPIC
    return Tagging(tag=tag, kind=kind, because=(because or tag.removeprefix("e:"),), score=score)


def money(value: float, unit: str = "USD") -> Quantity:
    return Quantity(kind="money", value=value, unit=unit)


def reading(id: str = "a1", tags: tuple[str, ...] = ("data-centres", "e:nvidia"), **more: Any) -> Reading:
    values: dict[str, Any] = {
        "in_scope": True,
        "scope_because": "data centre",
        "kind": ArticleKind.NEWS,
        "tags": tuple(tagging(tag) for tag in tags),
        "quantities": (),
    }
    return Reading(article_id=ArticleId(id), **(values | more))


def story(id: str = "a1", articles: tuple[str, ...] = (), **more: Any) -> Story:
    values: dict[str, Any] = {
        "tags": ("data-centres", "e:nvidia"),
        "in_scope": True,
        "first": NOW - timedelta(days=1),
        "last": NOW - timedelta(days=1),
    }
    members = tuple(ArticleId(one) for one in articles or (id,))
    return Story(id=StoryId(id), articles=members, **(values | more))


def ranked(id: str = "a1", points: float = 0.5, **more: Any) -> Ranked:
    reason = Reason(name="sources", points=points, say={"en": "3 independent sources", "zh": "3 个独立来源"})
    return Ranked(story=story(id, **more), reasons=(reason,))


def item(id: str = "a1", headline: str = "Nvidia invests $2 billion in Nebius", **more: Any) -> Item:
    values: dict[str, Any] = {
        "link": f"https://wire.example/{id}",
        "source": "The Wire",
        "language": "en",
        "published": NOW - timedelta(days=1),
        "summary": "Nvidia will invest $2 billion in Nebius, a cloud company.",
        "key_points": ("Nvidia will invest $2 billion in Nebius.", "Nebius plans 5 GW of data centres by 2030."),
        "tags": (TagLabel(key="funding", name="Funding"), TagLabel(key="e:nvidia", name="Nvidia")),
        "why": ("3 independent sources",),
    }
    values |= more
    source = SourceLine(
        source=values["source"],
        title=headline,
        link=values["link"],
        language=values["language"],
        published=values["published"],
    )
    values.setdefault("sources", (source,))
    return Item(story_id=StoryId(id), headline=headline, **values)


def issue(edition: str = "weekly-en", period: str = "2026-W11", **more: Any) -> Issue:
    values: dict[str, Any] = {
        "number": 1,
        "language": "zh" if edition.endswith("zh") else "en",
        "title": "AI Infrastructure Weekly",
        "date": NOW,
        "window": (NOW - timedelta(days=7), NOW),
        "subject": "Nvidia invests $2 billion in Nebius",
        "preheader": "Also: Meta signs for a gigawatt, and Oracle brings its own chips to Abilene.",
        "lead": item(),
        "sections": (
            Section(
                key="chips-compute",
                title="Chips and compute",
                items=(item("a2", "Meta shows four chips of its own"),),
            ),
        ),
    }
    key = IssueKey(f"{edition}/{period}")
    return Issue(key=key, edition=EditionKey(edition), period=period, **(values | more))


def letter(**more: Any) -> Letter:
    values: dict[str, Any] = {
        "subject": "Nvidia invests $2 billion in Nebius",
        "preheader": "Also: Meta signs for a gigawatt.",
        "html": f'<p>Nvidia — Nebius. <a href="{Slot.UNSUBSCRIBE.marker}">Leave</a></p>',
        "text": f"Nvidia — Nebius.\n\nLeave: {Slot.UNSUBSCRIBE.marker}\n",
        "headers": (
            ("From", "AI Infrastructure Weekly <newsletter@news.example>"),
            ("List-Id", "<weekly-en.news.example>"),
            ("List-Unsubscribe", f"<{Slot.UNSUBSCRIBE.marker}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ),
        "fingerprint": Fingerprint("f" * 64),
    }
    return Letter(**(values | more))


def candidate(
    id: str = "a1", title: str = "Nebius raises $2 billion from Nvidia", points: float = 0.5, **more: Any
) -> Candidate:
    """A story of one report, or of `reports`; `tags` are those of story and reading."""
    reports = more.pop("reports", None) or (article(id, title, **more.pop("report", {})),)
    tags = more.pop("tags", ("data-centres", "e:nvidia"))
    about: dict[str, Any] = {"tags": tags, "first": reports[0].published, "last": reports[-1].published}
    told = ranked(id, points, articles=tuple(str(one.id) for one in reports), **(about | more.pop("story", {})))
    values: dict[str, Any] = {"readings": {one.id: reading(one.id, tags) for one in reports}}
    return Candidate(ranked=told, articles=reports, **(values | more))


def edit(kind: EditKind, story: str | None = "a1", value: str = "", **more: Any) -> Edit:
    values: dict[str, Any] = {"issue": IssueKey("weekly-en/2026-W11"), "by": "editor@news.example", "at": NOW}
    return Edit(story=None if story is None else StoryId(story), kind=kind, value=value, **(values | more))
