"""Which articles are worth comparing: those that share rare words, names or amounts."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
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


def candidates(sketches: Sequence[Sketch], idf: Mapping[str, float]) -> Iterator[tuple[int, int]]:
    """Pairs of places (later, earlier) in `sketches`, which are in order of time."""
    postings: dict[Hashable, list[int]] = defaultdict(list)
    for at, one in enumerate(sketches):
        keys = _keys(one, idf)
        scores: Counter[int] = Counter()
        for key, weight in keys.items():
            for near in _near(key):
                for other in postings[near][-_POSTINGS:] if near in postings else ():
                    scores[other] += weight  # type: ignore[assignment]
        best = sorted(scores, key=lambda other: (-scores[other], -other))
        foreign = islice((other for other in best if sketches[other].language != one.language), _FOREIGN)
        yield from ((at, other) for other in dict.fromkeys((*best[:_CANDIDATES], *foreign)))
        for key in keys:
            postings[key].append(at)


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
