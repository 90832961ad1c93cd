"""OPML files say what is subscribed: one outline a feed, with what we know of the source in its attributes."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr
from zoneinfo import ZoneInfo

from lxml import etree

from newsletter.collect.decoding import decode
from newsletter.collect.mending import well_begun
from newsletter.collect.rulefiles import rules_of
from newsletter.errors import DataError
from newsletter.model import Category, Feed, FeedUrl

_SCHEMES = ("http://", "https://")
_YES = frozenset({"true", "1", "yes", "on"})
_NO = frozenset({"false", "0", "no", "off"})
_ZONES = {
    "zh": "Asia/Shanghai",
    "zh-hant": "Asia/Taipei",
    "zh-tw": "Asia/Taipei",
    "zh-hk": "Asia/Hong_Kong",
    "ja": "Asia/Tokyo",
    "ko": "Asia/Seoul",
}


_FOLDERS = {
    Category.REVIEW: ("评测", "評測"),
    Category.RESEARCH: ("研究", "论文", "論文"),
    Category.VENDOR: ("厂商", "廠商", "官方"),
    Category.ANALYSIS: ("分析", "评论", "評論", "观点", "觀點"),
    Category.PROJECT: ("项目", "專案", "开源", "開源"),
}
"""What Chinese folders call the categories."""


def feeds_of(folders: Sequence[Path]) -> tuple[Feed, ...]:
    """The feeds of the first folder that holds an OPML file: the user's own list replaces the shipped one.

    A feed that stands twice counts once, as it stands first. The rules of `filters.toml` and `muted.toml` are on them.
    Raises DataError for a file that cannot be understood.
    """
    for folder in folders:
        files = sorted(folder.glob("*.opml"))
        if files:
            rules = rules_of(folders)
            return tuple(map(rules.on, without_doubles(feed for file in files for feed in read_opml(file))))
    return ()


def without_doubles(feeds: Iterable[Feed]) -> tuple[Feed, ...]:
    found: dict[FeedUrl, Feed] = {}
    for feed in feeds:
        found.setdefault(feed.url, feed)
    return tuple(found.values())


def read_opml(file: Path, *, refused: list[str] | None = None) -> tuple[Feed, ...]:
    """Every outline with an address, at any depth. Raises DataError where there is no OPML to read, and for an outline
    that cannot be used, unless there is a list to note it in."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise DataError(f"{file}: cannot be read ({error.strerror}); name an OPML file") from None
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False, encoding="utf-8")
    text, _ = well_begun(decode(data).text)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or _name(root) != "opml":
        raise DataError(f"{file}: is not OPML; export your feeds as OPML from your reader and try again")
    return tuple(_feeds_below(root, file, refused))


def default_zone(language: str) -> str:
    """Where the times of a source without a stated time zone are from, as far as its language tells."""
    tag = language.lower().replace("_", "-")
    return _ZONES.get(tag) or _ZONES.get(tag.partition("-")[0]) or "UTC"


def write_opml(feeds: Sequence[Feed], *, title: str = "Feeds") -> str:
    """The feeds as OPML 2.0, one folder a category; what `read_opml` reads back unchanged."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">']
    lines += ["  <head>", f"    <title>{_text(title)}</title>", "  </head>", "  <body>"]
    for category in Category:
        inside = [feed for feed in feeds if feed.category is category]
        if inside:
            name = quoteattr(category.value.capitalize())
            lines += [f"    <outline text={name} title={name}>", *map(_outline, inside), "    </outline>"]
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _feeds_below(element: Any, file: Path, refused: list[str] | None, folder: str = "") -> Iterator[Feed]:
    for child in element.iterchildren(tag=etree.Element):
        attributes = {name.lower(): value.strip() for name, value in child.attrib.items()}
        url = attributes.get("xmlurl", "")
        if url:
            try:
                yield _feed(_as_web(url), attributes, folder, file)
            except DataError as error:
                if refused is None:
                    raise
                refused.append(str(error))
        name = attributes.get("text") or attributes.get("title") or folder
        yield from _feeds_below(child, file, refused, name if _name(child) == "outline" and not url else folder)


def _as_web(url: str) -> str:
    """Readers write feed: before an address, or in the place of its scheme."""
    bare = url[5:] if url[:5].lower() == "feed:" else url
    return f"https:{bare}" if bare.startswith("//") else bare


def _feed(url: str, given: dict[str, str], folder: str, file: Path) -> Feed:
    if not url.startswith((*_SCHEMES, "sample://")):
        raise DataError(f"{file}: {url!r} is not an address; an xmlUrl starts with http:// or https://")
    language = given.get("language") or "en"
    return Feed(
        url=FeedUrl(url),
        title=given.get("title") or given.get("text") or url,
        site=given.get("htmlurl", ""),
        language=language,
        category=_category(given.get("category", ""), folder),
        topics=tuple(topic for part in given.get("topics", "").split(";") if (topic := part.strip())),
        authority=_authority(given.get("authority", ""), url, file),
        timezone=_zone(given.get("timezone") or default_zone(language), url, file),
        enabled=given.get("enabled", "true").lower() not in _NO,
        note=given.get("note", ""),
        fulltext=given.get("fulltext", "").lower() in _YES,
        gap=_gap(given.get("gap", ""), url, file),
        alone=given.get("alone", "").lower() in _YES,
    )


def _category(given: str, folder: str) -> Category:
    """Other readers write paths such as "/Tech/Chips" here, or nothing: then a folder named like a category tells."""
    known = {category.value: category for category in Category}
    folder = folder.lower()
    chinese = next((category for category, words in _FOLDERS.items() if any(map(folder.__contains__, words))), None)
    return known.get(given.lower()) or known.get(folder) or known.get(folder.rstrip("s")) or chinese or Category.NEWS


def _authority(given: str, url: str, file: Path) -> float:
    try:
        value = float(given or 0.5)
    except ValueError:
        value = -1
    if not 0 <= value <= 1:
        raise DataError(f"{file}: {url}: authority {given!r} is not a number from 0 to 1")
    return value


def _gap(given: str, url: str, file: Path) -> float | None:
    if not given:
        return None
    try:
        value = float(given.removesuffix("s"))
    except ValueError:
        value = -1
    if not 0 <= value <= 3600:
        raise DataError(f"{file}: {url}: gap {given!r} is no number of seconds from 0 to 3600")
    return value


def _zone(given: str, url: str, file: Path) -> str:
    try:
        ZoneInfo(given)
    except (KeyError, ValueError, OSError):
        raise DataError(f"{file}: {url}: timezone {given!r} is unknown; write one such as Asia/Shanghai") from None
    return given


def _outline(feed: Feed) -> str:
    given = {
        "type": "rss",
        "text": feed.title,
        "title": feed.title,
        "xmlUrl": feed.url,
        "htmlUrl": feed.site,
        "language": feed.language,
        "category": feed.category.value,
        "topics": "; ".join(feed.topics),
        "authority": f"{feed.authority:g}",
        "timezone": feed.timezone,
        "enabled": str(feed.enabled).lower(),
        "note": feed.note,
        "fulltext": "true" if feed.fulltext else "",
        "gap": "" if feed.gap is None else f"{feed.gap:g}",
        "alone": "true" if feed.alone else "",
    }
    words = " ".join(f"{name}={quoteattr(value)}" for name, value in given.items() if value)
    return f"      <outline {words}/>"


def _text(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;")


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].lower()
