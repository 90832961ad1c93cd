"""What an operator does with the register of readers: add, take off, import, export, erase."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

from newsletter.addresses import address_of, email_key
from newsletter.audience.importing import COLUMNS, Imported, Line, Refused, Step, read_lines, step_for
from newsletter.audience.subscribing import clean_name, known_editions
from newsletter.errors import DataError, NewsletterError
from newsletter.model import Consent, EditionKey, Subscriber, SubscriberId, SubscriberStatus
from newsletter.newsroom import Newsroom
from newsletter.pipeline.readers import leave_editions
from newsletter.store.shelves import Shelves
from newsletter.store.subscribers import Held

_CHUNK = 5000
_STRUCK = (SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED)


def add_reader(
    room: Newsroom, *, email: str, editions: Sequence[str], name: str, language: str, consent: str, now: datetime
) -> Subscriber:
    """Add one who agreed elsewhere. Raises NewsletterError for an address that left or may not be written to."""
    try:
        keys = known_editions(editions, (edition.key for edition in room.config.editions))
        fresh = Subscriber(
            id=SubscriberId(""),
            email=address_of(email),
            name=clean_name(name),
            language=language,
            editions=tuple(EditionKey(key) for key in keys),
            status=SubscriberStatus.ACTIVE,
            consent=Consent(at=now, how="command", text=consent),
        )
        with room.store.write() as tx:
            (step,) = _settle(tx, room, [fresh], now=now)
            if isinstance(step, ValueError):
                raise step
            found = tx.subscribers.by_email(fresh.email)
    except ValueError as error:
        raise NewsletterError(f"{email}: {error}") from None
    assert found is not None
    return found


def leave(room: Newsroom, email: str, *, edition: str | None, now: datetime) -> Subscriber:
    """Take somebody off one edition or all. Raises NewsletterError for an unknown address or edition."""
    consent = Consent(at=now, how="command", text="taken off by the operator")
    with room.store.write() as tx:
        held = tx.subscribers.held_by_email(email)
        if held is None:
            raise NewsletterError(f"{email} is not subscribed; see: newsletter subscribers list")
        if edition is not None and edition not in held.by_edition:
            known = ", ".join(held.by_edition) or "none"
            raise NewsletterError(f"{email} does not take {edition}; of theirs: {known}")
        leave_editions(tx, held, held.by_edition if edition is None else (EditionKey(edition),), consent)
        found = tx.subscribers.by_email(email)
    assert found is not None
    return found


def import_readers(
    room: Newsroom, file: Path, *, consent: str, now: datetime, progress: Callable[[int, int], None] | None = None
) -> Imported:
    """The good lines of a CSV file go in, the bad ones come back. Raises DataError for a file that is none of ours."""
    added, unchanged, refused = 0, 0, list[Refused]()
    keys = tuple(edition.key for edition in room.config.editions)
    try:
        size = file.stat().st_size
        with file.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as opened:
            lines = _watched(opened, size, progress)
            for chunk in _chunks(read_lines(lines, editions=keys, consent=consent, now=now)):
                refused += [one for one in chunk if isinstance(one, Refused)]
                good = [one for one in chunk if isinstance(one, Line)]
                with room.store.write() as tx:
                    more, same, wrong = _take(tx, room, good, now=now)
                added, unchanged, refused = added + more, unchanged + same, refused + wrong
    except OSError as error:
        raise DataError(f"{file}: cannot be read ({error.strerror})") from None
    return Imported(added=added, unchanged=unchanged, refused=tuple(sorted(refused, key=lambda one: one.line)))


def export_readers(room: Newsroom) -> Iterator[str]:
    """CSV line by line, the columns those of an import."""
    yield _csv_line(COLUMNS)
    for one in all_readers(room):
        at = one.consent.at.isoformat(timespec="seconds").replace("+00:00", "Z") if one.consent else ""
        cells = (one.email, one.name, one.language, one.timezone, ";".join(one.editions), one.status.value, at)
        yield _csv_line(cells)


def all_readers(room: Newsroom) -> Iterator[Subscriber]:
    """Everybody, in pages, so that ten million need no more memory than a thousand."""
    after: SubscriberId | None = None
    while True:
        with room.store.read() as tx:
            page = tx.subscribers.page(after=after)
        if not page:
            return
        yield from page
        after = page[-1].id


def erase(room: Newsroom, email: str, *, now: datetime) -> bool:
    """Forget a person; only a hash stays, so that nobody adds the address again. False when it was not known."""
    try:
        address = address_of(email)
    except ValueError as error:
        raise NewsletterError(f"{email}: {error}") from None
    with room.store.write() as tx:
        tx.subscribers.suppress(room.signer.suppression_hash(address), "erased", now=now)
        found = tx.subscribers.by_email(address)
        if found is not None:
            tx.subscribers.erase(found.id)
    return found is not None


def _take(tx: Shelves, room: Newsroom, lines: Sequence[Line], *, now: datetime) -> tuple[int, int, list[Refused]]:
    """Settle the lines of a chunk; an address that stands twice is settled in two rounds."""
    added, unchanged, refused = 0, 0, list[Refused]()
    rest = list(lines)
    while rest:
        first: dict[str, Line] = {}
        for line in rest:
            first.setdefault(email_key(line.reader.email), line)
        rest = [line for line in rest if first[email_key(line.reader.email)] is not line]
        done = _settle(tx, room, [line.reader for line in first.values()], now=now)
        for line, step in zip(first.values(), done, strict=True):
            if isinstance(step, ValueError):
                refused.append(Refused(line=line.number, email=line.reader.email, why=str(step)))
            elif step is Step.UNCHANGED:
                unchanged += 1
            else:
                added += 1
    return added, unchanged, refused


def _settle(tx: Shelves, room: Newsroom, readers: Sequence[Subscriber], *, now: datetime) -> list[Step | ValueError]:
    """Write what the rules allow for readers of different addresses; what they refuse is given as a ValueError."""
    known = tx.subscribers.among(reader.email for reader in readers)
    hashes = [room.signer.suppression_hash(reader.email) for reader in readers]
    suppressed = tx.subscribers.suppressed(hashes)
    steps: list[Step | ValueError] = []
    for reader, own in zip(readers, hashes, strict=True):
        held = known.get(email_key(reader.email))
        kept = None if held is None else held.by_edition
        status = None if held is None else held.subscriber.status
        try:
            step = step_for(reader, kept, status, suppressed=own in suppressed)
        except ValueError as error:
            steps.append(error)
            continue
        steps.append(step)
        if step is Step.JOIN and held is not None:
            _join(tx, held, reader, now=now)
    fresh = [reader for reader, step in zip(readers, steps, strict=True) if step is Step.ADD]
    tx.subscribers.add_many(fresh, now=now)
    for reader in fresh:
        if reader.status in _STRUCK:
            tx.subscribers.suppress(room.signer.suppression_hash(reader.email), reader.status.value, now=now)
    return steps


def _join(tx: Shelves, held: Held, reader: Subscriber, *, now: datetime) -> None:
    new = [edition for edition in reader.editions if held.by_edition.get(edition) is not SubscriberStatus.ACTIVE]
    tx.subscribers.set_editions(held.subscriber.id, new, reader.status, now=now)
    if reader.consent is not None:
        for edition in new:
            tx.subscribers.note_consent(held.subscriber.id, edition, "join", reader.consent)


def _chunks(lines: Iterable[Line | Refused]) -> Iterator[list[Line | Refused]]:
    rest = iter(lines)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


def _watched(lines: Iterable[str], size: int, progress: Callable[[int, int], None] | None) -> Iterator[str]:
    """The lines, telling now and then how far they are, in characters of about `size`."""
    done = 0
    for number, line in enumerate(lines):
        done += len(line)
        if progress is not None and number % _CHUNK == 0:
            progress(min(done, size), size)
        yield line
    if progress is not None:
        progress(size, size)


def _csv_line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()
