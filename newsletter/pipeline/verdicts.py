"""What an editor decides about the reports of a story is kept for every later curating, and taken back with an undo."""

from collections.abc import Sequence
from datetime import datetime

from newsletter.errors import NewsletterError
from newsletter.model import Article, ArticleId, Edit, EditKind, StoryId
from newsletter.store.shelves import Shelves
from newsletter.store.verdicts import Pair

_OF_REPORTS = (EditKind.SOURCE, EditKind.SPLIT)


def expect_reports(tx: Shelves, edit: Edit) -> None:
    """Raises NewsletterError when the edit names a story or report that is not there."""
    if edit.kind is EditKind.MERGE and (edit.value == edit.story or tx.stories.get(StoryId(edit.value)) is None):
        raise NewsletterError(f"{edit.value!r} is no other story to tell with {edit.story}; name one of the draft")
    if edit.kind not in _OF_REPORTS or (edit.kind is EditKind.SOURCE and not edit.value):
        return
    named = [one for one in _reports(tx, edit) if one.link == edit.value]
    if not named:
        raise NewsletterError(f"{edit.value!r} is no report of {edit.story}; take the link of one of its sources")
    if edit.kind is EditKind.SPLIT and edit.story in {StoryId(one.id) for one in named}:
        raise NewsletterError("the story has its name from this report; part the others from it, or drop the story")


def decide(tx: Shelves, edit: Edit, *, now: datetime) -> None:
    for one, other in _pairs(tx, edit):
        tx.verdicts.add(one, other, same=edit.kind is EditKind.MERGE, by=edit.by, now=now)


def take_back(tx: Shelves, edit: Edit, *, by: str, now: datetime) -> None:
    """Two stories are two again, the reports of one are one."""
    for one, other in _pairs(tx, edit):
        tx.verdicts.add(one, other, same=edit.kind is not EditKind.MERGE, by=by, now=now)


def _pairs(tx: Shelves, edit: Edit) -> Sequence[Pair]:
    """A story stands for the report that it is named after; what is parted is parted from every other report."""
    if edit.story is None:
        return ()
    if edit.kind is EditKind.MERGE:
        return ((ArticleId(edit.story), ArticleId(edit.value)),)
    if edit.kind is not EditKind.SPLIT:
        return ()
    reports = _reports(tx, edit)
    parted = [one.id for one in reports if one.link == edit.value]
    return [(one, other.id) for one in parted for other in reports if other.id not in parted]


def _reports(tx: Shelves, edit: Edit) -> Sequence[Article]:
    """Those of the story and of the ones that this issue's editors tell with it."""
    if edit.story is None:
        return ()
    merged = [
        StoryId(one.value)
        for one in tx.issues.edits(edit.issue)
        if one.kind is EditKind.MERGE and one.story == edit.story and not one.undone
    ]
    articles = [article for told in tx.stories.get_many([edit.story, *merged]) for article in told.story.articles]
    return tuple(tx.articles.get_many(articles).values())
