"""An issue becomes a letter: HTML and plain text with slots for the reader's own parts, headers, and a fingerprint."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, select_autoescape
from jinja2.sandbox import SandboxedEnvironment

from newsletter.compose import setting
from newsletter.compose.colours import dark_of
from newsletter.compose.heading import headers
from newsletter.compose.telling import minutes_to_read
from newsletter.compose.wording import TAGS, count, one_line, say
from newsletter.config import Edition, House
from newsletter.errors import NewsletterError
from newsletter.language.script import language_tag
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


def render(issue: Issue, imprint: Imprint, folders: Sequence[Path]) -> Letter:
    """The letter that all readers of an issue share; templates of an earlier folder come first.

    Raises NewsletterError naming file and line when a template cannot be used.
    """
    environment = _environment(tuple(folders))
    context = letter_context(issue, imprint)
    pages = {name: _print(environment, name, context) for name in ("letter.css", "letter.html", "letter.txt")}
    html = _inlined(pages["letter.html"], pages["letter.css"])
    text = pages["letter.txt"].strip() + "\n"
    letter = Letter(
        subject=one_line(issue.subject),
        preheader=one_line(issue.preheader),
        html=html,
        text=text,
        headers=headers(issue, imprint.edition, imprint.house, title=imprint.title),
        fingerprint=Fingerprint(""),
    )
    return _pinned(letter)


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
        "comma": setting.Fit(say("comma", language)),
        "line": setting.line,
    }


def _pinned(letter: Letter) -> Letter:
    return Letter(
        subject=letter.subject,
        preheader=letter.preheader,
        html=letter.html,
        text=letter.text,
        headers=letter.headers,
        fingerprint=fingerprint(letter),
    )


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


def _in_words(around: str, language: str) -> setting.Fit:
    """Marks what is in another language than the letter."""
    if language == around:
        return setting.Fit("")
    return setting.Fit(say(f"in {language}" if language in TAGS else "in other", around))


def _related_of(issue: Issue, item: Item) -> Sequence[Any]:
    if item is issue.lead:
        return item.related[:3]
    return item.related[: 2 if len(issue.items) <= _ROOMY else 1]


@cache
def _environment(folders: tuple[Path, ...]) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=FileSystemLoader([folder / "email" for folder in folders]),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        finalize=setting.fit,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: Mapping[str, Callable[..., Any]] = {
        "href": setting.href,
        "name": setting.name,
        "unbroken": setting.unbroken,
        "wrapped": setting.wrapped,
        "tongue": language_tag,
    }
    environment.filters.update(filters)
    return environment


def _print(environment: SandboxedEnvironment, name: str, context: Mapping[str, Any]) -> str:
    try:
        return environment.get_template(name).render(context)
    except TemplateError as error:
        where, line = _place(error, name)
        reason = error.message or type(error).__name__
        message = f"{where}, line {line}: {reason}; correct it, or remove your file to use the shipped one"
        raise NewsletterError(message) from None


def _place(error: TemplateError, name: str) -> tuple[str, int]:
    """File and line of the template at fault: a syntax error knows them, others left them in the traceback."""
    line = getattr(error, "lineno", None)
    if line is not None:
        return getattr(error, "filename", None) or getattr(error, "name", None) or name, line
    found = (f"email/{name}", 0)
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith((".html", ".txt", ".css")):
            found = (file, trace.tb_lineno)
        trace = trace.tb_next
    return found


def _inlined(html: str, css: str) -> str:
    """The rules of letter.css go into the tags; `<style>` blocks of the page stay as they are, in the head."""
    inliner = css_inline.CSSInliner(
        inline_style_tags=False, keep_style_tags=True, load_remote_stylesheets=False, minify_css=True, extra_css=css
    )
    return str(inliner.inline(html))
