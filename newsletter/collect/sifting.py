"""Which entries of a feed its filters let in. An expression that takes too long is set aside and told."""

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from newsletter.collect.entries import Entry
from newsletter.model import Filter

_PATIENCE = 0.1
"""Seconds for one expression on one entry; an honest one needs microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    kept: tuple[Entry, ...]
    dropped: tuple[tuple[Entry, str], ...] = ()
    """With the rule that did it, in words."""
    problems: tuple[str, ...] = ()


def sift(entries: Sequence[Entry], filters: Sequence[Filter]) -> Sifted:
    """The first rule that matches decides. Where the feed's own rules, or those for all feeds, only keep, what
    matches none is dropped."""
    if not filters:
        return Sifted(kept=tuple(entries))
    rules = [_Rule(one) for one in filters]
    strict = any(_only_keep([one for one in filters if one.everywhere is shared]) for shared in (False, True))
    kept, dropped = [], []
    for entry in entries:
        rule = next((rule for rule in rules if rule.matches(entry)), None)
        if rule is None and strict:
            dropped.append((entry, "nothing says keep"))
        elif rule is not None and rule.filter.action == "drop":
            dropped.append((entry, str(rule.filter)))
        else:
            kept.append(entry)
    problems = tuple(f"{rule.filter}: takes too long and is left out; simplify it" for rule in rules if rule.slow)
    return Sifted(kept=tuple(kept), dropped=tuple(dropped), problems=problems)


def _only_keep(filters: Sequence[Filter]) -> bool:
    return bool(filters) and all(one.action == "keep" for one in filters)


def mistake_in(pattern: str) -> str:
    """What is wrong with an expression, or ""."""
    try:
        regex.compile(pattern, regex.IGNORECASE)
    except (regex.error, RecursionError, OverflowError) as error:
        return str(error) or type(error).__name__
    return ""


class _Rule:
    def __init__(self, one: Filter) -> None:
        self.filter = one
        self.slow = False
        self._words = one.contains.casefold()
        self._pattern = regex.compile(one.regex, regex.IGNORECASE) if one.regex else None

    def matches(self, entry: Entry) -> bool:
        return not self.slow and any(map(self._hits, _values(entry, self.filter.field)))

    def _hits(self, value: str) -> bool:
        if self._pattern is None:
            return self._words in value.casefold()
        try:
            return self._pattern.search(value, timeout=_PATIENCE) is not None
        except TimeoutError:
            self.slow = True
            return False


def _values(entry: Entry, field: str) -> tuple[str, ...]:
    return {"title": (entry.title,), "link": (entry.link,)}.get(field, entry.tags)
