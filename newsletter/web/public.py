"""The pages that anybody may read: issues, topics, search, and what machines ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from newsletter.compose.telling import minutes_to_read
from newsletter.language.lexicon import ENTITY, Lexicon
from newsletter.model import ArticleId, EditionKey, Issue, IssueKey, StoryId
from newsletter.store.issues import PUBLIC, Kept, Listed
from newsletter.store.shelves import Shelves
from newsletter.web.listing import issue_line
from newsletter.web.site import Here, Site
from newsletter.web.sitemap import robots, sitemap
from newsletter.web.stories import StoryLine, story_lines
from newsletter.web.words import HTML_LANGUAGE, say

router = APIRouter(include_in_schema=False)
_A_PAGE = 40
_LISTED = 300
_COLOURS = ("page", "paper", "ink", "muted", "rule", "link", "copper", "tint")


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicLine:
    key: str
    name: str
    count: int
    depth: int = 0


@router.get("/")
def home(request: Request, site: Here) -> Response:
    language = site.language(request)
    with site.room.store.read() as tx:
        kept = _latest(tx, site, language)
        twin = None if kept is None else _twin(tx, site, kept.issue)
    if kept is None:
        title, description = site.showing.masthead(language), say("motto", language)
        return site.showing.page(request, "empty.html", language=language, title=title, description=description)
    return _issue_page(request, site, kept.issue, twin, home=True)


@router.get("/issues")
def archive(request: Request, site: Here) -> Response:
    language = site.language(request)
    with site.room.store.read() as tx:
        lines = [(one, issue_line(site, one)) for one in tx.issues.listed(limit=_LISTED)]
    months = [
        (month, [line for _, line in group])
        for month, group in groupby(lines, key=lambda pair: site.showing.month(pair[0].date, language))
    ]
    return site.showing.page(
        request, "archive.html", language=language, months=months, title=say("archive", language),
        description=say("archive lede", language), alternates=languages(site, "/issues"),
    )  # fmt: skip


@router.get("/topics")
def topics(request: Request, site: Here) -> Response:
    language, lexicon = site.language(request), site.room.lexicon
    with site.room.store.read() as tx:
        counts = tx.stories.tags_count()
    companies = [tag for tag in counts if tag.startswith(ENTITY)]
    companies.sort(key=lambda tag: (-counts[tag], tag))
    return site.showing.page(
        request, "topics.html", language=language, title=say("topics", language),
        description=say("topics lede", language), alternates=languages(site, "/topics"),
        topics=_tree(lexicon, counts, language),
        companies=[TopicLine(key=tag, name=lexicon.label(tag, language), count=counts[tag]) for tag in companies[:60]],
    )  # fmt: skip


@router.get("/topics/{tag}")
def topic(request: Request, site: Here, tag: str, before: str = "") -> Response:
    """A tag that nobody knows and no story carries is 404."""
    language, lexicon = site.language(request), site.room.lexicon
    with site.room.store.read() as tx:
        told = tx.stories.with_topic(tag, limit=_A_PAGE + 1, before=_moment(before))
        lines = story_lines(tx, site.room, told[:_A_PAGE], language)
    known = tag.removeprefix(ENTITY) in lexicon.gazetteer if tag.startswith(ENTITY) else tag in lexicon.taxonomy
    if not told and not known:
        raise HTTPException(404)
    name = lexicon.label(tag, language)
    return site.showing.page(
        request, "topic.html", language=language, title=name, name=name, stories=lines,
        description=f"{name}: {lines[0].headline}" if lines else name, feed=f"/topics/{tag}/feed.xml",
        older=told[_A_PAGE - 1].story.last.isoformat() if len(told) > _A_PAGE else "", noindex=not told,
        alternates=languages(site, f"/topics/{tag}"),
    )  # fmt: skip


@router.get("/search")
def search(request: Request, site: Here, q: str = "") -> Response:
    language, query = site.language(request), " ".join(q[:200].split())
    lines: Sequence[StoryLine] = ()
    if query:
        with site.room.store.read() as tx:
            lines = found_lines(tx, site, query, language)
    return site.showing.page(
        request, "search.html", language=language, title=say("search", language), query=query, stories=lines,
        description=say("search lede", language), noindex=bool(query), asked=request.query_params.get("lang", ""),
    )  # fmt: skip


@router.get("/healthz")
def healthz(site: Here) -> Response:
    with site.room.store.read() as tx:
        stories = tx.stories.count()
    return JSONResponse({"status": "ok", "stories": stories})


@router.get("/metrics")
def metrics(site: Here) -> Response:
    lines = ["# HELP newsletter_requests_total Requests answered.", "# TYPE newsletter_requests_total counter"]
    for method, status, n in site.tally.lines():
        lines.append(f'newsletter_requests_total{{method="{method}",status="{status}"}} {n}')
    with site.room.store.read() as tx:
        stories, states = tx.stories.count(), tx.issues.count_by_status()
    lines += [
        "# HELP newsletter_stories Stories kept.",
        "# TYPE newsletter_stories gauge",
        f"newsletter_stories {stories}",
    ]
    lines += ["# HELP newsletter_issues Issues by status.", "# TYPE newsletter_issues gauge"]
    lines += [f'newsletter_issues{{status="{status}"}} {n}' for status, n in sorted(states.items())]
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/theme.css")
def theme_css(site: Here) -> Response:
    """The light colours that an operator chose for the first edition; its letters wear the same."""
    theme = site.room.config.editions[0].theme
    chosen = "".join(f"--{name}:{getattr(theme, name)};" for name in _COLOURS)
    rules = f"@media not all and (prefers-color-scheme: dark){{:root{{{chosen}}}}}"
    return Response(rules, media_type="text/css", headers={"Cache-Control": "public, max-age=300"})


@router.get("/robots.txt")
def robots_txt(site: Here) -> Response:
    return PlainTextResponse(robots(site.url("/sitemap.xml")))


@router.get("/sitemap.xml")
def sitemap_xml(site: Here) -> Response:
    with site.room.store.read() as tx:
        listed = tx.issues.listed(limit=_LISTED)
        told = tx.issues.stories_of([one.key for one in listed])
        tags = tx.stories.tags_count()
    addresses: list[tuple[str, datetime | None]] = [(site.url(f"/{one.key}"), one.date) for one in listed]
    addresses += [(site.url(f"/stories/{story}"), None) for story in told]
    addresses += [(site.url(f"/topics/{tag}"), None) for tag in sorted(tags)]
    fixed = [(site.url(path), None) for path in ("/", "/issues", "/topics", "/subscribe")]
    return Response(sitemap([*fixed, *addresses]), media_type="application/xml")


@router.get("/{edition}")
def edition_home(request: Request, site: Here, edition: str) -> Response:
    """The latest issue of one edition."""
    with site.room.store.read() as tx:
        kept = tx.issues.latest(EditionKey(edition)) if site.room.config.edition(edition) else None
        twin = None if kept is None else _twin(tx, site, kept.issue)
    if kept is None:
        raise HTTPException(404)
    return _issue_page(request, site, kept.issue, twin)


@router.get("/{edition}/{period}")
def issue(request: Request, site: Here, edition: str, period: str) -> Response:
    """Only what was approved is public."""
    with site.room.store.read() as tx:
        kept = tx.issues.get(IssueKey(f"{edition}/{period}"))
        if kept is None or kept.issue.status not in PUBLIC:
            raise HTTPException(404, _not_out(request, site, edition))
        twin = _twin(tx, site, kept.issue)
    return _issue_page(request, site, kept.issue, twin)


def _not_out(request: Request, site: Site, edition: str) -> str | None:
    """A letter may lead to its twin some hours before that goes out itself."""
    known = site.room.config.edition(edition)
    return None if known is None else say("issue not out", site.language(request), title=known.title or known.key)


def languages(site: Site, path: str) -> list[tuple[str, str]]:
    """Where a page is found in each language."""
    tongues = dict.fromkeys(edition.language for edition in site.room.config.editions)
    return [(HTML_LANGUAGE[one], site.url(f"{path}?lang={one}")) for one in tongues] if len(tongues) > 1 else []


def found_lines(tx: Shelves, site: Site, query: str, language: str) -> Sequence[StoryLine]:
    """The stories of the reports that match, each once, best first."""
    found = tx.archive.find(query, limit=2 * _A_PAGE)
    of = tx.stories.story_of([one.article_id for one in found])
    ids = list(dict.fromkeys(of.get(ArticleId(one.article_id), StoryId(one.article_id)) for one in found))
    return story_lines(tx, site.room, tx.stories.get_many(ids[:_A_PAGE]), language)


def _latest(tx: Shelves, site: Site, language: str) -> Kept | None:
    """In the reader's language where there is one."""
    kept = [tx.issues.latest(edition.edition_key) for edition in site.room.config.editions]
    public = sorted((one for one in kept if one), key=lambda one: one.issue.date, reverse=True)
    own = [one for one in public if one.issue.language == language]
    return next(iter(own or public), None)


