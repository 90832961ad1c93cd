"""From an approved letter to inboxes."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from newsletter.compose.rendering import fingerprint
from newsletter.config import Edition
from newsletter.deliver.headers import parted
from newsletter.deliver.ledger import TO_DO
from newsletter.deliver.mime import splice
from newsletter.deliver.pacing import rate_of
from newsletter.deliver.parcels import Mailing, Parcel
from newsletter.deliver.sending import Sender
from newsletter.deliver.transports import post
from newsletter.errors import NewsletterError, StaleError, TransportError
from newsletter.model import DeliveryId, DeliveryState, IssueKey, IssueStatus, SubscriberId
from newsletter.newsroom import Newsroom
from newsletter.pipeline.holding import batch_of
from newsletter.pipeline.outlook import Outlook, outlook
from newsletter.pipeline.posting import LedgerBook, Progress, reader_values
from newsletter.pipeline.residue import look_up
from newsletter.pipeline.standing import kept_issue, status, status_in
from newsletter.pipeline.telling import tell_editors
from newsletter.slots import Slot
from newsletter.store.issues import Kept

_TEST = "[Test] "


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """Where an issue stands after a run; `paused` is the reason, None when it is not paused.

    `outlook` says what it waits for, None unless it is being sent.
    """

    issue: IssueKey
    audience: int
    states: dict[DeliveryState, int]
    paused: str | None
    outlook: Outlook | None = None


async def deliver(
    room: Newsroom,
    key: IssueKey,
    *,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
    stop: asyncio.Event | None = None,
) -> Delivered:
    """Send an approved issue to each reader once, until nothing is left to do, it pauses or `stop` is set.

    Letters that a server put off for minutes are waited for; those put off for hours are left to the next run.

    Safe to be killed at any moment and to be run again; an issue that is sent, paused or cancelled is left alone.
    """
    kept = kept_issue(room, key)
    if kept.issue.status in (IssueStatus.SENT, IssueStatus.PAUSED, IssueStatus.CANCELLED):
        return _delivered(room, key, now=clock())
    _check_approval(kept)
    edition, transport, stop = _edition(room, kept), room.transport(), stop or asyncio.Event()
    mailing = Mailing(
        issue=key, letter=kept.letter, sender=edition.sender, reply_to=edition.reply_to, date=kept.issue.date
    )
    book = LedgerBook(room, edition, key, clock=clock, repeatable=transport.repeatable, progress=progress)
    try:
        frozen_at = await book.freeze(domain=_domain(edition))
        config = room.config.deliver
        await look_up(room, key, now=clock(), stop=stop)
        try:
            batch = await batch_of(room, key)
        except TransportError as error:
            await book.pause(str(error))
        else:
            mailing = replace(mailing, date=frozen_at, batch=batch)
            rate = rate_of(config.per_second, config.spread, book.audience)
            pause = config.pause_after
            await Sender(book, transport, mailing, clock=clock, stop=stop, pause_after=pause, rate=rate).run()
        await book.finish()
    finally:
        book.close()
    await tell_editors(room, now=clock())
    return _delivered(room, key, now=clock())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What a delivery would do now."""

    issue: IssueKey
    audience: int
    """Those written down already, else those who would be."""
    open: int
    """Letters that would be tried."""
    bytes: int
    """Of the first reader's letter on the wire."""
    transport: str


def rehearse(room: Newsroom, key: IssueKey) -> Rehearsed:
    """What `deliver` would do, all of its checks made and nothing written or sent. Raises what it would raise."""
    kept = kept_issue(room, key)
    _check_approval(kept)
    edition = _edition(room, kept)
    room.transport()
    address = parted(edition.sender)[1]
    mailing = Mailing(
        issue=key, letter=kept.letter, sender=edition.sender, reply_to=edition.reply_to, date=kept.issue.date
    )
    values = reader_values(room, edition, SubscriberId("rehearsal"), address, "")
    parcel = Parcel(delivery=DeliveryId("rehearsal"), email=address, message_id="<rehearsal@localhost>", values=values)
    with room.store.read() as tx:
        now_is = status_in(tx, key)
        frozen = tx.freezes.get(key)
        waiting = 0 if frozen is not None and frozen.done else tx.subscribers.audience(edition.edition_key)
    audience = max(now_is.audience, waiting)
    closed = sum(count for state, count in now_is.states.items() if state not in TO_DO)
    return Rehearsed(
        issue=key, audience=audience, open=audience - closed, bytes=len(splice(mailing, parcel)),
        transport=room.config.deliver.transport,
    )  # fmt: skip


def send_test(room: Newsroom, key: IssueKey, address: str, *, now: datetime) -> None:
    """One letter to an editor, marked as a test, with links that lead nowhere. Raises TransportError if it went not."""
    kept = kept_issue(room, key)
    edition, site = _edition(room, kept), room.config.newsroom.site
    letter = replace(kept.letter, subject=_TEST + kept.letter.subject)
    digest = hashlib.sha256(f"{key} {kept.letter.fingerprint} {address} {now.isoformat()}".encode()).hexdigest()[:32]
    values = {
        Slot.ADDRESS: address,
        Slot.NAME: "",
        Slot.UNSUBSCRIBE: f"{site}/unsubscribe/test",
        Slot.PREFERENCES: f"{site}/preferences/test",
    }
    mailing = Mailing(
        issue=IssueKey(f"test/{key}"), letter=letter, sender=edition.sender, reply_to=edition.reply_to, date=now
    )
    parcel = Parcel(
        delivery=DeliveryId(digest), email=address, message_id=f"<test.{digest}@{_domain(edition)}>", values=values
    )
    outcome = asyncio.run(post(room.transport(), mailing, parcel))
    if outcome.state is not DeliveryState.ACCEPTED:
        raise TransportError(f"the test letter was not accepted: {outcome.error}; see [deliver] in the config")


def _edition(room: Newsroom, kept: Kept) -> Edition:
    edition = room.config.edition(kept.issue.edition)
    if edition is None:
        raise NewsletterError(f"{kept.issue.key}: no edition {kept.issue.edition} in the config; add its [[editions]]")
    return edition


def _check_approval(kept: Kept) -> None:
    """The bytes of the letter, as they are now, are those that somebody approved."""
    key = kept.issue.key
    if kept.approval is None or kept.issue.status is IssueStatus.DRAFT:
        raise NewsletterError(
            f"{key} is not approved; look at it: newsletter preview {key} --out DIR; "
            f"then: newsletter approve {key} FINGERPRINT --by EMAIL"
        )
    if fingerprint(kept.letter) != kept.approval.fingerprint:
        raise StaleError(f"{key} is not what was approved; look again: newsletter preview {key} --out DIR")


def _domain(edition: Edition) -> str:
    return parted(edition.sender)[1].rpartition("@")[2]


def _delivered(room: Newsroom, key: IssueKey, *, now: datetime) -> Delivered:
    now_is = status(room, key)
    paused = now_is.paused if now_is.status is IssueStatus.PAUSED else None
    ahead = outlook(room, key, now=now)
    return Delivered(issue=key, audience=now_is.audience, states=now_is.states, paused=paused, outlook=ahead)
