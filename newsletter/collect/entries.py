"""What a feed says, before we know what is new: plain text values, cheap to send between processes."""

import json
from dataclasses import dataclass, field, fields
from operator import attrgetter
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
    tags: tuple[str, ...] = ()
    """What the publisher files it under: for filters, nothing else."""


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
    broken_off: bool = False
    """The document ends in the middle of its last entry."""
    links: tuple[str, ...] = field(default=())
    """Feeds that a web page names."""

    @property
    def is_feed(self) -> bool:
        return self.kind in ("rss", "atom", "json")

    def to_json(self) -> bytes:
        """Entries without the names of their fields: a large feed takes this way in a tenth of its time."""
        own = {one.name: getattr(self, one.name) for one in fields(self)}
        text = json.dumps(own | {"entries": list(map(_VALUES, self.entries))}, ensure_ascii=False)
        return text.encode("utf-8", "surrogatepass")

    @classmethod
    def from_json(cls, data: bytes) -> "Parsed":
        values: dict[str, Any] = json.loads(data.decode("utf-8", "surrogatepass"))
        entries = tuple(
            Entry(**dict(zip(_NAMES, one, strict=True)) | {"dates": tuple(one[-2]), "tags": tuple(one[-1])})
            for one in values.pop("entries")
        )
        lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        return cls(**values | lists, entries=entries)


_NAMES = tuple(one.name for one in fields(Entry))
_VALUES = attrgetter(*_NAMES)
assert _NAMES[-2:] == ("dates", "tags")
