"""Header lines that every mail program reads the same: one line where it must be, encoded words where it may not.

Written by hand because the standard library folds a long URL into encoded words, so that List-Unsubscribe stops being
an address (cpython #85725), and loses spaces between encoded words (cpython #144156).
"""

import re
from base64 import b64encode
from datetime import UTC, datetime
from email.utils import format_datetime

from newsletter.addresses import address_of

LONGEST = 998
"""Bytes of a header line without its CRLF, RFC 5322 2.1.1."""

_CONTROL = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]")
_NAME = re.compile(r"[!-9;-~]+")
_FOLD_AT = 76
_WORD_BYTES = 45  # 60 letters of base64, 72 with =?utf-8?b?...?=; RFC 2047 allows 75
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_PLAIN_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_{}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_{}~-]+)*@[a-z0-9-]+(?:\.[a-z0-9-]+)*"
)
_MAILBOX = re.compile(r"^\s*(?:(?P<name>.*?)\s*<(?P<angled>[^<>]+)>|(?P<bare>[^<>]+))\s*$")


def safe(value: str) -> str:
    """The value as it is. Raises ValueError for a line break or another control character: it would forge a header."""
    if (found := _CONTROL.search(value)) is not None:
        raise ValueError(f"a header holds the control character {found[0]!r}")
    return value


def fixed(name: str, value: str) -> str:
    """A header of which the value is an address or another token: ASCII, one line. Raises ValueError for any other."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a header")
    line = f"{name}: {safe(value)}"
    if not line.isascii():
        raise ValueError(f"the header {name} holds letters beyond ASCII")
    if len(line) > LONGEST:
        raise ValueError(f"the header {name} is longer than {LONGEST} bytes")
    return line


def free(name: str, text: str) -> str:
    """A header of words, folded: as it is where ASCII carries it, in encoded words where not."""
    text = safe(text).strip()
    if text.isascii() and "=?" not in text and len(max(text.split(" "), key=len)) < _FOLD_AT - len(name) - 2:
        return _folded(name, text.split(" "))
    return f"{name}: {_encoded_words(text, room=_FOLD_AT - len(name) - 2)}"


def mailbox(name: str, email: str) -> str:
    """A person's name and address for a header. Raises ValueError when there can be no such address."""
    address, name = wire_address(email), " ".join(safe(name).split())
    if not name:
        return address
    if _ATOMS.fullmatch(name) and "=?" not in name and len(name) < _FOLD_AT:
        return f"{name} <{address}>"
    if name.isascii() and "=?" not in name and len(name) < _FOLD_AT:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{address}>'
    words = _encoded_words(name, room=72)
    fold = "" if len(words) + len(address) < _FOLD_AT - len("Reply-To:  <>") else "\r\n"
    return f"{words}{fold} <{address}>"


def wire_address(email: str) -> str:
    """The address in ASCII, as envelope and header need it. Raises ValueError when there can be no such address."""
    if len(email) <= 64 and _PLAIN_ADDRESS.fullmatch(email):
        return email
    address = address_of(safe(email))
    if not address.isascii():
        raise ValueError("the address has letters beyond ASCII before its @, which few mail servers take")
    return address


def parted(sender: str) -> tuple[str, str]:
    """Name and address of `Name <name@example.org>`. Raises ValueError."""
    found = _MAILBOX.match(safe(sender))
    if found is None:
        raise ValueError(f"{sender!r} is not an address such as Name <name@example.org>")
    name = (found["name"] or "").strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return name, address_of((found["angled"] or found["bare"]).strip())


def date_line(at: datetime) -> str:
    return f"Date: {format_datetime(at.astimezone(UTC))}"


def _folded(name: str, words: list[str]) -> str:
    """Fold before a word that would pass the margin; an empty word is one of several spaces and never ends a line."""
    lines, line = [], f"{name}: {words[0]}"
    for word in words[1:]:
        if word and len(line) + 1 + len(word) > _FOLD_AT and not line.endswith((" ", ":")):
            lines.append(line)
            line = f" {word}"
        else:
            line = f"{line} {word}"
    return "\r\n".join((*lines, line))


def _encoded_words(text: str, *, room: int) -> str:
    """RFC 2047 words, each whole in its characters, a line for each. Readers drop the white space between them."""
    words, part, most = [], b"", min(_WORD_BYTES, (room - 12) // 4 * 3)
    for character in text:
        data = character.encode()
        if len(part) + len(data) > most:
            words.append(part)
            part, most = b"", _WORD_BYTES
        part += data
    return "\r\n ".join(f"=?utf-8?b?{b64encode(word).decode()}?=" for word in (*words, part))
