"""Stories become a draft, an editor's decisions change it, an approval pins its bytes."""

from dataclasses import dataclass, replace
from datetime import datetime
from html import escape

from newsletter.compose.checking import Proof, check
from newsletter.compose.drafting import draft, issue_key
from newsletter.compose.editing import LEAD, OF_ISSUE, gone
from newsletter.compose.period import bounds, period_of, slot
from newsletter.compose.regrouping import regrouped
from newsletter.compose.rendering import Imprint, render
from newsletter.compose.writing import applied
from newsletter.config import Edition
from newsletter.errors import NewsletterError
from newsletter.model import (
    Check,
    Edit,
    EditKind,
    Fingerprint,
    Issue,
    IssueKey,
    IssueStatus,
    Letter,
    Level,
    StoryId,
)
from newsletter.newsroom import Newsroom
from newsletter.pipeline.gathering import Material, gather
from newsletter.pipeline.probing import probed, with_probed
from newsletter.pipeline.verdicts import decide, expect_reports, take_back
from newsletter.pipeline.writing import prose
from newsletter.shipped import folders
from newsletter.slots import Slot, fill
from newsletter.store.issues import Kept
from newsletter.store.shelves import Shelves

_TRIES = 5
_SAMPLE_READERS = {"en": ("Ada Reader", "reader@example.org"), "zh": ("林晓", "reader@example.org")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    issue: Issue
    letter: Letter
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """`audience` is who would get the issue now; it is counted for good when sending begins."""

    issue: IssueKey
    fingerprint: Fingerprint
    audience: int


def compose(room: Newsroom, edition: str, *, period: str | None = None, now: datetime) -> Composed:
    """Make or remake the draft of an edition's week; its edits are kept. The same input gives the same bytes.

    Raises NewsletterError for an unknown edition, for what is no week or one to come, and once the issue is approved.
    """
    known = _edition(room, edition)
    period = period or period_of(now, known.timezone)
    _expect_begun(known, period, now)
    key = issue_key(known, period)
    for _ in range(_TRIES):
        with room.store.read() as tx:
            kept = tx.issues.get(key)
            if kept is not None:
                _expect_draft(kept)
            material = gather(tx, room, known, period, now=now)
        composed = _composed(room, material, kept, now=now, ask=True)
        with room.store.write() as tx:
            if tx.issues.version(key) == (kept.version if kept else None):
                _save(tx, composed, material, now=now)
                return composed
    raise NewsletterError(f"{key} was edited each time while it was composed; compose it again")


def preview(room: Newsroom, issue: IssueKey) -> Letter:
    """The letter as a sample reader would get it; its fingerprint is that of the letter that all share."""
    with room.store.read() as tx:
        kept = _kept(tx, issue)
    name, address = _SAMPLE_READERS[kept.issue.language]
    site = room.config.newsroom.site
    reader = {
        Slot.ADDRESS: address,
        Slot.NAME: name,
        Slot.UNSUBSCRIBE: f"{site}/unsubscribe/sample",
        Slot.PREFERENCES: f"{site}/preferences/sample",
    }
    letter = kept.letter
    return replace(
        letter,
        html=fill(letter.html, {slot: escape(value) for slot, value in reader.items()}),
        text=fill(letter.text, reader),
        headers=tuple((header, fill(value, reader)) for header, value in letter.headers),
    )


def approve(room: Newsroom, issue: IssueKey, fingerprint: Fingerprint, *, by: str, now: datetime) -> Approved:
    """Pin the bytes that an editor saw. A second yes to the same bytes changes nothing.

    Raises StaleError when they have changed since, NewsletterError when a check is red.
    """
    with room.store.write() as tx:
        kept = _kept(tx, issue)
        if kept.letter.fingerprint == fingerprint and kept.approval is None:
            _expect_no_red(kept)
        tx.issues.approve(issue, fingerprint, by=by, now=now)
        audience = tx.subscribers.audience(kept.issue.edition)
    return Approved(issue=issue, fingerprint=fingerprint, audience=audience)


def edit(
    room: Newsroom,
    issue: IssueKey,
    *,
    story: StoryId | None,
    kind: EditKind,
    value: str = "",
    by: str,
    version: int,
    now: datetime,
) -> Composed:
    """One decision of an editor, and the draft made anew with it.

    Raises StaleError when the draft is not the one of `version` any more, NewsletterError when it is no draft or the
    story is unknown.
    """
    new = Edit(issue=issue, story=story or None, kind=kind, value=value, by=by, at=now)
    with room.store.read() as tx:
        kept, edition = _editable(tx, room, issue, version)
        _expect_sense(tx, new, edition)
        material = gather(tx, room, edition, kept.issue.period, now=now, window=kept.issue.window, more=(new,))
    composed = _composed(room, material, now=now)
    with room.store.write() as tx:
        tx.issues.expect_version(issue, version)
        tx.issues.add_edit(new)
        decide(tx, new, now=now)
        _save(tx, composed, material, now=now, edited=True)
    return composed


def undo(room: Newsroom, issue: IssueKey, *, by: str, version: int, now: datetime) -> Composed:
    """Take back the newest standing edit, whoever made it. Raises as `edit` does, or when there is none."""
    with room.store.read() as tx:
        kept, edition = _editable(tx, room, issue, version)
        standing = [one for one in tx.issues.edits(issue) if not one.undone]
        if not standing:
            raise NewsletterError(f"{issue} has no edit to undo; it is as the machine drafted it")
        material = gather(
            tx, room, edition, kept.issue.period, now=now, window=kept.issue.window, without=standing[-1].id
        )
    composed = _composed(room, material, now=now)
    with room.store.write() as tx:
        tx.issues.expect_version(issue, version)
        undone = tx.issues.undo(issue)
        if undone is not None:
            take_back(tx, undone, by=by, now=now)
        _save(tx, composed, material, now=now, edited=True)
    return composed


def _composed(
    room: Newsroom, material: Material, before: Kept | None = None, *, now: datetime, ask: bool = False
) -> Composed:
    """A look outside that was had at these very bytes `before` still counts. `ask`: a writer may be asked."""
    plan, said = material.plan, None

    def write(found: Issue) -> Issue:
        nonlocal said
        said = prose(room, found, now=now, ask=ask)
        return found if said is None else applied(found, said.written)

    issue = draft(plan, material.candidates, told=material.told, edits=material.edits, write=write)
    grouped = regrouped(material.candidates, material.edits, language=issue.language)
    imprint = Imprint(edition=plan.edition, house=room.config.newsroom, twin=material.twin)
    rendered = render(issue, imprint, folders("templates", room.config.folder))
    checks = check(
        Proof(
            issue=issue,
            letter=rendered.letter,
            edition=plan.edition,
            house=room.config.newsroom,
            reports={one.id: one.articles for one in grouped.candidates},
            told=material.told,
            gone=gone(issue, material.edits),
            faults=rendered.faults,
            writer=None if said is None else said.check,
        )
    )
    if before is not None and before.letter.fingerprint == rendered.letter.fingerprint:
        checks = with_probed(checks, probed(before.checks))
    return Composed(issue=issue, letter=rendered.letter, checks=checks)


def _save(tx: Shelves, composed: Composed, material: Material, *, now: datetime, edited: bool = False) -> None:
    tx.issues.save_draft(
        composed.issue, composed.letter, composed.checks, now=now, send_at=material.send_at, edited=edited
    )


def _edition(room: Newsroom, key: str) -> Edition:
    found = room.config.edition(key)
    if found is None:
        known = ", ".join(edition.key for edition in room.config.editions)
        raise NewsletterError(f"there is no edition {key!r}; use one of {known}, or add it to config.toml")
    return found


def _expect_begun(edition: Edition, period: str, now: datetime) -> None:
    """A week can be composed from its first moment, or from when its schedule says if that is earlier."""
    start, _ = bounds(period, edition.timezone)
    start = min(start, slot(edition.schedule, edition.timezone, period) - edition.compose_before)
    if now < start:
        when = start.isoformat(timespec="minutes").replace("+00:00", "Z")
        raise NewsletterError(
            f"{edition.key}/{period} has not begun; compose it from {when} on, or name an earlier week"
        )


def _kept(tx: Shelves, issue: IssueKey) -> Kept:
    kept = tx.issues.get(issue)
    if kept is None:
        edition, _, period = issue.partition("/")
        more = f" --period {period}" if period else ""
        raise NewsletterError(f"there is no issue {issue}; compose it: newsletter compose {edition}{more}")
    return kept


def _editable(tx: Shelves, room: Newsroom, issue: IssueKey, version: int) -> tuple[Kept, Edition]:
    kept = _kept(tx, issue)
    _expect_draft(kept)
    tx.issues.expect_version(issue, version)
    return kept, _edition(room, kept.issue.edition)


def _expect_draft(kept: Kept) -> None:
    status = kept.issue.status
    if status is not IssueStatus.DRAFT:
        raise NewsletterError(f"{kept.issue.key} is {status.value} and does not change any more; compose another week")


def _expect_no_red(kept: Kept) -> None:
    red = [one for one in kept.checks if one.level is Level.RED]
    if red:
        said = "; ".join(f"{one.name}: {one.say}" for one in red)
        raise NewsletterError(f"{kept.issue.key} cannot be approved yet: {said}; then compose and preview again")


def _expect_sense(tx: Shelves, edit: Edit, edition: Edition) -> None:
    if (edit.story is None) != (edit.kind in OF_ISSUE):
        wanted = "no story" if edit.kind in OF_ISSUE else "a story"
        raise NewsletterError(f"{edit.kind.value} is an edit of {wanted}; name it so")
    if edit.story is not None and tx.stories.get(edit.story) is None:
        raise NewsletterError(f"there is no story {edit.story}; reload the draft")
    places = ("up", "down", LEAD, *edition.sections)
    if edit.kind is EditKind.MOVE and edit.value not in places:
        raise NewsletterError(f"a story moves to one of {', '.join(places)}, not {edit.value!r}")
    expect_reports(tx, edit)
