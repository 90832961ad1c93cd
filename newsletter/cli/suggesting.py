"""`newsletter suggest`: names that the gazetteer lacks, and terms that emerge."""

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import asdict

from newsletter import pipeline
from newsletter.cli.say import now_of, report, room_of


def suggest(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        if arguments.dismiss:
            pipeline.dismiss(room, arguments.dismiss)
        found = pipeline.suggest(room, now=now_of(arguments))
    result = {
        "events": found.events,
        "names": [asdict(one) for one in found.names],
        "terms": [asdict(one) for one in found.terms],
    }
    report(arguments, result, _lines(found))


def _lines(found: pipeline.Suggested) -> Iterator[str]:
    yield f"{found.events} events of the field in seven days"
    yield "names that gazetteer.toml lacks:" if found.names else "no name is missing from gazetteer.toml"
    for name in found.names:
        yield f"  {name.name}  {name.events} events, {name.sources} sources: {name.headlines[0]}"
    yield "terms that emerge:" if found.terms else "no term emerges"
    for term in found.terms:
        yield f"  {term.term}  {term.events} events, {term.before} in the weeks before: {term.headlines[0]}"
