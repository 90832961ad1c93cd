"""Names that the reports tell and the gazetteer lacks: what an editor may want to add."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from newsletter.curate.emerging import Event
from newsletter.language.gazetteer import Gazetteer
from newsletter.language.ordinary import ORDINARY
from newsletter.language.script import HAN, has_han, levelled
from newsletter.language.segmenting import holds_a_word
from newsletter.language.stopwords import STOPWORDS

# In two events or more two sources suffice; a name of one event alone is told by three.
_EVENTS, _SOURCES, _ALONE = 2, 2, 3
_MOST, _HEADLINES = 30, 3
# A word in mixed case, or capitals, that is no sentence's first: in a headline in title case all are.
_LATIN = re.compile(r"(?<![A-Za-z0-9$])[A-Z][A-Za-z0-9]*(?:[A-Z&.\-'][A-Za-z0-9]+)*(?: [A-Z][A-Za-z0-9&.\-]+)*")
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]|[A-Z]{2}|\d")
_SYMBOL = re.compile(r" \([A-Z]{1,5}\)")
_TITLE_CASE = 0.7
# What Chinese firms call themselves behind their own word.
_HAN_FIRM = re.compile(
    rf"(?<![{HAN}])(?P<own>[{HAN}]{{2,4}})(?:科技|智能|半导体|微电子|电子|股份|集团|数据|算力|智算|光电|通信|能源|资本|芯片|存储)(?![{HAN}]?[业化])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A name with how many events tell it, by how many sources, and headlines that do."""

    name: str
    events: int
    sources: int
    headlines: tuple[str, ...]


def missing(week: Sequence[Event], gazetteer: Gazetteer, *, known: Collection[str] = ()) -> tuple[Missing, ...]:
    """Those of most events first, then of most sources. `known` are words, in small letters, to say nothing of."""
    told: dict[str, list[tuple[Event, str]]] = defaultdict(list)
    for event in week:
        names: dict[str, str] = {}
        for headline in event.headlines:
            for name in unknown_names(headline, gazetteer):
                names.setdefault(name, headline)
        for name, headline in names.items():
            told[name].append((event, headline))
    found = [
        Missing(
            name=name,
            events=len(tellings),
            sources=len(frozenset().union(*(event.sources for event, _ in tellings))),
            headlines=tuple(headline for _, headline in tellings)[:_HEADLINES],
        )
        for name, tellings in told.items()
        if name.casefold() not in known
    ]
    kept = [one for one in found if one.sources >= (_SOURCES if one.events >= _EVENTS else _ALONE)]
    return tuple(sorted(kept, key=lambda one: (-one.events, -one.sources, one.name)))[:_MOST]


def unknown_names(headline: str, gazetteer: Gazetteer) -> tuple[str, ...]:
    """What looks like a name in a headline of either language, and is none that the gazetteer knows."""
    known = [(hit.start, hit.end) for hit in gazetteer.find(headline, "")]
    seen = dict.fromkeys(
        name
        for name, start, end in (*_latin(headline), *_han(headline))
        if not any(start < stop and begin < end for begin, stop in known)
    )
    return tuple(seen)


def _latin(headline: str) -> Iterator[tuple[str, int, int]]:
    words = re.findall(r"[A-Za-z][A-Za-z'’\-]+", headline)
    titled = sum(word[0].isupper() for word in words) >= _TITLE_CASE * len(words) > 0 and not has_han(headline)
    for found in _LATIN.finditer(headline):
        start, name = found.start(), found[0].removesuffix("'s").rstrip(".-'&")
        before, after = headline[start - 1 : start], headline[found.end() :]
        if start == 0 and not titled and " " in name:
            start, name = name.index(" ") + 1, name.partition(" ")[2]  # the first word owes its capital to its place
        elif (titled or start == 0) and not (_SYMBOL.match(after) if " " in name else _INNER_CAPITAL.search(name)):
            continue
        common = len(name) < 3 or name.lower() in STOPWORDS or name.lower() in ORDINARY
        # Neither a symbol in brackets nor what a feed cut off.
        if not common and before != "(" and not after.startswith(("...", "…")):
            yield name, start, start + len(name)


def _han(headline: str) -> Iterator[tuple[str, int, int]]:
    """Firms by the ends of their names, when their own word is none of the dictionary: 曦智科技, not 自带芯片."""
    plain = levelled(headline)
    for found in _HAN_FIRM.finditer(plain):
        if not holds_a_word(found["own"]):
            yield headline[found.start() : found.end()], found.start(), found.end()
