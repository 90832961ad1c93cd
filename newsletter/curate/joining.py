"""Pairs that tell one event become groups, the surest first, whatever the order in which they came.

Agglomeration over the pairs that were compared: two groups join by the mean of their best links, of which larger
groups must have more. A link that was never found counts against them, so a chain of look-alikes does not hold.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt

Pair = tuple[int, int]

_MISSING = -4.0
_MOST_LINKS = 30
_FROM = 0.3
_LONGEST = 7 * 24.0
"""Hours between the first and the last report: what comes later is a follow-up."""


class _Groups:
    def __init__(self, hours: Sequence[float | None], links: Mapping[Pair, float]) -> None:
        self.members: list[list[int]] = [[at] for at in range(len(hours))]
        self._spans = [(hour, hour) for hour in hours]
        self._links: list[dict[int, list[float]]] = [{} for _ in hours]
        for (one, other), odds in links.items():
            self._links[one][other] = self._links[other][one] = [odds]

    def score(self, one: int, other: int) -> float:
        """The mean of the best links; their number is the geometric mean of the two sizes."""
        wanted = min(_MOST_LINKS, max(1, round(sqrt(len(self.members[one]) * len(self.members[other])))))
        best = self._links[one][other][:wanted]
        return (sum(best) + _MISSING * (wanted - len(best))) / wanted

    def neighbours(self, one: int) -> Iterable[int]:
        return self._links[one].keys()

    def may_join(self, one: int, other: int) -> bool:
        first, last = _span(self._spans[one], self._spans[other])
        return first is None or last is None or last - first <= _LONGEST

    def join(self, one: int, other: int) -> int:
        """The second into the first; gives the place that stands for both."""
        if len(self._links[one]) < len(self._links[other]):
            one, other = other, one
        self.members[one] += self.members[other]
        self.members[other] = []
        self._spans[one] = _span(self._spans[one], self._spans[other])
        self._links[one].pop(other, None)
        for third, odds in self._links[other].items():
            if third != one:
                del self._links[third][other]
                both = sorted([*self._links[one].get(third, ()), *odds], reverse=True)[:_MOST_LINKS]
                self._links[one][third] = self._links[third][one] = both
        self._links[other] = {}
        return one


def join(
    hours: Sequence[float | None], links: Mapping[Pair, float], sure: Iterable[Pair] = (), never: Iterable[Pair] = ()
) -> list[list[int]]:
    """Groups of places, every place once. `links` are log-odds; `sure` pairs join first, `never` ones not at all."""
    groups = _Groups(hours, links)
    stands: list[int] = list(range(len(hours)))

    def unite(one: int, other: int) -> int:
        kept = groups.join(one, other)
        for at in groups.members[kept]:
            stands[at] = kept
        return kept

    for one, other in sure:
        if stands[one] != stands[other] and groups.may_join(stands[one], stands[other]):
            unite(stands[one], stands[other])
    apart = list(never)
    waiting = [(-groups.score(a, b), a, b) for a in range(len(hours)) for b in groups.neighbours(a) if a < b]
    waiting = [entry for entry in waiting if -entry[0] > _FROM]
    heapq.heapify(waiting)
    while waiting:
        negative, one, other = heapq.heappop(waiting)
        if not groups.members[one] or not groups.members[other] or groups.score(one, other) != -negative:
            continue
        if not groups.may_join(one, other) or any({stands[a], stands[b]} == {one, other} for a, b in apart):
            continue
        kept = unite(one, other)
        for third in groups.neighbours(kept):
            score = groups.score(kept, third)
            if score > _FROM:
                heapq.heappush(waiting, (-score, min(kept, third), max(kept, third)))
    return [sorted(members) for members in groups.members if members]


def _span(
    one: tuple[float | None, float | None], other: tuple[float | None, float | None]
) -> tuple[float | None, float | None]:
    firsts = [at for at in (one[0], other[0]) if at is not None]
    lasts = [at for at in (one[1], other[1]) if at is not None]
    return min(firsts, default=None), max(lasts, default=None)
