"""How surely each two reports of a window tell one event: a stream in order of time that forgets what lies behind.

    words → rarity of all → sketch → first look at the near ones → friends → … five days on … → company → second look

A pair more than five days apart is no one event by itself, so a report is settled once the stream is five days past
it: its sketch goes, and only its company stays for as long again, until the last report near it is settled too.
"""

from array import array
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import inf

from newsletter.curate.comparing import (
    HOPELESS,
    Company,
    Friend,
    are_two,
    befriend,
    company,
    conflicting,
    first_look,
    second_look,
)
from newsletter.curate.joining import Pair
from newsletter.curate.pairing import Postings
from newsletter.curate.reprinting import Groups
from newsletter.curate.sketching import Rarity, Sketch, Words, sketch

Row = tuple["array[int]", "array[float]"]
"""Places and log-odds, side by side."""

_FRIEND_FROM = 0.0
_COPIED_WITHIN = 72.0
# Of 966,729 pairs that were compared in two weeks of news 137,000 lay further apart; no one of them became a link that
# changed a story, of the labelled collections neither. Four days cost one event in two languages.
_NEAR_HOURS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What was found: of every report its likely earlier ones with the log-odds; pairs that are no one event."""

    earlier: Sequence[Row]
    doubts: Sequence[Pair]
    copies: Sequence[Pair]
    """Those of the given ones whose figures, names and dates allow it."""

    def within(self, together: Sequence[Pair], *, least: float) -> tuple[dict[Pair, float], list[Pair]]:
        """Links and doubts inside the groups that links above `least` and the pairs `together` span.

        Others can never join: groups join by a mean of links, and no mean is above them all.
        """
        groups = Groups(len(self.earlier))
        for one, (others, odds) in enumerate(self.earlier):
            for other, own in zip(others, odds, strict=True):
                if own > least:
                    groups.join(other, one)
        for one, other in chain(together, self.copies):
            groups.join(one, other)
        stands = [groups.find(at) for at in range(len(self.earlier))]
        links = {
            (one, other): own
            for one, (others, odds) in enumerate(self.earlier)
            for other, own in zip(others, odds, strict=True)
            if stands[one] == stands[other]
        }
        return links, [(one, other) for one, other in self.doubts if stands[one] == stands[other]]


def link(
    words: Iterable[Words],
    hours: Sequence[float | None],
    rare: Rarity,
    actors: Collection[str],
    copies: Sequence[Pair],
) -> Links:
    """`words` and `hours` in order of time; `copies` are places of texts that are nearly the same."""
    stream = _Stream(rare, len(hours), inf if None in hours else _NEAR_HOURS)
    copied: dict[int, list[int]] = defaultdict(list)
    for pair in copies:
        copied[max(pair)].append(min(pair))
    for at, one in enumerate(words):
        stream.add(at, sketch(one, rare, actors), copied.get(at, ()))
    stream.end()
    return Links(earlier=stream.earlier, doubts=stream.doubts, copies=stream.copies)


@dataclass(slots=True)
class _Stream:
    rare: Rarity
    size: int
    near: float
    earlier: list[Row] = field(init=False)
    doubts: list[Pair] = field(default_factory=list)
    copies: list[Pair] = field(default_factory=list)
    _sketches: dict[int, Sketch] = field(default_factory=dict)
    _friends: dict[int, list[Friend]] = field(default_factory=lambda: defaultdict(list))
    _told: dict[int, tuple[str, Company]] = field(default_factory=dict)
    _wanted: set[int] = field(default_factory=set)
    _open: deque[int] = field(default_factory=deque)
    _kept: deque[tuple[int, float | None]] = field(default_factory=deque)
    _postings: Postings = field(init=False)

    def __post_init__(self) -> None:
        self.earlier = [(array("I"), array("d")) for _ in range(self.size)]
        self._postings = Postings(self.rare.idf, self.near)

    def add(self, at: int, own: Sketch, copied: Sequence[int]) -> None:
        for gone in self._past(own.hours):
            self._settle(gone)
        for other in copied:
            if other in self._sketches and _may_be_copies(own, self._sketches[other]):
                self.copies.append((other, at))
        for other in self._postings.near(own):
            self._look(at, own, other)
        self._postings.add(own)
        self._sketches[at] = own
        self._open.append(at)

    def end(self) -> None:
        while self._open:
            self._settle(self._open.popleft())
        self._told.clear()

    def _past(self, hours: float | None) -> Iterator[int]:
        while self._open and _further(hours, self._sketches[self._open[0]].hours, self.near):
            yield self._open.popleft()

    def _look(self, at: int, own: Sketch, other: int) -> None:
        its = self._sketches[other]
        if are_two(own, its):
            self.doubts.append((at, other))
            return
        look = first_look(own, its, self.rare)
        if look.odds <= HOPELESS:
            return
        places, parts = self.earlier[at]
        places.append(other)
        parts.append(look.part)
        self._wanted.update((at, other))
        if look.odds > _FRIEND_FROM:
            befriend(self._friends[at], look.odds, its)
            befriend(self._friends[other], look.odds, own)

    def _settle(self, at: int) -> None:
        """Nothing near it comes any more: what its friends say is known, and so is what theirs say before it."""
        own = self._sketches.pop(at)
        if at not in self._wanted:
            return
        told = company(own, self._friends.pop(at, ()))
        while self._kept and _further(own.hours, self._kept[0][1], self.near):
            self._told.pop(self._kept.popleft()[0])
        places, parts = array("I"), array("d")
        for other, part in zip(*self.earlier[at], strict=True):
            language, others = self._told[other]
            odds = second_look(told, others, part, across=language != own.language)
            if odds > HOPELESS:
                places.append(other)
                parts.append(odds)
        self.earlier[at] = places, parts
        self._told[at] = own.language, told
        self._kept.append((at, own.hours))


def _further(hours: float | None, before: float | None, near: float) -> bool:
    return hours is not None and before is not None and hours - before > near


def _may_be_copies(one: Sketch, other: Sketch) -> bool:
    """Notices of one form are no copies: days lie between them, or their figures or names differ."""
    near = one.hours is None or other.hours is None or abs(one.hours - other.hours) <= _COPIED_WITHIN
    if one.language != other.language:
        return near
    return near and not conflicting(one.amounts, other.amounts) and not are_two(one, other)
