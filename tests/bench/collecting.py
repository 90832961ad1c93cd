"""Feeds decoded and parsed, beside the parsers that others use."""

from collections.abc import Iterator
from pathlib import Path

import feedparser

from newsletter.collect.parsing import parse
from newsletter.shipped import shipped
from tests.bench.figures import Figure, at_least, seconds

REAL_WEEK = Path(__file__).resolve().parents[3] / "shared" / "data" / "week-2026-03-09" / "feeds"


def parsing() -> Iterator[Figure]:
    """Our feeds say little about speed, being small; a real week lies beside some checkouts."""
    bundled = [path for path in sorted((shipped("feeds") / "sample").iterdir()) if path.suffix != ".md"]
    ours, theirs = _parse_both(bundled)
    yield Figure(what="decode and parse the bundled feeds", value=ours * 1000, unit="ms")
    yield Figure(what="  times as fast as feedparser's default", value=theirs / ours, unit="times")
    real = (
        [path for path in sorted(REAL_WEEK.rglob("*")) if path.is_file() and path.suffix != ".tsv"]
        if REAL_WEEK.is_dir()
        else []
    )
    if real:
        ours, theirs = _parse_both(real, times=1)
        yield Figure(what=f"decode and parse {len(real)} real feeds", value=ours, unit="s")
        yield at_least("  times as fast as feedparser's default", theirs / ours, 2, "times")


def _parse_both(files: list[Path], times: int = 3) -> tuple[float, float]:
    bodies = [path.read_bytes() for path in files]
    ours = seconds(lambda: [parse(body) for body in bodies], times)
    return ours, seconds(lambda: [feedparser.parse(body) for body in bodies], times)


MEASURES = (parsing,)
