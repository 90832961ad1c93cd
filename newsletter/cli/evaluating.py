"""One table of how well the thinking stages do on a labelled file, and whether a figure fell."""

import json
import sys
import tomllib
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from newsletter.cli.lines import lines_of
from newsletter.cli.say import report
from newsletter.cli.trial import Trial
from newsletter.cli.trying import time_of, trial_of, weights_of
from newsletter.curate.evaluating import Answers, Metric, metrics
from newsletter.curate.labelling import Label, label_of, names_known
from newsletter.errors import DataError
from newsletter.language.lexicon import Lexicon

_LABELS = ("language", "event", "in_scope", "importance", "topics", "companies", "quantities", "related")
_LISTED = 10
_POINTS = 3


def evaluate(arguments: Namespace) -> None:
    """The stages run as `newsletter try` runs them. Raises DataError when a figure fell below its floor."""
    floors = floors_of(arguments.floor) if arguments.floor else None
    trial = trial_of(arguments)
    labels = _usable(list(labels_of(arguments.file, trial.lexicon)), trial, arguments.file)
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


def labels_of(path: Path, lexicon: Lexicon) -> Iterator[Label]:
    """The labels of each article; a line that is none is told by reading the articles, a wrong label here."""
    topic, company = names_known(lexicon)
    seen: set[str] = set()
    for number, line in enumerate(lines_of(path), 1):
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if not isinstance(row, dict) or row.get("id") in (None, "") or str(row["id"]) in seen:
            continue
        label = label_of(row, topic=topic, company=company)
        seen.add(label.id)
        for problem in label.problems:
            _tell(f"line {number}: {problem}. That label is left out")
        yield label


def _usable(labels: Sequence[Label], trial: Trial, path: Path) -> list[Label]:
    """Those of articles; what can never be met is told. Raises DataError where nothing is labelled."""
    found = [one for one in labels if one.id in trial.articles]
    if not found:
        raise DataError(f"{path}: no line is an article with an id; each line needs one object with id and title")
    if all(one.says_nothing for one in found):
        raise DataError(f"{path}: no article has a label; write one of {', '.join(_LABELS)} beside its title")
    topics = {topic for one in found for topic in one.topics or ()}
    for topic in sorted(one for one in topics if one not in trial.lexicon.taxonomy):
        _tell(f'topic "{topic}" is not in taxonomy.toml, so that no article is ever given it')
    related = {other for one in found for other in one.related or ()} - trial.articles.keys()
    if related:
        some = ", ".join(sorted(related)[:3])
        _tell(f"related ids that are no articles of the file are left out: {len(related)} such as {some}")
    return [
        one if not one.related else replace(one, related={k: v for k, v in one.related.items() if k not in related})
        for one in found
    ]


def _tell(problem: str) -> None:
    print(problem, file=sys.stderr)


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
