"""An issue that paused by itself is told to the editors, once."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

import pytest

from newsletter import pipeline
from newsletter.config import Config, Desk, Outbox
from newsletter.model import DeliveryState, IssueStatus
from newsletter.newsroom import Newsroom
from tests.builders import NOW, issue, letter
from tests.crashing import CrashingRoom
from tests.fakes.sink import Sink
from tests.mailroom import KEY, Hands, approve
from tests.outbox import letters, text_of

S = DeliveryState
SECOND = timedelta(seconds=1)


def _desk(room: Newsroom, *, folder: str = "outbox") -> Newsroom:
    config: Config = replace(room.config, desk=Desk(test_to=("ed@news.example", "chief@news.example")))
    config = replace(config, deliver=replace(config.deliver, outbox=Outbox(folder=folder)))
    return Newsroom(config, room.store)


def _tell(room: Newsroom, now: datetime = NOW) -> int:
    return asyncio.run(pipeline.tell_editors(room, now=now))


def test_a_pause_is_told_once_to_every_address_of_the_desk_with_what_to_do(room: Newsroom) -> None:
    desk = _desk(room)
    approve(desk, 1)
    pipeline.pause(desk, KEY, now=NOW, reason="6.7% of 600 letters bounced")
    assert _tell(desk) == 2
    assert _tell(desk) == 0
    found = letters(desk.config.folder)
    assert sorted(str(one["To"]) for one in found) == ["chief@news.example", "ed@news.example"]
    assert "6.7% of 600 letters bounced" in text_of(found[0])
    assert f"newsletter resume {KEY}" in text_of(found[0])


def test_the_editors_of_a_chinese_edition_are_told_in_chinese(room: Newsroom) -> None:
    desk = _desk(room)
    editions = tuple(replace(one, language="zh") for one in desk.config.editions)
    desk = Newsroom(replace(desk.config, editions=editions), room.store)
    approve(desk, 1)
    reason = "6.7% of 600 letters bounced; look at the list before you go on"
    pipeline.pause(desk, KEY, now=NOW, reason=reason)
    assert _tell(desk) == 2
    found = letters(desk.config.folder)[0]
    assert str(found["Subject"]) == f"已暂停：{KEY}"
    assert "600 封信中有 6.7% 被退回；继续之前请检查收件人名单" in text_of(found)
    assert f"newsletter resume {KEY}" in text_of(found)


def test_a_pause_by_hand_is_told_to_nobody_and_another_reason_is_told_again(room: Newsroom) -> None:
    desk = _desk(room)
    approve(desk, 1)
    pipeline.pause(desk, KEY, now=NOW)
    assert _tell(desk) == 0
    for number, reason in enumerate(("one", "two"), 1):
        pipeline.resume(desk, KEY, now=NOW)
        pipeline.pause(desk, KEY, now=NOW, reason=reason)
        assert _tell(desk) == 2
        assert len(letters(desk.config.folder)) == 2 * number


def test_a_letter_that_cannot_be_sent_does_not_break_what_pauses(
    room: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    desk = _desk(room, folder="file/below")
    (desk.config.folder / "file").write_text("not a folder")
    approve(desk, 1)
    pipeline.pause(desk, KEY, now=NOW, reason="bounces")
    assert _tell(desk) == 0
    assert "nobody could be told" in caplog.text


def test_too_many_refused_addresses_pause_the_issue_tell_the_editors_and_are_told_once(room: Newsroom) -> None:
    """Of SMTP, whose refusals come at once, as of events: at most 5 % of the first 500."""
    desk = _desk(room)
    approve(desk, 1500)
    sink = Sink(batch=64, answers=lambda one: (S.REJECTED, False) if _is_even(one.email) else (S.ACCEPTED, True))
    own = CrashingRoom(desk.config, desk.store, lambda: None, sink)
    found = asyncio.run(pipeline.deliver(own, KEY, clock=Hands(NOW)))
    assert found.paused is not None
    assert "bounced" in found.paused
    assert 500 <= found.states[S.REJECTED] + found.states[S.ACCEPTED] <= 800
    assert sink.taken[-2:] == ["ed@news.example", "chief@news.example"]
    pipeline.resume(desk, KEY, now=NOW)
    done = asyncio.run(pipeline.deliver(own, KEY, clock=Hands(NOW)))
    assert pipeline.status(desk, KEY).status is IssueStatus.SENT, done
    assert sum(done.states.values()) == 1500
    assert sink.taken.count("ed@news.example") == 1


def _is_even(email: str) -> bool:
    digits = "".join(filter(str.isdigit, email))
    return bool(digits) and int(digits) % 2 == 0


@pytest.mark.parametrize(("language", "said"), [("en", "nobody has approved it yet"), ("zh", "但还没有人批准")])
def test_a_draft_whose_time_came_without_a_yes_is_told_once(
    room: Newsroom, language: Literal["en", "zh"], said: str
) -> None:
    desk = _desk(room)
    editions = tuple(replace(one, language=language) for one in desk.config.editions)
    desk = Newsroom(replace(desk.config, editions=editions), room.store)
    with desk.store.write() as tx:
        tx.issues.save_draft(issue(), letter(), (), now=NOW, send_at=NOW)
    assert [_tell(desk, at) for at in (NOW - SECOND, NOW, NOW + SECOND)] == [0, 2, 0]
    found = letters(desk.config.folder)[0]
    assert said in text_of(found)
    assert f"/desk/{issue().key}" in text_of(found)


def test_a_draft_of_long_ago_and_one_that_was_approved_are_told_to_nobody(room: Newsroom) -> None:
    desk = _desk(room)
    with desk.store.write() as tx:
        tx.issues.save_draft(issue(), letter(), (), now=NOW, send_at=NOW)
    assert _tell(desk, NOW + timedelta(days=1)) == 0
    pipeline.approve(desk, issue().key, letter().fingerprint, by="ed@news.example", now=NOW)
    assert _tell(desk) == 0


def test_an_issue_of_an_edition_that_is_gone_is_told_all_the_same(room: Newsroom) -> None:
    desk = _desk(room)
    approve(desk, 1)
    pipeline.pause(desk, KEY, now=NOW, reason="6.7% of 600 letters bounced")
    editions = tuple(one for one in desk.config.editions if one.key != KEY.partition("/")[0])
    assert editions
    assert _tell(Newsroom(replace(desk.config, editions=editions), room.store)) == 2
