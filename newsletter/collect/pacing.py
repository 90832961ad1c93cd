"""When a feed is due again: as often as it brings news, as seldom as its server asks, never forgotten.

answer, changed or not   →  its own rhythm, but not before max-age, ttl or skipHours allow
a draft is near          →  once more in the hour before it is composed, as far as that is allowed
failure                  →  twice as long each time, up to a day; a feed is never given up silently
Retry-After              →  not before then, whoever asks
410                      →  gone when it is said twice; asked again once a week
301 or 308               →  believed when seen three times over two days; the old address is kept
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from newsletter.collect.answers import Answer, Failed
from newsletter.collect.entries import Parsed
from newsletter.model import FeedHealth, FeedUrl

DAY = 86_400
_WEEK = timedelta(days=7)
_WINDOW = timedelta(days=14)
_ENOUGH = 5
"""Entries of less than a day that tell how busy a feed is; fewer may be all that it says that day."""
_PERMANENT_AFTER, _PERMANENT_SPAN = 3, timedelta(hours=48)
_GONE_AFTER = 2
_OUTAGE = 3
"""So many feeds must be unreachable, and none answer, before we take the fault for our own."""
_LEAVE_AFTER = 3
"""Failures at a new address after which the old one is asked again."""
_LEAD = (timedelta(minutes=60), timedelta(minutes=10))
"""The hour before a draft in which every feed is asked, and the end of it that is left to read what has come."""
_SHARE = 8
"""A wait may be this part of the silence so far: what ends it is found that much late."""
_FIRST = 3600
"""Seconds for a feed that has not shown its rhythm yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The operator's limits: the shortest interval in seconds, and how far a due time may wander. `deadline` is when
    the next draft is composed."""

    shortest: int = 900
    jitter: float = 0.1
    deadline: datetime | None = None


def answered(
    health: FeedHealth,
    answer: Answer,
    *,
    now: datetime,
    pace: Pace,
    parsed: Parsed | None = None,
    body_hash: str = "",
    dates: Collection[datetime] = (),
) -> FeedHealth:
    """After a feed has come, or has said that nothing changed (`parsed` is None). `dates` are those that its entries
    bear."""
    health = _moved(health, answer, now)
    # A 304 repeats what has changed of the validators; a 200 says all that there is.
    fallback = health if answer.status == 304 else FeedHealth(feed_url=health.feed_url)
    if parsed is not None:
        health = replace(
            health,
            asked=parsed.ttl,
            skip_hours=parsed.skip_hours,
            skip_days=parsed.skip_days,
            weekly=weekly_of(dates, now),
            interval=_rhythm(dates, now, pace),
            changed=now,
        )
    else:
        health = replace(health, interval=max(health.interval, _quiet(health, now)))
    health = replace(
        health,
        etag=answer.etag or fallback.etag,
        modified=answer.modified or fallback.modified,
        body_hash=body_hash or health.body_hash,
        checked=now,
        answered=now,
        failures=0,
        unreachable=False,
        gone=False,
        gone_seen=0,
        last_error="",
        not_before=None,
        interval=health.interval,
    )
    asked = min(max(health.asked, answer.fresh), DAY)
    fresh_until = now + timedelta(seconds=asked) if asked else None
    due = now + _spread(max(health.interval, asked), health.feed_url, now, pace)
    earliest = now + timedelta(seconds=max(asked, pace.shortest))
    due = _before_deadline(due, now, earliest, health.feed_url, pace)
    return replace(health, fresh_until=fresh_until, due=_open_hour(health, due))


def failed(health: FeedHealth, failure: Failed, *, now: datetime, pace: Pace, ours: bool = False) -> FeedHealth:
    """After no feed has come. `ours`: no host at all has answered, so the feed is not to blame."""
    failures = health.failures + (0 if ours else 1)
    gone_seen = health.gone_seen + 1 if failure.status == 410 else 0
    gone = gone_seen >= _GONE_AFTER
    wait = max(_backed_off(failures, pace), failure.wait)
    wait = int(_WEEK.total_seconds()) if gone else wait
    until = now + timedelta(seconds=failure.wait) if failure.wait else None
    due = now + _spread(wait, health.feed_url, now, pace)
    if not gone:
        earliest = until or now + timedelta(seconds=pace.shortest)
        due = _before_deadline(due, now, earliest, health.feed_url, pace)
    return replace(
        health,
        checked=now,
        failures=failures,
        unreachable=failure.unreachable,
        gone_seen=gone_seen,
        gone=gone,
        last_error=failure.reason,
        not_before=due if gone else until,
        due=_open_hour(health, max(due, until) if until else due),
        moved_to="" if failures >= _LEAVE_AFTER else health.moved_to,
    )


def nobody_answers(before: Iterable[FeedHealth], unreachable: Collection[FeedUrl]) -> bool:
    """Whether the fault is our own: since anybody last answered, several feeds have been asked and none was reached.
    `unreachable` are those of this time, `before` is how all stood before it."""
    known = list(before)
    last = max((one.answered for one in known if one.answered), default=None)
    silent = {one.feed_url for one in known if one.unreachable and one.checked and (last is None or one.checked > last)}
    return len(silent | set(unreachable)) >= _OUTAGE


def is_due(health: FeedHealth, now: datetime) -> bool:
    return health.due is None or (health.due <= now and not is_fresh(health, now))


def must_wait(health: FeedHealth, now: datetime) -> bool:
    """The server has asked for silence: nobody but `feeds check` may break it, not even by hand."""
    return health.not_before is not None and now < health.not_before


def is_fresh(health: FeedHealth, now: datetime) -> bool:
    """What we have is good enough by the server's own word (max-age, ttl, skipHours): asking again were in vain."""
    fresh = health.fresh_until is not None and (health.checked or now) <= now < health.fresh_until
    return health.checked is not None and (fresh or _is_closed(health, now))


