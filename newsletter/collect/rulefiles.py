"""Two files beside the OPML ones: `filters.toml` says which entries of a feed come in, `muted.toml` which feeds are not
asked for a while."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from newsletter.collect.sifting import mistake_in
from newsletter.errors import DataError
from newsletter.model import Feed, Filter

FILTERS, MUTED = "filters.toml", "muted.toml"
FOR_GOOD = datetime(9999, 12, 31, tzinfo=UTC)
EVERY = "*"
"""A filter for all feeds."""
_KEYS = frozenset({"feed", "action", "field", "contains", "regex"})
_HEAD = """\
# Feeds that are not asked for a while: newsletter feeds mute URL --days 7. Take a line out and its feed is asked again.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    filters: tuple[tuple[str, Filter], ...] = ()
    """With the feed that each is about, or `*`."""
    muted: Mapping[str, datetime] = field(default_factory=dict)

    def on(self, feed: Feed) -> Feed:
        """The feed with its own rules, before those for all."""
        own = [rule for url, rule in self.filters if url == feed.url]
        shared = [rule for url, rule in self.filters if url == EVERY]
        return replace(feed, filters=(*own, *shared), muted_until=self.muted.get(feed.url))


def rules_of(folders: Sequence[Path]) -> Rules:
    """Each file from the first folder that has it. Raises DataError, naming file, feed and mistake."""
    filters = next((read_filters(file) for one in folders if (file := one / FILTERS).is_file()), ())
    muted = next((read_muted(file) for one in folders if (file := one / MUTED).is_file()), {})
    return Rules(filters=tuple(filters), muted=muted)


def read_muted(file: Path) -> dict[str, datetime]:
    """Until when each feed is not asked; nothing where there is no file. Raises DataError."""
    return {url: _until(until, url, file) for url, until in _toml(file).items()} if file.exists() else {}


def write_muted(file: Path, muted: Mapping[str, datetime]) -> None:
    """Replaced as a whole, never half written."""
    lines = [f"{_quoted(url)} = {_written(until)}\n" for url, until in sorted(muted.items())]
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.write_text(_HEAD + "".join(lines), "utf-8")
    draft.replace(file)


def read_filters(file: Path) -> list[tuple[str, Filter]]:
    """Each filter with the feed that it is about, or `*`. Raises DataError, naming the filter and its mistake."""
    data = _toml(file)
    given = data.pop("filter", [])
    if data or not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise DataError(f"{file}: holds more than filters; each begins with [[filter]]")
    return [pair for number, one in enumerate(given, 1) for pair in _filter(one, number, file)]


def _filter(given: dict[str, Any], number: int, file: Path) -> list[tuple[str, Filter]]:
    feeds = given.get("feed", EVERY)
    feeds = [feeds] if isinstance(feeds, str) else feeds
    where = f"{file}: filter {number} ({', '.join(map(str, feeds)) if isinstance(feeds, list) else feeds})"
    if wrong := _wrong(given, feeds):
        raise DataError(f"{where}: {wrong}")
    rule = {name: value for name, value in given.items() if name != "feed"}
    return [(url, Filter(**rule, everywhere=url == EVERY)) for url in feeds]


def _wrong(given: dict[str, Any], feeds: Any) -> str:
    if unknown := sorted(set(given) - _KEYS):
        return f"unknown key {unknown[0]!r}; the keys are {', '.join(sorted(_KEYS))}"
    if not isinstance(feeds, list) or not all(
        isinstance(one, str) for one in (*feeds, *given.values()) if one is not feeds
    ):
        return "every value is text in quotation marks; feed may be a list of them"
    if given.get("action") not in ("keep", "drop"):
        return f"action = {given.get('action')!r}: use 'keep' or 'drop'"
    if given.get("field") not in ("title", "link", "tag"):
        return f"field = {given.get('field')!r}: use 'title', 'link' or 'tag'"
    if bool(given.get("contains")) == bool(given.get("regex")):
        return "give either contains or regex, with something in it"
    mistake = mistake_in(given["regex"]) if given.get("regex") else ""
    return f"regex {given['regex']!r} is not valid ({mistake}); correct it" if mistake else ""


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise DataError(f"{file}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{file}: is not TOML ({error}); correct it") from None


def _until(given: Any, url: str, file: Path) -> datetime:
    if given == "for good":
        return FOR_GOOD
    if isinstance(given, date) and not isinstance(given, datetime):
        given = datetime.combine(given, time(23, 59, 59))
    if not isinstance(given, datetime):
        raise DataError(f'{file}: {url}: {given!r} is no time; write one such as 2026-03-20T08:00:00Z, or "for good"')
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def _written(until: datetime) -> str:
    return (
        '"for good"'
        if until >= FOR_GOOD
        else until.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    )


def _quoted(url: str) -> str:
    return '"' + url.replace("\\", "\\\\").replace('"', '\\"') + '"'
