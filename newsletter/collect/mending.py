"""Text that is nearly XML becomes XML where that takes no guess: the strict parser reads better and faster."""

import html
import re

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x0*([0-9a-f]{1,7})|0*(\d{1,8}));", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]{0,400}\?*>")
ROOT = re.compile(
    r"<(?:\?xml\s|!DOCTYPE\s+(?:rss|rdf|feed)|(?:[\w.\-]+:)?(?:rss|feed|RDF|channel)[\s>])", re.IGNORECASE
)
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_BARE = re.compile(r"&(?!#\d{1,8};|#[xX][0-9A-Fa-f]{1,7};|[A-Za-z_][\w.\-]{0,63};)")
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z]\w{1,31});")


def well_begun(text: str) -> tuple[str, tuple[str, ...]]:
    """Without what no XML may hold or a declaration (we write our own), starting at the feed; and the problems."""
    problems: dict[str, None] = {}
    cleaned = _ILLEGAL.sub("", text)
    if len(cleaned) < len(text):
        problems["characters that XML forbids"] = None
    if "&" in cleaned:
        cleaned = _with_sound_references(cleaned, problems)
    start = ROOT.search(cleaned)
    before = cleaned[: start.start()].strip() if start else ""
    if start and before and not before.startswith(("<!", "<?")):
        problems["something stands before the feed"] = None
        cleaned = cleaned[start.start() :]
    return _DECLARATION.sub("", cleaned).lstrip(), tuple(problems)


def _with_sound_references(text: str, problems: dict[str, None]) -> str:
    """CDATA sections stay as they are: an ampersand is only an ampersand there."""
    own_entities = "<!ENTITY" in text
    parts = _CDATA.split(text)
    for at in range(0, len(parts), 2):
        part = parts[at]
        if "&" not in part:
            continue
        parts[at] = sound = _BARE.sub("&amp;", _REFERENCE.sub(_legal, part) if "&#" in part else part)
        if len(sound) < len(part):
            problems["characters that XML forbids"] = None
        elif len(sound) > len(part):
            problems["ampersands that are not escaped"] = None
        if not own_entities and _NAMED.search(sound):
            problems["entities that XML does not know"] = None
            parts[at] = _NAMED.sub(_meant, sound)
    return "".join(parts)


def _legal(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    legal = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return match[0] if legal else ""


def _meant(match: re.Match[str]) -> str:
    """The character of HTML's name; an unknown name as the words that it is."""
    found = html.unescape(match[0])
    return f"&amp;{match[1]};" if found == match[0] else found.replace("&", "&amp;").replace("<", "&lt;")