def _twin(tx: Shelves, site: Site, issue: Issue) -> Listed | None:
    """The same issue in the other language, where it is public."""
    edition = site.room.config.edition(issue.edition)
    if edition is None or not edition.twin:
        return None
    return tx.issues.listing(IssueKey(f"{edition.twin}/{issue.period}"))


def _issue_page(request: Request, site: Site, issue: Issue, twin: Listed | None, *, home: bool = False) -> Response:
    own = site.url("/" if home else f"/{issue.key}")
    alternates = []
    if twin is not None:
        pair = ((issue.language, issue.key), (twin.language, twin.key))
        alternates = [(HTML_LANGUAGE[language], site.url(f"/{key}")) for language, key in pair]
    return site.showing.page(
        request, "issue.html", language=issue.language, issue=issue, twin=twin, canonical=own,
        title=issue.title if home else issue.subject, description=issue.preheader or issue.subject,
        minutes=minutes_to_read(issue), alternates=alternates, og_type="article",
        feed=f"/{issue.edition}/feed.xml", headers={"Content-Language": HTML_LANGUAGE[issue.language]},
    )  # fmt: skip


def _tree(lexicon: Lexicon, counts: dict[str, int], language: str) -> list[TopicLine]:
    return [
        TopicLine(
            key=topic.key,
            name=lexicon.label(topic.key, language),
            count=counts.get(topic.key, 0),
            depth=max(0, len(lexicon.taxonomy.ancestors(topic.key)) - 1),
        )
        for topic in lexicon.taxonomy
    ]


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
