"""What neither an answer nor an event settled is looked up in the provider's log; only proof is believed."""

import asyncio
import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from newsletter import pipeline
from newsletter.config import Config, SendGrid
from newsletter.deliver import ledger
from newsletter.deliver.parcels import Fate, Question
from newsletter.deliver.transports.logs import EmailLogs
from newsletter.errors import TransportError
from newsletter.model import DeliveryId, DeliveryState, Event, IssueStatus
from newsletter.newsroom import Newsroom, open_newsroom
from tests.builders import NOW
from tests.conftest import SHARED
from tests.fakes.sendgrid import SendGridServer, serving
from tests.mailroom import KEY, approve, delivery, reader, rows

S = DeliveryState


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENDGRID_API_KEY", "SG.test")


@contextmanager
def _uncertain(config: Config, fault: str) -> Iterator[tuple[SendGridServer, Newsroom]]:
    """Three letters in one request, of which nobody knows what became."""
    with serving(SendGridServer(faults=deque([fault]))) as server:
        own = SendGrid(host=f"http://127.0.0.1:{server.port}", connections=1, timeout=1.0)
        deliver = replace(config.deliver, transport="sendgrid", sendgrid=own, retry=(0,), batch=10)
        with open_newsroom(replace(config, deliver=deliver)) as room:
            approve(room, 3)
            assert _deliver(room, datetime.now(UTC)) == {S.UNCERTAIN: 3}
            yield server, room


def _deliver(room: Newsroom, now: datetime) -> dict[DeliveryState, int]:
    return asyncio.run(pipeline.deliver(room, KEY, clock=lambda: now)).states


def _hear(room: Newsroom, now: datetime) -> None:
    """An event of one letter of the issue: the provider's events do reach us."""
    one = rows(room)[reader(0).email].id
    with room.store.write() as tx:
        tx.events.add([Event(key="k", delivery=one, kind="open", at=now)])


def test_letters_that_the_log_holds_were_accepted_and_nobody_gets_a_second_one(config: Config) -> None:
    with _uncertain(config, "500 taken") as (server, room):
        later = datetime.now(UTC) + timedelta(minutes=31)
        assert _deliver(room, later) == {S.ACCEPTED: 3}
        assert pipeline.status(room, KEY).status is IssueStatus.SENT
        assert server.recipients() == [reader(number).email for number in range(3)]
        assert all(row.provider_id for row in rows(room).values())


def test_letters_that_the_log_does_not_hold_go_once_when_events_arrive(config: Config) -> None:
    with _uncertain(config, "drop") as (server, room):
        later = datetime.now(UTC) + timedelta(minutes=31)
        assert _deliver(room, later) == {S.UNCERTAIN: 3}  # silence of the log alone proves nothing
        _hear(room, later)
        assert _deliver(room, later + timedelta(minutes=5)) == {S.UNCERTAIN: 3}  # at most once an hour
        assert _deliver(room, later + timedelta(hours=2)) == {S.ACCEPTED: 3}
        assert server.recipients() == [reader(number).email for number in range(3)]


def test_nothing_is_looked_up_before_the_log_can_know(config: Config) -> None:
    with _uncertain(config, "drop") as (server, room):
        _hear(room, datetime.now(UTC))
        assert _deliver(room, datetime.now(UTC) + timedelta(minutes=29)) == {S.UNCERTAIN: 3}
        assert server.searched == 0


def test_the_log_is_asked_less_and_less_often_until_the_letters_are_given_up(config: Config) -> None:
    with _uncertain(config, "drop") as (server, room):
        start, asked = datetime.now(UTC), []
        for minutes in range(0, 3 * 24 * 60 + 10, 10):
            at, before = start + timedelta(minutes=minutes), server.searched
            found = pipeline.outlook(room, KEY, now=at)
            if found is not None and found.due <= at:
                _deliver(room, at)
            asked += [minutes] * (server.searched > before)
        assert asked[:3] == [30, 90, 150]
        assert 8 <= len(asked) <= 14
        assert pipeline.status(room, KEY).states == {S.ABANDONED: 3}
        assert pipeline.status(room, KEY).status is IssueStatus.SENT


