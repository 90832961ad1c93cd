"""An issue as the desk sees it: rows with their reasons, what was dropped, checks, edits, readers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from newsletter.language.taxonomy import named
from newsletter.model import (
    Check,
    Edit,
    EditKind,
    IssueKey,
    IssueStatus,
    Item,
    LeftOut,
    Level,
    SourceLine,
    StoryId,
)
from newsletter.store.issues import Kept
from newsletter.store.shelves import Shelves
from newsletter.web.rephrasing import check_in, left_out_in, strongest_reasons
from newsletter.web.site import Site
from newsletter.web.stories import story_view
from newsletter.web.words import say

_LISTED = 40
_OF_WORDS = {EditKind.RETITLE: "headline", EditKind.REWRITE: "summary"}
_MARKS = {Level.GREEN: "✓", Level.AMBER: "!", Level.RED: "✕", Level.GREY: "–"}


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state by mark and word; `key` names its colour."""

    key: str
    mark: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    key: IssueKey
    subject: str
    language: str
    state: State
    items: int
    red: int
    amber: int
    send_at: datetime | None
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An item in the list; `section` is set on the first of its section, `why` is its strongest reason."""

    item: Item
    section: str
    why: str
    first: bool
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A section that a story can be moved to."""

    key: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    points: float
    sentence: str
    moves: str = ""
    """Where the story would stand without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """The item in the middle column."""

    item: Item
    original: str
    reasons: tuple[Why, ...]
    sources: tuple[SourceLine, ...]
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    story_id: StoryId
    headline: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An edit in words; `value` is what was written or chosen."""

    said: str
    value: str
    by: str
    at: datetime
    undone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    kept: Kept
    state: State
    rows: tuple[Row, ...]
    places: tuple[Place, ...]
    selected: Selected | None
    dropped: tuple[Dropped, ...]
    left_out: tuple[LeftOut, ...]
    checks: tuple[tuple[Check, str], ...]
    edits: tuple[Done, ...]
    headlines: dict[str, str]
    audience: int
    timezone: str
    editable: bool
    can_undo: bool


def lines_of(tx: Shelves, site: Site, language: str) -> tuple[DraftLine, ...]:
    """The newest issues of all editions."""
    return tuple(_line(site, kept, language) for kept in tx.issues.all(limit=_LISTED))


def state_of(kept: Kept, language: str) -> State:
    """A draft with a red check is only a draft; one without waits for a yes."""
    status = kept.issue.status
    if kept.paused and status is not IssueStatus.SENT:
        status = IssueStatus.PAUSED
    key = status.value
    if status is IssueStatus.DRAFT and not any(check.level is Level.RED for check in kept.checks):
        key = "waiting"
    marks = {
        "draft": "○",
        "waiting": "◐",
        "approved": "●",
        "sending": "▶",
        "paused": "‖",
        "sent": "✓",
        "cancelled": "✕",
    }
    return State(key=key, mark=marks[key], word=say(f"state {key}", language))


def draft_view(tx: Shelves, site: Site, key: IssueKey, *, language: str, item: str = "") -> Draft | None:
    kept = tx.issues.get(key)
    if kept is None:
        return None
    edits = tx.issues.edits(key)
    edition = site.room.config.edition(kept.issue.edition)
    dropped = _dropped(tx, site, kept, edits)
    gone = {one.story_id for one in dropped}
    places = _places(site, kept, language)
    titles = {place.key: place.title for place in places}
    left_out = tuple(
        left_out_in(language, one, kept.issue, titles) for one in kept.issue.left_out if one.story_id not in gone
    )
    headlines = {one.story_id: one.headline for one in left_out}
    headlines |= {one.story_id: one.headline for one in dropped}
    headlines |= {one.story_id: one.headline for one in kept.issue.items}
    names = {str(story): headline for story, headline in headlines.items()}
    names |= {place.key: place.title for place in places}
    order = [Level.RED, Level.AMBER, Level.GREEN, Level.GREY]
    return Draft(
        kept=kept,
        state=state_of(kept, language),
        rows=_rows(tx, kept, titles, language),
        places=places,
        selected=_selected(tx, site, kept, item, language),
        dropped=dropped,
        left_out=left_out,
        checks=tuple(
            (check_in(language, check), _MARKS[check.level])
            for check in sorted(kept.checks, key=lambda c: order.index(c.level))
        ),
        edits=tuple(_done(edit, names, language) for edit in reversed(edits)),
        headlines={str(story): headline for story, headline in headlines.items()},
        audience=tx.subscribers.audience(kept.issue.edition),
        timezone=edition.timezone if edition else "UTC",
        editable=kept.issue.status is IssueStatus.DRAFT,
        can_undo=any(not edit.undone for edit in edits),
    )


