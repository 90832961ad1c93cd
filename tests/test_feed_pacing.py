from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from newsletter.collect.answers import Answer, Failed
from newsletter.collect.asking import fresh_for, wait_asked
from newsletter.collect.entries import Parsed
from newsletter.collect.pacing import Pace, answered, failed, is_due, must_wait, nobody_answers, validators
from newsletter.model import FeedHealth, FeedUrl
from tests.builders import NOW

PACE = Pace(shortest=900, jitter=0.0)
URL = "https://wire.example/feed"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def health(**more: Any) -> FeedHealth:
    return FeedHealth(feed_url=FeedUrl(URL), **more)


def ok(**more: Any) -> Answer:
    values: dict[str, Any] = {"status": 200, "url": URL}
    return Answer(**(values | more))


def feed(
    before: FeedHealth, answer: Answer, now: datetime = NOW, *, every: timedelta = 6 * HOUR, **asks: Any
) -> FeedHealth:
    dates = [now - every * n for n in range(1, 41)]
    return answered(before, answer, now=now, pace=PACE, parsed=Parsed(kind="rss", **asks), body_hash="h", dates=dates)


def wait(after: FeedHealth) -> timedelta:
    assert after.due is not None
    return after.due - NOW


def test_a_feed_never_fetched_is_due() -> None:
    assert is_due(health(), NOW)


@pytest.mark.parametrize(
    ("every", "least", "most"),
    [
        (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=15)),
        (6 * HOUR, 2 * HOUR, 4 * HOUR),
        (30 * DAY, DAY, DAY),
    ],
)
def test_a_feed_is_asked_in_its_own_rhythm(every: timedelta, least: timedelta, most: timedelta) -> None:
    assert least <= wait(feed(health(), ok(), every=every)) <= most


def test_what_comes_all_at_once_counts_once() -> None:
    """Papers come a hundred a day at one moment: that is no reason to ask every quarter of an hour."""
    dates = [NOW - DAY * n for n in range(1, 8) for _ in range(100)]
    after = answered(health(), ok(), now=NOW, pace=PACE, parsed=Parsed(kind="rss"), body_hash="h", dates=dates)
    assert wait(after) == DAY / 2
    assert after.weekly == 700


def test_a_feed_without_dates_is_asked_every_hour_until_it_falls_silent() -> None:
    after = answered(health(), ok(), now=NOW, pace=PACE, parsed=Parsed(kind="rss"), body_hash="h", dates=())
    assert wait(after) == HOUR
    later = answered(after, ok(status=304), now=NOW + 4 * HOUR, pace=PACE)
    assert wait(later) == 5 * HOUR
    assert answered(later, ok(status=304), now=NOW + 4 * DAY, pace=PACE).interval == 12 * 3600


def test_a_busy_feed_that_falls_silent_is_asked_less_often_until_it_speaks_again() -> None:
    after = feed(health(), ok(), every=HOUR / 12)
    assert after.interval == 900
    for hours, interval in ((1, 900), (24, 3 * 3600), (24 * 30, 86_400)):
        after = answered(after, ok(status=304), now=NOW + hours * HOUR, pace=PACE)
        assert after.interval == interval
    assert feed(after, ok(), NOW + 31 * DAY, every=HOUR / 12).interval == 900


def test_what_server_and_feed_ask_for_is_kept_also_when_nothing_changed() -> None:
    after = feed(health(), ok(), ttl=5 * 3600)
    assert wait(after) == 5 * HOUR
    assert wait(answered(after, ok(status=304), now=NOW, pace=PACE)) == 5 * HOUR
    assert wait(answered(after, ok(status=304, fresh=8 * 3600), now=NOW, pace=PACE)) == 8 * HOUR


def test_validators_are_those_of_the_last_answer_and_survive_a_304_that_is_silent() -> None:
    after = feed(health(etag="old", modified="old"), ok(etag='"a"'))
    assert (after.etag, after.modified) == ('"a"', "")
    after = answered(after, ok(status=304, modified="Mon, 09 Mar 2026 08:30:00 GMT"), now=NOW, pace=PACE)
    assert validators(after, NOW) == ('"a"', "Mon, 09 Mar 2026 08:30:00 GMT")


def test_a_date_of_change_in_the_future_is_not_sent_back() -> None:
    assert validators(health(etag="a", modified="Mon, 01 Jul 2041 00:00:00 GMT"), NOW) == ("", "")


def test_failures_double_the_wait_up_to_a_day_and_never_end_it() -> None:
    after, waits = health(), []
    for _ in range(40):
        after = failed(after, Failed(reason="HTTP 500", status=500), now=NOW, pace=PACE)
        waits.append(wait(after))
    assert waits[:4] == [HOUR / 4, HOUR / 2, HOUR, 2 * HOUR]
    assert waits[-1] == DAY
    assert after.failures == 40
    assert feed(after, ok()).failures == 0


def test_an_outage_of_our_own_counts_for_nothing() -> None:
    down = Failed(reason="cannot be reached", unreachable=True)
    assert failed(health(), down, now=NOW, pace=PACE, ours=True).failures == 0


def test_a_wish_for_silence_is_kept_whoever_asks() -> None:
    after = failed(health(), Failed(reason="HTTP 429", status=429, wait=7200), now=NOW, pace=PACE)
    assert must_wait(after, NOW + HOUR)
    assert not is_due(after, NOW + HOUR)
    assert not must_wait(after, NOW + 2 * HOUR)
    assert feed(after, ok()).not_before is None


