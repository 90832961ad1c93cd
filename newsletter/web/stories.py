"""A story's page, and stories in a list: the copies of a story that a reader's language asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from newsletter.language.spacing import shorten
from newsletter.model import (
    Article,
    ArticleId,
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
    members = tx.articles.get_many([*told.story.articles, *(related.article_id for related, _ in told.related)])
    own = [members[one] for one in told.story.articles if one in members]
    if not own:
        return None
    lead = lead_for(own, language)
    return StoryView(
        id=told.story.id,
        headline=lead.title,
        language=lead.language,
        first=told.story.first,
        last=told.story.last,
        in_scope=told.story.in_scope,
        key_points=told.key_points.get(language) or told.key_points.get("", ()),
        sources=tuple(_source_line(room, article) for article in own),
        tags=room.lexicon.labels(told.story.tags, language, limit=_TAGS),
        related=_related(tx, room, told, members, language),
    )


def story_lines(tx: Shelves, room: Newsroom, told: Sequence[Told], language: str) -> tuple[StoryLine, ...]:
    articles = tx.articles.get_many([article for one in told for article in one.story.articles])
    lines = []
    for one in told:
        own = [articles[article] for article in one.story.articles if article in articles]
        if own:
            lines.append(_story_line(room, one, own, language))
    return tuple(lines)


def lead_for(own: Sequence[Article], language: str) -> Article:
    """The best report in the reader's language, else the best of all."""
    return next((article for article in own if article.language == language), own[0])


def _story_line(room: Newsroom, told: Told, own: Sequence[Article], language: str) -> StoryLine:
    lead = lead_for(own, language)
    return StoryLine(
        id=told.story.id,
        headline=lead.title,
        language=lead.language,
        published=told.story.first,
        source=room.feed_title(lead.feed_url),
        reports=len(own),
        summary=shorten(lead.summary, _SUMMARY),
        tags=room.lexicon.labels(told.story.tags, language, limit=_TAGS_IN_A_LIST),
    )


def _source_line(room: Newsroom, article: Article) -> SourceLine:
    return SourceLine(
        source=room.feed_title(article.feed_url),
        title=article.title,
        link=article.link,
        language=article.language,
        published=article.published,
    )


def _related(
    tx: Shelves, room: Newsroom, told: Told, articles: Mapping[ArticleId, Article], language: str
) -> tuple[RelatedLink, ...]:
    stories = {one.story.id: one for one in tx.stories.get_many([of for _, of in told.related])}
    links = []
    for related, of in told.related:
        article = articles.get(related.article_id)
        if article is None:
            continue
        tags = stories[of].story.tags if of in stories else ()
        links.append(
            RelatedLink(
                story_id=of,
                title=article.title,
                link=f"/stories/{of}",
                source=room.feed_title(article.feed_url),
                summary=shorten(article.summary, _SUMMARY),
                language=article.language,
                published=article.published,
                because=related.because.get(language, ""),
                earlier=article.published < told.story.first,
                tags=room.lexicon.labels(tags, language, limit=_TAGS_IN_A_LIST),
            )
        )
    return tuple(links)
