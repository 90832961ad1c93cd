"""An editor's decisions laid over the machine's draft, in the order in which they were made.

Edits are append-only and the draft is made anew each time, so nothing that an editor did is lost: a story with a
standing edit is held in the issue (`held`), and an edit whose story is gone is shown among what was left out.
"""

from collections.abc import Sequence
from dataclasses import replace

from newsletter.compose.wording import one_line, say
from newsletter.language.script import language_of
from newsletter.model import Edit, EditKind, Issue, Item, LeftOut, StoryId

OF_ISSUE = frozenset({EditKind.INTRO, EditKind.SUBJECT, EditKind.PREHEADER})
_HOLDING = frozenset(EditKind) - OF_ISSUE - {EditKind.UNPIN, EditKind.DROP, EditKind.RESTORE}
LEAD = "lead"
"""Where a story can be moved beside "up", "down" and the keys of the sections."""


def standing(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    return tuple(edit for edit in edits if not edit.undone)


def held(edits: Sequence[Edit]) -> frozenset[StoryId]:
    """Stories that somebody worked on or pinned: they stay whatever their rank is now."""
    found: dict[StoryId, bool] = {}
    for edit in standing(edits):
        if edit.story is None:
            continue
        if edit.kind in _HOLDING:
            found[edit.story] = True
        elif edit.kind is EditKind.UNPIN:
            found[edit.story] = any(
                other.story == edit.story and other.kind in _HOLDING - {EditKind.PIN} for other in standing(edits)
            )
    return frozenset(story for story, wanted in found.items() if wanted)


def edited(issue: Issue, edits: Sequence[Edit]) -> Issue:
    """The issue as its editors want it. Subject and preheader stay "" unless an editor wrote them."""
    desk = _Desk(issue, _merged(edits))
    for edit in standing(edits):
        desk.apply(edit)
    return desk.issue()


def gone(issue: Issue, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Standing edits that found no story to change."""
    present = {item.story_id for item in issue.items}
    dropped = _merged(edits)
    for edit in standing(edits):
        if edit.story is not None and edit.kind is EditKind.DROP:
            dropped.add(edit.story)
        elif edit.story is not None and edit.kind is EditKind.RESTORE:
            dropped.discard(edit.story)
    return tuple(
        edit
        for edit in standing(edits)
        if edit.story is not None and edit.kind in _HOLDING and edit.story not in present | dropped
    )


def _merged(edits: Sequence[Edit]) -> set[StoryId]:
    """Stories that are told with others."""
    return {StoryId(edit.value) for edit in standing(edits) if edit.kind is EditKind.MERGE and edit.value != edit.story}


class _Desk:
    """The issue while edits are applied: the lead is a slot before the first section."""

    def __init__(self, issue: Issue, merged: set[StoryId]) -> None:
        self._machine, self._merged = issue, merged
        self._lead = issue.lead
        self._sections = [list(section.items) for section in issue.sections]
        self._home = {item.story_id: at for at, items in enumerate(self._sections) for item in items}
        self._dropped: dict[StoryId, tuple[Edit, Item | None]] = {}
        self._gone: dict[StoryId, Edit] = {}
        self._changes: dict[EditKind, str] = {}

    def apply(self, edit: Edit) -> None:
        if edit.story is None:
            if edit.kind in OF_ISSUE:
                self._changes[edit.kind] = one_line(edit.value)
            return
        if edit.kind is EditKind.RESTORE:
            self._restore(edit.story)
            return
        item = self._find(edit.story)
        if edit.kind is EditKind.DROP:
            self._dropped[edit.story] = (edit, item)
            self._remove(edit.story)
            return
        if item is None:
            if edit.kind is not EditKind.UNPIN and edit.story not in {*self._dropped, *self._merged}:
                self._gone[edit.story] = edit
            return
        match edit.kind:
            case EditKind.MOVE:
                self._move(edit.story, edit.value)
            case _:
                self._put(_changed(item, edit, self._machine_item(edit.story), self._machine.language))

    def issue(self) -> Issue:
        said = (*self._said_dropped(), *self._said_gone())
        known = {one.story_id for one in said}
        sections = tuple(
            replace(section, items=tuple(map(self._linked, items)))
            for section, items in zip(self._machine.sections, self._sections, strict=True)
            if items
        )
        return replace(
            self._machine,
            lead=None if self._lead is None else self._linked(self._lead),
            sections=sections,
            left_out=(*said, *(one for one in self._machine.left_out if one.story_id not in known)),
            intro=self._changes.get(EditKind.INTRO, self._machine.intro),
            subject=self._changes.get(EditKind.SUBJECT, self._machine.subject),
            preheader=self._changes.get(EditKind.PREHEADER, self._machine.preheader),
        )

    def _linked(self, item: Item) -> Item:
        """No item leads to a story that the editor dropped."""
        return replace(item, related=tuple(link for link in item.related if link.story_id not in self._dropped))

    def _said_dropped(self) -> tuple[LeftOut, ...]:
        return tuple(self._said_drop(story, edit, item) for story, (edit, item) in self._dropped.items())

    def _said_drop(self, story: StoryId, edit: Edit, item: Item | None) -> LeftOut:
        """A story that the machine left out anyway keeps the headline under which it was dropped."""
        known = next((one.headline for one in self._machine.left_out if one.story_id == story), str(story))
        reason = one_line(edit.value)
        key = "dropped why" if reason else "dropped"
        why = say(key, self._machine.language, by=edit.by, reason=reason)
        return LeftOut(story_id=story, headline=item.headline if item else known, why=why)

    def _said_gone(self) -> tuple[LeftOut, ...]:
        return tuple(
            LeftOut(
                story_id=story,
                headline=one_line(edit.value) or story,
                why=say("gone", self._machine.language, kind=edit.kind.value),
            )
            for story, edit in self._gone.items()
        )

    # -- the list

    def _find(self, story: StoryId) -> Item | None:
        if self._lead is not None and self._lead.story_id == story:
            return self._lead
        return next((item for items in self._sections for item in items if item.story_id == story), None)

    def _machine_item(self, story: StoryId) -> Item:
        return next(item for item in self._machine.items if item.story_id == story)

    def _put(self, item: Item) -> None:
        if self._lead is not None and self._lead.story_id == item.story_id:
            self._lead = item
        for items in self._sections:
            for at, one in enumerate(items):
                if one.story_id == item.story_id:
                    items[at] = item

    def _remove(self, story: StoryId) -> None:
        """A lead that goes is followed by the first item that stays."""
        for items in self._sections:
            items[:] = [item for item in items if item.story_id != story]
        if self._lead is not None and self._lead.story_id == story:
            first = next((items for items in self._sections if items), None)
            self._lead = first.pop(0) if first else None

    def _restore(self, story: StoryId) -> None:
        """Back to where the machine had it, with what was changed on it before."""
        if story not in self._dropped:
            return
        _, item = self._dropped.pop(story)
        if item is None:
            return
        machine = self._machine.lead
        if self._lead is None or (machine is not None and machine.story_id == story):
            successor, self._lead = self._lead, item
            if successor is not None:
                self._insert(successor)
            return
        self._insert(item)

    def _insert(self, item: Item) -> None:
        at = self._home.get(item.story_id, 0)
        if at >= len(self._sections):
            return
        order = [one.story_id for one in self._machine.sections[at].items]
        place = order.index(item.story_id) if item.story_id in order else -1
        items = self._sections[at]
        later = (n for n, one in enumerate(items) if one.story_id in order and order.index(one.story_id) > place)
        items.insert(next(later, len(items)), item)

    def _move(self, story: StoryId, where: str) -> None:
        if where not in ("up", "down"):
            self._move_into(story, where)
            return
        if self._lead is not None and self._lead.story_id == story:
            if where == "down":
                self._swap_lead()
            return
        filled = [items for items in self._sections if items]
        for at, items in enumerate(filled):
            place = next((n for n, one in enumerate(items) if one.story_id == story), None)
            if place is None:
                continue
            if where == "up":
                self._up(filled, at, place)
            else:
                self._down(filled, at, place)
            return

    def _move_into(self, story: StoryId, where: str) -> None:
        """To the lead, or into a section before what weighs less; a section that the edition has no more is none."""
        item = self._find(story)
        at = next((n for n, section in enumerate(self._machine.sections) if section.key == where), None)
        alone = item is self._lead and not any(self._sections)
        if item is None or alone or (at is None and where != LEAD):
            return
        if at is None:
            former, self._lead = self._lead, None
            self._remove(story)
            self._lead = item
            if former is not None and former.story_id != story:
                self._insert(former)
            return
        self._remove(story)
        self._home[story] = at
        items = self._sections[at]
        items.insert(next((n for n, one in enumerate(items) if one.score < item.score), len(items)), item)

    def _up(self, filled: list[list[Item]], at: int, place: int) -> None:
        items = filled[at]
        if place > 0:
            items[place - 1], items[place] = items[place], items[place - 1]
        elif at > 0:
            filled[at - 1].append(items.pop(0))
        else:
            self._swap_lead()

    @staticmethod
    def _down(filled: list[list[Item]], at: int, place: int) -> None:
        items = filled[at]
        if place < len(items) - 1:
            items[place + 1], items[place] = items[place], items[place + 1]
        elif at < len(filled) - 1:
            filled[at + 1].insert(0, items.pop())

    def _swap_lead(self) -> None:
        first = next((items for items in self._sections if items), None)
        if first is None:
            return
        promoted = first[0]
        if self._lead is None:
            first.pop(0)
        else:
            first[0] = self._lead
        self._lead = promoted


def _changed(item: Item, edit: Edit, machine: Item, language: str) -> Item:
    """One item after one edit; an empty value takes the machine's own text back."""
    value = one_line(edit.value)
    match edit.kind:
        case EditKind.PIN:
            return replace(item, pinned=True)
        case EditKind.UNPIN:
            return replace(item, pinned=False)
        case EditKind.RETITLE if value:
            return replace(item, headline=value, language=language_of(value, declared=language))
        case EditKind.RETITLE:
            return replace(item, headline=machine.headline, language=machine.language)
        case EditKind.REWRITE if value:
            return replace(item, summary=value, key_points=(), translated=False)
        case EditKind.REWRITE:
            return replace(item, summary=machine.summary, key_points=machine.key_points, translated=machine.translated)
        case EditKind.NOTE:
            return replace(item, note=value)
        case _:
            return item
