"""An issue becomes a letter: HTML and plain text with slots for the reader's own parts, headers, and a fingerprint."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from newsletter.compose import setting
from newsletter.compose.colours import dark_of
from newsletter.compose.heading import headers
from newsletter.compose.printing import printed
from newsletter.compose.telling import minutes_to_read
from newsletter.compose.wording import TAGS, count, one_line, say
from newsletter.config import Edition, House
from newsletter.model import Fingerprint, Issue, Item, Letter, SourceLine

_LONG = 5
_ROOMY = 30
"""Up to so many items each shows two related articles, above it one: a letter that Gmail clips helps nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """Whose letter it is: the edition, the house, and the edition of the same issue in another language."""

    edition: Edition
    house: House
    twin: Edition | None = None

    @property
    def title(self) -> str:
        return one_line(self.edition.title or self.house.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A letter; `faults` are templates of an operator's own that broke and were not used."""

    letter: Letter
    faults: tuple[str, ...] = ()


def render(issue: Issue, imprint: Imprint, folders: Sequence[Path]) -> Rendered:
    """The letter that all readers of an issue share; templates of an earlier folder come first.

    Raises NewsletterError naming file and line when a shipped template cannot be used.
    """
    pages = printed(folders, letter_context(issue, imprint))
    letter = Letter(
        subject=one_line(issue.subject),
        preheader=one_line(issue.preheader),
        html=pages.html,
        text=pages.text,
        headers=headers(issue, imprint.edition, imprint.house, title=imprint.title),
        fingerprint=Fingerprint(""),
    )
    return Rendered(letter=replace(letter, fingerprint=fingerprint(letter)), faults=pages.faults)


def fingerprint(letter: Letter) -> Fingerprint:
    """SHA-256 over all that readers share."""
    whole = [letter.subject, letter.preheader, letter.html, letter.text, letter.headers]
    return Fingerprint(hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest())


def letter_context(issue: Issue, imprint: Imprint) -> dict[str, Any]:
    """All that a template may see: words, the issue, addresses; no object with a door to the world."""
    language, edition = issue.language, imprint.edition
    twin = imprint.twin
    return {
        "issue": issue,
        "groups": [{"title": section.title, "members": section.items} for section in issue.sections if section.items],
        "title": imprint.title,
        "language": language,
        "lang": TAGS[language],
        "dir": "ltr",
        "start": "left",
        "end": "right",
        "theme": edition.theme,
        "why": edition.why,
        "dark": dark_of(edition.theme),
        "site": setting.href(imprint.house.site),
        "postal_address": imprint.house.postal_address,
        "minutes": minutes_to_read(issue),
        "five": _five(issue),
        "related_of": partial(_related_of, issue),
        "others_of": _others_of,
        "twin": None if twin is None else {"url": f"/{twin.key}/{issue.period}", "lang": TAGS[twin.language]},
        "slots": setting.SLOTS,
        "w": lambda key, **values: say(key, language, **values),
        "n": lambda key, number: count(key, number, language),
        "day": lambda at: setting.day(at, language, edition.timezone),
        "short_day": lambda at: setting.short_day(at, language, edition.timezone, beside=issue.date),
        "mark": lambda text, tongue: setting.mark(text, tongue, language),
        "in_words": partial(_in_words, language),
        "spoken": _spoken,
        "comma": setting.Fit(say("comma", language)),
        "line": setting.line,
    }


def _five(issue: Issue) -> Sequence[Item]:
    """The lead and four more, those in the reader's language before others; a short issue needs no summary."""
    if len(issue.items) < _LONG:
        return ()
    lead, *others = issue.items
    own = sorted(others, key=lambda item: item.language != issue.language)[:4]
    return (lead, *(item for item in others if item in own))


def _others_of(item: Item) -> Sequence[SourceLine]:
    """Two more sources, each once: a reader sees that others tell it too; the story's page has them all."""
    found = {item.source: item.sources[0]} if item.sources else {}
    for one in item.sources:
        found.setdefault(one.source, one)
    return list(found.values())[1:3]


def _spoken(item: Item) -> str:
    """The language of the report behind an item, which a translation does not change."""
    return item.sources[0].language if item.sources else item.language


def _in_words(around: str, language: str) -> setting.Fit:
    """Marks what is in another language than the letter."""
    if language == around:
        return setting.Fit("")
    return setting.Fit(say(f"in {language}" if language in TAGS else "in other", around))


def _related_of(issue: Issue, item: Item) -> Sequence[Any]:
    if item is issue.lead:
        return item.related[:3]
    return item.related[: 2 if len(issue.items) <= _ROOMY else 1]
