"""Dates from the raw words of a feed, in English, Chinese and the forms of machines, and how far to trust them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from newsletter.collect.daywords import DAY_PARTS, MONTHS, NUMERALS, RELATIVE_DAYS, UNITS, ZONES
from newsletter.model import DateQuality

_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(minutes=10)

_CLOCK = re.compile(
    r"(?<!\d)([01]?\d|2[0-4])\s*[:：時时点點시]\s*([0-5]\d)?(?:\s*[:：分분]\s*([0-5]\d|60)?(?:\s*[秒초])?(?:[.,](\d{1,9}))?)?"
)
_ISO = re.compile(
    r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[Tt\s,_]+(\d{1,2})(?::?(\d{2}))(?::?(\d{2}|60))?(?:[.,](\d{1,9}))?)?(?=\D|$)"
)
_BASIC = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:[Tt ]?(\d{2})(\d{2})(\d{2})?)?(?=[Zz+\-\s]|$)")
_ORDINAL = re.compile(r"^(\d{4})-?(\d{3})(?=[Tt\s]|$)")
_WEEK = re.compile(r"^(\d{4})-?[Ww](\d{2})-?([1-7])(?=[Tt\s]|$)")
_HAN = re.compile(r"(?:(民國|民国|令和)?\s*(\d{1,4})\s*[年년]\s*)?(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号號일]?")
_HAN_MONTH = re.compile(r"(?<!\d)(\d{1,2}) (\d{1,2})月,? (\d{4})(?!\d)")
_MONTH_ONLY = re.compile(r"^(\d{4})(?:-(\d{2}))?$")
_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.|º)?[\s\-/.]+(?:de\s+)?([^\W\d_]{3,12})\.?[\s\-/.,]+(?:de\s+)?'?(\d{2,4})(?!\d|:)"
)
_MONTH_DAY = re.compile(
    r"(?<![^\W\d_])([^\W\d_]{3,12})\.?[\s\-/.]+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(?:at\s+)?|[\-/,.]\s*)'?(\d{4})(?!\d|:)"
)
_ASCTIME = re.compile(r"([A-Za-z]{3})\s+(\d{1,2})\s+(\d{1,2}:\d{2}(?::\d{2})?)\s+(?:[A-Z]{1,5}\s+)?(\d{4})(?!\d)")
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_EPOCH = re.compile(r"^(\d{10}|\d{13}|\d{16})(?:\.\d+)?$")
_AGO = re.compile(r"(\d{1,4}|an?|半)\s*(?:个|個)?\s*([A-Za-z]+|\D{1,2}?)\s*(?:ago|[之以]?前)")
_OFFSET = re.compile(r"(?:(?<=\d)|(?<=[\sA-Z(]))(?:GMT|UTC|Z)?\s*([+\-−])\s?(\d{1,2})(?::?(\d{2}))?(?!\d|[-/:.]\d)")
_NAMED = re.compile(r"(?<![A-Za-z])([A-Z]{1,5})(?![A-Za-z])")
_HALF_DAY = re.compile(r"(?<![a-z])([ap])\.?\s?m\.?(?![a-z])", re.IGNORECASE)
_HAN_HALF = re.compile("|".join(DAY_PARTS))
_HAN_DIGITS = re.compile(f"[{''.join(NUMERALS)}]+(?=[年月日号號点點时時分])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    at: datetime
    quality: DateQuality


@dataclass(frozen=True, slots=True)
class _Parts:
    """A calendar day, and a time where one was given."""

    day: date
    hour: int = 0
    minute: int = 0
    second: int = 0
    timed: bool = False


def published(raw: Iterable[str], *, zone: str, first_seen: datetime) -> Dated:
    """The best of a feed's dates. None later than first seen, none from before feeds were, none twice guessed."""
    for words in raw:
        found = read_date(words, zone=zone, now=first_seen)
        if found is None or found.at < _EARLIEST:
            continue
        if found.at > first_seen + _AHEAD:
            return Dated(at=first_seen, quality=DateQuality.CLAMPED)
        return found
    return Dated(at=first_seen, quality=DateQuality.FIRST_SEEN)


def read_date(words: str, *, zone: str, now: datetime) -> Dated | None:
    """What a raw date says; `zone` is the source's, `now` completes "yesterday" and dates without a year."""
    words = _levelled(words)
    try:
        return _moment(words, _tz(zone), now) if words else None
    except (ValueError, OverflowError):
        return None


