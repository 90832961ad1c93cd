"""Events: only signed ones, each once, in any order."""

import json
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from newsletter import pipeline
from newsletter.deliver.events import read_events
from newsletter.errors import NewsletterError
from newsletter.model import Delivery, DeliveryId, DeliveryState, IssueStatus, Move, SubscriberStatus
from newsletter.newsroom import Newsroom
from tests.builders import NOW
from tests.fakes.sendgrid import Signature, event
from tests.mailroom import KEY, approve, reader, rows

S = DeliveryState
AT = int(NOW.timestamp())
STAMP = str(AT)


@pytest.fixture
def signature(monkeypatch: pytest.MonkeyPatch) -> Signature:
    found, old = Signature(), Signature()
    monkeypatch.setenv("SENDGRID_WEBHOOK_KEY", f"{old.public} {found.public}")
    return found


def _take(room: Newsroom, signature: Signature, events: Iterable[object]) -> int:
    body = json.dumps(list(events)).encode()
    return pipeline.take_events(room, body, signature.sign(body, STAMP), STAMP, now=NOW)


def _sent(room: Newsroom, count: int = 3, state: DeliveryState = S.ACCEPTED) -> dict[str, DeliveryId]:
    """Readers' rows in a state, by address."""
    approve(room, count)
    with room.store.write() as tx:
        tx.freezes.begin(KEY, now=NOW)
        tx.freezes.advance(KEY, reader(0).editions[0], key=b"k", domain="news.example", size=10_000)
        claimed = tx.deliveries.claim(KEY, "w", now=NOW, lease_until=NOW + timedelta(minutes=5), limit=10_000)
        tx.deliveries.move(Move(sources=frozenset({S.CLAIMED}), after=_in(row, state)) for row in claimed)
    return {email: row.id for email, row in rows(room).items()}


def _in(row: Delivery, state: DeliveryState) -> Delivery:
    return replace(row, state=state, owner="", lease_until=None)


def test_a_signed_event_moves_its_delivery(room: Newsroom, signature: Signature) -> None:
    ids = _sent(room)
    one, two, _ = ids.values()
    assert _take(room, signature, [event(one, "delivered", AT), event(two, "deferred", AT, response="421 busy")]) == 2
    found = {row.id: row for row in rows(room).values()}
    assert (found[one].state, found[two].state, found[two].error) == (S.DELIVERED, S.DEFERRED, "421 busy")


def test_the_same_event_46_times_under_46_ids_is_one_event(room: Newsroom, signature: Signature) -> None:
    one, *_ = _sent(room).values()
    copies = [event(one, "delivered", AT, sg_event_id=f"e{number}") for number in range(46)]
    assert _take(room, signature, copies) == 1
    assert _take(room, signature, copies) == 0


def test_any_order_of_events_ends_in_the_same_state(room: Newsroom, signature: Signature) -> None:
    ids = list(_sent(room, 40).values())
    kinds = ["processed", "deferred", "delivered", "open", "spamreport", "click", "unheard-of"]
    generator = random.Random(7)
    for one in ids:
        generator.shuffle(kinds)
        for kind in kinds:
            assert _take(room, signature, [event(one, kind, AT + len(kind))]) == 1
    assert {row.state for row in rows(room).values()} == {S.COMPLAINED}


def test_an_open_says_nothing_about_delivery_but_is_kept(room: Newsroom, signature: Signature) -> None:
    one, *_ = _sent(room).values()
    _take(room, signature, [event(one, "open", AT, sg_machine_open=True)])
    assert {row.state for row in rows(room).values()} == {S.ACCEPTED}
    with room.store.read() as tx:
        (kept,) = tx.events.of(next(row.id for row in rows(room).values() if row.id == one))
    assert (kept.kind, kept.human) == ("open", False)


@pytest.mark.parametrize("kind", ["processed", "delivered", "bounce"])
def test_an_event_settles_what_was_uncertain(room: Newsroom, signature: Signature, kind: str) -> None:
    one, *_ = _sent(room, state=S.UNCERTAIN).values()
    _take(room, signature, [event(one, kind, AT)])
    expected = {"processed": S.ACCEPTED, "delivered": S.DELIVERED, "bounce": S.BOUNCED}[kind]
    assert {row.id: row.state for row in rows(room).values()}[one] is expected
    assert pipeline.status(room, KEY).balanced


@pytest.mark.parametrize(
    ("kind", "status"), [("bounce", SubscriberStatus.BOUNCED), ("spamreport", SubscriberStatus.COMPLAINED)]
)
def test_a_hard_bounce_or_a_complaint_ends_the_subscription_for_good(
    room: Newsroom, signature: Signature, kind: str, status: SubscriberStatus
) -> None:
    ids = _sent(room)
    _take(room, signature, [event(ids[reader(1).email], kind, AT)])
    with room.store.read() as tx:
        found = tx.subscribers.get(reader(1).id)
        assert found is not None
        assert found.status is status
        own = room.signer.suppression_hash(reader(1).email)
        assert tx.subscribers.suppressed((own,)) == {own}
        assert tx.subscribers.audience(reader(1).editions[0]) == 2


