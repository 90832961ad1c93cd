"""What a verb prints: JSON for programs, a few plain lines for people, a bar while they wait."""

import json
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import Enum
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # loading the newsroom takes half a second, which trying a stage on a file does not need
    from newsletter.config import Config
    from newsletter.newsroom import Newsroom


def now_of(arguments: Namespace) -> datetime:
    """The time given with --as-of, else the clock."""
    return arguments.as_of or datetime.now(UTC)


class Watch:
    """The time, or a time given with --as-of that goes on from there."""

    def __init__(self, start: datetime | None) -> None:
        self._start, self._began = start, monotonic()

    def __call__(self) -> datetime:
        if self._start is None:
            return datetime.now(UTC)
        return self._start + timedelta(seconds=monotonic() - self._began)


def config_of(arguments: Namespace) -> "Config":
    from newsletter.config import load_config

    return load_config(arguments.config)


@contextmanager
def room_of(arguments: Namespace) -> "Iterator[Newsroom]":
    from newsletter.newsroom import open_newsroom

    with open_newsroom(config_of(arguments)) as room:
        yield room


def stamp(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | set | frozenset | Iterable):
        return list(value)
    raise TypeError(f"{type(value).__name__} cannot be printed as JSON")


def report(arguments: Namespace, result: Mapping[str, Any], lines: Iterable[str]) -> None:
    """One JSON object, or the lines for a person."""
    if arguments.json:
        print(as_json(dict(result)))
    else:
        for line in lines:
            print(line)


def rows(arguments: Namespace, found: Iterable[Mapping[str, Any]], columns: tuple[str, ...]) -> None:
    """JSON Lines, or the named columns parted by two spaces."""
    for one in found:
        if arguments.json:
            print(as_json(dict(one)))
        else:
            print("  ".join(_cell(one.get(column)) for column in columns))


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return stamp(value) or "-"
    if isinstance(value, list | tuple):
        return ";".join(str(one) for one in value) or "-"
    return "-" if value in (None, "") else str(value)


class Bar:
    """A progress bar where stderr is a terminal, silent elsewhere. Call it with (done, total)."""

    def __init__(self, what: str, *, unit: str = "it") -> None:
        from tqdm import tqdm

        self.shown = sys.stderr.isatty()
        self._begun = False
        self._bar = tqdm(desc=what, total=0, leave=False, disable=not self.shown, file=sys.stderr, unit=unit)

    def note(self, words: str) -> None:
        """Words behind the figures."""
        if self.shown:
            self._bar.set_postfix_str(words)

    def __call__(self, done: int, total: int, note: str = "") -> None:
        if not self._begun:
            self._begun = True
            self._bar.initial = done  # what was done before tells nothing about how fast it goes now
        self._bar.total = total
        self._bar.n = done
        if note:
            self._bar.set_postfix_str(note, refresh=False)
        self._bar.refresh()

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()
