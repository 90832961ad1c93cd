"""Finished sentences of ours in another language: found again by their pattern, with what stands in them.

For sentences that are kept and printed elsewhere as they are; what somebody else said inside one stays as it was said.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

_PLACE = re.compile(r"\\\{(\w+)(?::(\w))?\\\}")
_ANYTHING: Final = ".+?"
_MATCHES = {None: _ANYTHING, "n": r"[\d.]+", "t": _ANYTHING, "o": r"(?: \([^()]*\))?"}
_NO_NAMES: Mapping[str, str] = MappingProxyType({})


class Phrasebook:
    """Pairs of a sentence and its translation, with places in braces.

    `{name}` is anything, `{name:n}` a number, `{name:t}` a phrase that is looked up in turn, `{name:o}` such a phrase
    in round brackets, or nothing. The first pair that fits the whole sentence counts.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._known = tuple(_entry(sentence, translation) for sentence, translation in pairs)

    def find(self, sentence: str, names: Mapping[str, str] = _NO_NAMES) -> str | None:
        """The translation, or None; `names` says how to call what stands at a place."""
        for pattern, deeper, translation in self._known:
            if (found := pattern.fullmatch(sentence)) is not None:
                values = {
                    place: self.find(value, names) or value if place in deeper else names.get(value, value)
                    for place, value in found.groupdict().items()
                }
                return translation.format(**values)
        return None

    def said(self, sentence: str, names: Mapping[str, str] = _NO_NAMES) -> str:
        """The translation, or the sentence where it is none of ours."""
        found = self.find(sentence, names)
        return sentence if found is None else found


def _entry(sentence: str, translation: str) -> tuple[re.Pattern[str], frozenset[str], str]:
    escaped = re.escape(sentence).replace(r"\:", ":")
    places = _PLACE.findall(escaped)
    pattern = _PLACE.sub(lambda place: f"(?P<{place[1]}>{_MATCHES[place[2]]})", escaped)
    return re.compile(pattern, re.DOTALL), frozenset(name for name, kind in places if kind in ("t", "o")), translation
