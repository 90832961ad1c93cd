"""What is published, as JSON to read: issues, stories, topics and search, described at /api/openapi.json."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request

from newsletter.model import EditionKey, Figure, Issue, IssueKey, Item, Section, StoryId
from newsletter.store.issues import PUBLIC, Listed
from newsletter.web.public import found_lines
from newsletter.web.site import Here, Site
from newsletter.web.stories import StoryLine, StoryView, story_view

router = APIRouter(prefix="/api", tags=["read"])
_LISTED = 300
Language = Annotated[str, Query(alias="lang", description="en or zh; default: what the browser prefers")]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueInList:
    key: str
    edition: str
    number: int
    title: str
    subject: str
    language: str
    date: datetime
    page: str
    """Where people read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issues:
    issues: tuple[IssueInList, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeIssue:
    key: str
    edition: str
    period: str
    number: int
    title: str
    subject: str
    preheader: str
    intro: str
    language: str
    date: datetime
    page: str
    lead: Item | None
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicInList:
    key: str
    name: str
    parents: tuple[str, ...]
    """The topics that it belongs to, nearest first."""
    stories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    topics: tuple[TopicInList, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundStories:
    query: str
    stories: tuple[StoryLine, ...]


@router.get("/issues")
def issues(site: Here, edition: str = "") -> Issues:
    """Published issues, newest first, of one edition or of all."""
    if edition and site.room.config.edition(edition) is None:
        raise HTTPException(404)
    with site.room.store.read() as tx:
        listed = tx.issues.listed(EditionKey(edition) if edition else None, limit=_LISTED)
    return Issues(issues=tuple(_in_list(site, one) for one in listed))


@router.get("/issues/{edition}/{period}")
def issue(site: Here, edition: str, period: str) -> WholeIssue:
    """One published issue with its items, as it was sent."""
    with site.room.store.read() as tx:
        kept = tx.issues.get(IssueKey(f"{edition}/{period}"))
    if kept is None or kept.issue.status not in PUBLIC:
        raise HTTPException(404)
    return _whole(site, kept.issue)


@router.get("/stories/{story_id}")
def story(request: Request, site: Here, story_id: str, _lang: Language = "") -> StoryView:
    """A story with key points, sources, tags and related articles, by its id or that of any of its reports."""
    with site.room.store.read() as tx:
        view = story_view(tx, site.room, StoryId(story_id), site.language(request))
    if view is None:
        raise HTTPException(404)
    return view


@router.get("/topics")
def topics(request: Request, site: Here, _lang: Language = "") -> Topics:
    """Every topic of the taxonomy and how many stories carry it."""
    language, lexicon = site.language(request), site.room.lexicon
    with site.room.store.read() as tx:
        counts = tx.stories.tags_count()
    return Topics(
        topics=tuple(
            TopicInList(
                key=topic.key,
                name=lexicon.label(topic.key, language),
                parents=tuple(lexicon.taxonomy.ancestors(topic.key)),
                stories=counts.get(topic.key, 0),
            )
            for topic in lexicon.taxonomy
        )
    )


@router.get("/search")
def search(request: Request, site: Here, q: str, _lang: Language = "") -> FoundStories:
    """Stories of the reports that match words or a name, in English or Chinese, best first."""
    query = " ".join(q[:200].split())
    with site.room.store.read() as tx:
        found = tuple(found_lines(tx, site, query, site.language(request))) if query else ()
    return FoundStories(query=query, stories=found)


def _in_list(site: Site, one: Listed) -> IssueInList:
    return IssueInList(
        key=one.key,
        edition=one.edition,
        number=one.number,
        title=one.title,
        subject=one.subject,
        language=one.language,
        date=one.date,
        page=site.url(f"/{one.key}"),
    )


def _whole(site: Site, one: Issue) -> WholeIssue:
    return WholeIssue(
        key=one.key,
        edition=one.edition,
        period=one.period,
        number=one.number,
        title=one.title,
        subject=one.subject,
        preheader=one.preheader,
        intro=one.intro,
        language=one.language,
        date=one.date,
        page=site.url(f"/{one.key}"),
        lead=one.lead,
        sections=one.sections,
        figures=one.figures,
    )
