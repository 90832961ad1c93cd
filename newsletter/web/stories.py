"""A story's page, and stories in a list: the copies of a story that a reader's language asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from newsletter.compose.candidates import Candidate
from newsletter.compose.telling import Telling
from newsletter.language.spacing import shorten
from newsletter.model import (
    KeyPoint,
    RelatedLink,
    SourceLine,
    StoryId,
    TagLabel,
)
from newsletter.newsroom import Newsroom
from newsletter.store.shelves import Shelves
from newsletter.store.stories import Told
from newsletter.web.listing import issue_line
from newsletter.web.site import Here
from newsletter.web.words import HTML_LANGUAGE

router = APIRouter(include_in_schema=False)
_SUMMARY = 200
_TAGS = 6
_TAGS_IN_A_LIST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """A story as its page tells it in one language."""

    id: StoryId
    headline: str
    language: str
    first: datetime
    last: datetime
    in_scope: bool
    key_points: tuple[KeyPoint, ...]
    sources: tuple[SourceLine, ...]
    tags: tuple[TagLabel, ...]
    related: tuple[RelatedLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """A story in a list of stories."""

    id: StoryId
    headline: str
    language: str
    published: datetime
    source: str
    reports: int
    summary: str
    tags: tuple[TagLabel, ...]


@router.get("/stories/{story_id}")
def story(request: Request, site: Here, story_id: str) -> Response:
    """A merged story is found under the ids of all its reports."""
    language = site.language(request)
    with site.room.store.read() as tx:
        view = story_view(tx, site.room, StoryId(story_id), language)
        listed = () if view is None else [tx.issues.listing(key) for key in tx.stories.issues_of(view.id)]
    if view is None:
        raise HTTPException(404)
    path = f"/stories/{view.id}"
    described = view.key_points[0].text if view.key_points else view.headline
    return site.showing.page(
        request, "story.html", language=language, title=view.headline, description=shorten(described, 160), story=view,
        issues=[issue_line(site, one) for one in listed if one is not None], canonical=site.url(path),
        noindex=not view.in_scope, og_type="article",
        alternates=[(HTML_LANGUAGE[one], site.url(f"{path}?lang={one}")) for one in HTML_LANGUAGE],
        headers={"Content-Language": HTML_LANGUAGE[language], "Vary": "Accept-Language"},
    )  # fmt: skip


def story_view(tx: Shelves, room: Newsroom, story_id: StoryId, language: str) -> StoryView | None:
    """None when nobody knows the story."""
    told = tx.stories.get(story_id)
    if told is None:
        return None
    candidate = next(iter(_candidates(tx, (told,), read=True)), None)
    if candidate is None:
        return None
    telling = _telling(room, language, since=told.story.first)
    report = candidate.best_report(language)
    return StoryView(
        id=told.story.id,
        headline=telling.headline(report),
        language=report.language,
        first=told.story.first,
        last=told.story.last,
        in_scope=told.story.in_scope,
        key_points=told.key_points.get(language) or told.key_points.get("", ()),
        sources=telling.sources(candidate, report),
        tags=room.lexicon.labels(told.story.tags, language, limit=_TAGS),
        related=_related(tx, room, told, telling),
    )


def story_lines(tx: Shelves, room: Newsroom, told: Sequence[Told], language: str) -> tuple[StoryLine, ...]:
    found = _candidates(tx, told)
    return tuple(_story_line(room, one, _telling(room, language, since=one.story.first)) for one in found)


def _telling(room: Newsroom, language: str, *, since: datetime) -> Telling:
    """Stories are told here as in the letters, so that a headline is the same in both."""
    return Telling(language=language, lexicon=room.lexicon, source_of=room.feed_title, since=since)


def _candidates(tx: Shelves, told: Sequence[Told], *, read: bool = False) -> tuple[Candidate, ...]:
    """The stories with their reports; one without any left is left out. A list can do without what was read in them."""
    ids = [article for one in told for article in one.story.articles]
    articles, readings = tx.articles.get_many(ids), tx.stories.readings(ids) if read else {}
    found = []
    for one in told:
        own = tuple(articles[article] for article in one.story.articles if article in articles)
        if own:
            own_readings = {article.id: readings[article.id] for article in own if article.id in readings}
            found.append(Candidate(ranked=one.ranked, articles=own, readings=own_readings))
    return tuple(found)


def _story_line(room: Newsroom, candidate: Candidate, telling: Telling) -> StoryLine:
    report = candidate.best_report(telling.language)
    return StoryLine(
        id=candidate.id,
        headline=telling.headline(report),
        language=report.language,
        published=candidate.story.first,
        source=room.feed_title(report.feed_url),
        reports=len(candidate.articles),
        summary=shorten(report.summary, _SUMMARY),
        tags=room.lexicon.labels(candidate.story.tags, telling.language, limit=_TAGS_IN_A_LIST),
    )


def _related(tx: Shelves, room: Newsroom, told: Told, telling: Telling) -> tuple[RelatedLink, ...]:
    """Each by the report of its story that suits the reader's language, in the order of closeness."""
    near = list(dict.fromkeys(of for _, of in told.related))
    dropped = tx.issues.dropped(near)
    stories = _candidates(tx, tx.stories.get_many([of for of in near if of not in dropped]))
    because = {of: related.because.get(telling.language, "") for related, of in told.related}
    links = []
    for candidate in stories:
        report = candidate.best_report(telling.language)
        links.append(
            RelatedLink(
                story_id=candidate.id,
                title=telling.headline(report),
                link=f"/stories/{candidate.id}",
                source=room.feed_title(report.feed_url),
                summary=shorten(report.summary, _SUMMARY),
                language=report.language,
                published=report.published,
                because=because[candidate.id],
                earlier=report.published < told.story.first,
                tags=room.lexicon.labels(candidate.story.tags, telling.language, limit=_TAGS_IN_A_LIST),
            )
        )
    return tuple(links)
