"""An approved issue reaches each reader once, and its ledger always adds up."""

import asyncio
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from newsletter import pipeline
from newsletter.errors import NewsletterError, StaleError
from newsletter.model import DeliveryState, EditionKey, Issue, IssueKey, IssueStatus, SubscriberId, SubscriberStatus
from newsletter.newsroom import Newsroom
from newsletter.pipeline.letters import Delivered
from newsletter.store.tables import issues
from newsletter.store.values import to_json
from tests.builders import NOW, issue, letter
from tests.mailroom import KEY, Hands, approve, pinned, reader, rows

S = DeliveryState


def _deliver(room: Newsroom, key: IssueKey = KEY) -> Delivered:
    return asyncio.run(pipeline.deliver(room, key, clock=Hands()))


def _outbox(room: Newsroom) -> list[Path]:
    return sorted((room.config.folder / "outbox" / KEY).glob("*"))


def test_each_reader_of_the_edition_gets_one_letter_of_their_own(room: Newsroom) -> None:
    others = [
        reader(7, editions=(EditionKey("weekly-zh"),)),
        reader(8, status=SubscriberStatus.PENDING),
        reader(9, status=SubscriberStatus.LEFT),
    ]
    approve(room, [reader(1), reader(2), *others])
    found = _deliver(room)
    assert (found.audience, found.states, found.paused) == (2, {S.ACCEPTED: 2}, None)
    letters = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in _outbox(room)]
    assert sorted(one["To"].addresses[0].addr_spec for one in letters) == [reader(1).email, reader(2).email]
    for one in letters:
        token = one["List-Unsubscribe"].strip("<>").rpartition("/")[2]
        who = next(found for found in (reader(1), reader(2)) if found.email == one["To"].addresses[0].addr_spec)
        assert token == room.signer.unsubscribe(who.id, EditionKey("weekly-en"))


def test_a_second_run_sends_nothing_and_says_the_same(room: Newsroom) -> None:
    approve(room)
    first = _deliver(room)
    before = {path: path.stat().st_mtime_ns for path in _outbox(room)}
    assert _deliver(room) == first
    assert {path: path.stat().st_mtime_ns for path in _outbox(room)} == before
    assert pipeline.status(room, KEY).status is IssueStatus.SENT


def test_an_issue_without_readers_is_sent_at_once(room: Newsroom) -> None:
    approve(room, 0)
    assert _deliver(room).states == {}
    found = pipeline.status(room, KEY)
    assert (found.status, found.audience, found.balanced) == (IssueStatus.SENT, 0, True)


def test_a_draft_is_not_delivered(room: Newsroom) -> None:
    with room.store.write() as tx:
        tx.issues.save_draft(issue(), pinned(letter()), (), now=NOW, send_at=None)
    with pytest.raises(NewsletterError, match=r"not approved.*newsletter approve"):
        _deliver(room)
    with pytest.raises(NewsletterError, match=r"no issue weekly-en/2026-W50.*newsletter compose weekly-en"):
        _deliver(room, IssueKey("weekly-en/2026-W50"))


def test_a_letter_that_was_changed_behind_the_approval_is_not_delivered(room: Newsroom) -> None:
    approve(room)
    with room.store.write() as tx:
        changed = to_json(
            type(letter()), letter(html="<p>Something else</p>", fingerprint=pinned(letter()).fingerprint)
        )
        tx.connection.execute(issues.update().values(letter=changed))
    with pytest.raises(StaleError, match="not what was approved"):
        _deliver(room)
    assert rows(room) == {}


def test_who_leaves_between_freeze_and_sending_is_skipped_and_still_counted(room: Newsroom) -> None:
    approve(room, 4)
    stop = asyncio.Event()
    stop.set()
    asyncio.run(pipeline.deliver(room, KEY, clock=Hands(), stop=stop))
    assert pipeline.status(room, KEY).states == {S.PLANNED: 4}
    with room.store.write() as tx:
        tx.subscribers.set_editions(SubscriberId("s00000"), [EditionKey("weekly-en")], SubscriberStatus.LEFT, now=NOW)
        tx.subscribers.suppress(room.signer.suppression_hash("Reader00001@MAIL.example"), "complained", now=NOW)
        tx.subscribers.erase(SubscriberId("s00002"))
    found = _deliver(room)
    assert found.states == {S.ACCEPTED: 1, S.SKIPPED: 3}
    assert [path.suffix for path in _outbox(room)] == [".eml"]
    status = pipeline.status(room, KEY)
    assert (status.audience, status.balanced, status.status) == (4, True, IssueStatus.SENT)


