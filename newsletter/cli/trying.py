"""One thinking stage on a file of articles: to tune rules, and to see why."""

import sys
from argparse import Namespace
from collections.abc import Container, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from newsletter.cli.lines import articles_of
from newsletter.cli.say import as_json, now_of
from newsletter.cli.trial import Trial
from newsletter.language.lexicon import open_lexicon
from newsletter.shipped import folders


def tag(arguments: Namespace) -> None:
    _print(trial_of(arguments).tags())


def cluster(arguments: Namespace) -> None:
    _print(trial_of(arguments).clusters())


def related(arguments: Namespace) -> None:
    trial = trial_of(arguments)
    wanted = {part.strip() for part in arguments.wanted.split(",")} if arguments.wanted else None
    _tell_unknown(wanted, trial.articles)
    now = time_of(arguments, trial)
    _print(trial.related(now=now, k=arguments.k, wanted=wanted, same_story=arguments.same_story))


def rank(arguments: Namespace) -> None:
    trial = trial_of(arguments)
    _print(trial.ranks(now=time_of(arguments, trial), weights=weights_of(arguments.config)))


def keypoints(arguments: Namespace) -> None:
    _print(trial_of(arguments).key_points(arguments.k))


def trial_of(arguments: Namespace) -> Trial:
    """The file, with the names and topics beside the config file first, as for every verb; it need not exist."""
    lexicon = open_lexicon(folders("feeds", arguments.config.resolve().parent))
    return Trial(articles_of(arguments.file), lexicon)


def time_of(arguments: Namespace, trial: Trial) -> datetime:
    """--as-of, else the time of the latest article."""
    return arguments.as_of or trial.latest or now_of(arguments)


def weights_of(config: Path) -> Mapping[str, float]:
    if not config.is_file():
        return {}
    from newsletter.config import load_config

    return load_config(config).curate.weights


def _tell_unknown(wanted: set[str] | None, articles: Container[Any]) -> None:
    for one in sorted(wanted or set()):
        if one not in articles:
            print(f"--for {one}: no such id in the file", file=sys.stderr)


def _print(rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        print(as_json(row))
