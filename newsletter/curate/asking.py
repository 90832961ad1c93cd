"""What to ask an archive of any size for a story's candidates, so that it answers soon.

What a question costs is how many articles have its terms. Of words the rare ones are asked. Where names and topics are
in too many articles, the rare ones are asked of the whole archive and all of them of its latest part.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from newsletter.curate.profiling import Archive, Counted, Rarity
from newsletter.model import ArticleId

_TERMS = 16
# To each question; of all answers so many are read whole, which is what a question to a large archive costs most.
_ASKED, _CANDIDATES = 64, 56
# A term in more than 2 % of the articles selects nothing; a small archive needs a floor (notes section 6).
_COMMON, _COMMON_FLOOR = 0.02, 30
# Articles that the terms of one question may have together: FTS5 ranks 1,000 in 3 ms, more when cold.
_POSTINGS = 800
# As many may lie before the part that is asked: passing 100,000 over takes 4 ms.
_SEEKED = 150_000


def candidates(own: Sequence[Counted], archive: Archive, rarity: Rarity) -> list[ArticleId]:
    """By words, by names and concepts, by names and topics; best first."""
    common = max(_COMMON_FLOOR, _COMMON * rarity.size)
    words: Counter[str] = Counter()
    meaning: Counter[str] = Counter()
    subjects: Counter[str] = Counter()
    for one in own:
        words.update({t: w * rarity.of(t) for t, w in one.words.items() if rarity.count(t) <= common})
        names = {n: w * rarity.of(n) for n, w in one.names.items()}
        meaning.update(names | {c: w * rarity.of(c) for c, w in one.concepts.items()})
        subjects.update(names | {t: w * rarity.of(t) for t, w in one.topics.items()})
    worth: Counter[ArticleId] = Counter()
    rare, _ = _within(_known(words, rarity), _POSTINGS)
    asked: Counter[tuple[bool, tuple[str, ...], float]] = Counter([(False, tuple(rare), 1.0)])
    asked.update((True, *question) for keys in (meaning, subjects) for question in _questions(keys, rarity))
    for (keyed, terms, newest), times in asked.items():
        found = archive.search(() if keyed else terms, terms if keyed else (), limit=_ASKED, newest=newest)
        best = max((one.score for one in found), default=0.0) or 1.0
        worth.update({one.article_id: times * one.score / best for one in found})
    return sorted(worth, key=lambda one: (-worth[one], one))[:_CANDIDATES]


def _questions(weights: Counter[str], rarity: Rarity) -> Iterator[tuple[tuple[str, ...], float]]:
    """Terms, and of what share of the archive, the latest, they are asked."""
    known = _known(weights, rarity)
    heaviest, cost = _within(known, _SEEKED)
    if cost <= _POSTINGS:
        yield tuple(heaviest), 1.0
        return
    rare, _ = _within(known, _POSTINGS // 2)
    yield tuple(rare), 1.0
    yield tuple(heaviest), _POSTINGS / 2 / cost


def _known(weights: Counter[str], rarity: Rarity) -> list[tuple[str, int]]:
    """The terms that the archive has, heaviest first, and in how many articles."""
    ordered = sorted(weights.items(), key=lambda one: (-one[1], one[0]))
    return [(term, count) for term, _ in ordered if (count := rarity.count(term))]


def _within(known: Sequence[tuple[str, int]], budget: int) -> tuple[list[str], int]:
    """The first terms that fit, and what they cost together."""
    chosen: list[str] = []
    cost = 0
    for term, count in known:
        if len(chosen) < _TERMS and cost + count <= budget:
            chosen.append(term)
            cost += count
    return chosen, cost