def test_a_soft_block_suppresses_nobody(room: Newsroom, signature: Signature) -> None:
    ids = _sent(room)
    _take(room, signature, [event(ids[reader(1).email], "bounce", AT, type="blocked", reason="greylisted")])
    assert rows(room)[reader(1).email].state is S.BLOCKED
    with room.store.read() as tx:
        assert tx.subscribers.audience(reader(1).editions[0]) == 3


def test_a_bounce_of_an_erased_reader_is_taken_without_an_address(room: Newsroom, signature: Signature) -> None:
    ids = _sent(room)
    with room.store.write() as tx:
        tx.subscribers.erase(reader(1).id)
    assert _take(room, signature, [event(ids[reader(1).email], "bounce", AT)]) == 1
    assert {row.state for row in rows(room).values() if row.id == ids[reader(1).email]} == {S.BOUNCED}


def test_many_bounces_pause_an_issue_that_is_being_sent(room: Newsroom, signature: Signature) -> None:
    ids = list(_sent(room, 600).values())
    with room.store.write() as tx:
        tx.issues.set_status(KEY, IssueStatus.SENDING)
    _take(room, signature, [event(one, "bounce", AT) for one in ids[:40]])
    found = pipeline.status(room, KEY)
    assert (found.status, found.balanced) == (IssueStatus.PAUSED, True)
    assert "6.7% of 600 letters bounced" in found.paused


def test_events_of_strangers_and_broken_ones_change_nothing(room: Newsroom, signature: Signature) -> None:
    _sent(room)
    odd = [5, None, {}, {"event": "delivered"}, event("nobody", "bounce", AT), event("", "bounce", AT), {"delivery": 3}]
    assert _take(room, signature, [*odd, {"delivery": "d", "event": "open", "timestamp": "soon"}]) == 1
    assert {row.state for row in rows(room).values()} == {S.ACCEPTED}
    assert _take(room, signature, []) == 0


def _forgeries(body: bytes, genuine: str) -> dict[str, tuple[bytes, str, str]]:
    return {
        "no signature": (body, "", STAMP),
        "not base64": (body, "ünsigned", STAMP),
        "another body": (body.replace(b"delivered", b"processed"), genuine, STAMP),
        "dumped again": (json.dumps(json.loads(body), indent=1).encode(), genuine, STAMP),
        "another time": (body, genuine, str(AT + 1)),
        "another key": (body, Signature().sign(body, STAMP), STAMP),
        "cut short": (body, genuine[:20], STAMP),
    }


@pytest.mark.parametrize("how", list(_forgeries(b"[]", "")))
def test_a_forged_post_is_refused(room: Newsroom, signature: Signature, how: str) -> None:
    one, *_ = _sent(room).values()
    body = json.dumps([event(one, "delivered", AT)]).encode()
    forged, sign, stamp = _forgeries(body, signature.sign(body, STAMP))[how]
    with pytest.raises(NewsletterError, match="without a valid signature"):
        pipeline.take_events(room, forged, sign, stamp, now=NOW)
    assert {row.state for row in rows(room).values()} == {S.ACCEPTED}


@pytest.mark.parametrize("age", [timedelta(hours=27), timedelta(minutes=-11)])
def test_a_post_that_is_too_old_or_of_the_future_is_refused(signature: Signature, age: timedelta) -> None:
    stamp = str(int((NOW - age).timestamp()))
    with pytest.raises(NewsletterError, match="26 hours"):
        read_events(b"[]", signature.sign(b"[]", stamp), stamp, keys=[signature.public], now=NOW)


def test_a_post_of_yesterday_is_taken(signature: Signature) -> None:
    stamp = str(int((NOW - timedelta(hours=25)).timestamp()))
    assert read_events(b"[]", signature.sign(b"[]", stamp), stamp, keys=[signature.public], now=NOW) == ()


def test_without_a_key_nothing_is_believed() -> None:
    with pytest.raises(NewsletterError, match="webhook_key_env"):
        read_events(b"[]", "", STAMP, keys=[], now=NOW)
    with pytest.raises(NewsletterError, match="base64 DER"):
        read_events(b"[]", "AAAA", STAMP, keys=["not a key"], now=NOW)


def test_a_report_counts_readers_however_often_they_click_and_leaves_robots_out(
    room: Newsroom, signature: Signature
) -> None:
    one, two, three = _sent(room).values()
    link = "https://news.example/stories/a1"
    _take(
        room,
        signature,
        [
            event(one, "delivered", AT),
            event(two, "delivered", AT),
            event(three, "bounce", AT),
            event(one, "click", AT + 5, url=link),
            event(one, "click", AT + 9, url=link),
            event(two, "click", AT + 9, url=link),
            event(one, "open", AT + 2, sg_machine_open=True),
            event(two, "open", AT + 3, sg_machine_open=False),
        ],
    )
    found = pipeline.measure(room, KEY)
    assert (found.audience, found.handed_over, found.arrived, found.bounced) == (3, 3, 2, 0.3333)
    assert found.events == {"bounce": 1, "click": 2, "delivered": 2, "open": 1}
    assert found.links == {link: 2}
