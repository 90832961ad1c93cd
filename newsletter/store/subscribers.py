"""Subscribers, the editions they take, what they agreed to, and the addresses that are never written to again.

An edition's audience is every subscriber whose own status and whose subscription to it are both `active`.
"""

import secrets
from base64 import b32encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from newsletter.addresses import email_key
from newsletter.model import Consent, EditionKey, Subscriber, SubscriberId, SubscriberStatus
from newsletter.store.tables import consents, deliveries, subscribers, subscriptions, suppressions

_ACTIVE, _LEFT = SubscriberStatus.ACTIVE, SubscriberStatus.LEFT
_STRUCK = (SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED)
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A subscriber as kept, with what only the rules of joining and leaving need."""

    subscriber: Subscriber
    token_version: int
    confirm_sent: datetime | None
    confirm_count: int
    by_edition: Mapping[EditionKey, SubscriberStatus] = field(default_factory=dict)


class SubscriberShelf:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, subscriber: SubscriberId) -> Subscriber | None:
        held = self.held(subscriber)
        return None if held is None else held.subscriber

    def by_email(self, email: str) -> Subscriber | None:
        held = self.held_by_email(email)
        return None if held is None else held.subscriber

    def held(self, subscriber: SubscriberId, *, locked: bool = False) -> Held | None:
        """`locked` keeps others from changing this reader until the transaction ends (SQLite has one writer anyway)."""
        query = select(subscribers).where(subscribers.c.id == subscriber)
        return next(iter(self._held(query.with_for_update() if locked else query)), None)

    def held_by_email(self, email: str) -> Held | None:
        return self.among((email,)).get(email_key(email))

    def among(self, emails: Iterable[str]) -> dict[str, Held]:
        """Those of the addresses that are known, by email_key."""
        keys, found = sorted({email_key(email) for email in emails}), dict[str, Held]()
        for at in range(0, len(keys), _CHUNK):
            query = select(subscribers).where(subscribers.c.email_key.in_(keys[at : at + _CHUNK]))
            found.update({email_key(one.subscriber.email): one for one in self._held(query)})
        return found

    def audience(self, edition: EditionKey) -> int:
        """How many readers an issue of the edition would go to now."""
        query = (
            select(func.count())
            .select_from(subscriptions.join(subscribers))
            .where(
                subscriptions.c.edition == edition,
                subscriptions.c.status == _ACTIVE.value,
                subscribers.c.status == _ACTIVE.value,
            )
        )
        return int(self._connection.execute(query).scalar_one())

    def page(self, *, after: SubscriberId | None = None, limit: int = 1000) -> tuple[Subscriber, ...]:
        """Everybody in order of id, a page at a time; an empty page is the end."""
        query = select(subscribers).order_by(subscribers.c.id).limit(limit)
        if after is not None:
            query = query.where(subscribers.c.id > after)
        return tuple(held.subscriber for held in self._held(query))

    def count_by_status(self) -> dict[str, int]:
        rows = self._connection.execute(select(subscribers.c.status, func.count()).group_by(subscribers.c.status))
        return {row[0]: int(row[1]) for row in rows}

    # -- writing

    def add(self, reader: Subscriber, *, now: datetime) -> SubscriberId:
        """Keep one whose address was not known a moment ago, and give the id; where somebody was faster, theirs."""
        try:
            with self._connection.begin_nested():
                return self.add_many((reader,), now=now)[0]
        except IntegrityError:
            known = self.by_email(reader.email)
            if known is None:
                raise
            return known.id

    def add_many(self, readers: Sequence[Subscriber], *, now: datetime) -> tuple[SubscriberId, ...]:
        """Keep readers whose addresses are not known yet; an empty id is replaced by a new one.

        The subscriptions take the status of their reader.
        """
        named = [(reader.id or _new_id(), reader) for reader in readers]
        if not named:
            return ()
        self._connection.execute(insert(subscribers), [_row(one, reader, now) for one, reader in named])
        taken = [
            {"subscriber_id": one, "edition": edition, "status": _of_edition(reader.status).value, "at": now}
            for one, reader in named
            for edition in sorted(set(reader.editions))
        ]
        if taken:
            self._connection.execute(insert(subscriptions), taken)
        agreed = [_consent_row(one, "", "join", reader.consent) for one, reader in named if reader.consent]
        if agreed:
            self._connection.execute(insert(consents), agreed)
        return tuple(one for one, _ in named)

    def set_editions(
        self, subscriber: SubscriberId, editions: Iterable[EditionKey], status: SubscriberStatus, *, now: datetime
    ) -> None:
        """Give these subscriptions a status, the others stay; the reader's own status follows.

        A reader is active while one subscription is, else pending while one is, else has left; a bounce or a
        complaint outlasts all of it.
        """
        for edition in sorted(set(editions)):
            where = (subscriptions.c.subscriber_id == subscriber, subscriptions.c.edition == edition)
            self._connection.execute(delete(subscriptions).where(*where))
            values = {"subscriber_id": subscriber, "edition": edition, "status": status.value, "at": now}
            self._connection.execute(insert(subscriptions).values(**values))
        query = select(subscriptions.c.status).where(subscriptions.c.subscriber_id == subscriber)
        found = set(self._connection.execute(query).scalars())
        now_is = next((one for one in (_ACTIVE, SubscriberStatus.PENDING) if one.value in found), _LEFT)
        where_open = (subscribers.c.id == subscriber, subscribers.c.status.not_in([one.value for one in _STRUCK]))
        self._connection.execute(update(subscribers).where(*where_open).values(status=now_is.value))

    def set_status(self, subscriber: SubscriberId, status: SubscriberStatus) -> None:
        """For what the mail itself told us: bounced or complained."""
        self._connection.execute(update(subscribers).where(subscribers.c.id == subscriber).values(status=status.value))

    def set_person(self, subscriber: SubscriberId, *, name: str) -> None:
        self._connection.execute(update(subscribers).where(subscribers.c.id == subscriber).values(name=name))

    def note_consent(self, subscriber: SubscriberId, edition: EditionKey, what: str, consent: Consent) -> None:
        """`what` is join or leave; the notes stay until the reader is erased."""
        self._connection.execute(insert(consents).values(**_consent_row(subscriber, edition, what, consent)))

    def note_invitation(self, subscriber: SubscriberId, *, now: datetime) -> None:
        """A confirmation letter is about to go out."""
        values = {"confirm_sent": now, "confirm_count": subscribers.c.confirm_count + 1}
        self._connection.execute(update(subscribers).where(subscribers.c.id == subscriber).values(**values))

    def take_back_invitation(self, subscriber: SubscriberId) -> None:
        """The letter could not be handed over: it counts for nothing."""
        values = {"confirm_sent": None, "confirm_count": subscribers.c.confirm_count - 1}
        self._connection.execute(update(subscribers).where(subscribers.c.id == subscriber).values(**values))

    def note_confirmed(self, subscriber: SubscriberId) -> None:
        """Every confirm token made so far is spent, and letters may be sent anew one day."""
        values = {"token_version": subscribers.c.token_version + 1, "confirm_count": 0, "confirm_sent": None}
        self._connection.execute(update(subscribers).where(subscribers.c.id == subscriber).values(**values))

    def erase(self, subscriber: SubscriberId) -> None:
        """Forget a person; the ledger keeps its rows, without address and name, so that its sums stay true."""
        own = deliveries.c.subscriber_id == subscriber
        self._connection.execute(update(deliveries).where(own).values(email="", name=""))
        for table in (consents, subscriptions):
            self._connection.execute(delete(table).where(table.c.subscriber_id == subscriber))
        self._connection.execute(delete(subscribers).where(subscribers.c.id == subscriber))

    # -- suppression: by `Signer.suppression_hash`, so that an erased address is still kept out

    def suppress(self, email_hash: str, reason: str, *, now: datetime) -> None:
        """`reason` is bounced, complained or erased; the first one stays."""
        if not self.suppressed((email_hash,)):
            self._connection.execute(insert(suppressions).values(email_hash=email_hash, reason=reason, at=now))

    def suppressed(self, hashes: Iterable[str]) -> frozenset[str]:
        wanted, found = sorted(set(hashes)), set[str]()
        for at in range(0, len(wanted), _CHUNK):
            column = suppressions.c.email_hash
            found.update(self._connection.execute(select(column).where(column.in_(wanted[at : at + _CHUNK]))).scalars())
        return frozenset(found)

    # -- rows to values

    def _held(self, query: Select[Any]) -> list[Held]:
        rows = self._connection.execute(query).all()
        ids = [row.id for row in rows]
        taken: dict[str, dict[EditionKey, SubscriberStatus]] = {one: {} for one in ids}
        agreed: dict[str, Consent] = {}
        for at in range(0, len(ids), _CHUNK):
            some = ids[at : at + _CHUNK]
            own = select(subscriptions).where(subscriptions.c.subscriber_id.in_(some)).order_by(subscriptions.c.edition)
            for line in self._connection.execute(own):
                taken[line.subscriber_id][EditionKey(line.edition)] = SubscriberStatus(line.status)
            joined = (consents.c.subscriber_id.in_(some), consents.c.what == "join")
            for line in self._connection.execute(select(consents).where(*joined).order_by(consents.c.id)):
                agreed[line.subscriber_id] = Consent(at=line.at, how=line.how, text=line.text)
        return [_value(row, taken[row.id], agreed.get(row.id)) for row in rows]


def _value(row: Row[Any], taken: dict[EditionKey, SubscriberStatus], consent: Consent | None) -> Held:
    reader = Subscriber(
        id=SubscriberId(row.id),
        email=row.email,
        name=row.name,
        language=row.language,
        timezone=row.timezone,
        editions=tuple(edition for edition, status in taken.items() if status is not _LEFT),
        status=SubscriberStatus(row.status),
        consent=consent,
    )
    return Held(
        subscriber=reader,
        token_version=row.token_version,
        confirm_sent=row.confirm_sent,
        confirm_count=row.confirm_count,
        by_edition=taken,
    )


def _row(one: SubscriberId, reader: Subscriber, now: datetime) -> dict[str, Any]:
    return {
        "id": one,
        "email": reader.email,
        "email_key": email_key(reader.email),
        "name": reader.name,
        "language": reader.language,
        "timezone": reader.timezone,
        "status": reader.status.value,
        "token_version": 0,
        "created": now,
        "confirm_sent": None,
        "confirm_count": 0,
    }


def _consent_row(one: SubscriberId, edition: str, what: str, consent: Consent) -> dict[str, Any]:
    return {
        "subscriber_id": one,
        "edition": edition,
        "what": what,
        "how": consent.how,
        "text": consent.text,
        "at": consent.at,
    }


def _of_edition(status: SubscriberStatus) -> SubscriberStatus:
    return status if status in (_ACTIVE, SubscriberStatus.PENDING) else _LEFT


def _new_id() -> SubscriberId:
    """80 random bits: nothing of the address, for links and provider logs carry it."""
    return SubscriberId(b32encode(secrets.token_bytes(10)).decode().lower())
