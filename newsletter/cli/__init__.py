"""Verbs for people: results on stdout, progress and errors on stderr; 0 done, 1 something to act on, 2 usage."""

import sys
from collections.abc import Sequence
from importlib import import_module

from newsletter.cli.parser import make_parser
from newsletter.errors import NewsletterError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb. Its module is imported only now: `--help` answers without loading the newsroom."""
    arguments = make_parser().parse_args(argv)
    module, _, name = arguments.run.partition(":")
    try:
        getattr(import_module(f"newsletter.cli.{module}"), name)(arguments)
    except NewsletterError as error:
        print(f"newsletter: {error}".replace("\n", "\nnewsletter: "), file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except OSError as error:
        # A full disk, a folder that may not be written: no bug of ours, and a trace tells nobody what to do.
        where = f"{error.filename}: " if error.filename else ""
        print(f"newsletter: {where}{error.strerror or error}; make room or name another place", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("newsletter: stopped", file=sys.stderr)
        return 1
    return 0
