"""The rules of the ledger: which state may follow which, and what each thing that happens does to a row.

    planned → claimed → submitting → accepted → delivered …           what the provider's events tell
       ↑         │           ├─────→ rejected, failed                 surely refused
       ├─────────┘           ├─────→ retry_wait → planned             surely refused for now
       │                     └─────→ uncertain → accepted | planned   the wire broke after the last byte
       └── skipped, cancelled; abandoned after `uncertain` for too long

A row in hand is a lease. `claimed` may always be taken back, for no byte has left; `submitting` may not: whoever holds
it is the only one to know what happened, so when the holder is lost the row is `uncertain`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newsletter.deliver.parcels import Fate, Outcome
from newsletter.model import Delivery, DeliveryState, Move

S = DeliveryState

BY_EVENTS = (S.DEFERRED, S.DROPPED, S.BLOCKED, S.DELIVERED, S.BOUNCED, S.COMPLAINED)
"""What a provider's events tell, in the order in which one may follow another: each row only climbs, so that events
may come twice and in any order."""
_PROVED = frozenset({S.ACCEPTED, *BY_EVENTS})
"""States that only somebody who has the letter can bring about, from wherever we believed the row to be."""

ALLOWED: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    S.PLANNED: _PROVED | {S.CLAIMED, S.CANCELLED},
    S.CLAIMED: _PROVED | {S.SUBMITTING, S.PLANNED, S.SKIPPED, S.CANCELLED},
    S.SUBMITTING: _PROVED | {S.UNCERTAIN, S.RETRY_WAIT, S.REJECTED, S.FAILED, S.PLANNED},
    S.UNCERTAIN: _PROVED | {S.RETRY_WAIT, S.REJECTED, S.FAILED, S.PLANNED, S.ABANDONED, S.CANCELLED},
    S.RETRY_WAIT: _PROVED | {S.CLAIMED, S.CANCELLED},
    S.ABANDONED: _PROVED,
    S.ACCEPTED: frozenset({*BY_EVENTS, S.CANCELLED}),  # a provider that held the letter gave it back
    S.CANCELLED: frozenset(BY_EVENTS),
    **{state: frozenset(BY_EVENTS[at + 1 :]) for at, state in enumerate(BY_EVENTS)},
    S.FAILED: frozenset({S.PLANNED}),
    **{state: frozenset[DeliveryState]() for state in (S.REJECTED, S.SKIPPED)},
}
TO_DO = frozenset({S.PLANNED, S.CLAIMED, S.SUBMITTING, S.RETRY_WAIT})
"""Something is left for a machine to do."""
OPEN = TO_DO | {S.UNCERTAIN}
"""An issue with such a row is not sent yet."""

ACCEPTABLE = frozenset({S.SUBMITTING, S.UNCERTAIN, S.PLANNED})
"""Where an answer that a letter was accepted counts: it is the proof for a row that ran out of its lease and was taken
for uncertain, and even for one that somebody declared absent meanwhile."""

_ENOUGH = 500
"""So many letters must be out before a share of them means something."""
LOOK_UP_AFTER = timedelta(minutes=30)
"""Before that a provider's log may not hold what it was given."""
CLOCKS_DIFFER = timedelta(minutes=10)
GIVE_UP_UNCERTAIN = timedelta(days=3)
"""A provider repeats its events for a day; what is unknown after three will stay so, and a digest is not sent twice."""


def is_finished(counts: Mapping[DeliveryState, int]) -> bool:
    return not any(counts.get(state) for state in OPEN)


def is_balanced(counts: Mapping[DeliveryState, int], audience: int) -> bool:
    """Every reader of the frozen audience stands in exactly one state."""
    return sum(counts.values()) == audience


