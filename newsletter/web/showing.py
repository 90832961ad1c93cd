"""How a page is put together: its language, its words, dates and addresses, and the templates that print them."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from newsletter.config import Config, Theme
from newsletter.language.script import has_han, language_tag, runs_right_to_left
from newsletter.language.spacing import spaced
from newsletter.slots import without_markers
from newsletter.web.words import HTML_LANGUAGE, LANGUAGES, say

STATIC = Path(__file__).parent / "static"
_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127), " ")


@dataclass(frozen=True, slots=True)
class Showing:
    """Prints pages of one site."""

    config: Config
    templates: Environment
    zones: Mapping[str, ZoneInfo] = field(default_factory=dict)

    def page(
        self,
        request: Request,
        template: str,
        *,
        language: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> Response:
        """A whole page. `values` may override what every page has: title, description, alternates, noindex."""
        asked = asked_language(request)
        context = {
            "lang": language,
            "html_lang": HTML_LANGUAGE[language],
            "w": partial(_words, language),
            "link": partial(_link, asked),
            "day": partial(self.day, language=language),
            "moment": partial(self.moment, language=language),
            "house": self.config.newsroom,
            "masthead": self.masthead(language),
            "editions": self.config.editions,
            "path": request.url.path,
            "here": _here(request),
            "site": self.config.newsroom.site,
            "version": static_version(),
            "own_colours": self.config.editions[0].theme != Theme(),
            "canonical": self.config.newsroom.site + quote(request.url.path, safe="/:%+"),
            "alternates": (),
            "noindex": False,
            "feed": "/feed.xml",
            "og_type": "website",
            **values,
        }
        html = self.templates.get_template(template).render(context)
        return HTMLResponse(html, status_code=status, headers=dict(headers or {}))

    def masthead(self, language: str) -> str:
        """The name of the newsletter for readers of a language."""
        titles = [edition.title for edition in self.config.editions if edition.language == language and edition.title]
        return titles[0] if titles else self.config.newsroom.name

    def day(self, at: datetime, language: str) -> str:
        """A date as readers of the language write it, in the time zone of their edition."""
        local = at.astimezone(self.zones.get(language, UTC))
        if language == "zh":
            return f"{local.year}年{local.month}月{local.day}日"
        return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"

    def moment(self, at: datetime, language: str, zone: str = "UTC") -> str:
        """A date and a time with its zone named, for what must not be misread."""
        local = at.astimezone(ZoneInfo(zone))
        day = (
            f"{local.year}年{local.month}月{local.day}日"
            if language == "zh"
            else f"{local.day} {_MONTHS[local.month - 1]} {local.year}"
        )
        return f"{day} {local:%H:%M} {zone}"

    def month(self, at: datetime, language: str) -> str:
        local = at.astimezone(self.zones.get(language, UTC))
        return f"{local.year}年{local.month}月" if language == "zh" else f"{_MONTHS[local.month - 1]} {local.year}"


def open_showing(config: Config, folders: Sequence[Path]) -> Showing:
    """The templates of these folders, an earlier folder's first."""
    environment = Environment(
        loader=FileSystemLoader([folder / "web" for folder in folders]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        t=text, tongue=tongue, rtl=runs_right_to_left, safe_href=safe_href, part=partial(quote, safe=":")
    )
    zones: dict[str, ZoneInfo] = {edition.language: ZoneInfo(edition.timezone) for edition in reversed(config.editions)}
    return Showing(config, environment, zones)


def language_of_page(request: Request, *, default: str = "en") -> str:
    """What the address asks for, else the first language of the reader's browser that we have, else the default."""
    if asked := asked_language(request):
        return asked
    for wanted in _accepted(request.headers.get("accept-language", "")):
        if wanted in LANGUAGES:
            return wanted
    return default


def asked_language(request: Request) -> str:
    asked = request.query_params.get("lang", "").lower().partition("-")[0]
    return asked if asked in LANGUAGES else ""


def text(value: str) -> str:
    """Words from elsewhere, fit to be shown: no control characters, no slots, space between Han and Latin."""
    return spaced(without_markers(value).translate(_CONTROL))


def tongue(value: str, language: str) -> str:
    """The `lang` of a phrase; one that a Chinese source left in Latin letters is English."""
    return language_tag(value, "en" if language == "zh" and value and not has_han(value) else language)


def safe_href(address: str) -> str:
    """An address that a reader may follow; anything but a web address leads nowhere."""
    try:
        return address if urlsplit(address.strip()).scheme.lower() in ("http", "https") else ""
    except ValueError:
        return ""


@cache
def static_version() -> str:
    """Changes with any of the static files, so that they can be cached for a year."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _words(language: str, key: str, **values: object) -> str:
    return say(key, language, **values)


def _link(asked: str, path: str, **more: str) -> str:
    """An address of ours that keeps the language a reader asked for."""
    values = {key: value for key, value in {**({"lang": asked} if asked else {}), **more}.items() if value}
    return f"{path}?{urlencode(values)}" if values else path


def _here(request: Request) -> Callable[..., str]:
    """The address of this page with some of its parameters changed."""

    def here(**changes: str) -> str:
        values = {**dict(request.query_params), **changes}
        kept = urlencode({key: value for key, value in values.items() if value})
        path = quote(request.url.path, safe="/:%+")
        return f"{path}?{kept}" if kept else path

    return here


def _accepted(header: str) -> list[str]:
    ranked = []
    for place, part in enumerate(header.split(",")[:20]):
        tag, _, quality = part.strip().partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=")) if quality else 1.0
        except ValueError:
            weight = 0.0
        if weight > 0:
            ranked.append((-weight, place, tag.strip().lower().partition("-")[0]))
    return [tag for _, _, tag in sorted(ranked)]
