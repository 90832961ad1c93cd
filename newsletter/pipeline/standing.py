"""Where an issue stands in its ledger, and the hand on its valve: pause, resume, cancel, settle."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from newsletter.deliver import ledger
from newsletter.errors import NewsletterError
from newsletter.model import Delivery, DeliveryId, DeliveryState, IssueKey, IssueStatus
from newsletter.newsroom import Newsroom
from newsletter.pipeline.holding import held_since, take_back
from newsletter.store.issues import Kept
from newsletter.store.shelves import Shelves

BY_HAND = "paused by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """`balanced`: the states add up to the frozen audience."""

    issue: IssueKey
    status: IssueStatus
    audience: int
    states: dict[DeliveryState, int]
    balanced: bool
    paused: str


def pause(room: Newsroom, key: IssueKey, *, now: datetime, reason: str = BY_HAND) -> str:
    """Stop sending and keep the place; letters under way still end. Gives the reason that stands."""
    with room.store.write() as tx:
        kept = kept_in(tx, key)
        if kept.issue.status is IssueStatus.PAUSED:
            return kept.paused
        if kept.issue.status not in (IssueStatus.APPROVED, IssueStatus.SENDING):
            raise NewsletterError(f"{key} is {kept.issue.status.value}; only an issue that is being sent can be paused")
        tx.issues.set_status(key, IssueStatus.PAUSED, paused=reason)
    return reason


def resume(room: Newsroom, key: IssueKey, *, now: datetime) -> None:
    """Let a paused issue go on from its ledger, the next time that it is delivered."""
    with room.store.write() as tx:
        status = kept_in(tx, key).issue.status
        if status in (IssueStatus.APPROVED, IssueStatus.SENDING):
            return
        if status is not IssueStatus.PAUSED:
            raise NewsletterError(f"{key} is {status.value}; only a paused issue can be resumed")
        begun = tx.freezes.get(key) is not None
        tx.issues.set_status(key, IssueStatus.SENDING if begun else IssueStatus.APPROVED)


def cancel(room: Newsroom, key: IssueKey, *, now: datetime) -> Status:
    """Send nothing more, for good. What is under way or uncertain keeps its row and still learns its end.

    What a provider holds back is taken back; raises TransportError when it is not, and may then be called again.
    """
    with room.store.write() as tx:
        status = kept_in(tx, key).issue.status
        since = held_since(room, tx, key, now=now)
        if status is IssueStatus.SENT and since is None:
            raise NewsletterError(f"{key} is sent; there is nothing left to cancel")
        tx.issues.set_status(key, IssueStatus.CANCELLED)
        tx.deliveries.cancel(key, now=now)
    if since is not None:
        take_back(room, key, since, now=now)
    with room.store.read() as tx:
        return status_in(tx, key)


def settle(
    room: Newsroom, key: IssueKey, *, accepted: bool, now: datetime, only: Collection[DeliveryId] | None = None,
    by: str = "",
) -> int:  # fmt: skip
    """Say what became of the uncertain letters of an issue, or of those in `only`: accepted, or absent and to be sent.

    Who says absent without knowing it may send some readers two letters. In a cancelled issue they are cancelled.
    Gives how many were settled.
    """
    with room.store.write() as tx:
        kept = kept_in(tx, key)
        rows = tx.deliveries.in_state(key, DeliveryState.UNCERTAIN)
        chosen = [row for row in rows if only is None or row.id in only]
        moves = [ledger.settled_by_hand(row, accepted=accepted, by=by, now=now) for row in chosen]
        settled = len(tx.deliveries.move(moves))
        if kept.issue.status is IssueStatus.CANCELLED:
            tx.deliveries.cancel(key, now=now)
        return settled


def retry_failed(room: Newsroom, key: IssueKey, *, now: datetime) -> int:
    """Plan those letters anew that failed after their last try, and no others; give how many. A sent issue reopens."""
    with room.store.write() as tx:
        status = kept_in(tx, key).issue.status
        if status is IssueStatus.CANCELLED:
            raise NewsletterError(f"{key} is cancelled; compose and approve another issue")
        rows = tx.deliveries.in_state(key, DeliveryState.FAILED)
        planned = len(tx.deliveries.move(ledger.tried_again(row, now=now) for row in rows))
        if planned and status is IssueStatus.SENT:
            tx.issues.set_status(key, IssueStatus.SENDING)
        return planned


def status(room: Newsroom, key: IssueKey) -> Status:
    with room.store.read() as tx:
        return status_in(tx, key)


def statuses(room: Newsroom) -> tuple[Status, ...]:
    """Of every issue, newest first."""
    with room.store.read() as tx:
        return tuple(status_in(tx, kept.issue.key) for kept in tx.issues.all())


def deliveries(room: Newsroom, key: IssueKey) -> Iterator[Delivery]:
    """Every row of an issue's ledger, in the order of addresses."""
    with room.store.read() as tx:
        kept_in(tx, key)
        yield from tx.deliveries.listed(key)


def kept_issue(room: Newsroom, key: IssueKey) -> Kept:
    with room.store.read() as tx:
        return kept_in(tx, key)


def kept_in(tx: Shelves, key: IssueKey) -> Kept:
    kept = tx.issues.get(key)
    if kept is None:
        raise NewsletterError(f"there is no issue {key}; compose it: newsletter compose {key.partition('/')[0]}")
    return kept


def status_in(tx: Shelves, key: IssueKey) -> Status:
    kept, frozen, counts = kept_in(tx, key), tx.freezes.get(key), tx.deliveries.counts(key)
    audience = 0 if frozen is None else frozen.audience
    return Status(
        issue=key,
        status=kept.issue.status,
        audience=audience,
        states=counts,
        balanced=ledger.is_balanced(counts, audience),
        paused=kept.paused,
    )


def heed(tx: Shelves, key: IssueKey) -> None:
    """Pause an issue of which too much comes back. Each alarm is raised once: whoever resumes it has decided."""
    if not tx.deliveries.sending(key):
        return
    for kind, reason in ledger.alarms(tx.deliveries.counts(key)):
        known = f"alarm {kind} {key}"
        if tx.settings.get(known) is None:
            tx.settings.put(known, reason)
            tx.issues.set_status(key, IssueStatus.PAUSED, paused=reason)
            return
