"""Reports that repeat another's text: a wire story printed twelve times is one voice.

Two texts are copies when they have the same canonical link, the same words, or nearly the same (MinHash over shingles
of four words or signs; notes/curate.md section 3a measured the threshold).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from rensa import RMinHash, RMinHashLSH

from newsletter.language.script import has_han
from newsletter.model import Article

_PERMUTATIONS = 128
_BANDS = 16
_ALIKE = 0.75
_SHINGLE = 4
_READ = 1_200
# Shorter texts are alike by chance: headlines of one form, notices of one office.
_FEWEST = 12
_SHORTEST = 24
_MOST_BY_LINK = 8
_SEED = 20_260_109
_SIGNS = re.compile(r"[\W_]+")


def copies(articles: Sequence[Article]) -> Iterator[tuple[int, int]]:
    """Pairs of places in `articles`; of a group that is linked through each other, enough pairs to link it."""
    yield from _linked(articles)
    yield from _same(map(_levelled, articles))  # levelled twice: all texts of a window take 50 MB
    yield from _alike(map(_levelled, articles))


def voices(articles: Sequence[Article]) -> int:
    """How many sources tell it independently: reports of one feed, or copies of one text, are one voice."""
    groups = Groups(len(articles))
    feeds: dict[str, int] = {}
    for at, article in enumerate(articles):
        groups.join(feeds.setdefault(article.feed_url, at), at)
    for one, other in copies(articles):
        groups.join(one, other)
    return len({groups.find(at) for at in range(len(articles))})


class Groups:
    """Union-find over places; the smallest place of a group stands for it."""

    def __init__(self, size: int) -> None:
        self._above = list(range(size))

    def find(self, at: int) -> int:
        while self._above[at] != at:
            self._above[at] = self._above[self._above[at]]
            at = self._above[at]
        return at

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.find(one), self.find(other)))
        self._above[high] = low


def _linked(articles: Sequence[Article]) -> Iterator[tuple[int, int]]:
    """The same page in several feeds. A feed that gives all its entries one link names no page."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, article in enumerate(articles):
        if article.link.rstrip("/").count("/") > 2:
            places[article.link].append(at)
    for found in places.values():
        feeds = {articles[at].feed_url for at in found}
        if 1 < len(found) <= _MOST_BY_LINK and len(feeds) == len(found):
            yield from ((found[0], at) for at in found[1:])


def _same(texts: Iterable[str]) -> Iterator[tuple[int, int]]:
    first: dict[bytes, int] = {}
    for at, text in enumerate(texts):
        if len(text) < _SHORTEST:
            continue
        before = first.setdefault(sha256(text.encode("utf-8", "surrogatepass")).digest(), at)
        if before != at:
            yield before, at


def _alike(texts: Iterable[str]) -> Iterator[tuple[int, int]]:
    index = RMinHashLSH(threshold=_ALIKE, num_perm=_PERMUTATIONS, num_bands=_BANDS)
    prints: dict[int, RMinHash] = {}
    for at, text in enumerate(texts):
        shingles = _shingles(text)
        if len(shingles) < _FEWEST:
            continue
        own = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
        own.update(shingles)
        yield from ((other, at) for other in sorted(index.query(own)) if prints[other].jaccard(own) >= _ALIKE)
        index.insert(at, own)
        prints[at] = own


def _levelled(article: Article) -> str:
    body = article.text if len(article.text) > len(article.summary) else article.summary
    plain = unicodedata.normalize("NFKC", f"{article.title} {body[:_READ]}").casefold()
    return _SIGNS.sub(" ", plain).strip()


def _shingles(text: str) -> list[str]:
    parts: Sequence[str] = text.replace(" ", "") if has_han(text) else text.split()
    joint = "" if isinstance(parts, str) else " "
    return list(_grams(parts, joint))


def _grams(parts: Sequence[str], joint: str) -> Iterable[str]:
    return {joint.join(parts[at : at + _SHINGLE]) for at in range(len(parts) - _SHINGLE + 1)}
