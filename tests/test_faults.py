"""What breaks around a delivery: the store, the people and the clock; each once in the middle of an issue."""

import asyncio
import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from newsletter import pipeline
from newsletter.config import Config
from newsletter.errors import StoreError
from newsletter.model import DeliveryState, EditionKey, IssueStatus, SubscriberStatus
from newsletter.newsroom import Newsroom, open_newsroom
from tests.builders import NOW
from tests.crashing import CrashingRoom
from tests.fakes.sink import Sink
from tests.mailroom import KEY, Hands, approve, reader, rows

S = DeliveryState
EN = EditionKey("weekly-en")
ROOT = Path(__file__).resolve().parents[1]
ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=ENGINES)
def any_room(request: pytest.FixtureRequest, config: Config) -> Iterator[Newsroom]:
    if request.param == "postgresql":
        config = replace(config, store=replace(config.store, url=request.getfixturevalue("postgres_url")))
    with open_newsroom(config) as opened:
        yield opened


def _deliver(room: Newsroom, sink: Sink, hour: int = 0) -> dict[DeliveryState, int]:
    sending = CrashingRoom(room.config, room.store, lambda: None, sink)
    clock = Hands(NOW + timedelta(hours=hour), timedelta(milliseconds=1))
    return asyncio.run(pipeline.deliver(sending, KEY, clock=clock)).states


def _only_freeze(room: Newsroom, sink: Sink) -> None:
    stop = asyncio.Event()
    stop.set()
    sending = CrashingRoom(room.config, room.store, lambda: None, sink)
    asyncio.run(pipeline.deliver(sending, KEY, clock=Hands(), stop=stop))


def _after(sink: Sink, letters: int, work: Callable[[], object]) -> None:
    """Do that once, when so many letters are taken."""
    done: list[object] = []

    def step() -> None:
        if len(sink.taken) >= letters and not done:
            done.append(True)
            # Another thread, as another process would: the sink runs where the ledger waits.
            other = threading.Thread(target=work)
            other.start()
            other.join()

    sink._step = step


def _expect_once(room: Newsroom, sink: Sink, audience: int) -> None:
    assert max(Counter(sink.taken).values(), default=0) <= 1
    status = pipeline.status(room, KEY)
    assert (status.audience, status.balanced) == (audience, True)


def test_paused_and_resumed_five_times_under_changing_limits_each_reader_gets_one_letter(any_room: Newsroom) -> None:
    approve(any_room, 60)
    taken: list[str] = []
    for times in range(5):
        sink = Sink(batch=3 + times, lanes=1 + times % 3)
        sink.taken = taken
        _after(sink, 8 * (times + 1), lambda: pipeline.pause(any_room, KEY, now=NOW))
        _deliver(any_room, sink, times)
        _expect_once(any_room, sink, 60)
        assert pipeline.status(any_room, KEY).status is IssueStatus.PAUSED
        pipeline.resume(any_room, KEY, now=NOW)
    last = Sink()
    last.taken = taken
    assert _deliver(any_room, last, 6) == {S.ACCEPTED: 60}
    _expect_once(any_room, last, 60)


def test_cancelled_at_half_nothing_more_leaves_and_what_has_left_keeps_its_row(any_room: Newsroom) -> None:
    approve(any_room, 60)
    sink = Sink()
    _after(sink, 30, lambda: pipeline.cancel(any_room, KEY, now=NOW))
    states = _deliver(any_room, sink)
    assert set(states) == {S.ACCEPTED, S.CANCELLED}
    assert states[S.ACCEPTED] == len(sink.taken)
    assert 30 <= len(sink.taken) <= 30 + sink.batch * sink.lanes
    assert _deliver(any_room, sink, 1) == states
    _expect_once(any_room, sink, 60)


def test_who_leaves_while_letters_are_on_their_way_gets_no_letter_begun_afterwards(any_room: Newsroom) -> None:
    approve(any_room, 40)
    sink, gone = Sink(), [reader(number) for number in range(40)]
    before: list[str] = []

    def leave() -> None:
        before.extend(sink.taken)
        with any_room.store.write() as tx:
            for one in gone:
                tx.subscribers.set_editions(one.id, [EN], SubscriberStatus.LEFT, now=NOW)

    _after(sink, 10, leave)
    states = _deliver(any_room, sink)
    assert len(sink.taken) - len(before) <= sink.batch * sink.lanes
    assert states == {S.ACCEPTED: len(sink.taken), S.SKIPPED: 40 - len(sink.taken)}
    _expect_once(any_room, sink, 40)


