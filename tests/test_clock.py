"""The clock begins what is due, each thing once, and a person's hand wins over it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from newsletter import pipeline
from newsletter.config import Config, Edition
from newsletter.deliver.aside import aside
from newsletter.model import IssueKey, IssueStatus
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.schedule import AGAIN, GRACE, Clock, keep_time
from tests.builders import NOW, article

SLOT = NOW
KEY = IssueKey("weekly-en/2026-W11")
EDITION = Edition(key="weekly-en", title="AI Infrastructure Weekly", sender="weekly@news.example", schedule="fri 08:00")


@dataclass
class Hands:
    """A clock that a test moves."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def config(config: Config, tmp_path: Path) -> Config:
    """One edition, and a list of feeds of which none is asked."""
    (tmp_path / "feeds").mkdir()
    off = '<opml><body><outline xmlUrl="https://wire.example/feed" enabled="false"/></body></opml>'
    (tmp_path / "feeds" / "none.opml").write_text(off)
    return replace(config, editions=(EDITION,))


@pytest.fixture
def told(room: Newsroom) -> Newsroom:
    """A room with a story to tell and a reader to tell it to."""
    one = article(
        "a1",
        "Nvidia invests $2 billion in Nebius to build AI data centers",
        summary="Nvidia will invest $2 billion in Nebius, which builds AI data centers with its GPUs.",
        published=SLOT - timedelta(days=2),
    )
    with room.store.write() as tx:
        tx.articles.add([one])
    pipeline.add_reader(
        room,
        email="ada@reader.example",
        editions=["weekly-en"],
        name="Ada",
        language="en",
        consent="Asked on paper",
        now=SLOT - timedelta(days=9),
    )
    return room


def tick(room: Newsroom, *moments: datetime, hands: Callable[[], datetime] | None = None) -> None:
    """One process that ticks at these moments."""

    async def run() -> None:
        watch = Hands(moments[0])
        clock = Clock(room, now=watch)
        for moment in moments:
            watch.now = moment
            await clock.tick()
            await clock.settled()
        await clock.close()

    asyncio.run(run())


def status(room: Newsroom) -> IssueStatus | None:
    with room.store.read() as tx:
        return tx.issues.status(KEY)


def letters(room: Newsroom) -> int:
    return len(list((room.config.folder / "outbox").rglob("*.eml")))


def approve(room: Newsroom, at: datetime) -> None:
    with room.store.read() as tx:
        kept = tx.issues.get(KEY)
    assert kept is not None
    pipeline.approve(room, KEY, kept.letter.fingerprint, by="ed@news.example", now=at)


def test_a_week_goes_from_stories_to_letters_with_one_approval(told: Newsroom) -> None:
    draft_time = SLOT - EDITION.compose_before
    tick(told, draft_time - timedelta(seconds=15))
    assert status(told) is None
    tick(told, draft_time, draft_time + timedelta(seconds=15))
    assert status(told) is IssueStatus.DRAFT
    approve(told, SLOT - timedelta(hours=2))
    tick(told, SLOT - timedelta(seconds=1))
    assert letters(told) == 0
    tick(told, SLOT, SLOT + timedelta(seconds=15), SLOT + timedelta(hours=1))
    assert (status(told), letters(told)) == (IssueStatus.SENT, 1)
    tick(told, SLOT + timedelta(hours=2))
    assert letters(told) == 1


def test_a_draft_is_made_once_and_then_belongs_to_the_editors(told: Newsroom) -> None:
    tick(told, SLOT - timedelta(hours=20), SLOT - timedelta(hours=19))
    with told.store.read() as tx:
        first = tx.issues.get(KEY)
    tick(told, SLOT - timedelta(hours=3))
    with told.store.read() as tx:
        later = tx.issues.get(KEY)
    assert first is not None
    assert later is not None
    assert later.composed_at == first.composed_at == SLOT - timedelta(hours=20)


def test_nothing_is_drafted_of_a_week_without_news_until_there_is_some(room: Newsroom) -> None:
    tick(room, SLOT - timedelta(hours=20))
    assert status(room) is None
    with room.store.write() as tx:
        tx.articles.add(
            [article("a1", "Nvidia invests $2 billion in Nebius data centers", published=SLOT - AGAIN * 100)]
        )
    tick(room, SLOT - timedelta(hours=10))
    assert status(room) is IssueStatus.DRAFT


def test_nobody_approves_so_nothing_is_sent(told: Newsroom) -> None:
    tick(told, SLOT - timedelta(hours=1), SLOT, SLOT + timedelta(days=1))
    assert (status(told), letters(told)) == (IssueStatus.DRAFT, 0)


def test_an_edition_that_approves_itself_is_sent_at_its_slot(told: Newsroom) -> None:
    room = replace(told, config=replace(told.config, editions=(replace(EDITION, auto_approve=True),)))
    tick(room, SLOT - timedelta(hours=1))
    assert (status(room), letters(room)) == (IssueStatus.APPROVED, 0)
    tick(room, SLOT)
    assert (status(room), letters(room)) == (IssueStatus.SENT, 1)