def _moment(words: str, zone: tzinfo, now: datetime) -> Dated | None:
    if match := _EPOCH.match(words):
        at = datetime.fromtimestamp(int(match[1][:10]), UTC)
        return Dated(at=at, quality=DateQuality.EXACT)
    if (ago := _ago(words, now)) is not None:
        return Dated(at=ago, quality=DateQuality.EXACT)
    parts = _calendar(words, now.astimezone(zone))
    if parts is None:
        return None
    if not parts.timed:
        return Dated(at=_at(parts, zone), quality=DateQuality.DATE_ONLY)
    stated = _stated_zone(words, zone)
    if stated is None:
        return Dated(at=_at(parts, zone), quality=DateQuality.ZONE_ASSUMED)
    quality = DateQuality.ZONE_ASSUMED if stated is zone else DateQuality.EXACT
    return Dated(at=_at(parts, stated), quality=quality)


def _at(parts: _Parts, zone: tzinfo) -> datetime:
    """Hour 24 is the next day's midnight, second 60 the next minute."""
    start = datetime(parts.day.year, parts.day.month, parts.day.day, tzinfo=zone)
    spent = timedelta(hours=parts.hour, minutes=parts.minute, seconds=parts.second)
    return (start + spent).astimezone(UTC)


def _calendar(words: str, today: datetime) -> _Parts | None:
    for read in (_iso, _basic, _han, _named_month, _relative_day, _slashed):
        if (found := read(words, today)) is not None:
            return found
    return None


def _iso(words: str, _today: datetime) -> _Parts | None:
    match = _ISO.search(words)
    if match is None:
        return None
    day = date(int(match[1]), int(match[3]), int(match[4]))
    if match[5] is None or _HAN_HALF.search(words) or _HALF_DAY.search(words):
        return _timed(day, words[match.end(4) :])
    return _Parts(day, int(match[5]), int(match[6]), int(match[7] or 0), timed=True)


def _basic(words: str, _today: datetime) -> _Parts | None:
    """20260310T083000, 2026-069, 2026-W11-2, 2026-03."""
    if match := _MONTH_ONLY.match(words):
        return _Parts(date(int(match[1]), int(match[2] or 1), 1))
    if match := _BASIC.match(words):
        day = date(int(match[1]), int(match[2]), int(match[3]))
        if match[4] is None:
            return _Parts(day)
        return _Parts(day, int(match[4]), int(match[5]), int(match[6] or 0), timed=True)
    if match := _WEEK.match(words):
        return _timed(date.fromisocalendar(int(match[1]), int(match[2]), int(match[3])), words[match.end() :])
    if match := _ORDINAL.match(words):
        return _timed(date(int(match[1]), 1, 1) + timedelta(days=int(match[2]) - 1), words[match.end() :])
    return None


def _han(words: str, today: datetime) -> _Parts | None:
    if match := _HAN_MONTH.search(words):  # 周一, 09 三月 2026 08:30:00 +0800
        return _timed(date(int(match[3]), int(match[2]), int(match[1])), words[match.end() :])
    match = _HAN.search(words)
    if match is None:
        return None
    month, day = int(match[3]), int(match[4])
    if match[2] is None:
        return _timed(_nearest(month, day, today), words[match.end() :])
    year = int(match[2]) + {"民國": 1911, "民国": 1911, "令和": 2018}.get(match[1], 0)
    return _timed(date(year + 2000 if year < 100 else year, month, day), words[match.end() :])


def _nearest(month: int, day: int, today: datetime) -> date:
    """A date without its year is the last one that is not more than two days ahead."""
    this = date(today.year, month, day)
    return this if this <= today.date() + timedelta(days=2) else date(today.year - 1, month, day)


def _named_month(words: str, _today: datetime) -> _Parts | None:
    for pattern, order in ((_DAY_MONTH, (2, 1, 3)), (_ASCTIME, (1, 2, 4)), (_MONTH_DAY, (1, 2, 3))):
        for match in pattern.finditer(words):
            month = _month(match[order[0]])
            if month:
                day = date(_year(match[order[2]]), month, int(match[order[1]]))
                rest = (
                    words[: match.start()]
                    + " "
                    + (match[3] if pattern is _ASCTIME else "")
                    + " "
                    + words[match.end() :]
                )
                return _timed(day, rest)
    return None


def _month(name: str) -> int:
    name = name.casefold()
    return MONTHS.get(name) or MONTHS.get(name[:4]) or MONTHS.get(name[:3]) or 0


