"""Links that only we can have made: each names a reader and one purpose, and holds no address.

A token is readable, `u.SUBSCRIBER.EDITION.TAG` or `c.SUBSCRIBER.EDITION.VERSION.EXPIRES.TAG`, and its tag is the first
128 bits of HMAC-SHA256 over all before it. Every character stands unescaped in a URL, and none at the end is one that
mail programs leave out of a link.
"""

import hashlib
import hmac
from base64 import b32encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from newsletter.addresses import email_key
from newsletter.model import EditionKey, SubscriberId

CONFIRM_LASTS = timedelta(days=7)
_TAG_BYTES = 16
_MOST = 400


class Purpose(StrEnum):
    CONFIRM = "c"
    UNSUBSCRIBE = "u"
    PREFERENCES = "p"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a genuine token says. `version` is that of the reader when a confirm token was made; 0 in lasting ones."""

    purpose: Purpose
    subscriber: SubscriberId
    edition: EditionKey
    version: int = 0


class Signer:
    """Makes and reads tokens. A lasting token of a reader is the same each time, so a letter sent again is too."""

    delivery_key: bytes
    """Names the rows of the ledger, so that an id tells a provider neither reader nor issue."""
    mark: str
    """Equal for the same secret; it tells nothing about it."""

    def __init__(self, secret: str) -> None:
        if not secret:
            raise ValueError("a signer needs a secret")
        self._mac = hmac.new(_derived(secret, "tokens"), digestmod=hashlib.sha256)
        self._suppression_mac = hmac.new(_derived(secret, "suppressions"), digestmod=hashlib.sha256)
        self.delivery_key = _derived(secret, "deliveries")
        self.mark = _derived(secret, "mark").hex()[:32]

    def __repr__(self) -> str:
        return "Signer(…)"

    def unsubscribe(self, subscriber: SubscriberId, edition: EditionKey) -> str:
        """Works for ever: a letter of years ago must still let its reader go."""
        return self._signed(f"{Purpose.UNSUBSCRIBE}.{subscriber}.{edition}")

    def preferences(self, subscriber: SubscriberId, edition: EditionKey) -> str:
        """Works for ever; `edition` is the one whose letter carried it."""
        return self._signed(f"{Purpose.PREFERENCES}.{subscriber}.{edition}")

    def confirm(self, subscriber: SubscriberId, edition: EditionKey, *, version: int, now: datetime) -> str:
        """Works for seven days and, since confirming raises the reader's version, once."""
        expires = int((now + CONFIRM_LASTS).timestamp())
        return self._signed(f"{Purpose.CONFIRM}.{subscriber}.{edition}.{version}.{expires}")

    def read(self, token: str, purpose: Purpose, *, now: datetime | None = None) -> Claim | None:
        """The claim of a genuine token for this purpose; None for any other, and for a confirm token past its time.

        `now` may be left out for purposes that never expire.
        """
        if len(token) > _MOST or not token.isascii():
            return None
        body, _, _ = token.rpartition(".")
        if not body or not hmac.compare_digest(self._signed(body), token):
            return None
        kind, subscriber, edition, *rest = body.split(".")
        if kind != purpose:
            return None
        claim = Claim(purpose=purpose, subscriber=SubscriberId(subscriber), edition=EditionKey(edition))
        if purpose is not Purpose.CONFIRM:
            return claim
        version, expires = (int(part) for part in rest)
        if now is None or now >= datetime.fromtimestamp(expires, UTC):
            return None
        return Claim(purpose=purpose, subscriber=claim.subscriber, edition=claim.edition, version=version)

    def suppression_hash(self, address: str) -> str:
        """The row of an address on the list of those that are never written to again."""
        return _mac(self._suppression_mac, email_key(address)).hex()

    def _signed(self, body: str) -> str:
        tag = _mac(self._mac, body)[:_TAG_BYTES]
        return f"{body}.{b32encode(tag).decode().rstrip('=').lower()}"


def _mac(keyed: hmac.HMAC, text: str) -> bytes:
    """By a copy of a keyed hash: for a short text it neither looks up the algorithm again nor lets go of the
    interpreter, which in mid-send the thread of the ledger would take for milliseconds."""
    mac = keyed.copy()
    mac.update(text.encode())
    return mac.digest()


def _derived(secret: str, use: str) -> bytes:
    """One secret, several uses: none of them can be turned against another."""
    return hmac.digest(secret.encode(), f"newsletter {use} v1".encode(), hashlib.sha256)
