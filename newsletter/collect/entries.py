"""What a feed says, before we know what is new: plain text values, cheap to send between processes."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as its feed gives it. `dates` are raw, best first; `link` is absolute or ""."""

    guid: str = ""
    link: str = ""
    title: str = ""
    author: str = ""
    summary: str = ""
    text: str = ""
    language: str = ""
    dates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A whole feed. `kind` is rss, atom, json, or what it is instead of a feed: html, challenge, empty, unknown."""

    kind: str
    title: str = ""
    site: str = ""
    language: str = ""
    entries: tuple[Entry, ...] = ()
    problems: tuple[str, ...] = ()
    ttl: int = 0
    """Seconds between fetches that the feed asks for."""
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    links: tuple[str, ...] = field(default=())
    """Feeds that a web page names."""

    @property
    def is_feed(self) -> bool:
        return self.kind in ("rss", "atom", "json")

    def to_json(self) -> bytes:
        return json.dumps(asdict(self)).encode("ascii")

    @classmethod
    def from_json(cls, data: bytes) -> "Parsed":
        values: dict[str, Any] = json.loads(data)
        entries = tuple(Entry(**one | {"dates": tuple(one["dates"])}) for one in values.pop("entries"))
        lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        return cls(**values | lists, entries=entries)
