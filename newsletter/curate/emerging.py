"""Words that this week's events tell more often than the weeks before: emerging terms, counted by event.

An event counts once, however many reports tell it; else one big story would be a trend by itself. Log-odds with a
prior are those of Monroe, Colaresi and Quinn (2008); the figures below are of notes on tagging.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt

from newsletter.language.script import has_han
from newsletter.language.segmenting import tokens
from newsletter.language.stopwords import STOPWORDS

_PRIOR = 50.0
# Without a floor of one the prior of a brand-new term would be nothing, and it never surfaced.
_LEAST_PRIOR = 1.0
_EVENTS, _SOURCES = 4, 3
# With about 150 events a week four events of a new term make 1.5; a term half as frequent before stays below 1.
_STRENGTH = 1.4
_MOST = 20
# With fewer events of a language before, every word of it is new: nothing is said to emerge.
_ENOUGH = 30
_COUNTING = frozenset("万亿元")
_AROUND = re.compile(r"^[^，。：\s]{2,8}?\s*\d{1,2}月\d{1,2}日[^，。]{0,4}?[电讯][，,：:]?|\s[-|–—]\s[^-|–—]{2,40}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened, as its reports say it: their headlines, and who told it."""

    headlines: tuple[str, ...]
    sources: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Emerging:
    """A term with its strength, in how many events of the week and of the weeks before, and one headline of each."""

    term: str
    strength: float
    events: int
    before: int
    headlines: tuple[str, ...]


def plain_headline(title: str) -> str:
    """Without an agency's opening and the name of the paper behind."""
    return _AROUND.sub("", " ".join(title.split())).strip()


def emerging(week: Sequence[Event], before: Sequence[Event], *, known: Collection[str] = ()) -> tuple[Emerging, ...]:
    """Strongest first, the languages apart: a feed more in one of them makes nothing emerge.

    `known` are words that nobody need be told of, in small letters: names, words of topics, what was dismissed.
    """
    found = [
        term
        for chinese in (False, True)
        for term in _of_language(_in(week, chinese), _in(before, chinese), frozenset(known))
    ]
    found.sort(key=lambda one: (-one.strength, one.term))
    return tuple(_without_parts(found))[:_MOST]


def _in(events: Iterable[Event], chinese: bool) -> list[Event]:
    """The events that are told in a language, with its headlines."""
    told = [
        Event(headlines=tuple(one for one in event.headlines if has_han(one) is chinese), sources=event.sources)
        for event in events
    ]
    return [event for event in told if event.headlines]


def _of_language(week: Sequence[Event], before: Sequence[Event], known: frozenset[str]) -> Iterator[Emerging]:
    if len(before) < _ENOUGH:
        return
    now, then = [_terms(event) for event in week], [_terms(event) for event in before]
    counts, earlier = _counted(now), _counted(then)
    for term in (one for one in counts if counts[one] >= _EVENTS and one not in known):
        events = [event for event, terms in zip(week, now, strict=True) if term in terms]
        strength = log_odds(counts[term], len(now), earlier[term], len(then))
        if strength >= _STRENGTH and len(frozenset().union(*(one.sources for one in events))) >= _SOURCES:
            yield Emerging(
                term=term,
                strength=round(strength, 2),
                events=counts[term],
                before=earlier[term],
                headlines=tuple(_saying(term, event) for event in events[:3]),
            )


def log_odds(now: int, of_now: int, before: int, of_before: int) -> float:
    """How far the share now is above that before, in standard deviations."""
    prior = max(_LEAST_PRIOR, _PRIOR * (now + before) / max(1, of_now + of_before))
    delta = _odds(now, of_now, prior) - _odds(before, of_before, prior)
    return delta / sqrt(1 / (now + prior) + 1 / (before + prior))


def _odds(count: int, of: int, prior: float) -> float:
    return log((count + prior) / max(1.0, of + _PRIOR - count - prior))


def _terms(event: Event) -> frozenset[str]:
    return frozenset(term for headline in event.headlines for term in _of(headline))


def _of(headline: str) -> Iterator[str]:
    """Words and pairs of neighbours; no stop word, no figure, no single Han sign."""
    words = tokens(headline)
    for word in words:
        if _tells(word):
            yield word
    for one, other in pairwise(words):
        if _tells(one) and _tells(other) and has_han(one) == has_han(other):
            yield f"{one}{other}" if has_han(one) else f"{one} {other}"


def _tells(word: str) -> bool:
    return (
        len(word) >= (2 if has_han(word) else 3)
        and word not in STOPWORDS
        and not word[0].isdigit()
        and word[0] not in _COUNTING
    )


def _counted(events: Iterable[frozenset[str]]) -> Counter[str]:
    return Counter(term for terms in events for term in terms)


def _saying(term: str, event: Event) -> str:
    return next(headline for headline in event.headlines if term in set(_of(headline)))


def _without_parts(found: Sequence[Emerging]) -> Iterator[Emerging]:
    """流体 beside 流体冷却 says nothing of its own where it is told in as many events."""
    by_term: Mapping[str, Emerging] = {one.term: one for one in found}
    for one in found:
        if not any(
            one.term != term and one.term in term and other.events >= one.events for term, other in by_term.items()
        ):
            yield one
