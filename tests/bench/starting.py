"""The time until a command answers."""

import subprocess
import sys
from collections.abc import Iterator

from tests.bench.figures import Figure, at_most, seconds


def starting() -> Iterator[Figure]:
    command = [sys.executable, "-m", "newsletter", "--help"]
    took = seconds(lambda: subprocess.run(command, capture_output=True, check=True))
    yield at_most("newsletter --help", took, 0.3, "s")


MEASURES = (starting,)
