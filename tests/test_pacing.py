"""So many letters a second, so many a day: counted in the ledger, kept over restarts, gone on with by themselves."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter import pipeline
from newsletter.config import Config, Deliver, WarmUp, config_from
from newsletter.deliver.pacing import Pace, allowed, days_needed, rate_of
from newsletter.errors import ConfigError
from newsletter.model import DeliveryState, IssueKey, IssueStatus
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.pipeline.letters import Delivered
from newsletter.schedule import Clock
from tests.builders import NOW
from tests.mailroom import KEY, Hands, approve

S = DeliveryState
DAY = timedelta(days=1)


def _room(config: Config, **deliver: object) -> Config:
    return replace(config, deliver=replace(config.deliver, **deliver))  # type: ignore[arg-type]


def _deliver(room: Newsroom, at: datetime) -> Delivered:
    return asyncio.run(pipeline.deliver(room, KEY, clock=Hands(at)))


def _letters(room: Newsroom) -> int:
    return len(list((room.config.folder / "outbox").rglob("*.eml")))


def test_batches_go_evenly_and_whoever_pauses_does_not_catch_up_at_once() -> None:
    pace = Pace(10)
    assert [pace.take(10, now) for now in (0, 0, 0.5)] == [0, 1, 1.5]
    assert pace.take(10, 100) == 0
    assert pace.take(10, 100) == 1
    assert (pace.batch(64), Pace(0.1).batch(64), Pace(900).batch(64)) == (10, 1, 64)
    assert (pace.ahead(512), Pace(0.1).ahead(512)) == (50, 1)


def test_the_slower_of_two_limits_holds() -> None:
    assert rate_of(0, timedelta(0), 1000) is None
    assert rate_of(5, timedelta(0), 1000) == 5
    assert rate_of(5, timedelta(hours=1), 3600) == 1
    assert rate_of(0, timedelta(hours=1), 0) is None


def test_a_day_takes_so_many_times_the_best_of_those_before() -> None:
    assert [allowed(first=50, growth=1.5, best=best) for best in (0, 30, 100)] == [50, 50, 150]
    assert days_needed(1000, 100, first=100, growth=2, best=0) == 3  # 100, 200, 400, 300
    assert days_needed(100, 100, first=100, growth=2, best=0) == 0
    assert days_needed(10**9, 0, first=1, growth=1, best=0) == 3650


def test_letters_go_no_faster_than_so_many_a_second(config: Config) -> None:
    with open_newsroom(_room(config, per_second=20.0)) as room:
        approve(room, 50)
        start = time.monotonic()
        assert asyncio.run(pipeline.deliver(room, KEY, clock=lambda: datetime.now(UTC))).states == {S.ACCEPTED: 50}
        assert 1.8 <= time.monotonic() - start < 6


def test_an_issue_is_spread_over_its_time(config: Config) -> None:
    with open_newsroom(_room(config, spread=timedelta(seconds=2))) as room:
        approve(room, 8)
        start = time.monotonic()
        assert asyncio.run(pipeline.deliver(room, KEY, clock=lambda: datetime.now(UTC))).states == {S.ACCEPTED: 8}
        assert 0.9 <= time.monotonic() - start < 5


def test_a_spread_issue_stops_and_pauses_at_once_and_goes_on(config: Config) -> None:
    with open_newsroom(_room(config, spread=timedelta(days=1))) as room:
        approve(room, 24)  # one an hour

        async def stopped(how: str) -> Delivered:
            stop = asyncio.Event()
            going = asyncio.create_task(pipeline.deliver(room, KEY, clock=lambda: datetime.now(UTC), stop=stop))
            await asyncio.sleep(0.3)
            if how == "stop":
                stop.set()
            else:
                pipeline.pause(room, KEY, now=NOW)
            return await asyncio.wait_for(going, 5)

        assert asyncio.run(stopped("stop")).states == {S.PLANNED: 23, S.ACCEPTED: 1}
        found = asyncio.run(stopped("pause"))
        assert (found.states, found.paused) == ({S.PLANNED: 22, S.ACCEPTED: 2}, "paused by hand")


def test_a_warm_up_sends_so_many_a_day_and_more_each_day(config: Config) -> None:
    with open_newsroom(_room(config, warm_up=WarmUp(first=10, growth=2))) as room:
        approve(room, 100)
        sent, waits = [], []
        for day in range(5):
            found = _deliver(room, NOW + day * DAY)
            sent.append(_letters(room))
            waits.append(found.outlook and (found.outlook.waits, found.outlook.due))
            assert _deliver(room, NOW + day * DAY + timedelta(hours=9)).states == found.states
        midnights = [datetime(2026, 3, 14 + day, tzinfo=UTC) for day in range(3)]
        assert sent == [10, 30, 70, 100, 100]
        assert waits == [*(("warm-up", at) for at in midnights), None, None]
        assert pipeline.status(room, KEY).status is IssueStatus.SENT


def test_a_day_of_a_warm_up_counts_over_restarts_and_over_issues(config: Config) -> None:
    plan = _room(config, warm_up=WarmUp(first=10, growth=2), batch=4)
    with open_newsroom(plan) as room:
        approve(room, 30)
        with room.store.write() as tx:
            tx.handed.add(IssueKey("weekly-zh/2026-W11"), "another", 7, now=NOW - timedelta(hours=1))
        assert _deliver(room, NOW).states == {S.PLANNED: 27, S.ACCEPTED: 3}
    with open_newsroom(plan) as room:
        assert _deliver(room, NOW + timedelta(hours=1)).states == {S.PLANNED: 27, S.ACCEPTED: 3}
        assert _deliver(room, NOW + DAY).states == {S.PLANNED: 7, S.ACCEPTED: 23}


def test_two_workers_share_the_letters_of_a_day(config: Config) -> None:
    with open_newsroom(_room(config, warm_up=WarmUp(first=20), batch=3)) as room:
        approve(room, 50)

        async def both() -> None:
            await asyncio.gather(*(pipeline.deliver(room, KEY, clock=Hands(NOW)) for _ in range(2)))

        asyncio.run(both())
        assert pipeline.status(room, KEY).states == {S.PLANNED: 30, S.ACCEPTED: 20}


def test_the_clock_goes_on_with_a_warm_up_on_the_next_day_and_rests_until_then(config: Config) -> None:
    """A tick that begins nothing leaves no work behind; one that begins a delivery does."""
    with open_newsroom(_room(config, warm_up=WarmUp(first=10, growth=2))) as room:
        approve(room, 25)
        _deliver(room, NOW)

        def entered(at: datetime) -> bool:
            async def run() -> bool:
                clock = Clock(room, now=lambda: at)
                begun = KEY in clock._letters()
                await clock.close()
                return begun

            return asyncio.run(run())

        midnight = datetime(2026, 3, 14, tzinfo=UTC)
        assert [entered(at) for at in (NOW, midnight - timedelta(seconds=1), midnight)] == [False, False, True]


def test_progress_tells_rate_and_time_left_from_the_last_minute(room: Newsroom) -> None:
    approve(room, 100)
    with room.store.write() as tx:
        tx.issues.set_status(KEY, IssueStatus.SENDING)
        tx.freezes.begin(KEY, now=NOW)
        edition = room.config.editions[0].edition_key
        tx.freezes.advance(KEY, edition, key=room.signer.delivery_key, domain="news.example", size=1000)
        tx.handed.add(KEY, "a", 500, now=NOW - timedelta(minutes=5))
        tx.handed.add(KEY, "a", 30, now=NOW - timedelta(seconds=30))
        tx.handed.add(KEY, "a", 30, now=NOW - timedelta(seconds=10))
    found = pipeline.progress(room, KEY, now=NOW)
    assert (found.done, found.rate, found.left) == (0, 2.0, timedelta(seconds=50))
    quiet = pipeline.progress(room, KEY, now=NOW + DAY)
    assert (quiet.rate, quiet.left) == (0, None)


@pytest.mark.parametrize(
    ("deliver", "says"),
    [
        ({"per_second": -1}, "[deliver] per_second = -1: use greater than or equal to 0"),
        ({"per_second": "fast"}, "[deliver] per_second = 'fast': use a number"),
        ({"spread": "3 hours"}, '[deliver] spread = \'3 hours\': use a duration such as "15m", "6h" or "7d"'),
        ({"spread": "7d"}, "[deliver] spread: at most 6d, so that an issue is out before the next one"),
        ({"warm_up": {"first": -5}}, "[deliver.warm_up] first = -5: use greater than or equal to 0"),
        ({"warm_up": {"growth": 0.5}}, "[deliver.warm_up] growth = 0.5: use greater than or equal to 1"),
        ({"warm_up": {"grow": 2}}, "[deliver.warm_up] grow: unknown key (did you mean growth?)"),
        ({"smtp": {"per_domain": 1.5}}, "[deliver.smtp] per_domain = 1.5: use a whole number"),
        ({"smtp": {"per_connection": "x"}}, "[deliver.smtp] per_connection = 'x': use a whole number"),
        ({"sendgrid": {"hold": "5m"}}, "[deliver.sendgrid] hold: use a time from 15m to 72h, or 0h for none"),
        ({"sendgrid": {"click_tracking": "yes please"}}, "[deliver.sendgrid] click_tracking = 'yes please': use true"),
    ],
)
def test_a_limit_that_makes_no_sense_is_told_with_what_does(
    deliver: dict[str, object], says: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError) as caught:
        config_from({"deliver": deliver}, where="config.toml", folder=tmp_path)
    assert says in str(caught.value)


def test_without_a_plan_nothing_is_limited() -> None:
    assert (Deliver().warm_up.first, Deliver().per_second, Deliver().spread) == (0, 0, timedelta(0))
