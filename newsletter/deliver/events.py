"""What SendGrid's event webhook says: believed when it is signed, however often and in whatever order it comes."""

import binascii
import hashlib
import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from newsletter.deliver.ledger import ALLOWED
from newsletter.errors import NewsletterError
from newsletter.model import DeliveryId, DeliveryState, Event, SubscriberStatus

OLDEST = timedelta(hours=26)
"""A provider repeats a post for 24 hours; what is older was kept by somebody else."""
_AHEAD = timedelta(minutes=10)
_MOST_TEXT = 500
_STATES = {
    "processed": DeliveryState.ACCEPTED,
    "deferred": DeliveryState.DEFERRED,
    "dropped": DeliveryState.DROPPED,
    "blocked": DeliveryState.BLOCKED,
    "delivered": DeliveryState.DELIVERED,
    "bounce": DeliveryState.BOUNCED,
    "spamreport": DeliveryState.COMPLAINED,
}
_STRIKES = {"bounce": SubscriberStatus.BOUNCED, "spamreport": SubscriberStatus.COMPLAINED}


def read_events(
    body: bytes, signature: str, timestamp: str, *, keys: Sequence[str], now: datetime
) -> tuple[Event, ...]:
    """The events of a genuine post, those that name a delivery. Raises NewsletterError for any other.

    The signature is ECDSA over the timestamp and the raw bytes, in base64. `keys` are public keys as base64 DER; any
    of them will do, so that one can follow another without a gap.
    """
    if not keys:
        raise NewsletterError(
            "no key for provider events is set; put it in the variable of [deliver.sendgrid] webhook_key_env"
        )
    if not _is_signed(timestamp.encode() + body, signature, keys):
        raise NewsletterError(
            "provider events without a valid signature; compare the key with the one of your provider"
        )
    _expect_fresh(timestamp, now)
    try:
        found = json.loads(body)
    except ValueError:
        raise NewsletterError("provider events that are not JSON") from None
    if not isinstance(found, list):
        raise NewsletterError("provider events that are not a list")
    events = (_event(one) for one in found if isinstance(one, dict))
    return tuple(event for event in events if event is not None)


def state_after(state: DeliveryState, event: Event) -> DeliveryState | None:
    """Where an event takes a row; None where it takes it nowhere: it came late, or says nothing about delivery."""
    to = _STATES.get(event.kind)
    return to if to in ALLOWED[state] else None


def strikes(event: Event) -> SubscriberStatus | None:
    """What the event means for the reader in all that is to come: a hard bounce or a complaint ends it."""
    return _STRIKES.get(event.kind)


def _is_signed(signed: bytes, signature: str, keys: Sequence[str]) -> bool:
    try:
        proof = b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    return any(_fits(_key(key), proof, signed) for key in keys)


def _fits(key: EllipticCurvePublicKey, proof: bytes, signed: bytes) -> bool:
    try:
        key.verify(proof, signed, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _key(text: str) -> EllipticCurvePublicKey:
    try:
        key = load_der_public_key(b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        key = None
    if not isinstance(key, EllipticCurvePublicKey):
        raise NewsletterError("[deliver.sendgrid] webhook_key_env: its variable holds no base64 DER public key")
    return key


def _expect_fresh(timestamp: str, now: datetime) -> None:
    at = _moment(timestamp)
    if at is None or not now - OLDEST <= at <= now + _AHEAD:
        raise NewsletterError(f"provider events of {timestamp[:20]!r}; only those of the last 26 hours are taken")


def _event(found: Mapping[str, Any]) -> Event | None:
    delivery, kind, at = found.get("delivery"), found.get("event"), _moment(found.get("timestamp"))
    if not isinstance(delivery, str) or not isinstance(kind, str) or at is None or not delivery or len(delivery) > 128:
        return None
    if kind == "bounce" and found.get("type") == "blocked":
        kind = "blocked"
    url = _text(found.get("url"))
    # The provider's own id differs between copies of one event (sendgrid-nodejs #1435), so it is not part of the key.
    parts = (delivery, kind, str(int(at.timestamp())), _text(found.get("attempt")), url)
    machine = found.get("sg_machine_open")
    return Event(
        key=hashlib.sha256("\0".join(parts).encode()).hexdigest(),
        delivery=DeliveryId(delivery),
        kind=_text(kind)[:32],
        at=at,
        url=url,
        detail=_text(found.get("reason")) or _text(found.get("response")),
        human=not machine if isinstance(machine, bool) else None,
    )


def _text(value: object) -> str:
    """One line of a stranger's text, at most so long."""
    if not isinstance(value, str | int):
        return ""
    return " ".join(str(value).split())[:_MOST_TEXT].encode("utf-8", "replace").decode().replace("\0", "")


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(value), UTC) if isinstance(value, str | int) else None
    except (ValueError, OverflowError, OSError):
        return None
