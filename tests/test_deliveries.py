"""The ledger in the database, on both engines: freezing in chunks, leases, compare-and-set."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from newsletter import pipeline
from newsletter.config import Config
from newsletter.model import Delivery, DeliveryId, DeliveryState, EditionKey, IssueStatus, Move, SubscriberId
from newsletter.model import SubscriberStatus as Status
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.store.freezing import delivery_id
from tests.builders import NOW
from tests.crashing import CrashingRoom
from tests.fakes.sink import Sink
from tests.mailroom import KEY, Hands, approve, reader, rows

S = DeliveryState
EN = EditionKey("weekly-en")
LATER = NOW + timedelta(minutes=5)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def ledger_room(request: pytest.FixtureRequest, config: Config) -> Iterator[Newsroom]:
    if request.param == "postgresql":
        config = replace(config, store=replace(config.store, url=request.getfixturevalue("postgres_url")))
    with open_newsroom(config) as opened:
        yield opened


def _freeze(room: Newsroom, *, size: int = 10_000, most: int = 100) -> None:
    with room.store.write() as tx:
        tx.freezes.begin(KEY, now=NOW)
        tx.issues.set_status(KEY, IssueStatus.SENDING)
    for _ in range(most):
        with room.store.write() as tx:
            if tx.freezes.advance(KEY, EN, key=b"key", domain="news.example", size=size).done:
                return


def _claim(room: Newsroom, owner: str = "one", limit: int = 100, **more: object) -> tuple[Delivery, ...]:
    times = {"now": NOW, "lease_until": LATER} | more
    with room.store.write() as tx:
        return tx.deliveries.claim(KEY, owner, limit=limit, **times)  # type: ignore[arg-type]


def _move(room: Newsroom, row: Delivery, to: DeliveryState, *sources: DeliveryState, **more: object) -> bool:
    after = replace(row, state=to, **more)  # type: ignore[arg-type]
    with room.store.write() as tx:
        return row.id in tx.deliveries.move([Move(sources=frozenset(sources or {row.state}), after=after)])


@pytest.mark.parametrize("size", [1, 3, 4, 7, 100])
def test_a_freeze_in_chunks_takes_each_active_reader_once(ledger_room: Newsroom, size: int) -> None:
    out = [
        reader(90, status=Status.PENDING),
        reader(91, status=Status.LEFT),
        reader(92, editions=(EditionKey("weekly-zh"),)),
    ]
    approve(ledger_room, [*(reader(number) for number in range(7)), *out])
    _freeze(ledger_room, size=size)
    assert list(rows(ledger_room)) == [reader(number).email for number in range(7)]
    with ledger_room.store.read() as tx:
        found = tx.freezes.get(KEY)
        assert found is not None
        assert (found.done, found.audience, found.at) == (True, 7, NOW)


def test_a_freeze_that_was_cut_short_goes_on_where_it_stopped_and_adds_up_all_the_time(ledger_room: Newsroom) -> None:
    approve(ledger_room, 9)
    for _ in range(4):
        _freeze(ledger_room, size=2, most=1)
        with ledger_room.store.read() as tx:
            found = tx.freezes.get(KEY)
            assert found is not None
            assert found.audience == sum(tx.deliveries.counts(KEY).values())
            assert not found.done
    _freeze(ledger_room, size=2)
    assert len(rows(ledger_room)) == 9


def test_ids_are_the_same_on_every_engine_and_are_those_that_were_written_down(ledger_room: Newsroom) -> None:
    approve(ledger_room, 3)
    _freeze(ledger_room)
    for number in range(3):
        row = rows(ledger_room)[reader(number).email]
        assert row.id == delivery_id(b"key", KEY, reader(number).id)
        assert row.message_id == f"<{row.id}@news.example>"
        assert (row.state, row.epoch, row.attempt, row.name) == (S.PLANNED, 0, 0, f"Reader {number}")
    # Written down, for an issue may be under way while the program is brought up to date.
    assert delivery_id(b"key", KEY, SubscriberId("s00000")) == DeliveryId("93d633435dcfc7ae-s00000")


def test_a_claim_takes_what_is_free_and_due_under_a_new_epoch(ledger_room: Newsroom) -> None:
    approve(ledger_room, 5)
    _freeze(ledger_room)
    first = _claim(ledger_room, limit=2)
    assert [(row.state, row.epoch, row.owner, row.lease_until) for row in first] == [(S.CLAIMED, 1, "one", LATER)] * 2
    rest = _claim(ledger_room, "two")
    assert not {row.id for row in first} & {row.id for row in rest}
    assert _claim(ledger_room, "three") == ()
    waiting = rest[0]
    assert _move(ledger_room, waiting, S.RETRY_WAIT, not_before=LATER)
    assert _claim(ledger_room, now=LATER - timedelta(seconds=1)) == ()
    with ledger_room.store.read() as tx:
        assert tx.deliveries.next_due(KEY) == LATER
    (again,) = _claim(ledger_room, now=LATER)
    assert (again.id, again.epoch, again.not_before) == (waiting.id, 2, None)


def test_a_worker_whose_epoch_is_over_writes_nothing(ledger_room: Newsroom) -> None:
    approve(ledger_room, 1)
    _freeze(ledger_room)
    (old,) = _claim(ledger_room, "slow")
    assert _move(ledger_room, old, S.PLANNED)
    (new,) = _claim(ledger_room, "quick")
    assert not _move(ledger_room, old, S.SUBMITTING)
    assert not _move(ledger_room, old, S.ACCEPTED, S.CLAIMED, S.SUBMITTING)
    assert _move(ledger_room, new, S.SUBMITTING)
    assert not _move(ledger_room, new, S.PLANNED, S.CLAIMED)
    assert rows(ledger_room)[reader(0).email].state is S.SUBMITTING


def test_rows_are_left_behind_when_their_lease_is_over_or_their_holder_gone(ledger_room: Newsroom) -> None:
    approve(ledger_room, 3)
    _freeze(ledger_room)
    (gone,), (late,), (held,) = (
        _claim(ledger_room, "gone", 1), _claim(ledger_room, "late", 1, lease_until=NOW), _claim(ledger_room, "here", 1)
    )  # fmt: skip
    with ledger_room.store.write() as tx:
        assert set(tx.deliveries.owners(KEY)) == {"gone", "here", "late"}
        found = tx.deliveries.left_behind(KEY, now=NOW, gone=["gone"], limit=10)
    assert {row.id for row in found} == {gone.id, late.id}
    assert held.id not in {row.id for row in found}


def test_standings_tell_who_is_still_subscribed(ledger_room: Newsroom) -> None:
    approve(ledger_room, 4)
    _freeze(ledger_room)
    with ledger_room.store.write() as tx:
        tx.subscribers.set_editions(reader(1).id, [EN], Status.LEFT, now=NOW)
        tx.subscribers.set_status(reader(2).id, Status.COMPLAINED)
        tx.subscribers.erase(reader(3).id)
        ids = [row.id for row in tx.deliveries.listed(KEY)]
        found = {one.delivery.subscriber: one.subscribed for one in tx.deliveries.standings(ids, EN)}
    assert found == {reader(0).id: True, reader(1).id: False, reader(2).id: False, reader(3).id: False}


def test_cancelling_leaves_alone_what_may_be_on_its_way(ledger_room: Newsroom) -> None:
    approve(ledger_room, 3)
    _freeze(ledger_room)
    submitting, _ = _claim(ledger_room, limit=2)
    assert _move(ledger_room, submitting, S.SUBMITTING)
    with ledger_room.store.write() as tx:
        assert tx.deliveries.cancel(KEY, now=NOW) == 2
        assert tx.deliveries.counts(KEY) == {S.SUBMITTING: 1, S.CANCELLED: 2}


def test_workers_at_once_never_hold_the_same_row(ledger_room: Newsroom) -> None:
    approve(ledger_room, 300)
    _freeze(ledger_room)
    taken: Counter[str] = Counter()

    def work(owner: str) -> None:
        while found := _claim(ledger_room, owner, 7):
            taken.update(row.id for row in found)

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 300
    assert set(taken.values()) == {1}


def test_two_delivers_of_one_issue_at_once_send_each_letter_once(ledger_room: Newsroom) -> None:
    approve(ledger_room, 120)
    sink = Sink(batch=5, lanes=2)
    rooms = [CrashingRoom(ledger_room.config, ledger_room.store, lambda: None, sink) for _ in range(2)]

    async def both() -> None:
        await asyncio.gather(*(pipeline.deliver(room, KEY, clock=Hands()) for room in rooms))

    asyncio.run(both())
    assert Counter(sink.taken) == Counter(reader(number).email for number in range(120))
    status = pipeline.status(ledger_room, KEY)
    assert (status.states, status.balanced, status.status) == ({S.ACCEPTED: 120}, True, IssueStatus.SENT)


@pytest.mark.postgres
def test_a_filled_ledger_with_its_second_key_is_brought_up_to_date(config: Config, postgres_url: str) -> None:
    config = replace(config, store=replace(config.store, url=postgres_url))
    with open_newsroom(config) as old:
        approve(old, 5)
        _freeze(old)
        with old.store.write() as tx:
            key = (
                "ALTER TABLE deliveries ADD CONSTRAINT uq_deliveries_issue_subscriber_id UNIQUE (issue, subscriber_id)"
            )
            tx.connection.exec_driver_sql(key)
            tx.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0004'")
    with open_newsroom(config) as new:
        assert len(rows(new)) == 5
        with new.store.read() as tx:
            left = "SELECT count(*) FROM pg_constraint WHERE conname = 'uq_deliveries_issue_subscriber_id'"
            assert tx.connection.exec_driver_sql(left).scalar() == 0
        assert len(_claim(new)) == 5
