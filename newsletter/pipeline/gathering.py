"""What an issue is made from, as the store has it: candidates of its window, the last issues, the edits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newsletter.compose.candidates import Candidate, Neighbour
from newsletter.compose.candidates import Told as ToldBefore
from newsletter.compose.drafting import Plan, issue_key
from newsletter.compose.period import bounds, slot
from newsletter.config import Edition
from newsletter.curate.ranking import rank
from newsletter.model import Article, ArticleId, Edit, EditKind, Issue, IssueKey, IssueStatus, Reading, StoryId
from newsletter.newsroom import Newsroom
from newsletter.store.shelves import Shelves
from newsletter.store.stories import Told

_LAST_ISSUES = 8
_CONSIDERED = 200
"""So many stories, best first, are looked at closely; an issue has 60 at most."""
_QUIET = 20
_LATE = timedelta(days=1)
"""So much later than planned an issue may still come."""
_QUIET_KINDS = ("review", "project")


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that drafting an issue needs."""

    plan: Plan
    candidates: tuple[Candidate, ...]
    told: Mapping[StoryId, tuple[ToldBefore, ...]]
    edits: tuple[Edit, ...]
    send_at: datetime
    twin: Edition | None = None
    """The edition in another language that tells this week too."""


Window = tuple[datetime, datetime]


def gather(
    tx: Shelves,
    room: Newsroom,
    edition: Edition,
    period: str,
    *,
    now: datetime,
    window: Window | None = None,
    more: Sequence[Edit] = (),
    without: int | None = None,
) -> Material:
    """`window` is that of a draft that is edited: only composing again looks for newer reports.

    `more` are edits that are about to be made, `without` the number of one that is about to be undone.
    """
    key = issue_key(edition, period)
    past = tx.issues.before(edition.edition_key, period, limit=_LAST_ISSUES)
    window = window or _window(edition, period, past, now)
    edits = _at_their_stories(tx, [*(one for one in tx.issues.edits(key) if one.id != without), *more])
    due = slot(edition.schedule, edition.timezone, period)
    plan = Plan(
        edition=edition,
        period=period,
        number=tx.issues.number_for(edition.edition_key, key),
        date=due,
        window=window,
        title=edition.title or room.config.newsroom.name,
        lexicon=room.lexicon,
        source_of=room.feed_title,
    )
    wanted = [story for edit in edits if not edit.undone for story in stories_of(edit)]
    candidates = _candidates(tx, _considered(tx, room, edition, window, wanted), window, key)
    return Material(
        plan=plan,
        candidates=candidates,
        told=_told_before(tx, past),
        edits=edits,
        send_at=due,
        twin=_twin(tx, room, edition, period, now),
    )


def _twin(tx: Shelves, room: Newsroom, edition: Edition, period: str, now: datetime) -> Edition | None:
    """The twin, unless its readers will never see this week's issue: cancelled, or its day went by without one.

    Approval pins the bytes of a letter, so the link cannot wait for the twin's own approval.
    """
    twin = room.config.edition(edition.twin) if edition.twin else None
    if twin is None:
        return None
    kept = tx.issues.get(issue_key(twin, period))
    if kept is not None:
        return None if kept.issue.status is IssueStatus.CANCELLED else twin
    missed = slot(twin.schedule, twin.timezone, period) + _LATE < now < slot(edition.schedule, edition.timezone, period)
    return None if missed else twin


def _window(edition: Edition, period: str, past: Sequence[Issue], now: datetime) -> Window:
    """Up to now, or to the end of a week that is over; from where the last issue stopped, but two windows at most."""
    end = min(now, bounds(period, edition.timezone)[1])
    start = end - edition.window
    if past and past[0].window[1] < end:
        start = max(past[0].window[1], end - 2 * edition.window)
    return start, end


def _considered(
    tx: Shelves, room: Newsroom, edition: Edition, window: Window, wanted: Iterable[StoryId]
) -> tuple[Told, ...]:
    """The best stories that were told in the window, the best quiet ones, and those that an editor worked on."""
    active = [one for one in tx.stories.active(window[0], in_scope=True) if one.story.first < window[1]]
    if edition.interest:
        active = _ranked_anew(tx, room, edition, active, window)
    active.sort(key=lambda one: (-one.ranked.score, one.story.id))
    quiet = [one for one in active[_CONSIDERED:] if one.story.kind.value in _QUIET_KINDS][:_QUIET]
    found = {one.story.id: one for one in (*active[:_CONSIDERED], *quiet)}
    missing = sorted(set(wanted) - found.keys())
    return (*found.values(), *tx.stories.get_many(missing))


