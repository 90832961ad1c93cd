"""How mixed Chinese and Latin text is set: spaced, measured, wrapped and cut."""

import re
import unicodedata

from newsletter.language.script import HAN, has_han

_HAN_THEN_LATIN = re.compile(rf"([{HAN}])([A-Za-z0-9$€£@#&+])")
_LATIN_THEN_HAN = re.compile(rf"([A-Za-z0-9%℃°+])([{HAN}])")
# Names that write themselves without it.
_ONE_NAME = re.compile(r"\b(36|21) (?=氪|世纪经济报道)")
_SPACES = re.compile(r"[ \t\u00a0\u3000]+")
_PIECE = re.compile(r"\s+|[A-Za-z0-9À-ɏ$€£¥#@][A-Za-z0-9À-ɏ.,'’:/&%+\-_$€£¥]*|.", re.DOTALL)
_NOT_FIRST = frozenset("，。、；：？！）》」』】〉”’…％%,.;:?!)]}·")
_NOT_LAST = frozenset("（《「『【〈“‘([{$€£¥")


def spaced(text: str) -> str:
    """One space between Han and Latin letters or figures, for display."""
    text = _HAN_THEN_LATIN.sub(r"\1 \2", _SPACES.sub(" ", text))
    return _ONE_NAME.sub(r"\1", _LATIN_THEN_HAN.sub(r"\1 \2", text))


def width(text: str) -> int:
    """Columns in a fixed-width letter: a Han sign takes two, a combining mark none."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def wrap(text: str, columns: int, indent: str = "") -> str:
    """Lines of at most `columns`, never inside a Latin word or a number; no line starts with 。 or ends with （.

    A word longer than a line stands alone on its own line: a link must stay whole.
    """
    return "\n".join(_wrapped(line, columns, indent) for line in text.split("\n"))


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, an ellipsis included; never cuts inside a number or a Latin word."""
    text = text.strip()
    if len(text) <= limit:
        return text
    kept = ""
    for match in _PIECE.finditer(text):
        if match.end() + 1 > limit:
            kept = text[: match.start()]
            break
    kept = kept.rstrip().rstrip('，、；：,;:-–—（(“"$€£¥ ')
    return f"{kept or text[: max(limit - 1, 0)]}…"


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _wrapped(line: str, columns: int, indent: str) -> str:
    lines: list[str] = []
    current, taken, room = "", 0, columns - width(indent)
    for piece in _bound(_PIECE.findall(line)):
        if current and taken + width(piece.rstrip()) > room:
            lines.append(indent + current.rstrip())
            current, taken = "", 0
        current += piece if current else piece.lstrip()
        taken += width(piece if taken else piece.lstrip())
    lines.append((indent + current.rstrip()) if current.strip() else "")
    return "\n".join(lines)


def _bound(pieces: list[str]) -> list[str]:
    """Pieces that a line break may part: closing signs stay with what they close, opening ones with what they open."""
    bound: list[str] = []
    for piece in pieces:
        counted = bound and bound[-1][-1].isdigit() and has_han(piece[0])  # 9月, 300颗
        if bound and (piece[0] in _NOT_FIRST or bound[-1][-1] in _NOT_LAST or counted):
            bound[-1] += piece
        else:
            bound.append(piece)
    return bound