def begun(delivery: Delivery, *, subscribed: bool, suppressed: bool, now: datetime, lease: timedelta) -> Move | None:
    """The step of a claimed row before its bytes leave: submitting, or skipped when its reader has left meanwhile.

    None when the claim is over: another worker may have it already.
    """
    if delivery.state is not S.CLAIMED or delivery.lease_until is None or delivery.lease_until <= now:
        return None
    if not subscribed or suppressed:
        why = "the address is suppressed" if suppressed else "the reader has left"
        return _step(delivery, S.SKIPPED, now=now, error=why)
    after = replace(
        delivery, state=S.SUBMITTING, attempt=delivery.attempt + 1, lease_until=now + lease, error="", at=now
    )
    return Move(sources=frozenset({S.CLAIMED}), after=after)


def submitted(delivery: Delivery) -> Delivery:
    """A claimed row once its intent is written down."""
    return replace(delivery, state=S.SUBMITTING, attempt=delivery.attempt + 1, error="")


def settled(delivery: Delivery, outcome: Outcome, *, now: datetime, retry: Sequence[float]) -> Move:
    """The step after a transport's answer for a row that was submitting.

    The answer also counts when the lease ran out meanwhile and the row was taken for uncertain: it is the proof.
    """
    held = frozenset({S.SUBMITTING, S.UNCERTAIN})
    if outcome.state is S.ACCEPTED:
        found = _step(delivery, S.ACCEPTED, now=now, provider_id=outcome.provider_id)
        return replace(found, sources=ACCEPTABLE)
    if outcome.state is S.UNCERTAIN:
        return Move(sources=frozenset({S.SUBMITTING}), after=_after(delivery, S.UNCERTAIN, now, error=outcome.error))
    if outcome.state is S.REJECTED:
        return Move(sources=held, after=_after(delivery, S.REJECTED, now, error=outcome.error))
    if outcome.state is S.PLANNED or outcome.wait is not None:
        untried = replace(delivery, attempt=max(0, delivery.attempt - 1))
        state = S.PLANNED if outcome.wait is None else S.RETRY_WAIT
        due = None if outcome.wait is None else now + outcome.wait
        return Move(sources=held, after=_after(untried, state, now, error=outcome.error, not_before=due))
    if delivery.attempt > len(retry):
        return Move(sources=held, after=_after(delivery, S.FAILED, now, error=outcome.error))
    again = now + timedelta(seconds=retry[delivery.attempt - 1])
    return Move(sources=held, after=_after(delivery, S.RETRY_WAIT, now, error=outcome.error, not_before=again))


def put_back(delivery: Delivery, *, now: datetime) -> Move:
    """A claimed row of which nothing has left returns to the others."""
    return Move(sources=frozenset({S.CLAIMED}), after=_after(delivery, S.PLANNED, now, error=delivery.error))


def left_behind(delivery: Delivery, *, repeatable: bool, now: datetime) -> Move:
    """The step of a row whose holder is gone. With a repeatable transport a letter may simply be handed over again."""
    if delivery.state is S.CLAIMED:
        return put_back(delivery, now=now)
    if repeatable:
        return Move(sources=frozenset({S.SUBMITTING}), after=_after(delivery, S.PLANNED, now))
    why = "the sender stopped while the letter was on its way"
    return Move(sources=frozenset({S.SUBMITTING}), after=_after(delivery, S.UNCERTAIN, now, error=why))


def settled_by_hand(delivery: Delivery, *, accepted: bool, now: datetime, by: str = "") -> Move:
    """Somebody looked it up: an uncertain letter was accepted, or is surely absent and may be sent again."""
    to = S.ACCEPTED if accepted else S.PLANNED
    why = f"settled by {by or 'hand'}: " + ("accepted" if accepted else "absent")
    return Move(sources=frozenset({S.UNCERTAIN}), after=_after(delivery, to, now, error=why))