def _ranked_anew(tx: Shelves, room: Newsroom, edition: Edition, told: Sequence[Told], window: Window) -> list[Told]:
    """By what this edition watches instead of the core of the field."""
    ids = {article for one in told for article in one.story.articles}
    articles, readings = tx.articles.get_many(ids), tx.stories.readings(ids)
    whole = [one for one in told if all(article in articles for article in one.story.articles)]
    order = rank(
        [one.story for one in whole],
        articles,
        readings,
        feeds={feed.url: feed for feed in room.feeds},
        lexicon=room.lexicon,
        now=max((one.story.last for one in whole), default=window[1]),
        weights=room.config.curate.weights,
        interest=edition.interest,
    )
    by_id = {one.story.id: one for one in whole}
    return [replace(by_id[one.story.id], ranked=one) for one in order]


def _candidates(tx: Shelves, told: Sequence[Told], window: Window, key: IssueKey) -> tuple[Candidate, ...]:
    """With related stories, but for those dropped from other issues; the edits of this one are applied later."""
    near = _unique(of for t in told for _, of in t.related)
    dropped = tx.issues.dropped(near, but_from=key)
    neighbours = {one.story.id: one.story for one in tx.stories.get_many([of for of in near if of not in dropped])}
    ids = {article for one in told for article in one.story.articles}
    articles = tx.articles.get_many(ids | {article for story in neighbours.values() for article in story.articles})
    readings = tx.stories.readings(ids)
    made = []
    for one in told:
        reports = _reports(one.story.articles, articles, window[1])
        if reports:
            made.append(
                Candidate(
                    ranked=one.ranked,
                    articles=reports,
                    readings=_of(readings, reports),
                    key_points=one.key_points,
                    neighbours=tuple(
                        Neighbour(
                            related=related, story=neighbours[of], articles=_known(neighbours[of].articles, articles)
                        )
                        for related, of in one.related
                        if of in neighbours
                    ),
                )
            )
    return tuple(made)


def _reports(ids: Sequence[ArticleId], articles: Mapping[ArticleId, Article], until: datetime) -> tuple[Article, ...]:
    """Those that were out by the end of the window."""
    return tuple(one for one in _known(ids, articles) if one.published <= until)


def _known(ids: Sequence[ArticleId], articles: Mapping[ArticleId, Article]) -> tuple[Article, ...]:
    return tuple(articles[one] for one in ids if one in articles)


def _of(readings: Mapping[ArticleId, Reading], reports: Sequence[Article]) -> dict[ArticleId, Reading]:
    return {one.id: readings[one.id] for one in reports if one.id in readings}


def _told_before(tx: Shelves, past: Sequence[Issue]) -> dict[StoryId, tuple[ToldBefore, ...]]:
    """By the story's present id: one that was merged into another is told under the other's."""
    now = tx.stories.story_of([ArticleId(item.story_id) for issue in past for item in issue.items])
    told: dict[StoryId, tuple[ToldBefore, ...]] = {}
    for issue in past:
        for item in issue.items:
            story = now.get(ArticleId(item.story_id), item.story_id)
            one = ToldBefore(
                issue=issue.key,
                until=issue.window[1],
                headline=item.headline,
                quantities=item.quantities,
                link=item.link,
            )
            told[story] = (*told.get(story, ()), one)
    return told


def stories_of(edit: Edit) -> tuple[StoryId, ...]:
    """Those that an edit is about: a merge names two."""
    own = () if edit.story is None else (edit.story,)
    return (*own, StoryId(edit.value)) if edit.kind is EditKind.MERGE else own


def _at_their_stories(tx: Shelves, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """An edit follows its story, which is named after a report, into the story that the report is in now."""
    now = tx.stories.story_of([ArticleId(story) for edit in edits for story in stories_of(edit)])

    def moved(edit: Edit) -> Edit:
        if edit.story is None:
            return edit
        value = now.get(ArticleId(edit.value), edit.value) if edit.kind is EditKind.MERGE else edit.value
        return replace(edit, story=now.get(ArticleId(edit.story), edit.story), value=value)

    return tuple(map(moved, edits))


def _unique(ids: Iterable[StoryId]) -> list[StoryId]:
    return list(dict.fromkeys(ids))
