"""`newsletter curate`: articles become stories."""

from argparse import Namespace

from newsletter import pipeline
from newsletter.cli.say import Bar, now_of, report, room_of, stamp


def curate(arguments: Namespace) -> None:
    with room_of(arguments) as room, Bar("curate") as bar:
        done = pipeline.curate(room, now=now_of(arguments), progress=bar)
    window = [stamp(at) for at in done.window]
    result = {"articles": done.articles, "stories": done.stories, "window": window}
    report(arguments, result, [f"{done.articles} articles in {done.stories} stories, {window[0]} to {window[1]}"])
