"""What a mail server sends back: delivery reports (RFC 3464) and complaints (ARF, RFC 5965), read as events."""

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from newsletter.deliver.mime import DELIVERY_HEADER
from newsletter.model import DeliveryId, Event

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_MESSAGE_ID = re.compile(r"<\s*([^<>@\s]{1,128})@[^<>\s]+\s*>")
_ID = re.compile(r"[A-Za-z0-9_.-]{1,128}")
_COMPLAINTS = frozenset(("abuse", "opt-out"))
_MOST_DETAIL = 500
_ARRIVED = frozenset(("delivered", "relayed", "expanded"))


def read_report(message: bytes, *, now: datetime) -> tuple[Event, ...]:
    """The events that a report tells of letters of ours; none when it is no report, or about no letter that it names.

    The same report read again gives the same keys. Who may write such a report? Whoever was sent the letter: its id
    cannot be guessed.
    """
    report = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(message)
    parts = list(report.walk())
    delivery = next(filter(None, map(_delivery_in, parts)), None)
    if delivery is None:
        return ()
    told = [found for part in parts for found in _told(part)]
    return tuple(_event(delivery, kind, code, detail, now) for kind, code, detail in dict.fromkeys(told))


def kind_of(action: str, status: str, diagnostic: str) -> str:
    """The event that the fields of one recipient mean; "" for none.

    Only what says that the mailbox is not there is a hard bounce (RFC 3463: 5.0, 5.1, 5.2.1). A full mailbox, a policy
    or a network that fails is a block: it says nothing about the next letter.
    """
    if action in _ARRIVED:
        return "delivered"
    if action == "delayed":
        return "deferred"
    if action != "failed":
        return ""
    found = _ENHANCED.search(status)
    if found is None or found.groups() == ("5", "0", "0"):
        found = _ENHANCED.search(diagnostic) or found
    if found is None:
        return "bounce"
    of_class, subject, detail = found.groups()
    return "bounce" if of_class == "5" and (subject in "01" or (subject, detail) == ("2", "1")) else "blocked"


def _delivery_in(part: EmailMessage) -> DeliveryId | None:
    """The letter that a part of the report holds or quotes the headers of; never the report's own headers."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        quoted = part.get_payload()
        inner = quoted[0] if isinstance(quoted, list) and quoted else None
    elif kind in ("text/rfc822-headers", "message/rfc822-headers"):
        raw = part.get_payload(decode=True)
        inner = BytesParser(policy=policy.default).parsebytes(raw, headersonly=True) if isinstance(raw, bytes) else None
    else:
        return None
    if inner is None:
        return None
    own = _header(inner, DELIVERY_HEADER)
    if _ID.fullmatch(own):
        return DeliveryId(own)
    found = _MESSAGE_ID.search(_header(inner, "Message-ID"))
    return DeliveryId(found[1]) if found else None


def _told(part: EmailMessage) -> Iterator[tuple[str, str, str]]:
    """Kind, code and words of every recipient or complaint that a part tells of."""
    kind = part.get_content_type()
    if kind == "message/delivery-status":
        for block in _blocks(part):
            status, said = _header(block, "Status"), _header(block, "Diagnostic-Code")
            action = _header(block, "Action").lower()
            if found := kind_of(action, status, said):
                yield found, status, said or status or action
    elif kind == "message/feedback-report":
        for block in _blocks(part):
            feedback = _header(block, "Feedback-Type").lower()
            if feedback:
                yield ("spamreport" if feedback in _COMPLAINTS else f"feedback {feedback}"[:32]), feedback, feedback


def _blocks(part: EmailMessage) -> list[EmailMessage]:
    """The groups of fields of a machine-readable part; the parser gives them as messages, or as one text."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return [block for block in payload if isinstance(block, EmailMessage)]
    raw = part.get_payload(decode=True)
    groups = re.split(rb"\r?\n\r?\n", raw.strip()) if isinstance(raw, bytes) else []
    parser = BytesParser(_class=EmailMessage, policy=policy.default)
    return [parser.parsebytes(group + b"\r\n", headersonly=True) for group in groups]


def _header(message: object, name: str) -> str:
    """A stranger's header as one line; the parser raises many things for the strangest."""
    try:
        value = message.get(name, "")  # type: ignore[attr-defined]
        return " ".join(str(value).split())[:_MOST_DETAIL].encode("utf-8", "replace").decode().replace("\0", "")
    except Exception:
        return ""


def _event(delivery: DeliveryId, kind: str, code: str, detail: str, now: datetime) -> Event:
    key = hashlib.sha256("\0".join(("report", delivery, kind, code)).encode()).hexdigest()
    return Event(key=key, delivery=delivery, kind=kind, at=now, detail=detail[:_MOST_DETAIL])
