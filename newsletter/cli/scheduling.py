"""When a schedule is due, for a file of questions."""

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from newsletter.cli.say import as_json, stamp
from newsletter.config import SCHEDULE
from newsletter.errors import NewsletterError
from newsletter.schedule import occurrences


def schedule(arguments: Namespace) -> None:
    """A line for each line: the occurrences in [from, to), or what is wrong with the question."""
    for line in _lines(arguments.file):
        if line.strip():
            print(as_json(answer(line)))


def answer(line: str) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except ValueError:
        return {"id": None, "error": "not JSON"}
    if not isinstance(asked, dict):
        return {"id": None, "error": "not a JSON object"}
    try:
        return {"id": asked.get("id"), "occurrences": _occurrences(asked)}
    except ValueError as error:
        return {"id": asked.get("id"), "error": str(error)}


def _occurrences(asked: Mapping[str, Any]) -> list[str | None]:
    when, zone = str(asked.get("schedule", "")), str(asked.get("timezone", ""))
    if not SCHEDULE.match(when):
        raise ValueError(f'schedule {when!r}: use a weekday and a time such as "mon 08:00"')
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise ValueError(f'timezone {zone!r}: use one such as "Europe/Berlin"') from None
    since, until = _moment(asked, "from"), _moment(asked, "to")
    return [stamp(at) for at in occurrences(when, zone, since, until)]


def _moment(asked: Mapping[str, Any], name: str) -> datetime:
    """Without a zone it is UTC; a bare date is its first moment."""
    try:
        found = datetime.fromisoformat(str(asked.get(name, "")))
    except ValueError:
        raise ValueError(f"{name} {asked.get(name)!r}: use a time such as 2026-03-13T08:00:00Z") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _lines(path: Path) -> Iterator[str]:
    if str(path) == "-":
        yield from sys.stdin
        return
    try:
        with path.open(encoding="utf-8") as file:
            yield from file
    except (OSError, UnicodeDecodeError) as error:
        raise NewsletterError(f"{path} cannot be read: {error}") from None
