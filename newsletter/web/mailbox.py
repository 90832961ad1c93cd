"""The outbox at the desk: what the outbox transport wrote, shown as a mail program shows it."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.utils import parsedate_to_datetime
from html import escape
from pathlib import Path
from typing import Annotated, Literal, get_args

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from newsletter.web.desk import show
from newsletter.web.gate import LETTER_POLICY
from newsletter.web.guard import Reading
from newsletter.web.lenses import HTML
from newsletter.web.site import Here, Site

router = APIRouter(include_in_schema=False)
_SHOWN = 100
_MOST_HEADERS = 64 * 1024
Part = Literal["html", "narrow", "text", "headers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A letter of the outbox; `name` is its path below the folder."""

    name: str
    sender: str
    to: str
    subject: str
    date: str
    at: datetime | None
    """None for a date that cannot be read."""


@router.get("/desk/outbox")
def mailbox(request: Request, site: Here, who: Reading, letter: str = "", part: Part = "html") -> Response:
    folder = _folder(site)
    count, newest = _newest(folder)
    chosen = None if not letter else _posted(folder, _file(folder, letter))
    return show(
        request, site, who, "desk/outbox.html", title="mailbox", letters=[_posted(folder, path) for path in newest],
        count=count, chosen=chosen, part=part, parts=get_args(Part),
    )  # fmt: skip


@router.get("/desk/outbox/letter")
def posted(site: Here, _who: Reading, name: str, part: Annotated[Part, Query()] = "html") -> Response:
    """A part of a letter by itself, for a frame that may neither run nor read anything."""
    data = _file(_folder(site), name).read_bytes()
    if part == "headers":
        content = data.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").replace("\r\n", "\n")
    else:
        message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(data)
        body = message.get_body(("plain",) if part == "text" else ("html",))
        content = "" if body is None else str(body.get_content())
    if part in ("text", "headers"):
        content = f'<!doctype html><meta charset="utf-8">{_TEXT_LOOK}<pre>{escape(content)}</pre>'
    headers = {"Content-Security-Policy": LETTER_POLICY, "Cache-Control": "no-store"}
    return Response(content.encode("utf-8", "replace"), media_type=HTML, headers=headers)


_TEXT_LOOK = (
    "<style>:root{color-scheme:light dark}pre{margin:24px;white-space:pre-wrap;overflow-wrap:anywhere;"
    "font:14px/1.6 ui-monospace,'DejaVu Sans Mono',Consolas,'Noto Sans Mono CJK SC',monospace}</style>"
)


def _folder(site: Site) -> Path:
    config = site.room.config
    return (config.folder / config.deliver.outbox.folder).resolve()


def _newest(folder: Path) -> tuple[int, list[Path]]:
    """How many letters there are, and the newest of them."""
    found = [(path.stat().st_mtime, path) for path in _letters(folder)]
    return len(found), [path for _, path in heapq.nlargest(_SHOWN, found)]


def _letters(folder: Path) -> Iterator[Path]:
    return folder.rglob("*.eml") if folder.is_dir() else iter(())


def _file(folder: Path, name: str) -> Path:
    """A letter below the folder. Raises 404 for anything else, a path that climbs out of it among them."""
    try:
        path = (folder / name).resolve()
        known = path.suffix == ".eml" and path.is_relative_to(folder) and path.is_file()
    except (OSError, ValueError):
        known = False
    if not known:
        raise HTTPException(404)
    return path


def _posted(folder: Path, path: Path) -> Posted:
    with path.open("rb") as file:
        head = BytesHeaderParser(policy=policy.default).parsebytes(file.read(_MOST_HEADERS))
    said = {name: str(head.get(name, "")) for name in ("From", "To", "Subject", "Date")}
    return Posted(
        name=path.relative_to(folder).as_posix(),
        sender=said["From"],
        to=said["To"],
        subject=said["Subject"],
        date=said["Date"],
        at=_moment(said["Date"]),
    )


def _moment(date: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(date)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