def test_an_address_changed_after_the_freeze_gets_no_second_letter(any_room: Newsroom) -> None:
    approve(any_room, 20)
    sink = Sink()
    _only_freeze(any_room, sink)
    with any_room.store.write() as tx:
        tx.subscribers.add(reader(99, email="moved@mail.example"), now=NOW)
        tx.subscribers.set_editions(reader(7).id, [EN], SubscriberStatus.LEFT, now=NOW)
    assert _deliver(any_room, sink) == {S.ACCEPTED: 19, S.SKIPPED: 1}
    assert not {"moved@mail.example", reader(7).email} & set(sink.taken)
    _expect_once(any_room, sink, 20)


def test_a_disk_that_is_full_in_mid_send_loses_and_repeats_nothing(room: Newsroom) -> None:
    approve(room, 400)
    sink, engine = Sink(batch=8), room.store.engine
    _only_freeze(room, sink)

    def full(connection: Any, _: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(engine, "connect", full)
    engine.dispose()
    with pytest.raises(StoreError, match="full"):
        _deliver(room, sink)
    event.remove(engine, "connect", full)
    engine.dispose()
    states = _deliver(room, sink, 1)
    assert set(states) <= {S.ACCEPTED, S.UNCERTAIN}
    assert states.get(S.UNCERTAIN, 0) <= 2 * sink.batch
    _expect_once(room, sink, 400)


@pytest.mark.slow
def test_a_store_that_somebody_locks_for_longer_than_we_wait_loses_and_repeats_nothing(room: Newsroom) -> None:
    approve(room, 60)
    sink, file = Sink(), str(room.store.engine.url.database)
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        _after(sink, 20, lambda: other.execute("BEGIN IMMEDIATE"))
        with pytest.raises(StoreError, match="busy"):
            _deliver(room, sink)
        other.execute("ROLLBACK")
    states = _deliver(room, sink, 1)
    assert set(states) <= {S.ACCEPTED, S.UNCERTAIN}
    assert states.get(S.UNCERTAIN, 0) <= 2 * sink.batch
    _expect_once(room, sink, 60)


@pytest.mark.postgres
@pytest.mark.parametrize("letters", [1, 5, 9, 14, 23])
def test_connections_that_the_server_cuts_lose_and_repeat_nothing(
    config: Config, postgres_url: str, letters: int
) -> None:
    """Whether the commit that was under way counts nobody knows: the ledger tells it afterwards."""
    config = replace(config, store=replace(config.store, url=postgres_url))

    def cut() -> None:
        with psycopg.connect(postgres_url, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    with open_newsroom(config) as room:
        approve(room, 40)
        sink = Sink()
        _after(sink, letters, cut)
        with suppress(StoreError):
            _deliver(room, sink)
        sink._step = lambda: None
        states = _deliver(room, sink, 1)
        assert set(states) <= {S.ACCEPTED, S.UNCERTAIN}
        assert states.get(S.UNCERTAIN, 0) <= 2 * sink.batch
        _expect_once(room, sink, 40)
        assert {row.email for row in rows(room).values() if row.state is S.ACCEPTED} <= set(sink.taken)


@pytest.mark.postgres
def test_a_reader_who_holds_an_old_view_of_the_store_stops_nobody(config: Config, postgres_url: str) -> None:
    config = replace(config, store=replace(config.store, url=postgres_url))
    with open_newsroom(config) as room:
        approve(room, 300)
        with psycopg.connect(postgres_url) as old:
            old.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            assert old.execute("SELECT count(*) FROM deliveries").fetchone() == (0,)
            sink = Sink(batch=25)
            assert _deliver(room, sink) == {S.ACCEPTED: 300}
            assert old.execute("SELECT count(*) FROM deliveries").fetchone() == (0,)
        _expect_once(room, sink, 300)


def test_each_fault_that_concerns_delivery_names_tests_that_exist() -> None:
    told = (ROOT / "docs" / "reference" / "faults.md").read_text("utf-8")
    table = re.findall(r"^\| (\d+) \|[^|]*\|([^|]*)\|", told, re.MULTILINE)
    assert [int(number) for number, _ in table] == [*range(1, 37), *range(39, 52)]
    for number, named in table:
        found = re.findall(r"`(test_\w+\.py)::(test_\w+)`", named)
        assert found, f"fault {number} names no test"
        for file, test in found:
            assert f"def {test}(" in (ROOT / "tests" / file).read_text("utf-8"), (number, file, test)
