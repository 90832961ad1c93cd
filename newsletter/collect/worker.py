"""The process that parses strangers' bytes: it may be killed at any moment, and nothing is lost with it.

Reads frames of a length, a JSON head and a body from stdin; answers each with a length and what it has found: a
Parsed as JSON, or the text of a page.
"""

import json
import struct
import sys
from dataclasses import replace
from typing import Any, BinaryIO

from newsletter.collect.entries import Parsed

FRAME = struct.Struct("!II")
ANSWER = struct.Struct("!I")
THOROUGH, GENTLE = 2, 2
"""Seconds of processor time for a feed; the largest of a real week needs half a second."""
MEMORY = 768 * 1024 * 1024


def main() -> None:
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    _limit_memory()
    while frame := _exactly(stdin, FRAME.size):
        head_size, body_size = FRAME.unpack(frame)
        head = json.loads(_exactly(stdin, head_size))
        body = _exactly(stdin, body_size)
        _limit_time(GENTLE if head.get("gentle") else THOROUGH)
        answer = _JOBS[head.pop("job")](body, head)
        stdout.write(ANSWER.pack(len(answer)) + answer)
        stdout.flush()


def _feed(body: bytes, head: dict[str, Any]) -> bytes:
    return _read(body, head).to_json()


def _page(body: bytes, head: dict[str, Any]) -> bytes:
    from newsletter.collect.extracting import article_text

    try:
        return b"+" + article_text(body, **head).encode("utf-8", "replace")
    except Exception:  # strangers' input
        return b"+"


_JOBS = {"feed": _feed, "page": _page}


def _read(body: bytes, head: dict[str, Any]) -> Parsed:
    """A fault of ours costs one feed some entries, never the feeds after it."""
    from newsletter.collect.parsing import parse

    try:
        return parse(body, **head)
    except Exception as error:  # strangers' input
        trouble = f"an entry could not be read ({type(error).__name__})"
    try:
        found = parse(body, **head | {"gentle": True})
    except Exception:  # the same input
        return Parsed(kind="unknown", problems=(trouble,))
    return replace(found, problems=(trouble, *found.problems))


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    return data if len(data) == size else b""


def _limit_memory() -> None:
    """Where the system has such limits; elsewhere the time limit alone must do."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _limit_time(seconds: int) -> None:
    """The kernel ends us after so much of our own time: a busy machine is no reason to give a feed up."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main()