def test_a_feed_is_gone_when_that_is_said_twice_and_asked_again_in_a_week() -> None:
    gone = Failed(reason="HTTP 410", status=410)
    once = failed(health(), gone, now=NOW, pace=PACE)
    twice = failed(once, gone, now=NOW + DAY, pace=PACE)
    assert (once.gone, twice.gone) == (False, True)
    assert not is_due(twice, NOW + 7 * DAY)
    assert is_due(twice, NOW + 8 * DAY)
    assert not feed(twice, ok()).gone


def test_a_permanent_redirect_is_believed_after_three_sightings_over_two_days() -> None:
    moved = ok(moved_to="https://new.example/feed")
    after = health()
    for hours, believed in ((0, ""), (1, ""), (2, ""), (47, ""), (48, "https://new.example/feed")):
        after = feed(after, moved, NOW + hours * HOUR)
        assert after.moved_to == believed


def test_a_redirect_that_changes_its_mind_starts_again() -> None:
    after = feed(health(), ok(moved_to="https://a.example/feed"))
    after = feed(after, ok(), NOW + 30 * HOUR)
    after = feed(after, ok(moved_to="https://a.example/feed"), NOW + 60 * HOUR)
    assert (after.moved_to, after.moving_seen) == ("", 1)


def test_no_redirect_leads_from_https_to_http() -> None:
    after = health()
    for hours in (0, 30, 60, 90):
        after = feed(after, ok(moved_to="http://wire.example/feed"), NOW + hours * HOUR)
    assert after.moved_to == ""


def test_a_new_address_that_fails_three_times_is_left() -> None:
    after = health(moved_to="https://new.example/feed")
    for _ in range(3):
        after = failed(after, Failed(reason="HTTP 404", status=404), now=NOW, pace=PACE)
    assert after.moved_to == ""


def test_hours_and_days_to_be_skipped_are_skipped() -> None:
    friday_eight = NOW
    hours = feed(health(), ok(), friday_eight, every=HOUR / 12, skip_hours=(8, 9))
    assert hours.due == friday_eight.replace(hour=10, minute=0)
    days = feed(health(), ok(), friday_eight, every=HOUR / 12, skip_days=(4, 5, 6))
    assert days.due == (friday_eight + 3 * DAY).replace(hour=0)
    never = feed(health(), ok(), friday_eight, skip_hours=tuple(range(24)))
    assert never.due is not None


def test_jitter_moves_a_due_time_later_and_never_earlier() -> None:
    pace = replace(PACE, jitter=0.1)
    waits = set()
    for minute in range(50):
        now = NOW + timedelta(minutes=minute)
        after = failed(health(), Failed(reason="x", wait=3600), now=now, pace=pace)
        assert after.due is not None
        waits.add(after.due - now)
    assert min(waits) >= HOUR
    assert max(waits) <= HOUR * 1.1
    assert len(waits) > 20


@pytest.mark.parametrize(
    ("given", "seconds"),
    [("120", 120), ("999999", 86_400), ("Fri, 13 Mar 2026 09:00:00 GMT", 3600), ("soon", 0), ("-5", 0), ("", 0)],
)
def test_retry_after_is_seconds_or_a_date(given: str, seconds: int) -> None:
    assert wait_asked({"Retry-After": given}, NOW) == seconds


def test_a_clock_that_is_days_away_was_set_by_hand_and_dates_may_be_meant_by_ours() -> None:
    headers = {"Expires": "Fri, 13 Mar 2026 10:00:00 GMT", "Date": "Wed, 25 Nov 2026 08:00:00 GMT"}
    assert fresh_for(headers, NOW) == 7200
    assert fresh_for(headers | {"Expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, NOW) == 0
    assert fresh_for(headers | {"Expires": "Fri, 20 Mar 2026 10:00:00 GMT"}, NOW) == 0


@pytest.mark.parametrize(("asked", "ours"), [(1, False), (2, False), (3, True)])
def test_an_outage_is_told_by_several_feeds_that_nobody_reaches_since_anybody_answered(asked: int, ours: bool) -> None:
    """One after the other as well as at once."""
    down = Failed(reason="cannot be reached", unreachable=True)
    known = [replace(feed(health(), ok(), NOW - HOUR), feed_url=FeedUrl(str(n))) for n in range(5)]
    for at in range(asked - 1):
        known[at] = failed(known[at], down, now=NOW, pace=PACE)
    assert nobody_answers(known, {FeedUrl(str(asked - 1))}) is ours
    known[4] = feed(known[4], ok(), NOW + HOUR)
    assert not nobody_answers(known, {FeedUrl("0")})


def test_a_failure_does_not_move_a_feed_into_hours_that_it_wants_to_be_skipped() -> None:
    busy = feed(health(), ok(), skip_hours=(9, 10, 11))
    after = failed(busy, Failed(reason="HTTP 500", status=500), now=NOW + HOUR * 0.9, pace=PACE)
    assert after.due == NOW + 4 * HOUR
    assert not is_due(replace(after, due=NOW), NOW + 2 * HOUR)


def test_dates_count_by_the_servers_own_clock() -> None:
    headers = {"Retry-After": "Thu, 01 Jan 2026 01:00:00 GMT", "Date": "Thu, 01 Jan 2026 00:00:00 GMT"}
    assert wait_asked(headers, NOW) == 3600


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "public, max-age=600"}, 600),
        ({"Cache-Control": "max-age=600", "Age": "500"}, 100),
        ({"Cache-Control": "max-age=2592000"}, 86_400),
        ({"Cache-Control": "no-cache, max-age=600"}, 0),
        ({"Cache-Control": "s-maxage=900"}, 0),
        ({"Expires": "Fri, 13 Mar 2026 10:00:00 GMT"}, 7200),
        ({"Expires": "0"}, 0),
        ({}, 0),
    ],
)
def test_freshness_is_what_the_headers_say(headers: dict[str, str], seconds: int) -> None:
    assert fresh_for(headers, NOW) == seconds
