"""What a text can be about: topics as a tree, the words that speak for them, and the sections of a digest."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from opencc import OpenCC

from newsletter.errors import DataError
from newsletter.language.forms import Forms, prepared
from newsletter.language.script import has_han

STRONG, WEAK = 1.0, 0.4
FROM_NAMES = 0.3


class Term(NamedTuple):
    """A word or phrase that speaks for (or, below zero, against) what it belongs to."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A subject. `tagged_from` is the score from which an article has it."""

    key: str
    names: Mapping[str, str]
    parents: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    kinds: tuple[str, ...] = ()
    """Kinds of amounts that speak weakly for it."""
    tagged_from: float = 1.0
    from_names: float = FROM_NAMES
    """What a name of this topic adds where the title names no company of another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRule:
    """A part of the digest: which topics and kinds belong there, and how many items it takes."""

    key: str
    names: Mapping[str, str]
    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    quota: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Words beside the topics that decide something else: `scope` and `kind` by group."""

    group: str
    key: str
    terms: tuple[Term, ...]


class Evidence(NamedTuple):
    """A term found: whose it is (`topic`, `scope`, `kind`), its key, its weight and its place."""

    group: str
    key: str
    weight: float
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Owner:
    group: str
    key: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    forms: Forms
    owners: tuple[tuple[_Owner, ...], ...] = field(default=())


class Taxonomy:
    """The tree of topics, in the order of its file."""

    def __init__(
        self, topics: Iterable[Topic], sections: Sequence[SectionRule] = (), vocabularies: Sequence[Vocabulary] = ()
    ) -> None:
        self._topics = {topic.key: topic for topic in topics}
        self.sections = tuple(sections)
        self.vocabularies = tuple(vocabularies)
        self._ancestors = {key: tuple(self._climb(key)) for key in self._topics}
        self._index = _index(self._topics.values(), self.vocabularies)

    def __contains__(self, key: str) -> bool:
        return key in self._topics

    def __iter__(self) -> Iterator[Topic]:
        return iter(self._topics.values())

    def topic(self, key: str) -> Topic:
        return self._topics[key]

    def ancestors(self, key: str) -> tuple[str, ...]:
        return self._ancestors[key]

    def name(self, key: str, language: str) -> str:
        return named(self._topics[key].names, language) or key

    def section(self, key: str) -> SectionRule | None:
        return next((section for section in self.sections if section.key == key), None)

    def find(self, text: str) -> tuple[Evidence, ...]:
        """Every term in the text; of terms of one owner that overlap, the longest alone."""
        found: list[Evidence] = []
        reach: dict[tuple[str, str], int] = {}
        for place in sorted(self._index.forms.find(prepared(text)), key=lambda p: (p.start, -p.end)):
            for owner in self._index.owners[place.form]:
                if place.start >= reach.get((owner.group, owner.key), 0):
                    reach[owner.group, owner.key] = place.end
                    found.append(Evidence(owner.group, owner.key, owner.weight, place.start, place.end))
        return tuple(found)

    def _climb(self, key: str) -> Iterator[str]:
        seen, waiting = {key}, list(self._topics[key].parents)
        while waiting:
            parent = waiting.pop(0)
            if parent not in seen and parent in self._topics:
                seen.add(parent)
                yield parent
                waiting += self._topics[parent].parents


def named(names: Mapping[str, str], language: str) -> str:
    """The name for `en`, `zh` (Simplified) or `zh-Hant`; English where a language has none."""
    wanted = {"zh": ("zh-Hans", "zh"), "zh-Hant": ("zh-Hant", "zh-Hans")}.get(language, (language,))
    return next((names[w] for w in (*wanted, "en") if names.get(w)), "")


def load_taxonomy(paths: Sequence[Path]) -> Taxonomy:
    """The topics and sections of these files; a later file overrides by key. Raises DataError naming file and key."""
    topics: dict[str, Topic] = {}
    sections: dict[str, SectionRule] = {}
    vocabularies: dict[tuple[str, str], Vocabulary] = {}
    for path in paths:
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DataError(f"{path}: cannot be read ({error}); correct the file") from error
        try:
            topics |= {row["key"]: _topic(row) for row in data.get("topic", [])}
            sections |= {row["key"]: _section(row) for row in data.get("section", [])}
            vocabularies |= {(row["group"], row["key"]): _vocabulary(row) for row in data.get("vocabulary", [])}
        except (KeyError, TypeError, AttributeError) as error:
            raise DataError(f"{path}: an entry lacks or garbles {error}; see the file's first lines") from error
    unknown = [
        f"{topic.key} → {parent}" for topic in topics.values() for parent in topic.parents if parent not in topics
    ]
    if unknown:
        raise DataError(f"{paths[-1]}: unknown parents: {', '.join(unknown)}; name a topic of the file")
    return Taxonomy(topics.values(), tuple(sections.values()), tuple(vocabularies.values()))


def _topic(row: Mapping[str, Any]) -> Topic:
    return Topic(
        key=row["key"],
        names=dict(row["name"]),
        parents=tuple(row.get("parents", ())),
        terms=_terms(row),
        kinds=tuple(row.get("kinds", ())),
        tagged_from=float(row.get("tagged_from", 1.0)),
        from_names=float(row.get("from_names", FROM_NAMES)),
    )


def _section(row: Mapping[str, Any]) -> SectionRule:
    return SectionRule(
        key=row["key"],
        names=dict(row["name"]),
        topics=tuple(row.get("topics", ())),
        kinds=tuple(row.get("kinds", ())),
        quota=int(row.get("quota", 5)),
    )


def _vocabulary(row: Mapping[str, Any]) -> Vocabulary:
    return Vocabulary(group=row["group"], key=row["key"], terms=_terms(row))


def _terms(row: Mapping[str, Any]) -> tuple[Term, ...]:
    """`strong` words alone suffice, `weak` ones add up, `against` take away; `weighted` says its own numbers."""
    terms = [Term(text, STRONG) for text in row.get("strong", ())]
    terms += [Term(text, WEAK) for text in row.get("weak", ())]
    terms += [Term(text, -STRONG) for text in row.get("against", ())]
    terms += [Term(text, float(weight)) for text, weight in row.get("weighted", {}).items()]
    return tuple(terms)


def _index(topics: Iterable[Topic], vocabularies: Iterable[Vocabulary]) -> _Index:
    owners: dict[str, list[_Owner]] = {}
    owned = [("topic", topic.key, topic.terms) for topic in topics]
    owned += [(vocabulary.group, vocabulary.key, vocabulary.terms) for vocabulary in vocabularies]
    for group, key, terms in owned:
        for term in terms:
            for form in _spellings(term.text):
                owners.setdefault(form, []).append(_Owner(group=group, key=key, weight=term.weight))
    return _Index(forms=Forms(list(owners)), owners=tuple(tuple(o) for o in owners.values()))


def _spellings(term: str) -> tuple[str, ...]:
    """A Chinese term as the mainland and as Taiwan say it (服务器, 伺服器), both levelled to Simplified signs."""
    if not has_han(term):
        return (term.lower(),)
    return tuple(dict.fromkeys((prepared(term), prepared(_mainland_to_taiwan().convert(term)))))


@cache
def _mainland_to_taiwan() -> OpenCC:
    return OpenCC("s2twp")
