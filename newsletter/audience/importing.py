"""Readers from a CSV file: each line becomes a reader or a refusal that says why; nobody who left is brought back."""

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newsletter.addresses import address_of
from newsletter.audience.subscribing import clean_name, known_editions
from newsletter.errors import DataError
from newsletter.model import Consent, EditionKey, Subscriber, SubscriberId, SubscriberStatus

COLUMNS = ("email", "name", "language", "timezone", "editions", "status", "consented_at")
_LANGUAGE = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
_UTF16 = ("\udcff\udcfe", "\udcfe\udcff")
"""The mark at the start of such a file, as a reader of UTF-8 that keeps broken bytes sees it."""
_STATUSES = tuple(status.value for status in SubscriberStatus)
_OPEN = (SubscriberStatus.ACTIVE, SubscriberStatus.PENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    line: int
    email: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    added: int
    unchanged: int
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A reader as a line states one; the id is not given yet."""

    number: int
    reader: Subscriber


class Step(StrEnum):
    ADD = "add"
    JOIN = "join"
    UNCHANGED = "unchanged"


def read_lines(
    lines: Iterable[str], *, editions: Collection[str], consent: str, now: datetime
) -> Iterator[Line | Refused]:
    """The readers of a file in its order. Raises DataError when the first line is no header of ours."""
    rows = csv.reader(lines, strict=True)
    try:
        names = next(rows, [])
    except csv.Error as error:
        raise DataError(f"the first line is not CSV: {error}; write: {','.join(COLUMNS)} (CSV, UTF-8)") from None
    header = _header(names)
    while True:
        number = rows.line_num + 1
        try:
            cells = next(rows, None)
        except csv.Error as error:
            yield Refused(line=number, email="", why=_unread(number, rows.line_num, f"is not CSV: {error}"))
            continue
        if cells is None:
            return
        if len(cells) != len(names) and rows.line_num > number:
            yield Refused(line=number, email=_shown(cells[0]), why=_unread(number, rows.line_num, "is not CSV"))
        elif any(cell.strip() for cell in cells):
            yield _line(number, header, cells, editions=editions, consent=consent, now=now)


def step_for(
    reader: Subscriber,
    held: Mapping[EditionKey, SubscriberStatus] | None,
    status: SubscriberStatus | None,
    *,
    suppressed: bool,
) -> Step:
    """What to do with a reader of a file, given what is known of the address (None: nothing).

    Raises ValueError, saying why, where the file contradicts what the reader told us.
    """
    if suppressed:
        raise ValueError("was erased, bounced or complained here; such an address is never written to again")
    if status is None or held is None:
        return Step.ADD
    left = status not in _OPEN
    if left and reader.status is status:
        return Step.UNCHANGED
    gone = [edition for edition in reader.editions if held.get(edition) is SubscriberStatus.LEFT]
    if left or (gone and reader.status in _OPEN):
        raise ValueError(
            f"has {status if left else 'left ' + gone[0]} here; only the reader can come back, by subscribing"
        )
    if reader.status not in _OPEN:
        raise ValueError(f"is {status} here; take them off with: newsletter subscribers leave EMAIL")
    wanted = {SubscriberStatus.ACTIVE} if reader.status is SubscriberStatus.ACTIVE else set(_OPEN)
    known = all(held.get(edition) in wanted for edition in reader.editions)
    return Step.UNCHANGED if known else Step.JOIN


def _unread(first: int, last: int, why: str) -> str:
    """A quotation mark that is never closed swallows what follows it; nobody in there is lost without a word."""
    more = f"; lines {first} to {last} were not read, look for a quotation mark too many" if last > first else ""
    return why + more


def _header(cells: list[str]) -> dict[str, int]:
    names = [cell.strip().strip("\ufeff").lower() for cell in cells]
    if "email" in names:
        return {name: at for at, name in enumerate(names) if name in COLUMNS}
    joined = ",".join(cells)
    if "\0" in joined or joined.startswith(_UTF16):
        raise DataError("this file is UTF-16, as Excel writes Unicode text; save it as CSV UTF-8")
    for mark, name in ((";", "semicolons"), ("\t", "tabs")):
        if mark in joined and "email" in joined.lower().split(mark):
            raise DataError(f"the columns of this file are parted by {name}; save it with commas (CSV, UTF-8)")
    raise DataError(f"the first line names no column email; write: {','.join(COLUMNS)} (CSV, UTF-8)")


def _line(
    number: int, header: dict[str, int], cells: list[str], *, editions: Collection[str], consent: str, now: datetime
) -> Line | Refused:
    cell = {name: cells[at].strip(" \t") if at < len(cells) else "" for name, at in header.items()}
    given = cell["email"]
    try:
        if _is_broken("".join(cells)):
            raise ValueError("is not UTF-8; save the file as CSV in UTF-8")
        return Line(number=number, reader=_reader(cell, editions=editions, consent=consent, now=now))
    except ValueError as error:
        return Refused(line=number, email=_shown(given), why=str(error))


def _reader(cell: Mapping[str, str], *, editions: Collection[str], consent: str, now: datetime) -> Subscriber:
    status = cell.get("status", "").lower() or SubscriberStatus.ACTIVE.value
    if status not in _STATUSES:
        raise ValueError(f"status {status!r} is unknown; use one of {', '.join(_STATUSES)}")
    keys = [key.strip() for key in cell.get("editions", "").split(";") if key.strip()]
    language, zone = cell.get("language", ""), cell.get("timezone", "")
    if language and not _LANGUAGE.match(language):
        raise ValueError(f"language {language!r} is none; write en or zh")
    if zone:
        _check_zone(zone)
    at = _agreed_at(cell.get("consented_at", ""), now)
    if keys or status in _OPEN:
        keys = list(known_editions(keys, editions))
    return Subscriber(
        id=SubscriberId(""),
        email=address_of(cell["email"]),
        name=clean_name(cell.get("name", "")),
        language=language,
        timezone=zone,
        editions=tuple(EditionKey(key) for key in keys),
        status=SubscriberStatus(status),
        consent=Consent(at=at, how="import", text=consent),
    )


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError(f"timezone {zone!r} is none; write one such as Europe/Berlin") from None


def _agreed_at(text: str, now: datetime) -> datetime:
    if not text:
        return now
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"consented_at {text!r} is no time; write 2026-03-13 or 2026-03-13T08:00:00Z") from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if at > now:
        raise ValueError(f"consented_at {text} lies in the future")
    return at


def _is_broken(text: str) -> bool:
    """Bytes that were no UTF-8 were read as lone surrogates."""
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)


def _shown(text: str) -> str:
    return "".join(character if character.isprintable() else "\ufffd" for character in text)[:320]