def test_who_subscribes_after_the_freeze_waits_for_the_next_issue(room: Newsroom) -> None:
    approve(room, 2)
    stop = asyncio.Event()
    stop.set()
    asyncio.run(pipeline.deliver(room, KEY, clock=Hands(), stop=stop))
    with room.store.write() as tx:
        tx.subscribers.add(reader(5), now=NOW)
    assert _deliver(room).audience == 2


def test_a_reader_whose_address_cannot_be_written_is_rejected_and_the_others_get_theirs(room: Newsroom) -> None:
    approve(room, [reader(1), reader(2, email="two words@mail.example"), reader(3)])
    found = _deliver(room)
    assert found.states == {S.ACCEPTED: 2, S.REJECTED: 1}
    assert "spaces" in rows(room)["two words@mail.example"].error


def test_a_paused_issue_sends_nothing_until_it_is_resumed(room: Newsroom) -> None:
    approve(room)
    assert pipeline.pause(room, KEY, now=NOW) == "paused by hand"
    found = _deliver(room)
    assert (found.states, found.paused) == ({}, "paused by hand")
    pipeline.resume(room, KEY, now=NOW)
    assert _deliver(room).states == {S.ACCEPTED: 3}
    with pytest.raises(NewsletterError, match="is sent"):
        pipeline.pause(room, KEY, now=NOW)


def test_cancelling_closes_what_is_open_and_the_sum_stays(room: Newsroom) -> None:
    approve(room, 3)
    stop = asyncio.Event()
    stop.set()
    asyncio.run(pipeline.deliver(room, KEY, clock=Hands(), stop=stop))
    found = pipeline.cancel(room, KEY, now=NOW)
    assert (found.states, found.balanced, found.status) == ({S.CANCELLED: 3}, True, IssueStatus.CANCELLED)
    assert _deliver(room).states == {S.CANCELLED: 3}
    assert _outbox(room) == []


def test_an_outbox_that_cannot_be_written_pauses_the_issue_and_loses_nobody(room: Newsroom) -> None:
    approve(room, 3)
    (room.config.folder / "outbox").write_text("a file where a folder should be")
    found = _deliver(room)
    assert found.states == {S.PLANNED: 3}
    assert found.paused is not None
    assert "[deliver.outbox] folder" in found.paused
    (room.config.folder / "outbox").unlink()
    pipeline.resume(room, KEY, now=NOW)
    assert _deliver(room).states == {S.ACCEPTED: 3}


def test_the_progress_ends_at_the_whole_audience(room: Newsroom) -> None:
    approve(room, [reader(1), reader(2), reader(3, email="two words@mail.example")])
    seen: list[tuple[int, int]] = []
    asyncio.run(pipeline.deliver(room, KEY, clock=Hands(), progress=lambda done, total: seen.append((done, total))))
    assert seen[0] == (0, 3)
    assert seen[-1] == (3, 3)


def test_a_test_letter_goes_out_marked_without_live_links_and_not_into_the_ledger(room: Newsroom) -> None:
    approve(room, 1)
    pipeline.send_test(room, KEY, "ed@news.example", now=NOW)
    (path,) = (room.config.folder / "outbox").rglob("*.eml")
    found = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert found["Subject"].startswith("[Test] ")
    assert found["To"].addresses[0].addr_spec == "ed@news.example"
    assert found["List-Unsubscribe"] == "<https://news.example/unsubscribe/test>"
    assert rows(room) == {}


def test_statuses_lists_every_issue(room: Newsroom) -> None:
    approve(room)
    with room.store.write() as tx:
        other: Issue = issue("weekly-zh")
        tx.issues.save_draft(other, pinned(letter()), (), now=NOW, send_at=None)
    assert {(one.issue, one.status) for one in pipeline.statuses(room)} == {
        (KEY, IssueStatus.APPROVED),
        (other.key, IssueStatus.DRAFT),
    }


def test_message_ids_are_of_a_reader_and_an_issue_tell_no_address_and_are_on_the_senders_domain(room: Newsroom) -> None:
    approve(room)
    _deliver(room)
    found = rows(room)
    assert len({row.message_id for row in found.values()}) == 3
    for row in found.values():
        assert row.message_id == f"<{row.id}@localhost>"
        assert row.email.partition("@")[0] not in row.message_id
        assert KEY not in row.message_id
        assert row.provider_id == f"{row.id}.eml"
        assert row.at - NOW < timedelta(minutes=1)
