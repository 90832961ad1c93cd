"""A page becomes the text of its article. Heavy to load, so that only a process that reads pages loads it."""

from newsletter.collect.cleaning import tidy
from newsletter.collect.decoding import decode
from newsletter.collect.inflating import inflated

MAX_PAGE = 4 * 1024 * 1024
_MAX_TEXT = 100_000
_LEAST = 200
"""Characters below which it is a notice about cookies or a login, not an article."""


def article_text(body: bytes, content_type: str = "", url: str = "") -> str:
    """The article's paragraphs as lines, "" where a page has none. Comments, menus and tables stay out."""
    from trafilatura import extract

    try:
        page = decode(inflated(body, MAX_PAGE)[:MAX_PAGE], content_type).text
    except ValueError:
        return ""
    found = extract(page, url=url or None, include_comments=False, include_tables=False, favor_precision=True)
    text = tidy(found or "")[:_MAX_TEXT]
    return text if len(text) >= _LEAST or sum(map(_is_wide, text)) >= _LEAST // 2 else ""


def _is_wide(character: str) -> bool:
    """A Chinese sign says as much as two or three letters."""
    return "\u3400" <= character <= "\u9fff"
