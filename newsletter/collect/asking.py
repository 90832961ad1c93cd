"""What a server asks for in its headers: how long to wait, how long an answer stays fresh."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

DAY = 86_400
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_NEVER = re.compile(r"\bno-(?:store|cache)\b", re.IGNORECASE)


def wait_asked(headers: Mapping[str, str], now: datetime) -> int:
    """Retry-After in seconds, as a number or a date, never more than a day; 0 where nothing (or nonsense) is asked."""
    given = headers.get("Retry-After", "").strip()
    if given.isdecimal():
        return min(int(given[:10]), DAY)
    return _until(given, headers, now)


def fresh_for(headers: Mapping[str, str], now: datetime) -> int:
    """Seconds for which the answer is fresh: max-age less Age, else Expires less Date; never more than a day."""
    control = headers.get("Cache-Control", "")
    if _NEVER.search(control):
        return 0
    if match := _MAX_AGE.search(control):
        age = headers.get("Age", "").strip()
        return min(max(int(match[1]) - (int(age[:10]) if age.isdecimal() else 0), 0), DAY)
    return _until(headers.get("Expires", "").strip(), headers, now)


def _until(given: str, headers: Mapping[str, str], now: datetime) -> int:
    """Seconds to a date, by the server's own clock where it tells it: the two may disagree by hours. Where they
    disagree by days, one was set by hand, and the date may be meant by either."""
    then, server = _date(given), _date(headers.get("Date", "").strip())
    if then is None:
        return 0
    seconds = int((then - (server or now)).total_seconds())
    if seconds <= 0 and server is not None and abs((server - now).total_seconds()) > DAY:
        ours = int((then - now).total_seconds())
        seconds = ours if ours <= DAY else 0
    return min(max(seconds, 0), DAY)


def _date(given: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(given)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
