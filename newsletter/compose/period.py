"""Which week an issue tells: its name, its ends, and the instant at which it is due."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from newsletter.errors import NewsletterError

_PERIOD = re.compile(r"^(\d{4})-W(\d{2})$")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK = timedelta(days=7)


def period_of(now: datetime, zone: str) -> str:
    """The ISO week of a moment where the edition lives: `2026-W11`."""
    year, week, _ = now.astimezone(ZoneInfo(zone)).isocalendar()
    return f"{year}-W{week:02}"


def bounds(period: str, zone: str) -> tuple[datetime, datetime]:
    """The week's first moment and the one after its last. Raises NewsletterError for what is no ISO week."""
    monday = _monday(period)
    return _instant(monday, time(), zone), _instant(monday + _WEEK, time(), zone)


def slot(schedule: str, zone: str, period: str) -> datetime:
    """The instant of a schedule (`fri 08:00`) in a week; each local week has exactly one.

    A time that the clocks skip is moved on by what they skip; of one that comes twice, the first counts.
    """
    day, _, clock = schedule.partition(" ")
    hour, _, minute = clock.partition(":")
    return _instant(_monday(period) + timedelta(days=_DAYS.index(day)), time(int(hour), int(minute)), zone)


def next_slot(schedule: str, zone: str, after: datetime, *, ahead: timedelta = timedelta()) -> datetime:
    """The first moment later than `after` that lies `ahead` of an instant of the schedule."""
    at = after + ahead
    found = (slot(schedule, zone, period_of(at + weeks * _WEEK, zone)) - ahead for weeks in (-1, 0, 1, 2))
    return min(one for one in found if one > after)


def _monday(period: str) -> date:
    match = _PERIOD.match(period)
    try:
        if match is None:
            raise ValueError(period)
        return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        raise NewsletterError(f"{period!r} is not an ISO week; write a year and a week, such as 2026-W11") from None


def _instant(day: date, at: time, zone: str) -> datetime:
    # fold=0 takes the offset from before a change of the clocks: the first of two, and past the end of a gap.
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)
