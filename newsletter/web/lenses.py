"""The ways to look at a letter before it goes, all made from the bytes that will be sent."""

import re
from enum import StrEnum
from html import escape

from newsletter.language.spacing import shorten
from newsletter.model import Letter

HTML = "text/html; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
_CUTS = (40, 70, 110)
"""Where inbox rows cut subject and preheader, in characters: narrow phone, wide phone, desktop."""


class Lens(StrEnum):
    DESKTOP = "desktop"
    MOBILE = "mobile"
    DARK = "dark"
    TEXT = "text"
    INBOX = "inbox"
    IMAGES_OFF = "images-off"
    STYLES_OFF = "styles-off"
    INVERTED = "inverted"
    OUTLOOK = "outlook"
    SOURCE = "source"


EXACT = frozenset({Lens.DESKTOP, Lens.MOBILE, Lens.TEXT, Lens.SOURCE})
"""Lenses that show the bytes as they are; the others imitate a mail program."""

_PREFERS_DARK = re.compile(r"@media\s*(?:screen\s+and\s*)?\(\s*prefers-color-scheme\s*:\s*dark\s*\)")
_STYLE = re.compile(r"<style\b[^>]*>.*?</style\s*>", re.IGNORECASE | re.DOTALL)
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_BACKGROUND = re.compile(r"""\bbackground(-image)?\s*[:=]\s*["']?\s*url\([^)]*\)""", re.IGNORECASE)
_FOR_OUTLOOK = re.compile(
    r"<!--\[if\s+(?:mso|gte mso[^\]]*|\(?mso[^\]]*)\]>(.*?)<!\[endif\]-->", re.IGNORECASE | re.DOTALL
)
_NOT_OUTLOOK = re.compile(
    r"<!--\[if\s+!mso[^\]]*\]>(?:<!-->|-->)?.*?(?:<!--)?<!\[endif\]-->", re.IGNORECASE | re.DOTALL
)
_WORD_IGNORES = re.compile(r"(?:border-radius|max-width|box-shadow|background-image)\s*:[^;\"'}]*;?", re.IGNORECASE)
_MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_HEAD_ENDS = re.compile(r"</head\s*>", re.IGNORECASE)


def seen_through(lens: Lens, letter: Letter, *, sender: str = "", language: str = "en") -> tuple[str, str]:
    """What the frame shows and its content type. `letter` is filled with a reader already."""
    match lens:
        case Lens.TEXT:
            return letter.text, PLAIN
        case Lens.SOURCE:
            return _source(letter), PLAIN
        case Lens.INBOX:
            return _inbox(letter, sender, language), HTML
        case Lens.DARK:
            return _PREFERS_DARK.sub("@media all", _with_style(letter.html, ":root{color-scheme:dark}")), HTML
        case Lens.IMAGES_OFF:
            return _BACKGROUND.sub("", _IMAGE.sub(_words_of_image, letter.html)), HTML
        case Lens.STYLES_OFF:
            return _STYLE.sub("", letter.html), HTML
        case Lens.INVERTED:
            return _with_style(letter.html, "html{background:#fff;filter:invert(1) hue-rotate(180deg)}"), HTML
        case Lens.OUTLOOK:
            return _outlook(letter.html), HTML
        case Lens.DESKTOP | Lens.MOBILE:
            return letter.html, HTML


def _with_style(html: str, rules: str) -> str:
    ends = _HEAD_ENDS.search(html)
    style = f"<style>{rules}</style>"
    return style + html if ends is None else html[: ends.start()] + style + html[ends.start() :]


def _words_of_image(image: re.Match[str]) -> str:
    alt = _ALT.search(image[0])
    return f'<span style="border:1px dotted">{alt[1] or alt[2] or ""}</span>' if alt else ""


def _outlook(html: str) -> str:
    """Classic Outlook: its own comments apply, media queries and some properties do not."""
    html = _FOR_OUTLOOK.sub(r"\1", _NOT_OUTLOOK.sub("", html))
    html = _STYLE.sub(lambda style: _MEDIA.sub("", style[0]), html)
    return _WORD_IGNORES.sub("", html)


def _source(letter: Letter) -> str:
    headers = "".join(f"{name}: {value}\n" for name, value in (("Subject", letter.subject), *letter.headers))
    return f"{headers}\n-- text/plain --\n\n{letter.text}\n\n-- text/html --\n\n{letter.html}"


def _inbox(letter: Letter, sender: str, language: str) -> str:
    rows = "".join(
        f'<p class="cut">{cut}</p><div class="row" style="max-width:{cut * 8 + 120}px"><b>{escape(sender)}</b>'
        f"<span>{escape(shorten(letter.subject, cut))}</span>"
        f"<i>{escape(shorten(letter.preheader, max(cut - len(letter.subject), 12)))}</i></div>"
        for cut in _CUTS
    )
    return f'<!doctype html><html lang="{escape(language)}"><meta charset="utf-8"><title>inbox</title>{_INBOX}{rows}'


_INBOX = (
    "<style>:root{color-scheme:light dark}"
    "body{margin:24px;font:15px/1.55 system-ui,-apple-system,'PingFang SC','Microsoft YaHei',"
    "'Noto Sans CJK SC',sans-serif}"
    ".cut{margin:24px 0 4px;font-size:13px;opacity:.75}"
    ".row{padding:12px 0;border-top:1px solid #8884;border-bottom:1px solid #8884}"
    "b,span,i{display:block;font-style:normal}b{font-weight:600}i{opacity:.75}</style>"
)
