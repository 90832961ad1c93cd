"""What is subscribed: the OPML files of the newsroom's folder say it, the store says how each feed fares."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from newsletter.collect.opml import read_opml, without_doubles, write_opml
from newsletter.collect.rulefiles import FOR_GOOD, MUTED, read_muted, write_muted
from newsletter.errors import NewsletterError
from newsletter.model import Feed, FeedHealth, FeedUrl
from newsletter.newsroom import Newsroom


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A feed and how it fares. `health` is new, ok, failing, gone, muted or off; `told` counts its articles that an
    issue has told, drafts among them."""

    feed: Feed
    health: str
    articles: int
    told: int
    known: FeedHealth


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    added: tuple[Feed, ...]
    doubles: tuple[Feed, ...]
    refused: tuple[str, ...]
    """Outlines that cannot be used, and why."""
    file: Path
    alone: bool
    """The newsroom had no list of its own before: the shipped feeds no longer count."""


def listed_feeds(room: Newsroom, *, now: datetime) -> tuple[Standing, ...]:
    """Every subscribed feed, in the order of the files."""
    with room.store.read() as tx:
        known, counts, told = tx.feeds.all_health(), tx.articles.count_by_feed(), tx.articles.told_by_feed()
    found = []
    for feed in room.feeds:
        health = known.get(feed.url) or FeedHealth(feed_url=feed.url)
        found.append(
            Standing(
                feed=feed,
                health=_word(feed, health, now),
                articles=counts.get(feed.url, 0),
                told=told.get(feed.url, 0),
                known=health,
            )
        )
    return tuple(found)


def import_feeds(room: Newsroom, file: Path) -> Imported:
    """Copy the feeds of an OPML file into the newsroom's own list, those that it lacks. Raises DataError."""
    refused: list[str] = []
    given = read_opml(file, refused=refused)
    own = own_files(room)
    known = {feed.url for one in own for feed in read_opml(one)}
    added = [feed for feed in without_doubles(given) if feed.url not in known]
    target = _folder(room) / f"{file.stem}.opml"
    if added:
        write_feeds(room, target.name, added, title=file.stem)
        room.read_feeds_again()
    doubles = _without(given, added)
    alone = not own and bool(added)
    return Imported(added=tuple(added), doubles=doubles, refused=tuple(refused), file=target, alone=alone)


def export_feeds(room: Newsroom) -> str:
    """All subscribed feeds as one OPML document."""
    return write_opml(room.feeds, title=f"{room.config.newsroom.name}: feeds")


def mute_feed(room: Newsroom, url: str, *, until: datetime | None, now: datetime) -> datetime:
    """Do not ask a feed before `until`, or until it is unmuted; gives that time. Raises NewsletterError."""
    feed = _subscribed(room, url)
    end = until or FOR_GOOD
    if end <= now:
        raise NewsletterError(f"{end:%Y-%m-%d %H:%M} UTC is over; give a time to come, or --days")
    file = _folder(room) / MUTED
    write_muted(file, {**_still_muted(file, now), feed.url: end})
    room.read_feeds_again()
    return end


def unmute_feed(room: Newsroom, url: str, *, now: datetime) -> bool:
    """Ask a feed again; False where it was not muted. Raises NewsletterError."""
    file = _folder(room) / MUTED
    muted = dict(_still_muted(file, now))
    if muted.pop(url, None) is None:
        _subscribed(room, url)
        return False
    write_muted(file, muted)
    room.read_feeds_again()
    return True


def own_files(room: Newsroom) -> Sequence[Path]:
    return sorted(_folder(room).glob("*.opml"))


def write_feeds(room: Newsroom, name: str, more: Sequence[Feed], *, title: str) -> Path:
    """Add feeds to a file of the newsroom's own; it is replaced as a whole, never half written."""
    file = _folder(room) / name
    file.parent.mkdir(parents=True, exist_ok=True)
    before = read_opml(file) if file.exists() else ()
    draft = file.with_suffix(".new")
    draft.write_text(write_opml(without_doubles((*before, *more)), title=title), "utf-8")
    draft.replace(file)
    return file


def _word(feed: Feed, health: FeedHealth, now: datetime) -> str:
    if not feed.enabled:
        return "off"
    if not feed.is_on(now):
        return "muted"
    if health.gone:
        return "gone"
    if health.failures or health.last_error:
        return "failing"
    return "new" if health.checked is None else "ok"


def _subscribed(room: Newsroom, url: str) -> Feed:
    feed = room.feed(FeedUrl(url))
    if feed is None:
        near = get_close_matches(url, [one.url for one in room.feeds], n=1)
        hint = f"did you mean {near[0]}?" if near else "see: newsletter feeds list"
        raise NewsletterError(f"{url} is not subscribed; {hint}")
    return feed


def _still_muted(file: Path, now: datetime) -> dict[str, datetime]:
    return {url: until for url, until in read_muted(file).items() if until > now}


def _folder(room: Newsroom) -> Path:
    return room.config.folder / "feeds"


def _without(given: Iterable[Feed], added: Iterable[Feed]) -> tuple[Feed, ...]:
    """Those that were not added, one mention each time they stand there too often."""
    left = list(given)
    for feed in added:
        left.remove(feed)
    return tuple(left)