def test_a_machine_that_slept_through_the_slot_asks_before_it_sends(told: Newsroom) -> None:
    tick(told, SLOT - timedelta(hours=3))
    approve(told, SLOT - timedelta(hours=2))
    late = SLOT + GRACE + timedelta(hours=3)
    tick(told, late, late + timedelta(seconds=15))
    assert (status(told), letters(told)) == (IssueStatus.PAUSED, 0)
    assert "missed its time, 2026-03-13 08:00 UTC" in pipeline.status(told, KEY).paused
    pipeline.resume(told, KEY, now=late)
    tick(told, late + timedelta(minutes=1))
    assert (status(told), letters(told)) == (IssueStatus.SENT, 1)


def test_a_sending_that_a_crash_interrupted_goes_on_at_the_first_tick(told: Newsroom) -> None:
    tick(told, SLOT - timedelta(hours=3))
    approve(told, SLOT - timedelta(hours=2))
    with told.store.write() as tx:
        tx.issues.set_status(KEY, IssueStatus.SENDING)
    tick(told, SLOT + timedelta(days=1))
    assert (status(told), letters(told)) == (IssueStatus.SENT, 1)


def test_an_issue_of_which_only_the_unknown_is_left_rests_until_it_is_given_up_and_is_never_sent_again(
    told: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    tick(told, SLOT - timedelta(hours=3))
    approve(told, SLOT - timedelta(hours=2))
    tick(told, SLOT)
    with told.store.write() as tx:
        tx.connection.execute(text("UPDATE deliveries SET state = 'uncertain'"))
        tx.issues.set_status(KEY, IssueStatus.SENDING)
    caplog.set_level("INFO", "newsletter.schedule")
    caplog.clear()
    tick(told, *(SLOT + timedelta(seconds=15 * number) for number in range(1, 6)))
    tick(told, SLOT + timedelta(days=3, seconds=-5))
    assert [line for line in caplog.messages if line.startswith(KEY)] == []
    tick(told, SLOT + timedelta(days=3, seconds=15))
    assert [line for line in caplog.messages if line.startswith(KEY)] == [f"{KEY}: 1 abandoned of 1"]
    assert (status(told), letters(told)) == (IssueStatus.SENT, 1)


def test_an_issue_whose_last_unknown_letter_an_event_settled_is_closed_at_the_next_tick(told: Newsroom) -> None:
    tick(told, SLOT - timedelta(hours=3))
    approve(told, SLOT - timedelta(hours=2))
    tick(told, SLOT)
    with told.store.write() as tx:
        tx.connection.execute(text("UPDATE deliveries SET state = 'delivered'"))
        tx.issues.set_status(KEY, IssueStatus.SENDING)
    tick(told, SLOT + timedelta(minutes=1))
    assert status(told) is IssueStatus.SENT


def test_two_clocks_on_one_store_send_one_letter(told: Newsroom) -> None:
    tick(told, SLOT - timedelta(hours=3))
    approve(told, SLOT - timedelta(hours=2))

    async def both() -> None:
        with open_newsroom(told.config) as other:
            clocks = [Clock(one, now=lambda: SLOT + timedelta(minutes=1)) for one in (told, other)]
            for clock in clocks:
                await clock.tick()
            for clock in clocks:
                await clock.settled()
                await clock.close()

    asyncio.run(both())
    tick(told, SLOT + timedelta(hours=1))
    assert (status(told), letters(told)) == (IssueStatus.SENT, 1)


def test_work_that_breaks_is_told_and_tried_again_at_the_next_tick(
    told: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    feeds = told.config.folder / "feeds" / "none.opml"
    good = feeds.read_text()
    feeds.write_text("this is no list of feeds")
    tick(told, SLOT - timedelta(hours=3))
    assert f"{feeds}: is not OPML" in caplog.text
    assert status(told) is None
    feeds.write_text(good)
    tick(told, SLOT - timedelta(hours=3))
    assert status(told) is IssueStatus.DRAFT


def test_the_clock_ticks_at_once_and_ends_when_told(told: Newsroom) -> None:
    async def run() -> None:
        stop = asyncio.Event()
        keeping = asyncio.create_task(keep_time(told, now=lambda: SLOT - timedelta(hours=3), stop=stop))
        async with asyncio.timeout(20):
            while status(told) is None:  # noqa: ASYNC110 — what is waited for is a row
                await asyncio.sleep(0.02)
            stop.set()
            await keeping

    asyncio.run(run())
    assert status(told) is IssueStatus.DRAFT


def test_a_worker_sends_what_is_approved_and_drafts_nothing(told: Newsroom) -> None:
    async def work(now: datetime) -> None:
        clock = Clock(told, now=lambda: now, letters_only=True)
        await clock.tick()
        await clock.settled()
        await clock.close()

    asyncio.run(work(SLOT - timedelta(hours=3)))
    assert status(told) is None
    tick(told, SLOT - timedelta(hours=3))
    approve(told, SLOT - timedelta(hours=1))
    asyncio.run(work(SLOT))
    assert status(told) is IssueStatus.SENT


def test_an_error_aside_reaches_whoever_waits() -> None:
    def work() -> None:
        raise ValueError("thought too hard")

    with pytest.raises(ValueError, match="too hard"):
        asyncio.run(aside(work))
