"""How many letters may go now: so many a second, so many a day."""

from datetime import UTC, datetime, timedelta

MEMORY = timedelta(days=30)
"""Mailbox providers forget a sender within about a month; a day before that proves nothing any more."""
_DAY = timedelta(days=1)
_LONGEST = 3650


class Pace:
    """So many letters a second, evenly: who takes some waits until those before are due. Times are seconds."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._free = float("-inf")

    def take(self, letters: int, now: float) -> float:
        """How long to wait before these may go."""
        start = max(self._free, now)
        self._free = start + letters / self._rate
        return start - now

    def batch(self, most: int) -> int:
        """About a second's letters go together, so that no second has many more than its share."""
        return max(1, min(most, int(self._rate)))

    def ahead(self, most: int) -> int:
        """Letters to have in hand: a few seconds' worth, for a lease runs meanwhile."""
        return max(1, min(most, int(self._rate * 5)))


def rate_of(per_second: float, spread: timedelta, audience: int) -> float | None:
    """The slower of two limits in letters a second; None where there is none."""
    limits = [per_second] if per_second else []
    if spread and audience:
        limits.append(audience / spread.total_seconds())
    return min(limits, default=None)


def day_of(now: datetime) -> datetime:
    """When the day of UTC began."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def tomorrow(now: datetime) -> datetime:
    return day_of(now) + _DAY


def allowed(*, first: int, growth: float, best: int) -> int:
    """Letters of a day whose best predecessor had `best`."""
    return max(first, int(best * growth))


def days_needed(open_letters: int, left_today: int, *, first: int, growth: float, best: int) -> int:
    """On how many days after today letters will still go, when each day is used up."""
    rest, days, most = open_letters - left_today, 0, max(best, left_today, first)
    while rest > 0 and days < _LONGEST:
        days += 1
        most = allowed(first=first, growth=growth, best=most)
        rest -= most
    return days
