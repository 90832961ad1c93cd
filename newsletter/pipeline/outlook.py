"""What an issue that is being sent waits for, how fast it goes and when it will be out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter.config import Config, WarmUp
from newsletter.deliver import ledger, pacing
from newsletter.model import DeliveryState, IssueKey, IssueStatus
from newsletter.newsroom import Newsroom
from newsletter.pipeline.standing import Status, status_in
from newsletter.store.shelves import Shelves

S = DeliveryState
_WINDOW = timedelta(minutes=1)
_IN_HAND = (S.CLAIMED, S.SUBMITTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """When there is something to do for an issue again, and what it waits for until then.

    `waits` is one of "" (nothing: it can go on), "warm-up", "retry", "uncertain" (the log is asked again) and "silence"
    (what is unknown is given up); `due` is then in the future.
    """

    due: datetime
    waits: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`rate` is letters a second in the last minute, `left` the time for the rest at that rate; None if unknown."""

    status: Status
    done: int
    rate: float
    left: timedelta | None
    outlook: Outlook | None
    """None unless the issue is being sent."""
    days: int
    """More days that a warm-up takes, after today."""


def outlook(room: Newsroom, key: IssueKey, *, now: datetime) -> Outlook | None:
    """None when the issue is not being sent."""
    with room.store.read() as tx:
        if not tx.deliveries.sending(key):
            return None
        return outlook_in(tx, room.config, key, now=now)


def progress(room: Newsroom, key: IssueKey, *, now: datetime) -> Progress:
    """How far an issue is and when it will be out."""
    plan = room.config.deliver.warm_up
    with room.store.read() as tx:
        found = status_in(tx, key)
        sending = found.status is IssueStatus.SENDING
        rate = _rate(tx, key, now) if sending else 0.0
        ahead = outlook_in(tx, room.config, key, now=now) if sending else None
        to_do = sum(found.states.get(state, 0) for state in ledger.TO_DO)
        days = 0
        if sending and plan.first:
            days = pacing.days_needed(
                to_do, left_today(tx, plan, now=now) or 0, first=plan.first, growth=plan.growth, best=_best(tx, now)
            )
    going = ahead is not None and not ahead.waits and not days
    left = timedelta(seconds=to_do / rate) if going and rate and to_do else None
    return Progress(
        status=found, done=_done(found.states), rate=rate, left=left, outlook=ahead, days=days,
    )  # fmt: skip


def outlook_in(tx: Shelves, config: Config, key: IssueKey, *, now: datetime) -> Outlook:
    """Of an issue that is being sent. With nothing left to do it is due now, to be closed."""
    frozen = tx.freezes.get(key)
    if frozen is None or not frozen.done or tx.deliveries.any_in(key, _IN_HAND):
        return Outlook(due=now)
    found = resting(tx, config, key, now=now)
    if found is not None:
        return found
    unsure = tx.deliveries.oldest(key, S.UNCERTAIN)
    if unsure is None:
        return Outlook(due=now)
    end = unsure + ledger.GIVE_UP_UNCERTAIN
    due = end
    if config.deliver.transport == "sendgrid":
        due = min(end, next_look(last_look(tx, key)[0], unsure, after=look_up_after(config)))
    return Outlook(due=due, waits="uncertain" if due < end else "silence") if due > now else Outlook(due=now)


def resting(tx: Shelves, config: Config, key: IssueKey, *, now: datetime) -> Outlook | None:
    """What the letters that are still to be tried wait for; None when there are none."""
    left = left_today(tx, config.deliver.warm_up, now=now)
    earliest = now if left is None or left > 0 else pacing.tomorrow(now)
    if tx.deliveries.any_in(key, (S.PLANNED,)):
        return Outlook(due=earliest, waits="warm-up" if earliest > now else "")
    waiting = tx.deliveries.next_due(key)
    if waiting is None:
        return None
    due = max(waiting, earliest)
    return Outlook(due=due, waits="retry") if due > now else Outlook(due=now)


def left_today(tx: Shelves, plan: WarmUp, *, now: datetime) -> int | None:
    """How many letters the warm-up still allows today; None without one."""
    if not plan.first:
        return None
    most = pacing.allowed(first=plan.first, growth=plan.growth, best=_best(tx, now))
    return max(0, most - tx.handed.between(pacing.day_of(now), pacing.tomorrow(now)))


def last_look(tx: Shelves, key: IssueKey) -> tuple[datetime | None, str]:
    """When the provider's log was last asked about an issue, and about which letter last."""
    at, _, place = (tx.settings.get(f"looked up {key}") or "").partition(" ")
    return datetime.fromisoformat(at) if at else None, place


def note_look(tx: Shelves, key: IssueKey, now: datetime, place: str) -> None:
    tx.settings.put(f"looked up {key}", f"{now.isoformat()} {place}")


def next_look(last: datetime | None, oldest: datetime, *, after: timedelta) -> datetime:
    """When the log is asked: first so long after a letter left, then when it has been unknown half as long again, an
    hour at least. That is some ten times in three days: what a log does not know after a day it will hardly learn.
    """
    if last is None or last < oldest + after:
        return oldest + after
    return last + max(timedelta(hours=1), (last - oldest) / 2)


def look_up_after(config: Config) -> timedelta:
    """A letter that the provider holds back is in no log before it leaves."""
    return ledger.LOOK_UP_AFTER + config.deliver.sendgrid.hold


def _rate(tx: Shelves, key: IssueKey, now: datetime) -> float:
    since = now - _WINDOW
    began = tx.handed.first(key, since)
    if began is None:
        return 0.0
    return max(0, tx.handed.between(began, now, issue=key)) / max(1.0, (now - began).total_seconds())


def _best(tx: Shelves, now: datetime) -> int:
    today = pacing.day_of(now)
    return tx.handed.best_day(today - pacing.MEMORY, today)


def _done(states: Mapping[DeliveryState, int]) -> int:
    return sum(count for state, count in states.items() if state not in ledger.TO_DO)
