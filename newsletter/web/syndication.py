"""The feeds that we publish ourselves: all issues, the issues of one edition, the stories of one topic."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from newsletter.language.lexicon import ENTITY
from newsletter.model import EditionKey, Issue
from newsletter.slots import without_markers
from newsletter.web.atom import Entry, atom
from newsletter.web.site import Here, Site
from newsletter.web.stories import StoryLine, story_lines
from newsletter.web.words import HTML_LANGUAGE, say

router = APIRouter(include_in_schema=False)
_ISSUES = 12
_STORIES = 40


@router.get("/feed.xml")
def feed(request: Request, site: Here) -> Response:
    language = site.language(request)
    with site.room.store.read() as tx:
        kept = tx.issues.all(public=True, limit=_ISSUES)
    entries = [_issue_entry(site, one.issue) for one in kept]
    return _answer(site, entries, path="/feed.xml", page="/", title=site.room.config.newsroom.name, language=language)


@router.get("/{edition}/feed.xml")
def edition_feed(site: Here, edition: str) -> Response:
    known = site.room.config.edition(edition)
    if known is None:
        raise HTTPException(404)
    with site.room.store.read() as tx:
        kept = tx.issues.all(EditionKey(edition), public=True, limit=_ISSUES)
    entries = [_issue_entry(site, one.issue) for one in kept]
    title = known.title or site.room.config.newsroom.name
    return _answer(site, entries, path=f"/{edition}/feed.xml", page=f"/{edition}", title=title, language=known.language)


@router.get("/topics/{tag}/feed.xml")
def topic_feed(request: Request, site: Here, tag: str) -> Response:
    language, lexicon = site.language(request), site.room.lexicon
    with site.room.store.read() as tx:
        told = tx.stories.with_topic(tag, limit=_STORIES)
        lines = story_lines(tx, site.room, told, language)
    known = tag.removeprefix(ENTITY) in lexicon.gazetteer if tag.startswith(ENTITY) else tag in lexicon.taxonomy
    if not told and not known:
        raise HTTPException(404)
    entries = [_story_entry(site, line) for line in lines]
    title = f"{lexicon.label(tag, language)} · {site.showing.masthead(language)}"
    return _answer(site, entries, path=f"/topics/{tag}/feed.xml", page=f"/topics/{tag}", title=title, language=language)


def _answer(site: Site, entries: list[Entry], *, path: str, page: str, title: str, language: str) -> Response:
    body = atom(
        address=site.url(path),
        page=site.url(page),
        title=title,
        author=site.room.config.newsroom.name,
        language=HTML_LANGUAGE[language],
        entries=entries,
        now=site.clock(),
    )
    return Response(body, media_type="application/atom+xml")


def _issue_entry(site: Site, issue: Issue) -> Entry:
    html = site.showing.templates.get_template("entry.html").render(
        issue=issue, url=site.url, related=say("related", issue.language)
    )
    return Entry(
        address=site.url(f"/{issue.key}"),
        title=without_markers(issue.subject),
        at=issue.date,
        language=HTML_LANGUAGE[issue.language],
        summary=without_markers(issue.preheader),
        html=html,
    )


def _story_entry(site: Site, line: StoryLine) -> Entry:
    return Entry(
        address=site.url(f"/stories/{line.id}"),
        title=without_markers(line.headline),
        at=line.published,
        language=HTML_LANGUAGE.get(line.language, line.language),
        summary=without_markers(line.summary),
    )
