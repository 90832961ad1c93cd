"""Which HTML and CSS mail programs show: what our templates use is known to do no harm; all else is named.

Read off caniemail.com (June 2026) for Gmail, Outlook (Windows, new, web), Apple Mail and Yahoo. Of QQ Mail, 163 and
Foxmail nothing is known there, so a letter has to stand without any style.
"""

import re
from collections.abc import Iterator

_TAGS = """
    a b body br div em h1 h2 h3 h4 head hr html i img li meta ol p span strong style table tbody td th thead title tr ul
"""
_PROPERTIES = """
    background background-color border border-bottom border-bottom-color border-collapse border-color border-left
    border-left-color border-right border-spacing border-top border-top-color color color-scheme direction display
    font font-family font-size font-style font-weight height letter-spacing line-height list-style-type margin
    margin-bottom margin-left margin-right margin-top max-height max-width min-width mso-hide mso-line-height-rule
    mso-table-lspace mso-table-rspace opacity overflow padding padding-bottom padding-left padding-right padding-top
    text-align text-decoration text-indent text-transform vertical-align white-space width word-break word-wrap
    overflow-wrap -webkit-text-size-adjust -ms-text-size-adjust
"""
TAGS, PROPERTIES = frozenset(_TAGS.split()), frozenset(_PROPERTIES.split())
"""Where a program drops one of these the letter loses air or a curve, never words."""
_DROPPED = {
    "tag": {
        "svg": "Gmail and Outlook",
        "video": "Gmail and Outlook",
        "audio": "Gmail and Outlook",
        "button": "Gmail",
        "input": "Gmail and Outlook",
        "select": "Gmail and Outlook",
        "section": "Gmail and Yahoo",
        "header": "Gmail and Yahoo",
        "footer": "Gmail and Yahoo",
        "nav": "Gmail and Yahoo",
        "main": "Gmail and Yahoo",
        "details": "Gmail and Outlook",
    },
    "property": {
        "position": "Gmail and Outlook",
        "float": "Outlook on Windows",
        "flex": "Outlook on Windows",
        "gap": "Gmail and Outlook",
        "grid-template-columns": "Outlook and Yahoo",
        "background-image": "Outlook on Windows",
        "box-shadow": "Outlook on Windows",
        "border-radius": "Outlook on Windows",
        "transform": "Gmail and Outlook",
        "animation": "Gmail and Outlook",
        "object-fit": "Outlook and Yahoo",
        "clip-path": "Gmail and Outlook",
        "filter": "Gmail and Outlook",
    },
    "value": {"flex": "Outlook on Windows", "grid": "Outlook and Yahoo", "inline-flex": "Outlook on Windows"},
}
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_STYLE_BLOCK = re.compile(r"<style\b[^>]*>(.*?)</style\s*>", re.IGNORECASE | re.DOTALL)
_STYLE_ATTRIBUTE = re.compile(r'\sstyle="([^"]*)"', re.IGNORECASE)
_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]*)")
_RULE = re.compile(r"\{([^{}]*)\}")
_QUERY = re.compile(r"@media\s*([^{]*)\{")
_PLAIN_QUERY = re.compile(r"^(?:(?:only )?screen and )?\((?:max-width|min-width|prefers-color-scheme):\s*[\w.-]+\)$")


def unsupported(html: str) -> tuple[str, ...]:
    """What a large mail program may drop, each once and with those that do, in order."""
    page = _COMMENT.sub("", html)
    return tuple(dict.fromkeys((*_tags(page), *_styles(page))))


def _tags(page: str) -> Iterator[str]:
    for tag in _TAG.findall(_STYLE_BLOCK.sub("", page)):
        if tag.lower() not in TAGS:
            yield _said("tag", f"<{tag.lower()}>", tag.lower())


def _styles(page: str) -> Iterator[str]:
    blocks = _STYLE_BLOCK.findall(page)
    for block in blocks:
        for query in _QUERY.findall(block):
            if not _PLAIN_QUERY.match(query.strip()):
                yield f"@media {query.strip()} (not known to work in mail)"
    rules = [rule for block in blocks for rule in _RULE.findall(block)]
    for rule in (*rules, *_STYLE_ATTRIBUTE.findall(page)):
        yield from _declarations(rule)


def _declarations(rule: str) -> Iterator[str]:
    for declaration in rule.replace("&quot;", "'").split(";"):
        name, colon, value = declaration.partition(":")
        name, value = name.strip().lower(), value.replace("!important", "").strip().lower()
        if not colon or not name:
            continue
        if name not in PROPERTIES:
            yield _said("property", name, name)
        elif name == "display" and value in _DROPPED["value"]:
            yield _said("value", f"display: {value}", value)
        elif "url(" in value:
            yield f"{name} with an image (dropped by Outlook on Windows)"


def _said(kind: str, shown: str, key: str) -> str:
    by = _DROPPED[kind].get(key)
    return f"{shown} (dropped by {by})" if by else f"{shown} (not known to work in mail)"
