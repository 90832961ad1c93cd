"""A week has a name and two ends wherever the edition lives."""

from datetime import UTC, datetime

import pytest

from newsletter.compose.period import bounds, period_of
from newsletter.errors import NewsletterError


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_same_moment_lies_in_two_weeks_when_two_editions_live_apart() -> None:
    moment = at("2026-03-08T17:00")
    assert period_of(moment, "UTC") == "2026-W10"
    assert period_of(moment, "Asia/Shanghai") == "2026-W11"


def test_the_first_days_of_a_year_may_belong_to_the_last_week_of_the_year_before() -> None:
    assert period_of(at("2027-01-02T12:00"), "UTC") == "2026-W53"


def test_a_week_ends_where_the_next_begins_even_when_an_hour_is_missing() -> None:
    start, end = bounds("2026-W10", "America/Los_Angeles")
    assert (end - start).total_seconds() == 167 * 3600
    assert bounds("2026-W11", "America/Los_Angeles")[0] == end


@pytest.mark.parametrize("period", ["2026-W60", "2026-W00", "2025-W53", "2026-11", "W11", "", "2026-W1", "2026-W11x"])
def test_what_is_no_iso_week_is_refused_with_an_example(period: str) -> None:
    with pytest.raises(NewsletterError, match="such as 2026-W11"):
        bounds(period, "UTC")
