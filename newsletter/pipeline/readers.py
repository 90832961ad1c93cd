"""What readers do themselves: ask for an edition, confirm, choose and leave."""

import asyncio
import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr

from newsletter.addresses import address_of
from newsletter.audience.inviting import invitation
from newsletter.audience.subscribing import (
    CEILING_WITHIN,
    NETWORK_MOST,
    VISITOR_MOST,
    TooOftenError,
    agreement,
    clean_name,
    known_editions,
    may_invite,
    neighbourhood,
)
from newsletter.audience.tokens import Purpose
from newsletter.config import Edition
from newsletter.deliver.parcels import Mailing, Outcome, Parcel
from newsletter.deliver.transports import post
from newsletter.errors import NewsletterError, TransportError
from newsletter.model import (
    Consent,
    DeliveryId,
    DeliveryState,
    EditionKey,
    IssueKey,
    Subscriber,
    SubscriberId,
    SubscriberStatus,
)
from newsletter.newsroom import Newsroom
from newsletter.shipped import folders
from newsletter.store.shelves import Shelves
from newsletter.store.subscribers import Held

_ACTIVE, _PENDING, _LEFT = SubscriberStatus.ACTIVE, SubscriberStatus.PENDING, SubscriberStatus.LEFT
_STRUCK = (SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED)
_KEPT_ATTEMPTS = timedelta(days=2)


def subscribe(
    room: Newsroom, *, email: str, edition: str, name: str = "", language: str = "", now: datetime, who: str = ""
) -> None:
    """Ask the address whether it wants the edition; nothing else is sent before it says yes.

    Nothing tells a caller whether the address was new, known or suppressed. `who` is the visitor, for ceilings.
    Raises NewsletterError for what is no address or edition, TooOftenError, and TransportError when a letter that
    should go out cannot.
    """
    chosen = _edition(room, edition)
    try:
        address = address_of(email)
    except ValueError as error:
        raise NewsletterError(f"this cannot be written to: {error}") from None
    _note_visit(room, who, now=now)
    with room.store.write() as tx:
        invited = _asked_for(tx, room, chosen, address, name=clean_name(name), language=language, now=now)
    if invited is None:
        return
    reader, version = invited
    token = room.signer.confirm(reader, chosen.edition_key, version=version, now=now)
    link = f"{room.config.newsroom.site}/confirm/{token}"
    delivery = DeliveryId(f"{reader}-{now:%Y%m%d%H%M%S}")
    try:
        outcome = _invite(room, chosen, address, link, delivery=delivery, now=now)
        if outcome.state is DeliveryState.REJECTED:
            raise NewsletterError(f"this cannot be written to: {outcome.error}")
        if outcome.state is DeliveryState.RETRY_WAIT:
            raise TransportError(f"the letter was put off: {outcome.error}; try again later")
    except NewsletterError:
        with room.store.write() as tx:
            tx.subscribers.take_back_invitation(reader)
        raise


def confirm(room: Newsroom, token: str, *, now: datetime) -> Subscriber | None:
    """The reader who now takes the edition; None for a token that is spent, old or not ours."""
    claim = room.signer.read(token, Purpose.CONFIRM, now=now)
    edition = None if claim is None else room.config.edition(claim.edition)
    if claim is None or edition is None:
        return None
    with room.store.write() as tx:
        held = tx.subscribers.held(claim.subscriber, locked=True)
        if held is None or held.token_version != claim.version or _kept_out(tx, room, held.subscriber):
            return None
        said = agreement(edition.title, edition.language, how="confirm")
        _join(tx, held, (claim.edition,), Consent(at=now, how="confirm", text=said))
        tx.subscribers.note_confirmed(claim.subscriber)
        return tx.subscribers.get(claim.subscriber)


def has_confirmed(room: Newsroom, token: str, *, now: datetime) -> bool:
    """Whether a spent link of these seven days is that of a reader who takes the edition: a button pressed twice."""
    claim = room.signer.read(token, Purpose.CONFIRM, now=now)
    if claim is None:
        return False
    with room.store.read() as tx:
        held = tx.subscribers.held(claim.subscriber)
    return held is not None and held.by_edition.get(claim.edition) is _ACTIVE and held.token_version > claim.version


def knows(room: Newsroom, token: str, *, purpose: str) -> bool:
    """Whether a link of ours carries this token; `purpose` is "unsubscribe" or "preferences"."""
    return room.signer.read(token, Purpose[purpose.upper()]) is not None


def unsubscribe(room: Newsroom, token: str, *, now: datetime) -> bool:
    """Take the reader off the edition whose letter carried the token. Twice is harmless; False for no token of ours."""
    claim = room.signer.read(token, Purpose.UNSUBSCRIBE)
    if claim is None:
        return False
    with room.store.write() as tx:
        held = tx.subscribers.held(claim.subscriber, locked=True)
        if held is not None:
            leave_editions(tx, held, (claim.edition,), Consent(at=now, how="link", text="Unsubscribe"))
    return True


def preferences_token(room: Newsroom, subscriber: SubscriberId) -> str:
    """For a page that somebody sees who has just proved to be this reader."""
    return room.signer.preferences(subscriber, EditionKey(""))


def reader(room: Newsroom, token: str) -> Subscriber | None:
    """Whose preferences page a token opens."""
    claim = room.signer.read(token, Purpose.PREFERENCES)
    if claim is None:
        return None
    with room.store.read() as tx:
        return tx.subscribers.get(claim.subscriber)


