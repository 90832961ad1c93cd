"""The formulas that the stages are graded by.

Clusters: BCubed (Bagga and Baldwin 1998). Sets: micro- and macro-averaged F1. Orders: nDCG (Järvelin and Kekäläinen
2002). All on plain values, so that each can be checked by hand.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from math import log2
from typing import Any, NamedTuple


class Score(NamedTuple):
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def bcubed(stories: Mapping[str, str], events: Mapping[str, str]) -> Score:
    """For each article the share of its story that is of its event, and of its event that is in its story."""
    pairs = [(stories[one], event) for one, event in events.items()]
    in_story, in_event, in_both = Counter(s for s, _ in pairs), Counter(e for _, e in pairs), Counter(pairs)
    precision = sum(in_both[pair] / in_story[pair[0]] for pair in pairs) / len(pairs)
    recall = sum(in_both[pair] / in_event[pair[1]] for pair in pairs) / len(pairs)
    return Score(precision, recall)


def false_merges(stories: Mapping[str, str], events: Mapping[str, str]) -> int:
    """Events that share a story with another: the first of a story is none, each further one is."""
    inside: dict[str, set[str]] = defaultdict(set)
    for one, event in events.items():
        inside[stories[one]].add(event)
    return sum(len(found) - 1 for found in inside.values())


def joined_across(
    stories: Mapping[str, str], events: Mapping[str, str], languages: Mapping[str, str]
) -> tuple[int, int]:
    """How many events told in several languages have a story in two of them, and how many there are."""
    told: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one, event in events.items():
        if languages.get(one):
            told[event][languages[one]].add(stories[one])
    several = [list(by.values()) for by in told.values() if len(by) > 1]
    joined = sum(sum(map(len, by)) > len(set().union(*by)) for by in several)
    return joined, len(several)


def micro(pairs: Iterable[tuple[Set[Any], Set[Any]]]) -> Score:
    """Of (labelled, told) sets, counted over all; nothing labelled and nothing told is right."""
    both = labelled = told = 0
    for label, answer in pairs:
        both, labelled, told = both + len(label & answer), labelled + len(label), told + len(answer)
    return Score(both / told if told else float(not labelled), both / labelled if labelled else float(not told))


def macro_f1(pairs: Sequence[tuple[Set[str], Set[str]]]) -> float:
    """The mean over all labels of the F1 of each, so that a rare one counts as much as a common one."""
    keys = sorted(frozenset().union(*(label for label, _ in pairs)))
    scores = [micro([({key} & label, {key} & told) for label, told in pairs]).f1 for key in keys]
    return sum(scores) / len(scores) if scores else 0.0


def ndcg(gains: Sequence[float], ideal: Sequence[float], k: int) -> float:
    """Discounted by log2(place + 1), over the best that there is."""

    def dcg(values: Iterable[float]) -> float:
        return sum(value / log2(place + 1) for place, value in enumerate(list(values)[:k], 1))

    best = dcg(sorted(ideal, reverse=True))
    return dcg(gains) / best if best else 0.0


def steep(gains: Iterable[float]) -> list[float]:
    """The gain that 2 ** grade - 1 gives, as TREC counts."""
    return [2**gain - 1 for gain in gains]
