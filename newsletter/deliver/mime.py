"""A letter as RFC 5322 bytes: compiled once, spliced for each reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from newsletter.deliver.encoding import Body, best_body
from newsletter.deliver.headers import LONGEST, date_line, fixed, free, mailbox, parted, safe
from newsletter.deliver.parcels import Mailing, Parcel
from newsletter.errors import NewsletterError
from newsletter.slots import Slot, pieces

OWN = frozenset(
    ("to", "cc", "bcc", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding")
)
"""Headers that are made here, whatever a letter says."""
DELIVERY_HEADER = "X-Delivery"
"""Names the row of the ledger where a relay gives the letter a Message-ID of its own: reports quote both."""
MAILBOXES = frozenset(("from", "reply-to", "sender"))


@dataclass(frozen=True, slots=True)
class Cut:
    """A text cut at its slots: one fixed piece more than there are slots."""

    fixed: tuple[str, ...]
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """Everything of a letter that is the same for all of its readers, ready for the wire."""

    top: bytes
    lines: tuple[Cut, ...]
    """Headers with slots in them."""
    text: Body
    html: Body
    slots: tuple[tuple[Slot, ...], tuple[Slot, ...]]
    """Those of the text and of the HTML, in order."""
    seams: tuple[bytes, bytes, bytes]
    """Before the text, between text and HTML, and at the end."""


def splice(mailing: Mailing, parcel: Parcel) -> bytes:
    """The bytes of one reader's letter: CRLF lines of 7-bit ASCII, none of them beginning with a dot.

    Raises ValueError when the reader's own values cannot stand in a letter, NewsletterError when no reader's could.
    """
    letter = compiled(mailing)
    values = {slot: safe(value) for slot, value in parcel.values.items()}
    own = [
        f"To: {mailbox(parcel.name, parcel.email)}",
        fixed("Message-ID", parcel.message_id),
        fixed(DELIVERY_HEADER, parcel.delivery),
    ]
    own += [_filled(line, values) for line in letter.lines]
    before, between, end = letter.seams
    in_text, in_html = letter.slots
    return b"".join(
        (
            letter.top,
            "\r\n".join(own).encode("ascii"),
            before,
            *letter.text.spliced([values[slot].encode() for slot in in_text]),
            between,
            *letter.html.spliced([escape(values[slot]).encode() for slot in in_html]),
            end,
        )
    )


@lru_cache(maxsize=4)
def compiled(mailing: Mailing) -> Compiled:
    """Raises NewsletterError when no reader could be sent this."""
    letter = mailing.letter
    try:
        plain, slotted = _headers(mailing)
        text, html = cut(letter.text), cut(letter.html)
    except ValueError as error:
        raise NewsletterError(f"the letter of {mailing.issue} cannot be sent: {error}; compose it again") from error
    in_text, in_html = best_body(text.fixed), best_body(html.fixed)
    boundary = f"=_{letter.fingerprint[:32]}"  # neither encoding can write "=_"
    plain += ["MIME-Version: 1.0", f'Content-Type: multipart/alternative; boundary="{boundary}"']
    return Compiled(
        top="".join(f"{line}\r\n" for line in plain).encode("ascii"),
        lines=slotted,
        text=in_text,
        html=in_html,
        slots=(text.slots, html.slots),
        seams=(
            b"\r\n\r\n" + _part(boundary, "plain", in_text),
            b"\r\n" + _part(boundary, "html", in_html),
            f"\r\n--{boundary}--\r\n".encode(),
        ),
    )


def cut(text: str) -> Cut:
    """Raises ValueError for a broken marker."""
    found: list[str] = [""]
    slots: list[Slot] = []
    for piece in pieces(text):
        if isinstance(piece, Slot):
            slots.append(piece)
            found.append("")
        else:
            found[-1] += piece
    return Cut(tuple(found), tuple(slots))


def sender_of(mailing: Mailing) -> tuple[str, str]:
    """Name and address that the letter comes from."""
    named = (value for name, value in mailing.letter.headers if name.lower() == "from")
    return parted(next(named, mailing.sender))


def reply_to_of(mailing: Mailing) -> str:
    named = (value for name, value in mailing.letter.headers if name.lower() == "reply-to")
    return next(named, mailing.reply_to)


def _headers(mailing: Mailing) -> tuple[list[str], tuple[Cut, ...]]:
    """Those that all readers share, and those with slots. Raises ValueError."""
    plain = [f"From: {mailbox(*sender_of(mailing))}"]
    if reply_to := reply_to_of(mailing):
        plain.append(f"Reply-To: {mailbox(*parted(reply_to))}")
    plain += [free("Subject", mailing.letter.subject), date_line(mailing.date)]
    slotted: list[Cut] = []
    for name, value in mailing.letter.headers:
        if name.lower() in OWN | MAILBOXES:
            continue
        found = cut(value)
        if found.slots:
            line = fixed(name, "".join(found.fixed))
            slotted.append(Cut((line[: len(name) + 2] + found.fixed[0], *found.fixed[1:]), found.slots))
        else:
            plain.append(fixed(name, value) if value.isascii() else free(name, value))
    return plain, tuple(slotted)


def _filled(line: Cut, values: Mapping[Slot, str]) -> str:
    parts = [line.fixed[0]]
    for slot, piece in zip(line.slots, line.fixed[1:], strict=True):
        parts += (values[slot], piece)
    whole = "".join(parts)
    if not whole.isascii() or len(whole) > LONGEST:
        raise ValueError(f"the header {whole.partition(':')[0]} does not fit one line of ASCII")
    return whole


def _part(boundary: str, kind: str, body: Body) -> bytes:
    lines: Sequence[str] = (
        f"--{boundary}",
        f"Content-Type: text/{kind}; charset=utf-8",
        f"Content-Transfer-Encoding: {body.encoding}",
        "",
        "",
    )
    return "\r\n".join(lines).encode("ascii")
