"""What a fetch ends with, as values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A 200 with its body or a 304 without one."""

    status: int
    url: str
    """Where the body came from, redirects followed."""
    body: bytes = b""
    content_type: str = ""
    etag: str = ""
    modified: str = ""
    fresh: int = 0
    """Seconds for which the server calls this answer fresh."""
    moved_to: str = ""
    """Where permanent redirects, and no others, have led."""
    cut_short: str = ""
    """Why the body is not whole, if it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No feed this time, and why."""

    reason: str
    next: str = ""
    status: int = 0
    wait: int = 0
    """Seconds of silence that the server asks for."""
    unreachable: bool = False
    """Nobody answered at all: the fault may be ours."""