def looked_up(delivery: Delivery, fate: Fate, *, events_arrive: bool, now: datetime) -> Move | None:
    """The step that a provider's log allows for an uncertain row; None while it proves nothing.

    Absence is proved by three things together: the log, searched whole, does not hold the letter; it has had the time
    to; and what the provider tells of other letters of the issue reaches us.
    """
    if delivery.state is not S.UNCERTAIN:
        return None
    if fate.state is not None:
        return _step(delivery, fate.state, now=now, provider_id=fate.provider_id)
    if not (fate.sure and events_arrive and now - delivery.at >= LOOK_UP_AFTER):
        return None
    return _step(delivery, S.PLANNED, now=now, error="absent from the provider's log")


def tried_again(delivery: Delivery, *, now: datetime) -> Move:
    """Somebody wants a letter tried again that a server put off until no try was left."""
    fresh = replace(delivery, attempt=0)
    return Move(sources=frozenset({S.FAILED}), after=_after(fresh, S.PLANNED, now, error=f"by hand: {delivery.error}"))


def given_up(delivery: Delivery, *, now: datetime) -> Move | None:
    """The end of a row of which nothing has been heard; None while something may still be."""
    if delivery.state is not S.UNCERTAIN or now - delivery.at < GIVE_UP_UNCERTAIN:
        return None
    why = f"nothing was heard of it in {GIVE_UP_UNCERTAIN.days} days: {delivery.error}"
    return Move(sources=frozenset({S.UNCERTAIN}), after=_after(delivery, S.ABANDONED, now, error=why))


def alarms(counts: Mapping[DeliveryState, int]) -> tuple[tuple[str, str], ...]:
    """Why an issue should pause, when its readers' servers or its readers complain: kind and words of each alarm.

    The limits are those of the big mailbox providers: above 0.3 % complaints Gmail and Yahoo refuse a sender. An
    address that a server refuses while we talk to it has bounced as much as one that it reports later.
    """
    handed = sum(counts.get(state, 0) for state in _PROVED | {S.REJECTED})
    if handed < _ENOUGH:
        return ()
    found: list[tuple[str, str]] = []
    limits = (((S.BOUNCED, S.REJECTED), 0.05, "bounced"), ((S.COMPLAINED,), 0.003, "were reported as spam"))
    for states, most, what in limits:
        share = sum(counts.get(state, 0) for state in states) / handed
        if share > most:
            say = f"{share:.1%} of {handed} letters {what}; look at the list before you go on"
            found.append((states[0].value, say))
    return tuple(found)


_MOST_TOGETHER = 3


@dataclass(frozen=True, slots=True)
class Streak:
    """Failures of one kind since the last letter that went through; `together` counts those of the last request."""

    kind: str = ""
    count: int = 0
    error: str = ""
    request: str = ""
    together: int = 1


def streak_after(streak: Streak, outcomes: Iterable[Outcome]) -> Streak:
    """Many failures of one kind in a row mean that the way is blocked, not that its readers are at fault.

    Letters of one request failed by one answer: it counts as three letters at most, so that a single lost answer stops
    nothing and four in a row do, for each leaves hundreds unknown.
    """
    for outcome in outcomes:
        if outcome.state is S.ACCEPTED:
            streak = Streak()
        elif outcome.state is not S.PLANNED and outcome.wait is None:
            same = outcome.kind == streak.kind
            together = streak.together + 1 if same and outcome.request and outcome.request == streak.request else 1
            count = (streak.count if same else 0) + (together <= _MOST_TOGETHER)
            streak = Streak(outcome.kind, count, outcome.error, outcome.request, together)
    return streak


def _step(delivery: Delivery, to: DeliveryState, *, now: datetime, error: str = "", provider_id: str = "") -> Move:
    after = _after(delivery, to, now, error=error)
    if provider_id:
        after = replace(after, provider_id=provider_id)
    return Move(sources=frozenset({delivery.state}), after=after)


def _after(
    delivery: Delivery, to: DeliveryState, now: datetime, *, error: str = "", not_before: datetime | None = None
) -> Delivery:
    """The row as nobody holds it."""
    return replace(delivery, state=to, owner="", lease_until=None, not_before=not_before, error=error, at=now)
