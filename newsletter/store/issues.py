"""Issues with their letters, the edits that shaped them and the approvals that pinned them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from newsletter.errors import NewsletterError, StaleError
from newsletter.model import (
    Approval,
    Check,
    Edit,
    EditionKey,
    EditKind,
    Fingerprint,
    Issue,
    IssueKey,
    IssueStatus,
    Letter,
    StoryId,
)
from newsletter.store.tables import approvals, edits, issue_stories, issues
from newsletter.store.values import from_json, to_json

PUBLIC = (IssueStatus.APPROVED, IssueStatus.SENDING, IssueStatus.PAUSED, IssueStatus.SENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An issue as it is kept; `version` grows with every write and guards against two editors at once."""

    issue: Issue
    letter: Letter
    checks: tuple[Check, ...]
    version: int
    approval: Approval | None
    paused: str
    composed_at: datetime
    send_at: datetime | None
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a list of issues shows of one."""

    key: IssueKey
    edition: EditionKey
    title: str
    subject: str
    number: int
    language: str
    date: datetime


class IssueShelf:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, key: IssueKey) -> Kept | None:
        row = self._connection.execute(select(issues).where(issues.c.key == key)).first()
        return None if row is None else self._kept(row)

    def latest(self, edition: EditionKey | None = None, *, public: bool = True) -> Kept | None:
        return next(iter(self.all(edition, public=public, limit=1)), None)

    def all(self, edition: EditionKey | None = None, *, public: bool = False, limit: int = 500) -> tuple[Kept, ...]:
        """Newest first; `public` leaves out drafts and cancelled ones."""
        query = select(issues)
        if edition is not None:
            query = query.where(issues.c.edition == edition)
        if public:
            query = query.where(issues.c.status.in_([status.value for status in PUBLIC]))
        rows = self._connection.execute(query.order_by(issues.c.date.desc(), issues.c.key).limit(limit)).all()
        return tuple(self._kept(row) for row in rows)

    def unsent(self) -> tuple[Kept, ...]:
        """Approved ones and those whose sending has begun, by key: what the clock has to look at."""
        waiting = [status.value for status in (IssueStatus.APPROVED, IssueStatus.SENDING)]
        rows = self._connection.execute(select(issues).where(issues.c.status.in_(waiting)).order_by(issues.c.key)).all()
        return tuple(self._kept(row) for row in rows)

    def before(self, edition: EditionKey, period: str, *, limit: int) -> tuple[Issue, ...]:
        """Public issues of earlier weeks, newest first."""
        query = select(issues.c.body, issues.c.status).where(
            _IS_PUBLIC, issues.c.edition == edition, issues.c.period < period
        )
        rows = self._connection.execute(query.order_by(issues.c.period.desc()).limit(limit))
        return tuple(from_json(Issue, {**row.body, "status": row.status}) for row in rows)

    def listed(self, edition: EditionKey | None = None, *, limit: int = 300) -> tuple[Listed, ...]:
        """Public issues, newest first, without their bodies."""
        query = _LISTED.where(_IS_PUBLIC)
        if edition is not None:
            query = query.where(issues.c.edition == edition)
        rows = self._connection.execute(query.order_by(issues.c.date.desc(), issues.c.key).limit(limit))
        return tuple(_listed(row) for row in rows)

    def listing(self, key: IssueKey) -> Listed | None:
        """One public issue as a list shows it."""
        row = self._connection.execute(_LISTED.where(_IS_PUBLIC, issues.c.key == key)).first()
        return None if row is None else _listed(row)

    def stories_of(self, keys: Sequence[IssueKey]) -> tuple[StoryId, ...]:
        query = select(issue_stories.c.story_id).where(issue_stories.c.issue.in_(keys)).distinct()
        return tuple(
            StoryId(one) for one in self._connection.execute(query.order_by(issue_stories.c.story_id)).scalars()
        )

    def count_by_status(self) -> dict[str, int]:
        rows = self._connection.execute(select(issues.c.status, func.count()).group_by(issues.c.status))
        return {row[0]: int(row[1]) for row in rows}

    def number_for(self, edition: EditionKey, key: IssueKey) -> int:
        """The number that an issue has, or the next free one of its edition."""
        own = self._connection.execute(select(issues.c.number).where(issues.c.key == key)).scalar()
        if own is not None:
            return int(own)
        most = self._connection.execute(select(func.max(issues.c.number)).where(issues.c.edition == edition)).scalar()
        return int(most or 0) + 1

    def save_draft(
        self,
        issue: Issue,
        letter: Letter,
        checks: tuple[Check, ...],
        *,
        now: datetime,
        send_at: datetime | None,
        edited: bool = False,
    ) -> None:
        """Write or overwrite a draft; its version grows when its bytes change or somebody `edited` it.

        Raises NewsletterError once the issue is approved.
        """
        row = self._connection.execute(
            select(issues.c.version, issues.c.status, issues.c.fingerprint).where(issues.c.key == issue.key)
        ).first()
        if row is not None and row.status != IssueStatus.DRAFT.value:
            raise NewsletterError(f"{issue.key} is {row.status}; a letter that is {row.status} does not change")
        changed = edited or row is None or row.fingerprint != letter.fingerprint
        values = {
            "edition": issue.edition,
            "period": issue.period,
            "number": issue.number,
            "status": IssueStatus.DRAFT.value,
            "paused": "",
            "version": 1 if row is None else row.version + (1 if changed else 0),
            "fingerprint": letter.fingerprint,
            "date": issue.date,
            "composed_at": now,
            "send_at": send_at,
            "body": to_json(Issue, issue),
            "letter": to_json(Letter, letter),
            "checks": to_json(tuple[Check, ...], checks),
        }
        if row is None:
            self._connection.execute(insert(issues).values(key=issue.key, **values))
        else:
            self._connection.execute(update(issues).where(issues.c.key == issue.key).values(**values))
        self._connection.execute(delete(issue_stories).where(issue_stories.c.issue == issue.key))
        stories = [{"issue": issue.key, "story_id": item.story_id} for item in issue.items]
        if stories:
            self._connection.execute(insert(issue_stories), stories)

    def save_checks(self, key: IssueKey, fingerprint: Fingerprint, checks: tuple[Check, ...]) -> bool:
        """Replace the checks of exactly this letter; False when it is another by now. No byte of it changes."""
        done = self._connection.execute(
            update(issues)
            .where(issues.c.key == key, issues.c.fingerprint == fingerprint)
            .values(checks=to_json(tuple[Check, ...], checks))
        )
        return done.rowcount == 1

    def approve(self, key: IssueKey, fingerprint: Fingerprint, *, by: str, now: datetime) -> Approval:
        """Pin the bytes. Raises StaleError when they are not the ones that the editor saw."""
        kept = self.get(key)
        if kept is None:
            raise NewsletterError(f"there is no issue {key}; compose it: newsletter compose {key.partition('/')[0]}")
        if kept.letter.fingerprint != fingerprint:
            raise StaleError(f"{key} changed after preview; look again: newsletter preview {key} --out DIR")
        if kept.approval is not None:
            return kept.approval
        if kept.issue.status is not IssueStatus.DRAFT:
            raise NewsletterError(f"{key} is {kept.issue.status.value}; only a draft can be approved")
        self._connection.execute(insert(approvals).values(issue=key, fingerprint=fingerprint, by=by, at=now))
        self.set_status(key, IssueStatus.APPROVED)
        return Approval(issue=key, fingerprint=fingerprint, by=by, at=now)

    def set_status(
        self, key: IssueKey, status: IssueStatus, *, paused: str = "", sent_at: datetime | None = None
    ) -> None:
        values: dict[str, Any] = {"status": status.value, "paused": paused}
        if sent_at is not None:
            values["sent_at"] = sent_at
        self._connection.execute(update(issues).where(issues.c.key == key).values(**values))

    def status(self, key: IssueKey) -> IssueStatus | None:
        found = self._connection.execute(select(issues.c.status).where(issues.c.key == key)).scalar()
        return None if found is None else IssueStatus(found)

    # -- edits

    def edits(self, key: IssueKey) -> tuple[Edit, ...]:
        """Every edit in the order it was made, undone ones too."""
        rows = self._connection.execute(select(edits).where(edits.c.issue == key).order_by(edits.c.id))
        return tuple(_edit(row) for row in rows)

    def dropped(self, stories: Collection[StoryId], *, but_from: IssueKey | None = None) -> set[StoryId]:
        """Those that an editor dropped from an issue, the last to decide about them; one issue may be passed over."""
        query = select(edits.c.story, edits.c.kind).order_by(edits.c.id)
        query = query.where(edits.c.kind.in_((EditKind.DROP.value, EditKind.RESTORE.value)), edits.c.undone.is_(False))
        query = query if but_from is None else query.where(edits.c.issue != but_from)
        last = {StoryId(row.story): row.kind for row in self._connection.execute(query)}
        return {one for one in stories if last.get(one) == EditKind.DROP.value}

    def add_edit(self, edit: Edit) -> None:
        """A new decision ends the chance to redo what was undone before it."""
        self._connection.execute(
            insert(edits).values(
                issue=edit.issue,
                story=edit.story,
                kind=edit.kind.value,
                value=edit.value,
                by=edit.by,
                at=edit.at,
                undone=False,
            )
        )

    def undo(self, key: IssueKey) -> Edit | None:
        """Mark the newest standing edit as undone and give it; None when nothing is left to undo."""
        standing = [edit for edit in self.edits(key) if not edit.undone]
        if not standing:
            return None
        self._connection.execute(update(edits).where(edits.c.id == standing[-1].id).values(undone=True))
        return standing[-1]

    def version(self, key: IssueKey) -> int | None:
        return self._connection.execute(select(issues.c.version).where(issues.c.key == key)).scalar()

    def expect_version(self, key: IssueKey, version: int) -> None:
        """Raises StaleError when somebody wrote since `version` was read."""
        if self.version(key) != version:
            raise StaleError(f"{key} changed while you were editing it; look at the new version and try again")

    def _kept(self, row: Row[Any]) -> Kept:
        approval = self._connection.execute(
            select(approvals).where(approvals.c.issue == row.key).order_by(approvals.c.id.desc())
        ).first()
        body = {**row.body, "status": row.status}
        return Kept(
            issue=from_json(Issue, body),
            letter=from_json(Letter, row.letter),
            checks=from_json(tuple[Check, ...], row.checks),
            version=row.version,
            approval=None if approval is None else _approval(approval),
            paused=row.paused,
            composed_at=row.composed_at,
            send_at=row.send_at,
            sent_at=row.sent_at,
        )


_IS_PUBLIC = issues.c.status.in_([status.value for status in PUBLIC])
_LISTED = select(
    issues.c.key,
    issues.c.edition,
    issues.c.number,
    issues.c.date,
    issues.c.body["subject"].as_string().label("subject"),
    issues.c.body["title"].as_string().label("title"),
    issues.c.body["language"].as_string().label("language"),
)


def _listed(row: Any) -> Listed:
    return Listed(
        key=IssueKey(row.key),
        edition=EditionKey(row.edition),
        title=row.title,
        subject=row.subject,
        number=row.number,
        language=row.language,
        date=row.date,
    )


def _approval(row: Row[Any]) -> Approval:
    return Approval(issue=IssueKey(row.issue), fingerprint=Fingerprint(row.fingerprint), by=row.by, at=row.at)


def _edit(row: Row[Any]) -> Edit:
    return Edit(
        id=row.id,
        issue=IssueKey(row.issue),
        story=None if row.story is None else StoryId(row.story),
        kind=EditKind(row.kind),
        value=row.value,
        by=row.by,
        at=row.at,
        undone=row.undone,
    )
