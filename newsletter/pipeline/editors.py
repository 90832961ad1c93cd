"""Who may sit at the desk."""

import secrets
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from newsletter.addresses import address_of
from newsletter.errors import NewsletterError
from newsletter.newsroom import Newsroom

_HASHER = PasswordHasher()
"""argon2id with the parameters of RFC 9106's second recommendation."""


def add_editor(room: Newsroom, email: str, password: str, *, now: datetime) -> str:
    """Add an editor, or change the password of one, which ends their sessions. Gives the address as it is kept."""
    try:
        address = address_of(email).lower()
    except ValueError as error:
        raise NewsletterError(f"{email}: {error}") from None
    if not password.strip():
        raise NewsletterError(f"{address} needs a password; set it in an environment variable and name that one")
    hashed = _HASHER.hash(password)
    with room.store.write() as tx:
        tx.desk.add_editor(address, hashed, now=now)
    return address


def editors(room: Newsroom) -> tuple[str, ...]:
    with room.store.read() as tx:
        return tx.desk.editors()


def is_editor(room: Newsroom, email: str, password: str) -> bool:
    """An unknown address costs as much time as a wrong password."""
    with room.store.read() as tx:
        known = tx.desk.password_hash(email.strip().lower())
    try:
        return _HASHER.verify(known or _decoy(), password) and known is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _decoy() -> str:
    return _HASHER.hash(secrets.token_urlsafe(16))