def test_every_letter_has_its_turn_to_be_asked_for_when_there_are_very_many(config: Config) -> None:
    with serving(SendGridServer(faults=deque(["drop"]))) as server:
        own = SendGrid(host=f"http://127.0.0.1:{server.port}", connections=1, timeout=1.0)
        deliver = replace(config.deliver, transport="sendgrid", sendgrid=own, retry=(0,), batch=250, pause_after=1000)
        with open_newsroom(replace(config, deliver=deliver)) as room:
            approve(room, 230)
            _deliver(room, datetime.now(UTC))
            for hours in (1, 3, 6):
                _deliver(room, datetime.now(UTC) + timedelta(hours=hours))
            asked = {search["query"].partition("to_email = '")[2].partition("'")[0] for search in server.searches}
            assert asked == {reader(number).email for number in range(230)}


def test_a_letter_that_the_provider_holds_back_is_not_missed_before_it_left(config: Config) -> None:
    """Absent from the log because it waits at the provider: sent again, its reader would have it twice."""
    with _uncertain(config, "drop") as (server, room):
        held = replace(room.config.deliver.sendgrid, hold=timedelta(hours=2))
        with open_newsroom(replace(room.config, deliver=replace(room.config.deliver, sendgrid=held))) as waiting:
            later = datetime.now(UTC) + timedelta(minutes=100)
            _hear(waiting, later)
            assert _deliver(waiting, later) == {S.UNCERTAIN: 3}
            assert server.searched == 0


def test_a_log_that_does_not_answer_leaves_everything_as_it_is(config: Config) -> None:
    with _uncertain(config, "500 taken") as (server, room):
        server.faults.extend([429])
        assert _deliver(room, datetime.now(UTC) + timedelta(minutes=31)) == {S.UNCERTAIN: 3}


def test_the_letter_of_another_issue_to_the_same_address_is_not_taken_for_this_one(config: Config) -> None:
    with serving(SendGridServer()) as server:
        own = SendGrid(host=f"http://127.0.0.1:{server.port}", timeout=1.0)
        with _uncertain(config, "drop") as (_, room):
            assert room.log() is not None
        log = EmailLogs(own, "SG.test")
        question = Question(delivery=DeliveryId("d"), email="x@mail.example", since=NOW)
        assert asyncio.run(log.fate(question)) == Fate(state=None, sure=True)
        odd = replace(question, email="o'neil@mail.example")
        assert asyncio.run(log.fate(odd)) == Fate(state=None, sure=False)


def test_a_refused_key_is_an_error_that_says_so(config: Config) -> None:
    with serving(SendGridServer()) as server:
        log = EmailLogs(SendGrid(host=f"http://127.0.0.1:{server.port}", timeout=1.0), "SG.wrong")
        with pytest.raises(TransportError, match="401"):
            asyncio.run(log.fate(Question(delivery=DeliveryId("d"), email="x@mail.example", since=NOW)))


@given(
    state=st.sampled_from(DeliveryState),
    fate=st.builds(Fate, state=st.sampled_from([None, S.ACCEPTED, S.BOUNCED]), sure=st.booleans()),
    heard=st.booleans(),
    age=st.timedeltas(timedelta(0), timedelta(hours=2)),
)
def test_only_an_uncertain_row_is_moved_and_only_by_proof(
    state: DeliveryState, fate: Fate, heard: bool, age: timedelta
) -> None:
    move = ledger.looked_up(delivery(state), fate, events_arrive=heard, now=NOW + age)
    absent = fate.sure and heard and age >= ledger.LOOK_UP_AFTER
    if state is not S.UNCERTAIN or (fate.state is None and not absent):
        assert move is None
    else:
        assert move is not None
        assert move.after.state is (fate.state or S.PLANNED)
        assert move.after.state in ledger.ALLOWED[state]


@pytest.mark.shared
def test_a_search_is_valid_by_sendgrids_own_document(config: Config) -> None:
    document = json.loads((SHARED / "sendgrid" / "tsg_logs_v3.json").read_text())
    with _uncertain(config, "500 taken") as (server, room):
        _deliver(room, datetime.now(UTC) + timedelta(minutes=31))
        search = {"$ref": "#/components/schemas/EmailLogsGetMessagesByFilterRequest", **document}
        for request in server.searches:
            Draft202012Validator(search).validate(request)
        assert server.searched == 3
        answer = {"$ref": "#/components/schemas/EmailLogsGetMessagesByFilterResponse", **document}
        Draft202012Validator(answer).validate({"messages": server.found(server.searches[0])})
