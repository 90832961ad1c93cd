"""When things are due: one instant a local week, whatever the clocks do."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.config import Edition
from newsletter.model import Approval, Fingerprint, IssueKey, IssueStatus
from newsletter.schedule import GRACE, due, missed, occurrences, ready
from newsletter.store.issues import Kept
from tests.builders import NOW, issue, letter

ZONES = (
    "America/Los_Angeles",
    "Europe/Berlin",
    "Africa/Cairo",
    "Australia/Sydney",
    "America/Sao_Paulo",
    "Asia/Shanghai",
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def week_of(text: str) -> tuple[datetime, datetime]:
    return at(text) - timedelta(days=3), at(text) + timedelta(days=3)


@pytest.mark.parametrize(
    ("zone", "schedule", "expected"),
    [
        # The clocks skip the time: it is moved on by what they skip.
        ("America/Los_Angeles", "sun 02:30", "2026-03-08T10:30"),
        ("Europe/Berlin", "sun 02:30", "2026-03-29T01:30"),
        ("Africa/Cairo", "fri 00:30", "2026-04-23T22:30"),
        ("Australia/Sydney", "sun 02:30", "2026-10-03T16:30"),
        ("America/Sao_Paulo", "sun 00:30", "2018-11-04T03:30"),
        # The time comes twice: the first counts.
        ("America/Los_Angeles", "sun 01:30", "2026-11-01T08:30"),
        ("Europe/Berlin", "sun 02:30", "2026-10-25T00:30"),
        ("Africa/Cairo", "thu 23:30", "2026-10-29T20:30"),
        ("Australia/Sydney", "sun 02:30", "2026-04-04T15:30"),
        ("America/Sao_Paulo", "sat 23:30", "2019-02-17T01:30"),
        # The first hour of a week whose Sunday changed the clocks is due in that week.
        ("America/Los_Angeles", "mon 00:30", "2026-03-09T07:30"),
        ("Europe/Berlin", "mon 00:30", "2026-03-29T22:30"),
        ("Asia/Shanghai", "mon 00:30", "2026-03-08T16:30"),
    ],
)
def test_a_slot_around_a_change_of_clocks_is_due_once(zone: str, schedule: str, expected: str) -> None:
    assert occurrences(schedule, zone, *week_of(expected)) == (at(expected),)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("schedule", ["mon 00:00", "mon 00:30", "sun 02:30", "sun 23:59", "fri 08:00"])
def test_no_week_of_ten_years_is_skipped_or_told_twice(zone: str, schedule: str) -> None:
    since, until = at("2016-01-04T12:00"), at("2026-01-05T12:00")
    weeks = [one.astimezone(ZoneInfo(zone)).isocalendar()[:2] for one in occurrences(schedule, zone, since, until)]
    assert len(weeks) == len(set(weeks))
    assert 521 <= len(weeks) <= 523


@given(
    day=st.sampled_from(("mon", "tue", "wed", "thu", "fri", "sat", "sun")),
    minutes=st.integers(0, 24 * 60 - 1),
    zone=st.sampled_from(ZONES),
    day_of_start=st.integers(0, 7000),
)
def test_two_occurrences_are_never_further_apart_than_a_week_and_two_hours(
    day: str, minutes: int, zone: str, day_of_start: int
) -> None:
    start = at("2010-01-01T00:00") + timedelta(days=day_of_start)
    found = occurrences(f"{day} {minutes // 60:02}:{minutes % 60:02}", zone, start, start + timedelta(days=70))
    assert len(found) in (9, 10, 11)
    for one, following in pairwise(found):
        assert timedelta(days=7, hours=-2) <= following - one <= timedelta(days=7, hours=2)


def test_the_first_moment_counts_and_the_last_does_not() -> None:
    slot = at("2026-03-13T08:00")
    assert occurrences("fri 08:00", "UTC", slot, slot + timedelta(days=7)) == (slot,)
    assert occurrences("fri 08:00", "UTC", slot - timedelta(days=7), slot) == (slot - timedelta(days=7),)
    assert occurrences("fri 08:00", "UTC", slot, slot) == ()


def test_an_unending_question_has_an_answer() -> None:
    always = occurrences("fri 08:00", "UTC", datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    assert len(always) > 15_000


# -- drafts


def edition(**more: object) -> Edition:
    return Edition(**({"key": "weekly-en", "schedule": "fri 08:00"} | more))  # type: ignore[arg-type]


def test_a_draft_is_wanted_from_its_time_before_the_slot() -> None:
    slot = at("2026-03-13T08:00")
    assert due(edition(), slot - timedelta(hours=24, seconds=1)) == ()
    (found,) = due(edition(), slot - timedelta(hours=24))
    assert (found.issue, found.compose, found.send) == ("weekly-en/2026-W11", slot - timedelta(days=1), slot)


def test_a_monday_issue_is_composed_on_sunday_and_belongs_to_monday() -> None:
    (found,) = due(edition(schedule="mon 00:30", timezone="Europe/Berlin"), at("2026-03-29T12:00"))
    assert found.issue == "weekly-en/2026-W14"
    assert found.send == at("2026-03-29T22:30")


def test_a_draft_long_past_its_slot_is_not_wanted_any_more() -> None:
    slot = at("2026-03-13T08:00")
    assert [one.period for one in due(edition(), slot + GRACE)] == ["2026-W11"]
    assert due(edition(), slot + GRACE + timedelta(seconds=1)) == ()


# -- letters


def kept(status: IssueStatus, *, approved: datetime | None = None, send_at: datetime | None = NOW) -> Kept:
    key = IssueKey("weekly-en/2026-W11")
    approval = None
    if approved is not None:
        approval = Approval(issue=key, fingerprint=Fingerprint("f" * 64), by="ed@news.example", at=approved)
    return Kept(
        issue=issue(status=status),
        letter=letter(),
        checks=(),
        version=1,
        approval=approval,
        paused="",
        composed_at=NOW - timedelta(days=1),
        send_at=send_at,
        sent_at=None,
    )


EARLY = NOW - timedelta(hours=2)


def test_an_approved_issue_goes_out_at_its_slot_and_not_before() -> None:
    approved = kept(IssueStatus.APPROVED, approved=EARLY)
    assert not ready(approved, NOW - timedelta(seconds=1))
    assert ready(approved, NOW)


def test_an_issue_approved_after_its_slot_goes_out_at_once() -> None:
    late = kept(IssueStatus.APPROVED, approved=NOW + timedelta(days=1))
    assert ready(late, NOW + timedelta(days=1))
    assert not missed(late, NOW + timedelta(days=3))


def test_an_interrupted_sending_goes_on_however_late() -> None:
    sending = kept(IssueStatus.SENDING, approved=EARLY)
    assert ready(sending, NOW + timedelta(days=3))
    assert not missed(sending, NOW + timedelta(days=3))


def test_an_issue_that_a_sleeping_machine_missed_waits_for_a_person() -> None:
    approved = kept(IssueStatus.APPROVED, approved=EARLY)
    assert not missed(approved, NOW + GRACE)
    assert missed(approved, NOW + GRACE + timedelta(seconds=1))


@pytest.mark.parametrize("status", [IssueStatus.DRAFT, IssueStatus.PAUSED, IssueStatus.SENT, IssueStatus.CANCELLED])
def test_only_what_is_approved_or_under_way_is_sent(status: IssueStatus) -> None:
    assert not ready(kept(status, approved=EARLY), NOW + timedelta(hours=1))
    assert not missed(kept(status, approved=EARLY), NOW + timedelta(days=1))
