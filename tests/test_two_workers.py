"""Two workers, a stream of events and people with their hands on it, in any order: the ledger stays true."""

import asyncio
import json
import shutil
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from newsletter import pipeline
from newsletter.config import config_from
from newsletter.deliver.parcels import Outcome, Parcel
from newsletter.model import Delivery, DeliveryState, EditionKey, SubscriberStatus
from newsletter.newsroom import open_newsroom
from newsletter.pipeline.posting import LedgerBook
from newsletter.store.tables import metadata
from tests.builders import NOW
from tests.fakes.sendgrid import Signature, event
from tests.mailroom import KEY, Hands, approve, reader, rows

S = DeliveryState
READERS = 3
EN = EditionKey("weekly-en")
SIGNATURE = Signature()
_WORKER = st.sampled_from([0, 1])
_ENDS = {
    "accepted": (S.ACCEPTED, True),
    "taken, answer lost": (S.UNCERTAIN, True),
    "lost on the way": (S.UNCERTAIN, False),
    "refused for now": (S.RETRY_WAIT, False),
    "refused for good": (S.REJECTED, False),
    "not tried": (S.PLANNED, False),
}


class Worker:
    """What a process holds in its memory, and loses when it dies."""

    def __init__(self, book: LedgerBook) -> None:
        self.book = book
        self.claimed: list[Delivery] = []
        self.on_the_wire: list[Parcel] = []
        self.told: list[Outcome] = []


