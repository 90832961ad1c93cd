"""Where known names and terms stand in a text."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import ahocorasick_rs

from newsletter.language.script import levelled, lowered


class Place(NamedTuple):
    """A form (by its index) at a span of the text."""

    form: int
    start: int
    end: int


class Forms:
    """Many forms looked for at once; spans point into the original text.

    A Latin form ends at a word's end, a plural or genitive ending allowed; one written `invest*` may go on. A Han
    form needs no boundary. A hyphen is a space: `data-centre` is `data centre`.
    """

    def __init__(self, forms: Sequence[str]) -> None:
        self._open = [form.endswith("*") for form in forms]
        self._known = [prepared(form.removesuffix("*")) for form in forms]
        kind = ahocorasick_rs.MATCHKIND_STANDARD
        self._automaton = ahocorasick_rs.AhoCorasick([form or "\0" for form in self._known], kind)

    def find(self, text: str) -> Iterator[Place]:
        """Every place that respects boundaries, overlapping ones too; `text` is as `prepared` left it."""
        for form, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if _starts(text, start) and (self._open[form] or _ends(text, end)):
                yield Place(form, start, end)


def prepared(text: str) -> str:
    """A text as forms are looked for in it, of the same length."""
    return lowered(levelled(text)).replace("-", " ")


def longest(places: Sequence[Place]) -> list[Place]:
    """Leftmost-longest: of places that overlap, the one that starts first, then the longest; equal spans all stay."""
    kept: list[Place] = []
    for place in sorted(places, key=lambda p: (p.start, -p.end, p.form)):
        if not kept or place.start >= kept[-1].end or place[1:] == kept[-1][1:]:
            kept.append(place)
    return kept


def _starts(text: str, start: int) -> bool:
    return not (_latin(text[start]) and start > 0 and _latin(text[start - 1]))


def _ends(text: str, end: int) -> bool:
    if not _latin(text[end - 1]) or end == len(text) or not _latin(text[end]):
        return True
    if text[end - 1].isdigit() or text[end] not in "es":
        return False
    after = next((ending for ending in ("es", "s") if text.startswith(ending, end)), "")
    return bool(after) and (end + len(after) == len(text) or not _latin(text[end + len(after)]))


def _latin(character: str) -> bool:
    return character.isalnum() and character < "ɐ"
