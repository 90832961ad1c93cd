"""The ledger's rules: no row leaves its states by a wrong door, and none is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.deliver import ledger
from newsletter.deliver.ledger import ALLOWED, OPEN, TO_DO, Streak
from newsletter.deliver.parcels import Outcome
from newsletter.model import Delivery, DeliveryId, DeliveryState, Move
from tests.builders import NOW
from tests.mailroom import delivery

S = DeliveryState
LEASE = timedelta(minutes=5)
RETRY = (60.0, 300.0)


def _outcome(state: DeliveryState, **more: object) -> Outcome:
    return Outcome(delivery=DeliveryId("d1"), state=state, **more)  # type: ignore[arg-type]


def _begun(row: Delivery, *, subscribed: bool = True, suppressed: bool = False) -> Move | None:
    return ledger.begun(row, subscribed=subscribed, suppressed=suppressed, now=NOW, lease=LEASE)


def _settled(row: Delivery, outcome: Outcome) -> Delivery:
    return ledger.settled(row, outcome, now=NOW, retry=RETRY).after


def test_every_state_has_its_rule_and_every_open_one_a_way_out() -> None:
    assert set(ALLOWED) == set(S)
    assert all(ALLOWED[state] for state in OPEN)
    assert not any(state in ALLOWED[state] for state in S)


def test_a_claimed_row_is_submitted_with_its_try_counted_and_a_new_lease() -> None:
    move = _begun(delivery(lease_until=NOW + timedelta(seconds=1)))
    assert move is not None
    assert (move.after.state, move.after.attempt, move.after.lease_until) == (S.SUBMITTING, 1, NOW + LEASE)
    assert (move.sources, move.after.epoch) == (frozenset({S.CLAIMED}), 1)


@pytest.mark.parametrize(("subscribed", "suppressed"), [(False, False), (True, True), (False, True)])
def test_who_left_or_is_suppressed_is_skipped(subscribed: bool, suppressed: bool) -> None:
    move = _begun(delivery(), subscribed=subscribed, suppressed=suppressed)
    assert move is not None
    assert (move.after.state, move.after.attempt, move.after.owner) == (S.SKIPPED, 0, "")


@pytest.mark.parametrize("row", [delivery(lease_until=NOW), delivery(S.PLANNED), delivery(S.SUBMITTING)])
def test_a_claim_that_is_over_begins_nothing(row: Delivery) -> None:
    assert _begun(row) is None


def test_a_refusal_for_now_waits_longer_each_time_and_fails_in_the_end() -> None:
    row, waits = delivery(S.SUBMITTING, attempt=0), []
    for attempt in (1, 2, 3):
        after = _settled(replace(row, attempt=attempt), _outcome(S.RETRY_WAIT, error="450 later"))
        waits.append((after.state, after.not_before))
    assert waits == [
        (S.RETRY_WAIT, NOW + timedelta(seconds=60)),
        (S.RETRY_WAIT, NOW + timedelta(seconds=300)),
        (S.FAILED, None),
    ]


def test_a_wait_that_the_provider_asked_for_and_a_parcel_not_tried_count_as_no_try() -> None:
    row = delivery(S.SUBMITTING, attempt=3)
    waiting = _settled(row, _outcome(S.RETRY_WAIT, wait=timedelta(seconds=7)))
    assert (waiting.state, waiting.attempt, waiting.not_before) == (S.RETRY_WAIT, 2, NOW + timedelta(seconds=7))
    untried = _settled(row, _outcome(S.PLANNED))
    assert (untried.state, untried.attempt, untried.not_before) == (S.PLANNED, 2, None)


def test_proof_of_acceptance_counts_even_for_a_row_that_was_given_up_for_uncertain_or_absent() -> None:
    move = ledger.settled(delivery(S.SUBMITTING), _outcome(S.ACCEPTED, provider_id="q1"), now=NOW, retry=RETRY)
    assert move.sources == {S.SUBMITTING, S.UNCERTAIN, S.PLANNED}
    assert move.after.provider_id == "q1"


def test_what_a_lost_worker_held_goes_back_unless_bytes_may_have_left() -> None:
    assert ledger.left_behind(delivery(S.CLAIMED), repeatable=False, now=NOW).after.state is S.PLANNED
    assert ledger.left_behind(delivery(S.SUBMITTING), repeatable=False, now=NOW).after.state is S.UNCERTAIN
    assert ledger.left_behind(delivery(S.SUBMITTING), repeatable=True, now=NOW).after.state is S.PLANNED


def test_an_uncertain_row_is_given_up_after_three_days_and_never_sent_by_itself() -> None:
    row = delivery(S.UNCERTAIN, at=NOW)
    assert ledger.given_up(row, now=NOW + timedelta(days=2, hours=23)) is None
    move = ledger.given_up(row, now=NOW + timedelta(days=3))
    assert move is not None
    assert move.after.state is S.ABANDONED


def test_an_issue_is_finished_only_when_no_row_is_open() -> None:
    assert ledger.is_finished({S.ACCEPTED: 5, S.SKIPPED: 1, S.FAILED: 1})
    for state in OPEN:
        assert not ledger.is_finished({S.ACCEPTED: 5, state: 1})
    assert OPEN.difference(TO_DO) == {S.UNCERTAIN}


def test_failures_of_one_kind_in_a_row_are_counted_and_a_success_ends_the_row() -> None:
    bad, other, good = (_outcome(S.REJECTED, kind="smtp 550"), _outcome(S.UNCERTAIN, kind="lost"), _outcome(S.ACCEPTED))
    assert ledger.streak_after(Streak(), [bad, bad, bad]).count == 3
    assert ledger.streak_after(Streak(), [bad, bad, other]) == Streak("lost", 1, "")
    assert ledger.streak_after(Streak(), [bad, good]) == Streak()
    assert ledger.streak_after(Streak(), [bad, _outcome(S.PLANNED), bad]).count == 2


@pytest.mark.parametrize(
    ("counts", "alarms"),
    [
        ({S.DELIVERED: 499, S.BOUNCED: 0}, False),
        ({S.DELIVERED: 300, S.BOUNCED: 100}, False),
        ({S.DELIVERED: 950, S.BOUNCED: 50}, False),
        ({S.DELIVERED: 949, S.BOUNCED: 51}, True),
        ({S.ACCEPTED: 949, S.REJECTED: 51}, True),
        ({S.DELIVERED: 997, S.COMPLAINED: 3}, False),
        ({S.DELIVERED: 996, S.COMPLAINED: 4}, True),
    ],
)
def test_an_alarm_needs_enough_letters_and_more_than_the_big_providers_bear(
    counts: dict[DeliveryState, int], alarms: bool
) -> None:
    assert bool(ledger.alarms(counts)) is alarms


@given(
    state=st.sampled_from([S.ACCEPTED, S.UNCERTAIN, S.RETRY_WAIT, S.REJECTED, S.PLANNED]),
    attempt=st.integers(1, 5),
    wait=st.none() | st.timedeltas(timedelta(0), timedelta(days=1)),
)
def test_every_step_after_an_outcome_is_allowed_and_nobody_holds_the_row_afterwards(
    state: DeliveryState, attempt: int, wait: timedelta | None
) -> None:
    outcome = _outcome(state, wait=wait if state is S.RETRY_WAIT else None)
    move = ledger.settled(delivery(S.SUBMITTING, attempt=attempt), outcome, now=NOW, retry=RETRY)
    for source in move.sources:
        assert move.after.state in ALLOWED[source] or (source, move.after.state) == (S.PLANNED, S.ACCEPTED)
    assert (move.after.owner, move.after.lease_until) == ("", None)
    assert (move.after.state is S.RETRY_WAIT) == (move.after.not_before is not None)