def _year(digits: str) -> int:
    """RFC 2822 4.3: two digits below 50 are of this century, three digits count from 1900."""
    year = int(digits)
    return year if year > 999 else year + (2000 if year < 50 else 1900)


def _relative_day(words: str, today: datetime) -> _Parts | None:
    for word, days in RELATIVE_DAYS.items():
        if word in words.casefold():
            return _timed((today + timedelta(days=days)).date(), words)
    return None


def _slashed(words: str, _today: datetime) -> _Parts | None:
    """03/09/2026 is American unless it cannot be; 09.03.2026 is not."""
    match = _SLASHED.search(words)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[3]), _year(match[4])
    month, day = (first, second) if match[2] == "/" and first <= 12 else (second, first)
    if month > 12:
        month, day = day, month
    return _timed(date(year, month, day), words[match.end() :])


def _timed(day: date, rest: str) -> _Parts:
    match = _CLOCK.search(rest)
    if match is None:
        return _on_the_hour(day, rest)
    hour, minute, second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if match[2] is None and "半" in rest[match.end() : match.end() + 1]:
        minute = 30
    return _Parts(day, _half_day(hour, rest), minute, second, timed=True)


def _on_the_hour(day: date, rest: str) -> _Parts:
    """ "at 8 am" has no minutes."""
    match = re.search(r"(?<!\d)(1[0-2]|0?[1-9])\s*([ap])\.?m", rest, re.IGNORECASE)
    return _Parts(day, _half_day(int(match[1]), rest), timed=True) if match else _Parts(day)


def _half_day(hour: int, rest: str) -> int:
    later = (match := _HALF_DAY.search(rest)) is not None and match[1].lower() == "p"
    earlier = match is not None and not later
    if han := _HAN_HALF.search(rest):
        later, earlier = DAY_PARTS[han[0]], not DAY_PARTS[han[0]]
    if later and hour < 12:
        return hour + 12
    return 0 if earlier and hour == 12 else hour


def _ago(words: str, now: datetime) -> datetime | None:
    if words.casefold() in ("刚刚", "剛剛", "just now", "now"):
        return now
    match = _AGO.search(words.casefold())
    unit = UNITS.get(match[2].rstrip("s"), UNITS.get(match[2])) if match else None
    if match is None or unit is None:
        return None
    count = 0.5 if match[1] == "半" else 1 if match[1] in ("a", "an") else int(match[1])
    return now - timedelta(seconds=count * unit)


def _stated_zone(words: str, own: tzinfo) -> tzinfo | None:
    """The zone in the words; `own` itself for CST, which is China's, Cuba's and America's; None where there is none."""
    clock = _CLOCK.search(words)
    after = words[clock.end() :] if clock else re.sub(r"^\D*\d{4}-?\d{2}-?\d{2}", "", words)
    if match := _OFFSET.search(f" {after}" if not after[:1].isdecimal() else after):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        if minutes <= 15 * 60:
            return timezone(timedelta(minutes=-minutes if match[1] in "-−" else minutes))
    if re.search(r"(?<![A-Za-z])[Zz](?![A-Za-z])", after):
        return UTC
    for match in _NAMED.finditer(after):
        name = match[1]
        if name == "CST":
            return own if _has_a_cst(own) else timezone(timedelta(hours=-6))
        if name in ZONES:
            return timezone(timedelta(hours=ZONES[name]))
    if "北京时间" in words or "北京時間" in words:
        return timezone(timedelta(hours=8))
    return None


def _has_a_cst(zone: tzinfo) -> bool:
    key = getattr(zone, "key", "")
    return key.startswith(("Asia/", "PRC", "ROC", "Hongkong", "Singapore", "America/", "US/", "Australia/"))


def _levelled(words: str) -> str:
    """Half-width figures, Chinese numerals as figures, one space."""
    words = words[:200].translate(_HALF_WIDTH)
    words = _HAN_DIGITS.sub(lambda match: _number(match[0]), words)
    return " ".join(words.split())


_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x2212: "-", 0x202F: " "}


def _number(numeral: str) -> str:
    """二〇二六 is 2026, 二十三 is 23."""
    if "十" not in numeral:
        return "".join(str(NUMERALS[sign]) for sign in numeral)
    tens, _, ones = numeral.partition("十")
    return str((NUMERALS.get(tens, 1) if tens else 1) * 10 + (NUMERALS.get(ones, 0) if ones else 0))


@cache
def _tz(name: str) -> tzinfo:
    return ZoneInfo(name)
