"""What a look outside says about a letter: whether its links answer, and what a spam filter makes of it.

Both take time and other machines or programs, so they are a step of their own and never hold up a draft.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from urllib.parse import urlsplit

from newsletter.model import Check, Letter, Level
from newsletter.slots import OPEN

LINK_TARGETS, SPAM_SCORE = "link targets", "spam score"
NOT_PROBED = (
    Check(name=LINK_TARGETS, level=Level.GREY, say="whether the links answer was not checked: compose --check-links"),
    Check(name=SPAM_SCORE, level=Level.GREY, say="how a spam filter judges it was not checked: compose --check-links"),
)
MOST_SPAM = 1.0
"""SpamAssassin's points; a letter of ours has 0.0 to 0.5, and what passes 5 is spam by its default."""
_HREF = re.compile(r'\shref="([^"]*)"')
_CLOSED_TO_PROGRAMS = frozenset({401, 402, 403, 405, 406, 418, 429, 451, 503, 999})
"""Many papers answer programs so, and people with the page."""
_STATUS = re.compile(
    r"^X-Spam-Status:.*?score=(?P<score>-?[\d.]+)\s+required=(?P<required>[\d.]+)(?:\s+tests=(?P<tests>[\w,\s]*?)\s+\w+=)?",
    re.MULTILINE | re.DOTALL,
)
_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What became of asking for a page; `problem` is "" for a page that came, `at` where it was at last."""

    url: str
    at: str = ""
    status: int = 0
    problem: str = ""
    unknown: bool = False
    """Nobody could tell: there was no time."""
    silent: bool = False
    """Nobody answered at all; where nobody does at any address, the fault is ours."""


def targets(letter: Letter, site: str) -> tuple[str, ...]:
    """The addresses of others that a reader may follow, each once, in order."""
    own = urlsplit(site).netloc
    found = dict.fromkeys(unescape(link) for link in _HREF.findall(letter.html) if OPEN not in link)
    return tuple(link for link in found if urlsplit(link).netloc not in ("", own))


def link_check(visits: Sequence[Visit], *, now: datetime) -> Check:
    """Amber when a page is gone, grey while some would not tell a program, green when all came."""
    when = f"; checked {now:%Y-%m-%d %H:%M} UTC"
    if visits and all(one.silent for one in visits):
        say = f"not one of {len(visits)} links could be asked: this machine reaches no other{when}"
        return Check(name=LINK_TARGETS, level=Level.GREY, say=say)
    closed = [one for one in visits if one.unknown or one.status in _CLOSED_TO_PROGRAMS]
    broken = [one for one in visits if one.problem and one not in closed]
    moved = [one for one in visits if not one.problem and _elsewhere(one)]
    said = [f"{len(visits) - len(closed) - len(broken)} of {len(visits)} links answer"]
    said += [_listed("broken", [f"{one.url} ({one.problem})" for one in broken])] if broken else []
    said += [_listed("look yourself", [f"{one.url} ({one.problem})" for one in closed])] if closed else []
    said += [_listed("lead elsewhere", [f"{one.url} → {one.at}" for one in moved])] if moved else []
    level = Level.AMBER if broken else Level.GREY if closed else Level.GREEN
    return Check(name=LINK_TARGETS, level=level, say="; ".join(said) + when)


def spam_check(report: str) -> Check:
    """From what `spamassassin -t` prints. Red when the filter calls it spam."""
    found = _STATUS.search(report)
    if found is None:
        return Check(name=SPAM_SCORE, level=Level.GREY, say="SpamAssassin gave no score")
    score, required = float(found["score"]), float(found["required"])
    rules = [rule.strip() for rule in (found["tests"] or "").split(",") if rule.strip() not in ("", "none")]
    level = Level.RED if score >= required else Level.AMBER if score > MOST_SPAM else Level.GREEN
    why = f" ({', '.join(rules)})" if rules else ""
    return Check(name=SPAM_SCORE, level=level, say=f"{score:.1f} of {required:.1f} by SpamAssassin's own rules{why}")


def _elsewhere(visit: Visit) -> bool:
    """On another host or page; https for http, www and a slash are the same place."""
    return _place(visit.at or visit.url) != _place(visit.url)


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/")


def _listed(what: str, found: Sequence[str]) -> str:
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"{what}: {', '.join(found[:_SHOWN])}{more}"
