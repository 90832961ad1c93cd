"""What a person says of an article in a labelled file, so that the stages can be held against it.

A label may be left out; one that is wrong is told, and the article's others still count. Names of topics and companies
may be in either language, amounts may be words (`10亿元`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from newsletter.language.lexicon import Lexicon
from newsletter.language.quantities import quantities
from newsletter.language.units import read_unit

Row = Mapping[str, Any]
Amount = tuple[str, str, float]
Known = Callable[[str], str]

_BELONGS = {1: True, 0: False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """None where the file does not say it."""

    id: str
    language: str | None = None
    event: str | None = None
    in_scope: bool | None = None
    importance: float | None = None
    topics: frozenset[str] | None = None
    companies: frozenset[str] | None = None
    amounts: frozenset[Amount] | None = None
    related: Mapping[str, float] | None = None
    problems: tuple[str, ...] = ()
    """What was no label and is left out, as sentences."""

    @property
    def says_nothing(self) -> bool:
        said = (self.language, self.event, self.in_scope, self.importance, self.topics, self.companies, self.amounts)
        return all(one is None for one in (*said, self.related))


@dataclass(frozen=True, slots=True)
class _Reader:
    row: Row
    problems: list[str] = field(default_factory=list)

    def read(self, name: str, wanted: str, read: Callable[[Any], Any]) -> Any:
        """None where it is absent or no label of that name; the second is noted."""
        value = self.row.get(name)
        if value is None:
            return None
        try:
            return read(value)
        except (TypeError, ValueError, KeyError, AttributeError):
            self.problems.append(f'"{name}" is {value!r}; write {wanted}')
            return None


def label_of(row: Row, *, topic: Known = str, company: Known = str) -> Label:
    """`topic` and `company` give the name that the stages use for one in the file."""
    reader = _Reader(row)
    return Label(
        id=str(row["id"]),
        language=_text(row, "language"),
        event=_text(row, "event"),
        in_scope=reader.read("in_scope", "1 or 0", lambda value: _BELONGS[value]),
        importance=reader.read("importance", "a number, such as 0 to 3", _number),
        topics=reader.read("topics", "a list of names", lambda value: frozenset(map(topic, _names(value)))),
        companies=reader.read("companies", "a list of names", lambda value: frozenset(map(company, _names(value)))),
        amounts=reader.read(
            "quantities",
            'a list of {"kind", "value", "unit"}, or of amounts such as "$2 billion"',
            lambda value: frozenset(amount for one in _listed(value) for amount in _amounts(one)),
        ),
        related=reader.read("related", 'a list of {"id", "grade"}', _related),
        problems=tuple(reader.problems),
    )


def names_known(lexicon: Lexicon) -> tuple[Known, Known]:
    """Topics by key or by their name in either language, companies by any name or alias; else as they are written."""
    topics = {name.casefold(): topic.key for topic in lexicon.taxonomy for name in (topic.key, *topic.names.values())}

    def company(name: str) -> str:
        hits = lexicon.gazetteer.find(name, "")
        whole = [hit.entity for hit in hits if hit.end - hit.start == len(name)]
        return lexicon.gazetteer.entity(whole[0]).names["en"] if whole else name

    return lambda name: topics.get(name.casefold(), name), company


def amount_of(row: Row) -> Amount:
    """A quantity as {"kind", "value", "unit"?} in our normal unit: 1 TWh is a million MWh."""
    kind, name, value = str(row["kind"]), str(row.get("unit") or ""), float(row["value"])
    unit = read_unit(name, 0, "") if name else None
    if unit is not None and unit.kind == kind and unit.end == len(name):
        name, value = unit.name, value * unit.factor
    return kind, name, float(f"{value:.10g}")


def _text(row: Row, name: str) -> str | None:
    return str(row[name]) if row.get(name) not in (None, "") else None


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    return float(value)


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _names(value: Any) -> list[str]:
    if not all(isinstance(one, str) for one in _listed(value)):
        raise TypeError
    return list(value)


def _amounts(one: Any) -> list[Amount]:
    """Of a range in words both ends."""
    if not isinstance(one, str):
        return [amount_of(one)]
    found = quantities(one)
    if not found:
        raise ValueError
    return [(q.kind, q.unit, float(f"{q.value:.10g}")) for q in found]


def _related(value: Any) -> dict[str, float]:
    return {str(one["id"]): _number(one["grade"]) for one in _listed(value)}