def value_in_words(value: str, kind: EditKind, view_of: Mapping[str, str], language: str) -> str:
    """`view_of` has the headlines of stories and the titles of sections; which way a story moved is said elsewhere."""
    if kind is EditKind.MOVE:
        return (
            "" if value in ("up", "down") else say("lead", language) if value == "lead" else view_of.get(value, value)
        )
    return view_of.get(value, value) if kind is EditKind.MERGE else value


def _done(edit: Edit, names: Mapping[str, str], language: str) -> Done:
    item = names.get(edit.story or "", edit.story or "")
    if edit.kind in _OF_WORDS:
        said = say(_OF_WORDS[edit.kind], language) + say("colon", language) + item
    else:
        moved = {"up": "move-up", "down": "move-down"}.get(edit.value, "move-to")
        said = say(f"did {moved if edit.kind is EditKind.MOVE else edit.kind.value}", language, item=item)
    value = value_in_words(edit.value, edit.kind, names, language)
    return Done(said=said, value=value, by=edit.by, at=edit.at, undone=edit.undone)


def headline_of(view: Draft, story: str) -> str:
    return view.headlines.get(story, "")


def _line(site: Site, kept: Kept, language: str) -> DraftLine:
    edition = site.room.config.edition(kept.issue.edition)
    levels = [check.level for check in kept.checks]
    return DraftLine(
        key=kept.issue.key,
        subject=kept.issue.subject,
        language=kept.issue.language,
        state=state_of(kept, language),
        items=len(kept.issue.items),
        red=levels.count(Level.RED),
        amber=levels.count(Level.AMBER),
        send_at=kept.send_at,
        timezone=edition.timezone if edition else "UTC",
    )


def _rows(tx: Shelves, kept: Kept, titles: Mapping[str, str], language: str) -> tuple[Row, ...]:
    issue = kept.issue
    why = strongest_reasons(language, issue, tx)
    rows: list[Row] = []
    groups: list[tuple[str, tuple[Item, ...]]] = [(say("lead", language), (issue.lead,))] if issue.lead else []
    groups += [(titles.get(section.key) or section.title, section.items) for section in issue.sections]
    for title, items in groups:
        for at, item in enumerate(items):
            rows.append(
                Row(
                    item=item,
                    section=title if at == 0 else "",
                    why=why.get(item.story_id, ""),
                    first=not rows or item is issue.lead,
                    last=item is issue.lead and not issue.sections,
                )
            )
    return tuple(rows)


def _selected(tx: Shelves, site: Site, kept: Kept, story: str, language: str) -> Selected | None:
    item = next((one for one in kept.issue.items if one.story_id == story), None) or next(iter(kept.issue.items), None)
    if item is None:
        return None
    told = tx.stories.get(item.story_id)
    view = story_view(tx, site.room, item.story_id, kept.issue.language)
    reasons = (
        ()
        if told is None
        else tuple(
            Why(
                points=reason.points,
                sentence=reason.say.get(language) or reason.name,
                moves=reason.moves.get(language, ""),
            )
            for reason in told.ranked.reasons
        )
    )
    return Selected(
        item=item,
        original=view.headline if view else item.headline,
        reasons=tuple(sorted(reasons, key=lambda why: -abs(why.points))),
        sources=item.sources or (view.sources if view else ()),
        section=next((one.key for one in kept.issue.sections if item in one.items), ""),
    )


def _places(site: Site, kept: Kept, language: str) -> tuple[Place, ...]:
    """The sections of the edition, named in the language of the page."""
    edition = site.room.config.edition(kept.issue.edition)
    rules = [site.room.lexicon.taxonomy.section(key) for key in (edition.sections if edition else ())]
    return tuple(Place(key=rule.key, title=named(rule.names, language) or rule.key) for rule in rules if rule)


def _dropped(tx: Shelves, site: Site, kept: Kept, edits: tuple[Edit, ...]) -> tuple[Dropped, ...]:
    """Standing drops, newest first."""
    standing: dict[StoryId, Edit] = {}
    for edit in edits:
        if edit.story is None or edit.undone:
            continue
        if edit.kind is EditKind.DROP:
            standing[edit.story] = edit
        elif edit.kind is EditKind.RESTORE:
            standing.pop(edit.story, None)
    known = {one.story_id: one.headline for one in kept.issue.left_out}
    found = []
    for story, edit in reversed(standing.items()):
        view = None if story in known else story_view(tx, site.room, story, kept.issue.language)
        headline = known.get(story) or (view.headline if view else str(story))
        found.append(Dropped(story_id=story, headline=headline, reason=edit.value, by=edit.by))
    return tuple(found)
