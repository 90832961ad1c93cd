"""A letter as SendGrid's v3 Mail Send takes it: shared once, a personalization for each reader.

A slot becomes a substitution tag that nobody can guess, one for the text and one for the HTML, where a value is
escaped. Limits are those of the OpenAPI document and its prose.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from newsletter.addresses import email_key
from newsletter.deliver.headers import LONGEST, fixed, free, parted, safe, wire_address
from newsletter.deliver.mime import MAILBOXES, OWN, Cut, cut, reply_to_of, sender_of
from newsletter.deliver.parcels import Mailing, Parcel
from newsletter.errors import NewsletterError
from newsletter.slots import Slot

MOST_READERS = 1000
_MOST_BYTES = 10_000
"""Of the substitutions, and of the custom arguments, of one personalization."""
_SURELY_FEW = _MOST_BYTES // 8
"""Letters; a letter is at most four bytes, and the tags are ours and short."""
_MOST_NAME = 256
_MOST_SHARED = 3_000_000
"""Bytes of what all readers share: with a thousand readers' own parts, each at its limits, it stays below the 30 MB of
a request. Mail programs cut a letter at a thirtieth of it."""
_ITS_OWN = frozenset(("x-sg-id", "x-sg-eid", "received", "dkim-signature", "cc", "bcc"))
"""Headers that it refuses besides those that we write ourselves."""
_OFF = {"enable": False}


class Shared(NamedTuple):
    """What is the same for all readers."""

    body: Mapping[str, Any]
    headers: tuple[tuple[str, Cut], ...]
    """Those with slots."""
    text: tuple[tuple[Slot, str], ...]
    html: tuple[tuple[Slot, str], ...]
    """Each slot that stands there, with its tag."""


def tracking(*, clicks: bool, opens: bool) -> dict[str, Any]:
    """One unsubscribe, ours; and no reader is watched unless the config says so."""
    return {
        "click_tracking": {"enable": clicks, "enable_text": False},
        "open_tracking": {"enable": opens},
        "subscription_tracking": _OFF,
        "ganalytics": _OFF,
    }


UNTRACKED: Mapping[str, Any] = tracking(clicks=False, opens=False)


def payload(
    mailing: Mailing, personalizations: Sequence[Mapping[str, Any]], *, leaves: datetime | None = None,
    tracking: Mapping[str, Any] = UNTRACKED,
) -> dict[str, Any]:  # fmt: skip
    found = {"personalizations": list(personalizations), **shared(mailing).body, "tracking_settings": tracking}
    if mailing.batch and leaves is not None:
        found |= {"send_at": int(leaves.timestamp()), "batch_id": mailing.batch}
    return found


def personalization(mailing: Mailing, parcel: Parcel) -> dict[str, Any]:
    """One reader's part. Raises ValueError when the reader's values cannot stand in a letter."""
    known = shared(mailing)
    values = parcel.values
    for value in values.values():
        safe(value)
    substitutions = {tag: values[slot] for slot, tag in known.text}
    for slot, tag in known.html:
        substitutions[tag] = escape(values[slot])
    to = {"email": wire_address(parcel.email)}
    if name := " ".join(safe(parcel.name).split()):
        to["name"] = name[:_MOST_NAME]
    headers = {"Message-ID": parcel.message_id}
    for header, line in known.headers:
        headers[header] = _filled(line, values)
    found: dict[str, Any] = {
        "to": [to],
        "headers": headers,
        "custom_args": {"delivery": parcel.delivery, "attempt": str(parcel.attempt)},
    }
    if substitutions:
        found["substitutions"] = substitutions
        if sum(map(len, substitutions.values())) > _SURELY_FEW:
            _expect_room(substitutions)
    return found


def _expect_room(substitutions: Mapping[str, str]) -> None:
    if sum(len(tag) + len(value.encode()) for tag, value in substitutions.items()) > _MOST_BYTES:
        raise ValueError(f"the reader's own parts are longer than {_MOST_BYTES} bytes")


def groups(parcels: Sequence[Parcel]) -> Iterator[list[Parcel]]:
    """An address may stand once in a request, so its second letter goes into another one."""
    rest = list(parcels)
    while rest:
        seen: set[str] = set()
        now: list[Parcel] = []
        later: list[Parcel] = []
        for parcel in rest:
            key = email_key(parcel.email)
            (later if key in seen or len(now) == MOST_READERS else now).append(parcel)
            seen.add(key)
        yield now
        rest = later


@lru_cache(maxsize=4)
def shared(mailing: Mailing) -> Shared:
    """Raises NewsletterError when no reader could be sent this."""
    letter = mailing.letter
    try:
        text, html = cut(letter.text), cut(letter.html)
        headers, slotted = _headers(mailing)
        body = _body(mailing)
    except ValueError as error:
        raise NewsletterError(f"the letter of {mailing.issue} cannot be sent: {error}; compose it again") from error
    tags = [{slot: f"-{letter.fingerprint[:16]}.{kind}.{slot.value}-" for slot in dict.fromkeys(found.slots)}
            for kind, found in (("text", text), ("html", html))]  # fmt: skip
    body["content"] = [
        {"type": "text/plain", "value": _tagged(text, tags[0])},
        {"type": "text/html", "value": _tagged(html, tags[1])},
    ]
    if headers:
        body["headers"] = headers
    if (size := len(json.dumps(body))) > _MOST_SHARED:
        raise NewsletterError(
            f"the letter of {mailing.issue} has {size:,} bytes, too many for SendGrid with 1000 readers; shorten it"
        )
    return Shared(body, slotted, tuple(tags[0].items()), tuple(tags[1].items()))


def _body(mailing: Mailing) -> dict[str, Any]:
    found: dict[str, Any] = {"from": _person(*sender_of(mailing)), "subject": safe(mailing.letter.subject)}
    if reply_to := reply_to_of(mailing):
        found["reply_to"] = _person(*parted(reply_to))
    return found


def _person(name: str, email: str) -> dict[str, str]:
    return {"email": email, "name": name} if name else {"email": email}


def _headers(mailing: Mailing) -> tuple[dict[str, str], tuple[tuple[str, Cut], ...]]:
    plain: dict[str, str] = {}
    slotted: list[tuple[str, Cut]] = []
    for name, value in mailing.letter.headers:
        if name.lower() in OWN | MAILBOXES | _ITS_OWN:
            continue
        found = cut(value)
        if found.slots:
            fixed(name, "".join(found.fixed))
            slotted.append((name, found))
        else:
            line = fixed(name, value) if value.isascii() else free(name, value).replace("\r\n", "")
            plain[name] = line[len(name) + 2 :]
    return plain, tuple(slotted)


def _tagged(text: Cut, tags: Mapping[Slot, str]) -> str:
    return text.fixed[0] + "".join(tags[slot] + piece for slot, piece in zip(text.slots, text.fixed[1:], strict=True))


def _filled(line: Cut, values: Mapping[Slot, str]) -> str:
    whole = _tagged(line, values)
    if not whole.isascii():
        raise ValueError("a header of the reader's holds letters beyond ASCII")
    if len(whole) > LONGEST:
        raise ValueError(f"a header of the reader's is longer than {LONGEST} bytes")
    return whole
