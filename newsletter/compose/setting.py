"""How words are set in a letter: dates, language marks, addresses, wrapped lines, and what may be printed at all.

Every value that a template prints goes through `fit`: it loses controls and slot markers, so neither a feed nor an
editor can forge a reader's own part. What a filter has set already is an `Fit`, and is printed as it is.
"""

from datetime import datetime
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from markupsafe import Markup

from newsletter.compose.wording import LOCALES, TAGS, one_line, plain_line
from newsletter.language.script import language_of, language_tag, runs_right_to_left
from newsletter.language.spacing import wrap
from newsletter.slots import Slot, without_markers

COLUMNS = 76


class Fit(str):
    """A text that is ready to be printed: escaped like any other, but not set again."""

    __slots__ = ()


_POINTED = str.maketrans("<>", "‹›")
SLOTS = {slot.value: Fit(slot.marker) for slot in Slot}


def fit(value: object) -> object:
    return one_line(value) if type(value) is str else value


def wrapped(text: str, indent: str = "", first: str = "") -> Fit:
    """Lines of a plain letter; `first` stands at the head of the first line in the place of the indent."""
    words = text if isinstance(text, Fit) else one_line(text)
    lines = wrap(words, COLUMNS, indent or " " * len(first))
    return Fit(first + lines[len(first) :] if first else lines)


def name(words: str) -> Fit:
    """The name of a source as it writes itself: 36氪 has no space."""
    return Fit(plain_line(words))


def label(words: str) -> Fit:
    """For an attribute: pointed brackets may stand there, but not every program that cleans mail knows that."""
    return Fit(one_line(words).translate(_POINTED))


def unbroken(words: str) -> Fit:
    """With spaces that no line ends at: 12 January."""
    return Fit(words.replace(" ", "\u00a0"))


def line(*parts: str) -> Fit:
    """Parts side by side, each fit by itself: a date keeps its own spacing, a joint its spaces."""
    return Fit("".join(part if isinstance(part, Fit) or not part.strip() else _joint(part) for part in parts))


def _joint(part: str) -> str:
    """The spaces around a part belong to the line."""
    bare = one_line(part)
    return part[: len(part) - len(part.lstrip())] + bare + part[len(part.rstrip()) :]


def href(address: str) -> Fit:
    """An address that a reader may follow, whole; anything but a web address is "" ."""
    address = "".join(without_markers(address).split())
    try:
        return Fit(address if urlsplit(address).scheme.lower() in ("http", "https") else "")
    except ValueError:
        return Fit("")


def day(at: datetime, language: str, zone: str) -> Fit:
    """`16 January 2026`, 2026年1月16日: the day where the edition lives."""
    return _day(at.astimezone(ZoneInfo(zone)), language)


def short_day(at: datetime, language: str, zone: str, *, beside: datetime) -> Fit:
    """`16 January`, 1月16日; with its year where that is another than of the date that it stands beside."""
    local = at.astimezone(ZoneInfo(zone))
    same_year = local.year == beside.astimezone(ZoneInfo(zone)).year
    return _short_day(local, language) if same_year else _day(local, language)


def mark(text: str, language: str, around: str) -> Markup:
    """The attributes that a phrase needs within a letter of another language or direction."""
    # An editor may have put an English headline over a Chinese report: the script decides.
    tag = language_tag(text, language_of(text, declared=language))
    attributes = "" if tag == TAGS.get(around, around) else f' lang="{escape(tag)}"'
    if runs_right_to_left(text):
        attributes += ' dir="rtl"'
    return Markup(attributes)  # noqa: S704 — made of a language tag alone


@lru_cache(maxsize=512)
def _day(at: datetime, language: str) -> Fit:
    return Fit(format_date(at, "long", locale=LOCALES[language]))


@lru_cache(maxsize=512)
def _short_day(at: datetime, language: str) -> Fit:
    return Fit(format_skeleton("MMMMd" if language == "en" else "MMMd", at, locale=LOCALES[language]))