def validators(health: FeedHealth, now: datetime) -> tuple[str, str]:
    """What to send. A Last-Modified in the future never changes again (FreshRSS#1020): it is left out."""
    try:
        ahead = parsedate_to_datetime(health.modified) > now + timedelta(days=1)
    except (ValueError, TypeError):
        ahead = False
    return ("", "") if ahead else (health.etag, health.modified)


def weekly_of(dates: Collection[datetime], now: datetime) -> float:
    """Entries a week, as the last fortnight of the feed shows them."""
    recent = [at for at in dates if now - _WINDOW <= at <= now]
    if not recent:
        return 0.0
    span = max((now - min(recent)).total_seconds(), 3600.0 if len(recent) >= _ENOUGH else DAY)
    return len(recent) * _WEEK.total_seconds() / span


def _rhythm(dates: Collection[datetime], now: datetime, pace: Pace) -> int:
    """Half the mean gap between entries: a visit finds about one new entry every second time. What comes all at once,
    as papers do once a day, counts once."""
    moments = {at.replace(minute=at.minute // 10 * 10, second=0, microsecond=0) for at in dates}
    often = weekly_of(moments, now)
    gap = _WEEK.total_seconds() / often / 2 if often else DAY if dates else _FIRST
    return int(max(min(gap, DAY), pace.shortest))


def _quiet(health: FeedHealth, now: datetime) -> int:
    """A feed that has been silent for long is not asked often, however often it spoke before."""
    silence = (now - (health.changed or now)).total_seconds()
    return int(max(min(silence / _SHARE, DAY), _FIRST if not health.interval else 0))


def _backed_off(failures: int, pace: Pace) -> int:
    return int(max(min(_FIRST / 4 * 2 ** max(min(failures, 10) - 1, 0), DAY), pace.shortest))


def _before_deadline(due: datetime, now: datetime, earliest: datetime, url: str, pace: Pace) -> datetime:
    """A visit that would come after the draft is made comes before it, each feed at its own minute of that hour."""
    if pace.deadline is None or due <= pace.deadline - _LEAD[1] or now >= pace.deadline - _LEAD[0]:
        return due
    seed = hashlib.blake2b(url.encode(), digest_size=4).digest()
    share = int.from_bytes(seed, "big") / 2**32
    wanted = pace.deadline - _LEAD[1] - (_LEAD[0] - _LEAD[1]) * share
    at = max(wanted, earliest)
    return at if at <= min(due, pace.deadline - _LEAD[1]) else due


def _spread(seconds: float, url: str, now: datetime, pace: Pace) -> timedelta:
    """Later by up to the jitter, never earlier than asked; the same for the same feed and time."""
    seed = hashlib.blake2b(f"{url}|{now.isoformat()}".encode(), digest_size=4).digest()
    return timedelta(seconds=round(seconds * (1 + pace.jitter * int.from_bytes(seed, "big") / 2**32)))


def _open_hour(health: FeedHealth, due: datetime) -> datetime:
    """The first moment from `due` on that skipHours and skipDays leave open; both count in GMT."""
    while _is_closed(health, due):
        due = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return due


def _is_closed(health: FeedHealth, at: datetime) -> bool:
    """A feed that would never be open is open always."""
    if len(health.skip_hours) >= 24 or len(health.skip_days) >= 7:
        return False
    return at.hour in health.skip_hours or at.weekday() in health.skip_days


def _moved(health: FeedHealth, answer: Answer, now: datetime) -> FeedHealth:
    """A permanent redirect counts when it has been seen often and long enough, and never from https to http."""
    asked = health.moved_to or health.feed_url
    target = answer.moved_to
    if not target or target == asked or (asked.startswith("https:") and not target.startswith("https:")):
        return replace(health, moving_to="", moving_since=None, moving_seen=0)
    if target != health.moving_to:
        return replace(health, moving_to=target, moving_since=now, moving_seen=1)
    seen, since = health.moving_seen + 1, health.moving_since or now
    if seen >= _PERMANENT_AFTER and now - since >= _PERMANENT_SPAN:
        return replace(health, moved_to=target, moving_to="", moving_since=None, moving_seen=0)
    return replace(health, moving_seen=seen)
