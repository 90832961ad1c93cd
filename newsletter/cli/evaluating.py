"""One table of how well the thinking stages do on a labelled file, and whether a figure fell."""

import json
import sys
import tomllib
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsletter.cli.lines import lines_of
from newsletter.cli.say import report
from newsletter.cli.trial import Trial
from newsletter.cli.trying import time_of, trial_of, weights_of
from newsletter.curate.evaluating import Answers, Label, Metric, label_of, metrics
from newsletter.errors import DataError

_LISTED = 10
_POINTS = 3


def evaluate(arguments: Namespace) -> None:
    """The stages run as `newsletter try` runs them. Raises DataError when a figure fell below its floor."""
    floors = floors_of(arguments.floor) if arguments.floor else None
    trial = trial_of(arguments)
    labels = [one for one in labels_of(arguments.file) if one.id in trial.articles]
    if not labels:
        raise DataError(f"{arguments.file}: no line is an article with an id; each needs id and title")
    found = metrics(labels, _answers(arguments, trial, {one.id for one in labels if one.related}))
    shown = {"articles": len(labels), "metrics": {m.key: round(m.value, 4) for m in found}}
    report(arguments, shown | {"of": {m.key: m.count for m in found}}, _table(found, floors))
    if floors is not None:
        _refuse_falls(found, floors, arguments.floor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Floors:
    """The figures that were reached, and why one may be lower now."""

    figures: Mapping[str, float]
    reasons: Mapping[str, str]


def floors_of(path: Path) -> Floors:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        figures = {str(key): float(value) for key, value in data.get("metrics", {}).items()}
        reasons = {str(key): str(why) for key, why in data.get("reasons", {}).items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise DataError(f"{path}: cannot be read ({error}); write [metrics] with a number for each key") from None
    return Floors(figures=figures, reasons=reasons)


def labels_of(path: Path) -> Iterator[Label]:
    """The labels of each article; a line that is none is told by reading the articles, a wrong label here."""
    for number, line in enumerate(lines_of(path), 1):
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if not isinstance(row, dict) or row.get("id") in (None, ""):
            continue
        try:
            yield label_of(row)
        except ValueError as error:
            print(f"line {number}: {error}; its labels are left out", file=sys.stderr)


def _answers(arguments: Namespace, trial: Trial, asked: set[str]) -> Answers:
    """`asked` are the articles whose related ones the file judges."""
    now = time_of(arguments, trial)
    return Answers(
        languages=trial.languages(),
        tags=list(trial.tags()),
        clusters=list(trial.clusters()),
        ranks=list(trial.ranks(now=now, weights=weights_of(arguments.config))),
        related=list(trial.related(now=now, k=_LISTED, wanted=asked, same_story=False)),
        alongside=list(trial.related(now=now, k=_LISTED, wanted=asked, same_story=True)),
        key_points=list(trial.key_points(_POINTS)),
        sources={one.id: f"{one.title}\n{one.summary}\n{one.text}" for one in trial.articles.values()},
    )


def _table(found: Iterable[Metric], floors: Floors | None) -> Iterator[str]:
    known: Mapping[str, Any] = floors.figures if floors else {}
    for metric in found:
        value = f"{metric.value:.3f}" if metric.point else f"{metric.value:.0f}"
        before = f"  {known[metric.key]:>7.3f}" if metric.key in known else "  " + " " * 7 if floors else ""
        yield f"{metric.key:<34}{value:>8}{before}  of {metric.count} {metric.of}"


def _refuse_falls(found: Iterable[Metric], floors: Floors, path: Path) -> None:
    measured = {metric.key: metric for metric in found}
    absent = sorted(key for key in floors.figures if key not in measured)
    fallen = [
        f"{key} is {measured[key].value:.3f}, was {floor:.3f}"
        for key, floor in floors.figures.items()
        if key in measured and measured[key].fell_below(floor) and not floors.reasons.get(key)
    ]
    if absent or fallen:
        said = "; ".join((*fallen, *(f"{key} was not measured" for key in absent)))
        raise DataError(f"{said}; mend it, or write the reason below [reasons] in {path}")
