"""E-mail addresses: which are usable, and when two are one."""

import unicodedata
from functools import lru_cache

import idna

_MOST_LOCAL, _MOST = 64, 254  # octets, RFC 5321 4.5.3.1 and its erratum 1690
_FORBIDDEN = frozenset('<>()[]{},;:"\\|`')
_LONE_NAMES = frozenset({"localhost"})


def address_of(text: str) -> str:
    """The address as it is written on an envelope: its domain lower-case and in ASCII (IDNA 2008).

    Raises ValueError, saying what is wrong, for whatever could not be one address on one header line.
    """
    text = unicodedata.normalize("NFC", text.strip(" \t"))
    if not text.isprintable() or " " in text:
        raise ValueError("an address has no spaces, line breaks or control characters")
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain:
        raise ValueError("an address has a name, an @ and a domain")
    if "@" in local or _FORBIDDEN & set(text):
        raise ValueError("an address has one @ and none of the characters " + " ".join(sorted(_FORBIDDEN)))
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise ValueError("dots of an address stand between other characters")
    domain = _domain(domain)
    if len(local.encode()) > _MOST_LOCAL or len(f"{local}@{domain}".encode()) > _MOST:
        raise ValueError(f"an address is at most {_MOST} bytes long, {_MOST_LOCAL} before the @")
    return f"{local}@{domain}"


def email_key(address: str) -> str:
    """Equal for two spellings of one mailbox. Case is dropped: no provider that we know of tells Ann@ from ann@."""
    local, _, domain = address.strip(" \t").rpartition("@")
    return f"{unicodedata.normalize('NFC', local).lower()}@{domain.lower()}"


@lru_cache(maxsize=10_000)
def _domain(domain: str) -> str:
    try:
        plain = idna.encode(domain.rstrip(".").lower(), uts46=not domain.isascii()).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise ValueError(f"{domain} is not a domain name") from None
    if "." not in plain and plain not in _LONE_NAMES:
        raise ValueError(f"{domain} is not a whole domain name, such as example.org")
    if plain.rpartition(".")[2].isdigit():
        raise ValueError(f"{domain} is the number of a machine and not a domain name")
    return plain
