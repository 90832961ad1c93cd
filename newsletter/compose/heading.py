"""The headers of a letter that all its readers share (RFC 2369, 2919, 8058)."""

import re
from email.utils import parseaddr
from urllib.parse import urlsplit

from newsletter.compose.wording import TAGS, one_line
from newsletter.config import Edition, House
from newsletter.model import Issue
from newsletter.slots import Slot

_ATOM = re.compile(r"^[\w !#$&'*+/=?^`{|}~%-]*$", re.ASCII)


def headers(issue: Issue, edition: Edition, house: House, *, title: str) -> tuple[tuple[str, str], ...]:
    """In the order in which they are written. Values are single lines of plain words, not yet encoded."""
    name, address = parseaddr(edition.sender)
    domain = address.rpartition("@")[2] or urlsplit(house.site).hostname or "localhost"
    unsubscribe = f"<{Slot.UNSUBSCRIBE.marker}>"
    if edition.reply_to:
        unsubscribe += f", <mailto:{parseaddr(edition.reply_to)[1]}?subject=unsubscribe>"
    found = [
        ("From", sender(name or title, address)),
        ("Reply-To", edition.reply_to),
        ("List-Id", f"<{edition.key}.{domain}>"),
        ("List-Unsubscribe", unsubscribe),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("List-Archive", f"<{house.site}/issues>"),
        ("List-Help", f"<{house.site}/subscribe>"),
        ("Feedback-ID", f"{issue.period}:{edition.key}:{edition.language}:{domain}"),
        ("Content-Language", TAGS[edition.language]),
    ]
    return tuple((key, _line(value)) for key, value in found if value)


def sender(name: str, address: str) -> str:
    """`Name <address>`; quoted where the name holds a sign with a meaning of its own (RFC 5322, 3.2.3)."""
    name = one_line(name)
    if not name:
        return address
    if name.isascii() and not _ATOM.match(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{address}>"


def _line(value: str) -> str:
    """No header goes on in the next line."""
    return " ".join(value.split())