class TwoWorkers(RuleBasedStateMachine):
    url = ""
    """Of a PostgreSQL database that each run empties; else a SQLite file of its own."""

    @initialize()
    def begin_issue(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="newsletter-ledger-"))
        store = {"store": {"url": self.url}} if self.url else {}
        self.opened = open_newsroom(config_from(store, where="config.toml", folder=self.folder))
        self.room = self.opened.__enter__()
        if self.url:
            with self.room.store.write() as tx:
                names = ", ".join(table.name for table in metadata.sorted_tables)
                tx.connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        self.clock, self.runner = Hands(), asyncio.Runner()
        self.taken: Counter[str] = Counter()
        self.left: set[str] = set()
        self.events = 0
        self.posts: list[tuple[bytes, str]] = []
        self.cancelled = False
        approve(self.room, READERS)
        self.workers = [Worker(self._book()), Worker(self._book())]
        self.runner.run(self.workers[0].book.freeze(domain="news.example"))

    def _book(self) -> LedgerBook:
        edition = self.room.config.edition("weekly-en")
        assert edition is not None
        return LedgerBook(self.room, edition, KEY, clock=self.clock, repeatable=False, progress=None)

    @rule(who=_WORKER)
    def work(self, who: int) -> None:
        self.claim(who)
        self.begin(who)

    @rule(who=_WORKER)
    def claim(self, who: int) -> None:
        worker = self.workers[who]
        worker.claimed += self.runner.run(worker.book.claim(2))

    @rule(who=_WORKER)
    def begin(self, who: int) -> None:
        worker = self.workers[who]
        if worker.claimed:
            parcels = self.runner.run(worker.book.turn((), worker.claimed))
            assert not (self.cancelled and parcels)
            if parcels is None:
                self.runner.run(worker.book.put_back(worker.claimed))
            assert not self.left & {parcel.email for parcel in parcels or ()}
            worker.on_the_wire += parcels or ()
            worker.claimed = []

    @rule(who=_WORKER, end=st.sampled_from(sorted(_ENDS)))
    def hand_over(self, who: int, end: str) -> None:
        worker = self.workers[who]
        if worker.on_the_wire:
            parcel = worker.on_the_wire.pop()
            state, is_taken = _ENDS[end]
            self.taken[parcel.email] += is_taken
            worker.told.append(Outcome(delivery=parcel.delivery, state=state, kind=state.value))

    @rule(who=_WORKER)
    def settle(self, who: int) -> None:
        worker = self.workers[who]
        if worker.told:
            self.runner.run(worker.book.turn(worker.told, ()))
            worker.told = []

    @rule(who=_WORKER)
    def die_and_be_missed(self, who: int) -> None:
        self.die(who)
        self.pass_time(6)
        self.start_again(1 - who)

    @rule(who=_WORKER)
    def die(self, who: int) -> None:
        self.workers[who].book.close()
        self.workers[who] = Worker(self._book())

    @rule(who=_WORKER)
    def start_again(self, who: int) -> None:
        """As every run of `deliver` begins: what is left behind is looked for."""
        self.runner.run(self.workers[who].book.freeze(domain="news.example"))

    @rule(minutes=st.sampled_from([1, 6]))
    def pass_time(self, minutes: int) -> None:
        self.clock.at += timedelta(minutes=minutes)

    @rule(number=st.integers(0, READERS - 1), kind=st.sampled_from(["processed", "delivered", "bounce", "spamreport"]))
    def hear(self, number: int, kind: str) -> None:
        """A provider only speaks of what it has."""
        row = rows(self.room)[reader(number).email]
        if self.taken[row.email]:
            self.events += 1
            at = int(self.clock.at.timestamp())
            body = json.dumps([event(row.id, kind, at, attempt=str(self.events))]).encode()
            stamp = str(at)
            self.posts.append((body, stamp))
            pipeline.take_events(self.room, body, SIGNATURE.sign(body, stamp), stamp, now=self.clock.at)
            if kind in ("bounce", "spamreport"):
                self.left.add(row.email)

    @rule(at=st.integers(0, 30))
    def hear_again(self, at: int) -> None:
        """A post that comes twice, long after others: nothing new is in it."""
        if self.posts:
            body, stamp = self.posts[at % len(self.posts)]
            before = rows(self.room)
            assert not pipeline.take_events(self.room, body, SIGNATURE.sign(body, stamp), stamp, now=self.clock.at)
            assert rows(self.room) == before

    @rule(number=st.integers(1, READERS - 1))
    def suppress(self, number: int) -> None:
        """As an operator does it, beside any event."""
        email = reader(number).email
        with self.room.store.write() as tx:
            tx.subscribers.suppress(self.room.signer.suppression_hash(email), "complained", now=self.clock.at)
        self.left.add(email)

    @rule(sure=st.integers(0, 11))
    def cancel(self, sure: int) -> None:
        """Seldom, for afterwards nothing is begun."""
        if sure == 11 and not self.cancelled:
            self.cancelled = True
            pipeline.cancel(self.room, KEY, now=self.clock.at)

    @rule()
    def leave(self) -> None:
        """One of them; were it all, nothing would be left to do."""
        with self.room.store.write() as tx:
            tx.subscribers.set_editions(reader(0).id, [EN], SubscriberStatus.LEFT, now=NOW)
        self.left.add(reader(0).email)

    @rule(who=_WORKER)
    def pause_and_resume(self, who: int) -> None:
        """While an issue is paused nothing new is begun."""
        if self.cancelled:
            return
        pipeline.pause(self.room, KEY, now=self.clock.at)
        before = len(self.workers[who].on_the_wire)
        self.begin(who)
        assert len(self.workers[who].on_the_wire) == before
        pipeline.resume(self.room, KEY, now=self.clock.at)

    @rule()
    def settle_by_hand(self) -> None:
        """A person who looked it up, while nobody has a letter on the wire."""
        if any(worker.on_the_wire or worker.told for worker in self.workers):
            return
        found = [row for row in rows(self.room).values() if row.state is S.UNCERTAIN]
        truth = {bool(self.taken[row.email]) for row in found}
        if len(truth) == 1:
            pipeline.settle(self.room, KEY, accepted=truth.pop(), now=self.clock.at)

    @precondition(lambda self: hasattr(self, "room"))
    @invariant()
    def nobody_has_two_letters(self) -> None:
        assert max(self.taken.values(), default=0) <= 1

    @precondition(lambda self: hasattr(self, "room"))
    @invariant()
    def the_states_add_up(self) -> None:
        status = pipeline.status(self.room, KEY)
        assert (status.audience, status.balanced) == (READERS, True)

    @precondition(lambda self: hasattr(self, "room"))
    @invariant()
    def accepted_means_taken(self) -> None:
        proved = (S.ACCEPTED, S.DELIVERED, S.BOUNCED, S.COMPLAINED)
        assert all(self.taken[row.email] for row in rows(self.room).values() if row.state in proved)

    def teardown(self) -> None:
        if hasattr(self, "room"):
            for worker in self.workers:
                worker.book.close()
            self.runner.close()
            self.opened.__exit__(None, None, None)
            shutil.rmtree(self.folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("engine", "examples"), [("sqlite", 40), pytest.param("postgresql", 8, marks=pytest.mark.postgres)]
)
def test_the_ledger_stays_true_under_any_order_of_work_death_events_and_people(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, engine: str, examples: int
) -> None:
    monkeypatch.setenv("SENDGRID_WEBHOOK_KEY", SIGNATURE.public)
    url = request.getfixturevalue("postgres_url") if engine == "postgresql" else ""
    machine = type("Machine", (TwoWorkers,), {"url": url})
    run_state_machine_as_test(machine, settings=settings(max_examples=examples, stateful_step_count=50, deadline=None))
