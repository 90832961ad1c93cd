"""Whether two stories tell one event, and whether a story has moved since an issue told it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from newsletter.compose.candidates import Candidate, Told
from newsletter.language.segmenting import tokens
from newsletter.language.stopwords import STOPWORDS
from newsletter.model import Quantity

# First values, to be measured on the real weeks. Nvidia put the same sum into three companies in one week, so an
# amount and one name in common are not enough.
_SAME_TITLE = 0.6
_CLOSE_TITLE = 0.5
_NEW_SOURCES = 3


def same_event(one: Candidate, other: Candidate) -> bool:
    """Nearly the same title; or two names and an amount in common; or one name, an amount and half a title."""
    alike = max(
        (_overlap(a.title, b.title) for a in one.articles[:3] for b in other.articles[:3] if a.language == b.language),
        default=0.0,
    )
    if alike >= _SAME_TITLE:
        return True
    if not _amounts(one.story.quantities) & _amounts(other.story.quantities):
        return False
    names = len(set(one.names) & set(other.names))
    return names >= 2 or (names == 1 and alike >= _CLOSE_TITLE) or _names_across(one, other) >= 2


def same_headline(one: str, other: str) -> bool:
    return _overlap(one, other) >= _SAME_TITLE


def moved(candidate: Candidate, told: Told) -> bool:
    """New reports bring an amount that the issue did not have, or come from several more sources."""
    fresh = [article for article in candidate.articles if article.published >= told.until]
    if len({article.feed_url for article in fresh}) >= _NEW_SOURCES:
        return True
    known = _amounts(told.quantities)
    found = [q for a in fresh if a.id in candidate.readings for q in candidate.readings[a.id].quantities]
    return bool(_amounts(found) - known)


def latest_told(told: Sequence[Told]) -> Told:
    """The last issue's telling, with the amounts of all."""
    last = max(told, key=lambda one: (one.until, one.issue))
    known = tuple(quantity for one in told for quantity in one.quantities)
    return Told(issue=last.issue, until=last.until, headline=last.headline, quantities=known)


def since(told: Told | None) -> datetime | None:
    return None if told is None else told.until


def _amounts(quantities: Iterable[Quantity]) -> set[tuple[str, str, float]]:
    return {(q.kind, q.unit, q.value) for q in quantities if not q.soft and q.kind != "percent"}


def _overlap(one: str, other: str) -> float:
    """The words in common as a share of the longer title; two words prove nothing."""
    a, b = _words(one), _words(other)
    if min(len(a), len(b)) < 3:
        return 0.0
    return len(a & b) / max(len(a), len(b))


def _names_across(one: Candidate, other: Candidate) -> int:
    """Latin words that a Chinese and an English title share: names, and no gazetteer needs to know them."""
    found = [
        {word for word in _words(a.title) & _words(b.title) if len(word) >= 3 and word.isascii() and word[0].isalpha()}
        for a in one.articles[:3]
        for b in other.articles[:3]
        if a.language != b.language
    ]
    return max(map(len, found), default=0)


@lru_cache(maxsize=4096)
def _words(title: str) -> frozenset[str]:
    return frozenset(word for word in tokens(title) if word not in STOPWORDS)
