"""Which articles are worth comparing: those that share rare words, names or amounts."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from itertools import islice
from math import log

from newsletter.curate.sketching import Sketch, Vector
from newsletter.model import Quantity

_TERMS = 12
_POSTINGS = 400
"""Of each key only the latest articles are looked at: older ones of a key so common say little."""
_NAMES = 8
_CANDIDATES = 60
_FOREIGN = 15
"""Of another language, which shares few words with anything."""
_AMOUNT = 3.0
_BUCKET = 0.05


class Postings:
    """Which reports have which key, for a stream of reports in order of time."""

    def __init__(self, idf: Mapping[str, float], near: float) -> None:
        """`near` is how many hours may lie between two reports."""
        self._idf = idf
        self._near = near
        self._places: dict[Hashable, list[int]] = defaultdict(list)
        self._languages: list[str] = []
        self._hours: list[float | None] = []
        self._start = 0

    def near(self, one: Sketch) -> Iterator[int]:
        """Places of earlier reports, best first, then more of other languages."""
        scores: dict[int, float] = defaultdict(float)
        first = self._first_near(one.hours)
        for key, weight in _keys(one, self._idf).items():
            for near in _near(key):
                for other in self._places[near][-_POSTINGS:] if near in self._places else ():
                    scores[other] += weight
        ranked = sorted(((score, at) for at, score in scores.items() if at >= first), reverse=True)
        best = [at for _, at in ranked]
        foreign = islice((other for other in best if self._languages[other] != one.language), _FOREIGN)
        yield from dict.fromkeys((*best[:_CANDIDATES], *foreign))

    def add(self, one: Sketch) -> None:
        """The next report of the stream."""
        at = len(self._languages)
        self._languages.append(one.language)
        self._hours.append(one.hours)
        for key in _keys(one, self._idf):
            places = self._places[key]
            places.append(at)
            if len(places) > 2 * _POSTINGS:
                del places[:_POSTINGS]

    def _first_near(self, hours: float | None) -> int:
        """The first place that is not too long ago."""
        while hours is not None and self._start < len(self._hours):
            before = self._hours[self._start]
            if before is None or hours - before <= self._near:
                break
            self._start += 1
        return self._start


def _keys(one: Sketch, idf: Mapping[str, float]) -> dict[Hashable, float]:
    keys: dict[Hashable, float] = {}
    for vector in (one.title, one.lead):
        keys |= {term: idf[term] for term in _heaviest(vector, _TERMS)}
    for vector in (one.neutral, one.meaning):
        keys |= {term: idf[term] for term in _heaviest(vector, _NAMES)}
    keys |= {name: idf[name] for name in one.entities}
    return keys | {_bucket(q): _AMOUNT for q in one.amounts if q.value > 0 and q.kind != "percent"}


def _heaviest(vector: Vector, most: int) -> list[str]:
    return sorted(vector, key=lambda term: (-vector[term], term))[:most]


def _bucket(quantity: Quantity) -> tuple[str, str, int]:
    return quantity.kind, quantity.unit, round(log(quantity.value) / _BUCKET)


def _near(key: Hashable) -> tuple[Hashable, ...]:
    """The key itself; of an amount also the buckets beside it."""
    if not isinstance(key, tuple):
        return (key,)
    kind, unit, step = key
    return (key, (kind, unit, step - 1), (kind, unit, step + 1))
