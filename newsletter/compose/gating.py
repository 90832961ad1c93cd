"""What a model wrote is printed only where every figure, name and quotation of it stands in what it was given.

The tests of notes/curate.md section 7: amounts within half a per cent, other numbers as they stand, names that the
gazetteer knows, the words of the same language, no quotation that is not word for word; no links and no markup.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsletter.language.lexicon import Lexicon
from newsletter.language.quantities import quantities
from newsletter.language.script import language_of, levelled
from newsletter.language.segmenting import tokens
from newsletter.language.stopwords import STOPWORDS
from newsletter.model import Quantity

_TOLERANCE = 0.005
_LEAST_OVERLAP = 0.34
"""Of the content words: faithful texts had .64 to .88, those about something else .07 (notes/curate.md)."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_QUOTED = re.compile(r"[“\"「『]([^”\"」』]{2,})[”\"」』]")
_QUOTES = re.compile(r"[“”\"「」『』]")
_FORBIDDEN = re.compile(r"https?:|www\.|[<>{}\[\]]|\S+@\S+\.\w|[\x00-\x1f]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What a text may say: `sources` are all the sentences that the model was given."""

    sources: Sequence[str]
    source_language: str
    language: str
    lexicon: Lexicon

    def objection(self, text: str, *, limit: int) -> str:
        """Why the text may not be printed; "" when it may."""
        return next(self._objections(text, limit), "")

    def _objections(self, text: str, limit: int) -> Iterator[str]:
        if not text.strip() or len(text) > limit:
            yield "it is empty" if not text.strip() else f"it is longer than {limit} signs"
        if found := _FORBIDDEN.search(text):
            yield f"it holds {found[0]!r}"
        if language_of(text) != self.language:
            yield "it is in another language"
        known = [q for source in self.sources for q in quantities(source)]
        for amount in quantities(text):
            if not any(_same(amount, one) for one in known):
                yield f"{amount.text!r} is no amount of its sources"
        yield from self._numbers(text)
        whole = "\n".join(self.sources)
        for hit in self.lexicon.gazetteer.find("", text):
            if hit.entity not in self._names(whole):
                yield f"{hit.text!r} is not named by its sources"
        yield from self._words(text, whole)

    def _numbers(self, text: str) -> Iterator[str]:
        """Numbers that belong to no amount: years, models, counts."""
        amounts = [q.span for q in quantities(text)]
        told = {_plain(one) for source in self.sources for one in _NUMBER.findall(levelled(source))}
        for number in _NUMBER.finditer(levelled(text)):
            inside = any(start <= number.start() and number.end() <= end for start, end in amounts)
            if not inside and _plain(number[0]) not in told:
                yield f"{number[0]!r} stands in none of its sources"

    def _names(self, text: str) -> frozenset[str]:
        return frozenset(hit.entity for hit in self.lexicon.gazetteer.find("", text))

    def _words(self, text: str, whole: str) -> Iterator[str]:
        if self.language != self.source_language:
            if _QUOTES.search(text):
                yield "a quotation cannot be word for word in another language"
            return
        for quoted in _QUOTED.findall(text):
            if quoted not in whole:
                yield f"“{quoted}” is no quotation of its sources"
        said = {word for word in tokens(text) if word not in STOPWORDS}
        if said and len(said & set(tokens(whole))) < _LEAST_OVERLAP * len(said):
            yield "it tells something else than its sources"


def shares_a_name(text: str, source: str, lexicon: Lexicon) -> bool:
    """Whether a translation can be of this source: names and numbers are what two languages share."""
    wanted = {hit.entity for hit in lexicon.gazetteer.find("", source)} | _marks(source)
    return not wanted or bool(wanted & ({hit.entity for hit in lexicon.gazetteer.find("", text)} | _marks(text)))


def _marks(text: str) -> set[str]:
    return {f"{q.kind} {q.unit} {q.value:.3g}" for q in quantities(text)}


def _same(one: Quantity, other: Quantity) -> bool:
    alike = (one.kind, one.unit) == (other.kind, other.unit)
    return alike and abs(one.value - other.value) <= _TOLERANCE * abs(other.value)


def _plain(number: str) -> str:
    return number.replace(",", "")
