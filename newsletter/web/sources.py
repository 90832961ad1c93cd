"""The feeds at the desk: which are well, which are not, and what to do about each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from newsletter.model import Feed, FeedHealth
from newsletter.web.desk import show
from newsletter.web.guard import Reading
from newsletter.web.refusals import refusal_in
from newsletter.web.site import Here
from newsletter.web.words import say

router = APIRouter(include_in_schema=False)
_QUIET = timedelta(days=30)
_ORDER = ("gone", "failing", "quiet", "new", "ok", "off")
_LOOKS = {
    "gone": ("red", "✕"),
    "failing": ("amber", "!"),
    "quiet": ("amber", "!"),
    "new": ("grey", "○"),
    "ok": ("green", "✓"),
    "off": ("grey", "–"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLine:
    state: str
    level: str
    mark: str
    health: str
    title: str
    url: str
    articles: int
    checked: datetime | None
    error: str
    next: str


@router.get("/desk/feeds")
def feeds(request: Request, site: Here, who: Reading) -> Response:
    """Those that need a person first."""
    language, now = site.language(request), site.clock()
    with site.room.store.read() as tx:
        health, counts = tx.feeds.all_health(), tx.articles.count_by_feed()
        recent = tx.articles.feeds_since(now - _QUIET)
    lines = []
    for feed in site.room.feeds:
        known = health.get(feed.url) or FeedHealth(feed_url=feed.url)
        state = state_of(feed, known, silent=feed.url not in recent)
        lines.append(_line(feed, known, state, counts.get(feed.url, 0), language))
    lines.sort(key=lambda line: (_ORDER.index(line.state), line.title.casefold()))
    well = sum(line.state == "ok" for line in lines)
    return show(request, site, who, "desk/feeds.html", title="feeds", lines=lines, well=well)


def state_of(feed: Feed, health: FeedHealth, *, silent: bool) -> str:
    """One word for a feed; `silent` when it brought nothing for a month."""
    if not feed.enabled:
        return "off"
    if health.gone:
        return "gone"
    if health.failures:
        return "failing"
    if health.checked is None:
        return "new"
    return "quiet" if silent else "ok"


def _line(feed: Feed, health: FeedHealth, state: str, articles: int, language: str) -> FeedLine:
    level, mark = _LOOKS[state]
    return FeedLine(
        state=state,
        level=level,
        mark=mark,
        health=say(f"health {state}", language, count=health.failures)
        if state == "failing"
        else say(f"health {state}", language),
        title=feed.title,
        url=feed.url,
        articles=articles,
        checked=health.checked,
        error=refusal_in(language, health.last_error) if state in ("failing", "gone") else "",
        next=_next(feed, health, state, language),
    )


def _next(feed: Feed, health: FeedHealth, state: str, language: str) -> str:
    if state == "off":
        return feed.note
    if health.moved_to:
        return say("health next moved", language, url=health.moved_to)
    if state == "ok":
        return ""
    return say(f"health next {state}", language, url=feed.url, site=feed.site or feed.url)