def preferences(
    room: Newsroom, token: str, *, editions: Iterable[str], name: str | None, now: datetime
) -> Subscriber | None:
    """Take exactly these editions, none being a way to leave. None for a token of nobody.

    A bounced or complained reader stays off.
    """
    claim = room.signer.read(token, Purpose.PREFERENCES)
    if claim is None:
        return None
    wanted = tuple(edition for edition in map(room.config.edition, dict.fromkeys(editions)) if edition is not None)
    with room.store.write() as tx:
        held = tx.subscribers.held(claim.subscriber, locked=True)
        if held is None:
            return None
        keys = {edition.edition_key for edition in wanted}
        off = [edition for edition in held.by_edition if edition not in keys]
        leave_editions(tx, held, off, Consent(at=now, how="preferences", text="Left under preferences"))
        if not _kept_out(tx, room, held.subscriber):
            for edition in wanted:
                said = agreement(edition.title, edition.language, how="preferences")
                _join(tx, held, (edition.edition_key,), Consent(at=now, how="preferences", text=said))
        if name is not None:
            tx.subscribers.set_person(claim.subscriber, name=clean_name(name))
        return tx.subscribers.get(claim.subscriber)


def leave_editions(tx: Shelves, held: Held, editions: Iterable[EditionKey], consent: Consent) -> None:
    """End these subscriptions where they stand; the others stay."""
    gone = [edition for edition in editions if held.by_edition.get(edition, _LEFT) is not _LEFT]
    if gone:
        tx.subscribers.set_editions(held.subscriber.id, gone, _LEFT, now=consent.at)
        for edition in gone:
            tx.subscribers.note_consent(held.subscriber.id, edition, "leave", consent)


def _invite(
    room: Newsroom, edition: Edition, address: str, link: str, *, delivery: DeliveryId, now: datetime
) -> Outcome:
    letter = invitation(room.config, edition, link, templates=folders("templates", room.config.folder))
    domain = parseaddr(edition.sender)[1].rpartition("@")[2]
    mailing = Mailing(
        issue=IssueKey("confirm"), letter=letter, sender=edition.sender, reply_to=edition.reply_to, date=now
    )
    parcel = Parcel(delivery=delivery, email=address, message_id=f"<confirm.{delivery}@{domain}>")
    return asyncio.run(post(room.transport(), mailing, parcel))


def _asked_for(
    tx: Shelves, room: Newsroom, edition: Edition, address: str, *, name: str, language: str, now: datetime
) -> tuple[SubscriberId, int] | None:
    """Keep the wish, and give whom to write to; None when nothing may be sent."""
    if tx.subscribers.suppressed((room.signer.suppression_hash(address),)):
        return None
    held, key = tx.subscribers.held_by_email(address), edition.edition_key
    if held is None:
        fresh = Subscriber(
            id=SubscriberId(""),
            email=address,
            name=name,
            language=language or edition.language,
            editions=(key,),
            status=_PENDING,
        )
        one, version = tx.subscribers.add(fresh, now=now), 0
    else:
        one, version = held.subscriber.id, held.token_version
        if held.subscriber.status in _STRUCK or held.by_edition.get(key) is _ACTIVE:
            return None
        if not may_invite(held.confirm_sent, held.confirm_count, now=now):
            return None
        tx.subscribers.set_editions(one, (key,), _PENDING, now=now)
    asked = Consent(at=now, how="form", text=agreement(edition.title, edition.language, how="form"))
    tx.subscribers.note_consent(one, key, "ask", asked)
    tx.subscribers.note_invitation(one, now=now)
    return one, version


def _join(tx: Shelves, held: Held, editions: Iterable[EditionKey], consent: Consent) -> None:
    new = [edition for edition in editions if held.by_edition.get(edition) is not _ACTIVE]
    if new:
        tx.subscribers.set_editions(held.subscriber.id, new, _ACTIVE, now=consent.at)
        for edition in new:
            tx.subscribers.note_consent(held.subscriber.id, edition, "join", consent)


def _kept_out(tx: Shelves, room: Newsroom, one: Subscriber) -> bool:
    own = room.signer.suppression_hash(one.email)
    return one.status in _STRUCK or bool(tx.subscribers.suppressed((own,)))


def _note_visit(room: Newsroom, who: str, *, now: datetime) -> None:
    """Count a request of a visitor and its neighbourhood. Raises TooOftenError over either ceiling."""
    if not who:
        return
    tries = [("subscribe-by", who, VISITOR_MOST), ("subscribe-near", neighbourhood(who) or who, NETWORK_MOST)]
    with room.store.write() as tx:
        tx.desk.forget_attempts(before=now - _KEPT_ATTEMPTS)
        for what, whose, most in tries:
            known = hashlib.sha256(whose.encode()).hexdigest()[:32]
            if tx.desk.attempts(what, known, since=now - CEILING_WITHIN) >= most:
                raise TooOftenError("too many requests came from this network; try again in an hour")
            tx.desk.note_attempt(what, known, now=now)


def _edition(room: Newsroom, key: str) -> Edition:
    try:
        known_editions((key,), (edition.key for edition in room.config.editions))
    except ValueError as error:
        raise NewsletterError(str(error)) from None
    found = room.config.edition(key)
    assert found is not None
    return found
