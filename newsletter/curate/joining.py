"""Pairs that tell one event become groups, the surest first, whatever the order in which they came.

Agglomeration over the pairs that were compared: two groups join by the mean of their best links, of which larger
groups must have more. A link that was never found counts against them, so a chain of look-alikes does not hold.
Reports without a date may be years apart, so two groups of them must also hold together nearly as well as each does.
"""

import heapq
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import inf, sqrt

Pair = tuple[int, int]

_MISSING = -4.0
_MOST_LINKS = 15
# Log-odds from which groups join, and groups without dates: there nothing is taken off for the time between them.
FROM = 0.3
FROM_UNDATED = 0.0
# How much of what the looser of two groups without dates holds together better than both do counts against them, and
# the size of the smaller from which all of it does. Mean F1 of the three collections without dates .885 → .899;
# where dates part the groups it only costs (.858 → .824 for one collection).
_LOOSE = 0.5
_SEVERAL = 5
# Two groups of which half the pairs cannot be one event do not join, however alike the other half is.
_DOUBT = 5.0
_LONGEST = 7 * 24.0
"""Hours between the first and the last report: what comes later is a follow-up."""

_Span = tuple[float | None, float | None]


def join(
    hours: Sequence[float | None],
    links: Mapping[Pair, float],
    *,
    doubts: Iterable[Pair] = (),
    sure: Iterable[Pair] = (),
    decided: Iterable[Pair] = (),
    never: Collection[Pair] = (),
) -> list[list[int]]:
    """Groups of places, every place once. `links` are log-odds, `doubts` pairs that are no one event by themselves.

    `decided` pairs join before all, whatever lies between them, then the `sure` ones; `never` pairs do not at all.
    """
    groups = _Groups(hours, links, doubts, never)
    for one, other in decided:
        groups.unite(one, other)
    for one, other in sure:
        if groups.may_join(one, other):
            groups.unite(one, other)
    waiting = [entry for at in range(len(hours)) for entry in _worth_joining(groups, at) if entry[1] == at]
    heapq.heapify(waiting)
    while waiting:
        negative, one, other = heapq.heappop(waiting)
        if groups.score(one, other) != -negative or not groups.may_join(one, other):
            continue
        kept = groups.unite(one, other)
        for entry in _worth_joining(groups, kept):
            heapq.heappush(waiting, entry)
    return [sorted(members) for members in groups.members if members]


def _worth_joining(groups: "_Groups", one: int) -> Iterable[tuple[float, int, int]]:
    """Each neighbour that it might join as (-score, smaller place, larger place): the heap gives the best first."""
    for other in groups.neighbours(one):
        score = groups.score(one, other)
        if score > (FROM if groups.dated(one, other) else FROM_UNDATED):
            yield -score, min(one, other), max(one, other)


class _Groups:
    """A group stands at the place of one of its members; `members` of the other places are empty."""

    def __init__(
        self,
        hours: Sequence[float | None],
        links: Mapping[Pair, float],
        doubts: Iterable[Pair],
        never: Collection[Pair],
    ) -> None:
        self.members: list[list[int]] = [[at] for at in range(len(hours))]
        self._stands = list(range(len(hours)))
        self._spans: list[_Span] = [(hour, hour) for hour in hours]
        self._never = never
        self._links: list[dict[int, list[float]]] = [{} for _ in hours]
        self._within: list[list[float]] = [[] for _ in hours]
        self._doubts: list[Counter[int]] = [Counter() for _ in hours]
        for (one, other), odds in links.items():
            self._links[one][other] = self._links[other][one] = [odds]
        for one, other in doubts:
            self._doubts[one][other] = self._doubts[other][one] = 1

    def score(self, one: int, other: int) -> float:
        """The mean of the best links, their number being the geometric mean of the sizes; -inf where none is left."""
        found = self._links[one].get(other)
        if found is None:
            return -inf
        pairs = len(self.members[one]) * len(self.members[other])
        wanted = min(_MOST_LINKS, max(1, round(sqrt(pairs))))
        best = found[:wanted]
        mean = (sum(best) + _MISSING * (wanted - len(best))) / wanted
        if not self.dated(one, other):
            mean -= self._looser(one, other, mean, wanted)
        return mean - _DOUBT * self._doubts[one][other] / pairs if other in self._doubts[one] else mean

    def dated(self, one: int, other: int) -> bool:
        return self._spans[one][0] is not None and self._spans[other][0] is not None

    def _looser(self, one: int, other: int, mean: float, wanted: int) -> float:
        """What it costs two groups that each hold together better than they do with each other."""
        smaller = min(len(self.members[one]), len(self.members[other]))
        own = [links[:wanted] for links in (self._within[one], self._within[other]) if links]
        if smaller < 2 or not own:
            return 0.0
        held = min(sum(links) / len(links) for links in own)
        return _LOOSE * max(0.0, held - mean) * min(1.0, (smaller - 1) / (_SEVERAL - 1))

    def neighbours(self, one: int) -> Iterable[int]:
        return self._links[one].keys()

    def may_join(self, one: int, other: int) -> bool:
        """Groups of these places are two, within a week, and nobody has parted them."""
        one, other = self._stands[one], self._stands[other]
        first, last = _span(self._spans[one], self._spans[other])
        together = first is None or last is None or last - first <= _LONGEST
        return one != other and together and not self._parted(one, other)

    def unite(self, one: int, other: int) -> int:
        """The place that stands for both from now on."""
        one, other = self._stands[one], self._stands[other]
        if one == other:
            return one
        if len(self._links[one]) < len(self._links[other]):
            one, other = other, one
        for at in self.members[other]:
            self._stands[at] = one
        self.members[one] += self.members[other]
        self.members[other] = []
        self._spans[one] = _span(self._spans[one], self._spans[other])
        between = self._links[one].get(other, ())
        inside = sorted([*self._within[one], *self._within[other], *between], reverse=True)
        self._within[one], self._within[other] = inside[:_MOST_LINKS], []
        self._hand_over(other, one)
        return one

    def _hand_over(self, old: int, new: int) -> None:
        self._links[new].pop(old, None)
        for third, odds in self._links[old].items():
            if third != new:
                del self._links[third][old]
                both = sorted([*self._links[new].get(third, ()), *odds], reverse=True)[:_MOST_LINKS]
                self._links[new][third] = self._links[third][new] = both
        for third, count in self._doubts[old].items():
            del self._doubts[third][old]
            if third != new:
                self._doubts[new][third] += count
                self._doubts[third][new] += count
        self._links[old], self._doubts[old] = {}, Counter()

    def _parted(self, one: int, other: int) -> bool:
        return any({self._stands[a], self._stands[b]} == {one, other} for a, b in self._never)


def _span(one: _Span, other: _Span) -> _Span:
    firsts = [at for at in (one[0], other[0]) if at is not None]
    lasts = [at for at in (one[1], other[1]) if at is not None]
    return min(firsts, default=None), max(lasts, default=None)
