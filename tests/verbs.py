"""Every verb of the command line by the words that people type, for tests of the grammar and of its documentation."""

from argparse import ArgumentParser, _SubParsersAction

from newsletter.cli.parser import make_parser


def every_verb() -> dict[str, ArgumentParser]:
    return dict(_below("", make_parser()))


def _below(name: str, parser: ArgumentParser) -> list[tuple[str, ArgumentParser]]:
    below = [action for action in parser._actions if isinstance(action, _SubParsersAction)]
    if not below:
        return [(name, parser)]
    return [verb for word, one in below[0].choices.items() for verb in _below(f"{name} {word}".strip(), one)]
