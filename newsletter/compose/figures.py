"""The week in numbers: the largest amounts that the issue's own text states, each with its source."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from newsletter.compose.announcing import fitted
from newsletter.compose.wording import one_line
from newsletter.language.numbers import shown
from newsletter.language.quantities import quantities
from newsletter.language.sentences import sentences
from newsletter.language.spacing import shorten
from newsletter.model import Figure, Item, Quantity

_KINDS = ("money", "power", "chips", "energy", "compute", "area", "wafers")
_MOST, _ENOUGH, _FEWEST = 5, 3, 2
_PER_KIND = 2
# Below these an amount of its kind is no news of the week.
_LEAST = {
    "money": 1e7,
    "power": 10.0,
    "chips": 500.0,
    "energy": 100.0,
    "compute": 100.0,
    "area": 5_000.0,
    "wafers": 1_000.0,
}
# What a phrase must not end with: `a bond sale that, combined`.
_HANGING = re.compile(r"\s+(?:that|which|who),?(?:\s+\w+)?$")
_FOUR_FIGURES = re.compile(r"(?<![\d,])(\d),(\d{3})(?![\d,])")
_LABEL, _LABEL_LATIN = {"zh": 42}, 90


class _Stated(NamedTuple):
    quantity: Quantity
    item: Item
    label: str


def week_in_numbers(items: Sequence[Item], language: str) -> tuple[Figure, ...]:
    """Up to five, two of a kind at most, the kinds in a fixed order; none when there is only one to show.

    Items in the reader's language alone, where they have enough. A bar compares amounts of one unit only: the share
    is of the largest of its kind and unit shown.
    """
    own = _chosen([item for item in items if item.language == language])
    chosen = own if len(own) >= _ENOUGH else _chosen(items)
    if len(chosen) < _FEWEST:
        return ()
    top: dict[tuple[str, str], float] = {}
    for one in chosen:
        key = _key(one.quantity)
        top[key] = max(one.quantity.value, top.get(key, 0.0))
    return tuple(_figure(one, top[_key(one.quantity)], language) for one in chosen)


def _chosen(items: Sequence[Item]) -> list[_Stated]:
    return _trimmed([one for kind in _KINDS for one in _largest(items, kind)])


def _largest(items: Iterable[Item], kind: str) -> list[_Stated]:
    """One an item, largest first; one unit a kind (that of the most items), so that the bars can be compared."""
    best: list[_Stated] = []
    for item in items:
        largest: dict[str, _Stated] = {}
        for one in _stated(item):
            if one.quantity.kind == kind and one.quantity.value >= _LEAST[kind]:
                known = largest.get(one.quantity.unit)
                if known is None or one.quantity.value > known.quantity.value:
                    largest[one.quantity.unit] = one
        best += [largest[unit] for unit in sorted(largest)]
    units = [one.quantity.unit for one in best]
    if not units:
        return []
    unit = max(sorted(set(units)), key=units.count)
    best = [one for one in best if one.quantity.unit == unit]
    best.sort(key=lambda one: (-one.quantity.value, one.item.story_id))
    return _distinct(best)[:_PER_KIND]


def _stated(item: Item) -> list[_Stated]:
    """The headline's amounts, labelled by it, and what the summary says of them in another unit (a sum converted);
    where the headline has none, all of the summary's. Each of these by its sentence.

    An amount that the label would not reach is left out: the reader shall see it said.
    """
    reach = _LABEL.get(item.language, _LABEL_LATIN)
    found = [_Stated(q, item, item.headline) for q in quantities(item.headline)]
    told, kinds = {_key(one.quantity) for one in found}, {one.quantity.kind for one in found}
    more = [_Stated(q, item, text) for text in sentences(item.summary) for q in quantities(text)]
    if found:
        more = [one for one in more if one.quantity.kind in kinds and _key(one.quantity) not in told]
    return [one for one in (*found, *more) if one.quantity.span[1] < reach]


def _key(quantity: Quantity) -> tuple[str, str]:
    return quantity.kind, quantity.unit


def _distinct(stated: Iterable[_Stated]) -> list[_Stated]:
    """An amount that two items state is shown once."""
    found: dict[float, _Stated] = {}
    for one in stated:
        found.setdefault(one.quantity.value, one)
    return list(found.values())


def _trimmed(chosen: list[_Stated]) -> list[_Stated]:
    """Too many: the second of the last kinds goes first, then the last kinds."""
    while len(chosen) > _MOST:
        kinds = [one.quantity.kind for one in chosen]
        doubled = [at for at, kind in enumerate(kinds) if at and kinds[at - 1] == kind and kind not in _KINDS[:2]]
        del chosen[doubled[-1] if doubled else -1]
    return chosen


def _figure(one: _Stated, top: float, language: str) -> Figure:
    return Figure(
        kind=one.quantity.kind,
        shown=one_line(_ungrouped(shown(one.quantity, language), language)),
        label=_label(one),
        share=round(one.quantity.value / top, 4) if top else 0.0,
        source=one.item.source,
        link=one.item.link,
    )


def _label(one: _Stated) -> str:
    """Up to the end of a clause or phrase where the amount is said by then."""
    limit = _LABEL.get(one.item.language, _LABEL_LATIN)
    ended = _HANGING.sub("", fitted(one.label, limit))
    return ended if one.quantity.text in ended else shorten(one.label, limit)


def _ungrouped(amount: str, language: str) -> str:
    """Chinese writes 9680亿: four figures stand without a comma."""
    return _FOUR_FIGURES.sub(r"\1\2", amount) if language == "zh" else amount
