"""A figure that was measured, beside its budget."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from newsletter.config import config_from
from newsletter.newsroom import Newsroom, open_newsroom


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    what: str
    value: float
    unit: str
    wanted: str = ""
    within: bool | None = None
    """None where there is no budget."""


def at_most(what: str, value: float, budget: float, unit: str) -> Figure:
    return Figure(what=what, value=value, unit=unit, wanted=f"at most {budget:g}", within=value <= budget)


def at_least(what: str, value: float, budget: float, unit: str) -> Figure:
    return Figure(what=what, value=value, unit=unit, wanted=f"at least {budget:g}", within=value >= budget)


def seconds(work: Callable[[], object], times: int = 5) -> float:
    found = []
    for _ in range(times):
        began = perf_counter()
        work()
        found.append(perf_counter() - began)
    return median(found)


@contextmanager
def newsroom() -> Iterator[Newsroom]:
    data = {"newsroom": {"site": "https://news.example", "postal_address": "1 Sample Street"}}
    with tempfile.TemporaryDirectory() as folder:
        config = config_from(data, where="config.toml", folder=Path(folder))
        with open_newsroom(config) as room:
            yield room
