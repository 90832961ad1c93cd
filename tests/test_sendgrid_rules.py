"""What SendGrid's documents and their prose ask of a request, what a hold promises, and what its events tell."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sendgrid import SendGridAPIClient

from newsletter import pipeline
from newsletter.config import Config, Deliver, SendGrid, load_config
from newsletter.deliver.parcels import Mailing, Parcel
from newsletter.deliver.transports import open_holds
from newsletter.deliver.transports.payload import payload, personalization, tracking
from newsletter.errors import NewsletterError, TransportError
from newsletter.model import DeliveryId, DeliveryState, IssueKey, IssueStatus
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.slots import Slot
from tests.builders import NOW, letter
from tests.conftest import SHARED
from tests.fakes.sendgrid import MOST_BYTES, SendGridServer, Signature, serving
from tests.mailroom import KEY, approve, reader, rows

S = DeliveryState
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENDGRID_API_KEY", "SG.test")


@contextmanager
def _room(config: Config, *, batch: int = 10, **more: Any) -> Iterator[tuple[SendGridServer, Newsroom]]:
    with serving(SendGridServer()) as server:
        values: dict[str, Any] = {"host": f"http://127.0.0.1:{server.port}", "connections": 2, "timeout": 1.0}
        own = SendGrid(**(values | more))
        deliver = replace(config.deliver, transport="sendgrid", sendgrid=own, retry=(0,), batch=batch)
        with open_newsroom(replace(config, deliver=deliver)) as room:
            yield server, room


def _deliver(room: Newsroom) -> dict[DeliveryState, int]:
    return asyncio.run(pipeline.deliver(room, KEY, clock=lambda: datetime.now(UTC))).states


def _mailing(**more: Any) -> Mailing:
    values: dict[str, Any] = {"letter": letter(), "sender": "news@news.example", "date": NOW}
    return Mailing(issue=IssueKey("weekly-en/2026-W11"), **(values | more))


def _parcel(number: int, **more: Any) -> Parcel:
    values = dict.fromkeys(Slot, "x") | {Slot.NAME: "李雷"}
    one: dict[str, Any] = {"email": reader(number).email, "message_id": f"<d{number}@news.example>", "values": values}
    return Parcel(delivery=DeliveryId(f"d{number}"), **(one | more))


def _request(**more: Any) -> dict[str, Any]:
    body = payload(_mailing(), [personalization(_mailing(), _parcel(number)) for number in range(2)])
    return {**body, **more}


def _people(**more: Any) -> dict[str, Any]:
    body = _request()
    return {**body, "personalizations": [body["personalizations"][0] | more]}


# -- the rules, as the double keeps them


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (_request(), ""),
        (_request(personalizations=[]), "1 to 1000 personalizations"),
        (_request(tags=["x"]), "tags is no property"),
        (_request(subject=""), "no subject"),
        (_request(content=[]), "no content"),
        (_request(content=list(reversed(_request()["content"]))), "text/plain comes before"),
        (_request(categories=["a"] * 2), "10 categories"),
        (_request(categories=[str(number) for number in range(11)]), "10 categories"),
        (_request(send_at=int(time.time()) + 73 * 3600), "72 hours"),
        (_request(send_at=int(time.time()) + 3600, batch_id="unknown"), "never made"),
        (_request(headers={"Subject": "mine"}), "not yours"),
        (_people(headers={"Reply-To": "mine"}), "not yours"),
        (_people(custom_args={"a": "x" * 10_001}), "custom_args above"),
        (_people(substitutions={"a": "汉" * 3_400}), "substitutions above"),
        (_people(cc=[{"email": reader(0).email.upper()}]), "stands twice"),
        (_people(bcc=[{"email": reader(number).email} for number in range(1, 1001)]), "1000 recipients"),
        (_people(send_each_at=5), "send_each_at is no property"),
    ],
)
def test_the_double_keeps_the_rules_that_no_schema_states(request_: dict[str, Any], says: str) -> None:
    told = [str(one["message"]) for one in SendGridServer().judge(request_)]
    assert any(says in one for one in told) if says else told == []


@pytest.mark.shared
@pytest.mark.parametrize("clicks", [False, True])
def test_a_request_with_hold_and_tracking_is_valid_by_the_document(clicks: bool) -> None:
    document = json.loads((SHARED / "sendgrid" / "tsg_mail_v3.json").read_text())
    schema = {"$ref": "#/components/requestBodies/PostMailSend/content/application~1json/schema", **document}
    mailing = _mailing(batch="B0")
    readers = [personalization(mailing, _parcel(number)) for number in range(1000)]
    body = payload(mailing, readers, leaves=datetime.now(UTC) + HOUR, tracking=tracking(clicks=clicks, opens=clicks))
    assert body["batch_id"] == "B0"
    Draft202012Validator(schema).validate(json.loads(json.dumps(body)))
    server = SendGridServer(batches={"B0": ""})
    assert server.judge(body) == []
    scheduled = json.loads((SHARED / "sendgrid" / "tsg_scheduled_sends_v3.json").read_text())
    asked = scheduled["paths"]["/v3/user/scheduled_sends"]["post"]["requestBody"]["content"]["application/json"]
    Draft202012Validator({**scheduled, **asked["schema"]}).validate({"batch_id": "B0", "status": "cancel"})


def test_the_largest_request_that_can_be_made_is_smaller_than_what_is_taken() -> None:
    slots = "".join(slot.marker for slot in Slot)
    body = letter(html=f"<p>{slots}</p>" + "汉" * 480_000, text=slots)
    mailing = _mailing(letter=body, batch="B0")
    parcel = _parcel(0, name="名" * 5000, values=dict.fromkeys(Slot, "x" * 300) | {Slot.NAME: "汉" * 1_250})
    one = personalization(mailing, parcel)
    whole = len(json.dumps(payload(mailing, [one], leaves=NOW))) + 999 * (len(json.dumps(one)) + 2)
    assert 20_000_000 < whole < MOST_BYTES


def test_a_letter_too_large_for_any_request_is_told_before_anything_leaves(config: Config) -> None:
    with _room(config) as (server, room):
        approve(room, 3, body=letter(html="<p>" + "汉" * 600_000 + "</p>"))
        with pytest.raises(NewsletterError, match="too many for SendGrid"):
            _deliver(room)
        assert server.requests == []
        assert pipeline.status(room, KEY).states.get(S.ACCEPTED) is None


def test_readers_go_in_groups_of_250_unless_the_config_says_otherwise(config: Config) -> None:
    with _room(config, batch=Deliver().batch) as (server, room):
        approve(room, 600)
        assert _deliver(room) == {S.ACCEPTED: 600}
        assert sorted(len(request["personalizations"]) for request in server.requests) == [100, 250, 250]


def test_tracking_is_on_only_where_the_config_wants_it(config: Config) -> None:
    with _room(config, click_tracking=True) as (server, room):
        approve(room, 1)
        _deliver(room)
        found = {name: one["enable"] for name, one in server.requests[0]["tracking_settings"].items()}
        assert found == {
            "click_tracking": True, "open_tracking": False, "subscription_tracking": False, "ganalytics": False,
        }  # fmt: skip


def test_requests_go_to_the_host_of_the_config_that_of_the_eu_too() -> None:
    client = SendGridAPIClient("SG.test", host=SendGrid(host="https://api.eu.sendgrid.com").host).client
    assert client.mail.send._build_url(None) == "https://api.eu.sendgrid.com/v3/mail/send"


# -- strange answers


@pytest.mark.parametrize(
    ("fault", "state"),
    [("html 502", S.UNCERTAIN), ("html 200", S.UNCERTAIN), ("no json 400", S.REJECTED), (408, S.UNCERTAIN)],
)
def test_a_page_instead_of_an_answer_proves_no_more_than_its_status(
    config: Config, fault: int | str, state: DeliveryState
) -> None:
    with _room(config) as (server, room):
        server.faults = deque([fault])
        approve(room, 1)
        assert _deliver(room) == {state: 1}
        assert "<html" not in rows(room)[reader(0).email].error


@pytest.mark.parametrize(("lost", "is_paused"), [(1, False), (3, False), (4, True)])
def test_a_lost_answer_stops_nothing_and_four_in_a_row_do(config: Config, lost: int, is_paused: bool) -> None:
    with _room(config, connections=1) as (server, room):
        server.faults = deque(["drop"] * lost)
        approve(room, 100)
        found = asyncio.run(pipeline.deliver(room, KEY, clock=lambda: datetime.now(UTC)))
        assert found.states[S.UNCERTAIN] == 10 * lost
        assert (found.paused is not None) == is_paused
        if found.paused is not None:
            assert found.paused.startswith("12 letters in a row failed alike: no whole answer")


# -- held letters


def test_held_letters_share_a_batch_and_leave_after_the_hold_and_a_cancel_takes_them_back(config: Config) -> None:
    with _room(config, hold=HOUR) as (server, room):
        approve(room, 25)
        now = time.time()
        assert _deliver(room) == {S.ACCEPTED: 25}
        assert {request["batch_id"] for request in server.requests} == {"B0"}
        assert all(now + 3590 < request["send_at"] < now + 3660 for request in server.requests)
        found = pipeline.cancel(room, KEY, now=datetime.now(UTC))
        assert (found.status, found.states, found.balanced) == (IssueStatus.CANCELLED, {S.CANCELLED: 25}, True)
        assert server.recipients() == []
        again = pipeline.cancel(room, KEY, now=datetime.now(UTC))
        assert again.states == {S.CANCELLED: 25}


def test_what_has_left_or_is_about_to_is_not_said_to_be_taken_back(config: Config) -> None:
    with _room(config, hold=HOUR) as (_, room):
        approve(room, 2)
        _deliver(room)
        with pytest.raises(NewsletterError, match="nothing left to cancel"):
            pipeline.cancel(room, KEY, now=datetime.now(UTC) + timedelta(minutes=49))


def test_a_cancel_that_the_provider_refuses_says_so_and_may_be_repeated(config: Config) -> None:
    with _room(config, hold=HOUR) as (server, room):
        approve(room, 2)
        _deliver(room)
        server.held_faults = deque([500])
        with pytest.raises(TransportError, match="try again at once: newsletter cancel"):
            pipeline.cancel(room, KEY, now=datetime.now(UTC))
        assert pipeline.status(room, KEY).states == {S.ACCEPTED: 2}
        assert pipeline.cancel(room, KEY, now=datetime.now(UTC)).states == {S.CANCELLED: 2}


def test_an_answer_lost_after_a_cancel_is_no_refusal(config: Config) -> None:
    with _room(config, hold=HOUR) as (server, room):
        holds = room.holds()
        assert holds is not None
        batch = asyncio.run(holds.open())
        asyncio.run(holds.take_back(batch))
        asyncio.run(holds.take_back(batch))
        assert server.batches == {batch: "cancel"}
        with pytest.raises(TransportError, match="answered 400"):
            asyncio.run(holds.take_back("unknown"))


def test_a_restart_keeps_the_batch_and_a_batch_that_cannot_be_had_pauses_the_issue(config: Config) -> None:
    with _room(config, hold=HOUR) as (server, room):
        approve(room, 3)
        server.held_faults = deque([403])
        found = asyncio.run(pipeline.deliver(room, KEY, clock=lambda: datetime.now(UTC)))
        assert found.states == {S.PLANNED: 3}
        assert found.paused == "SendGrid answered 403 about held letters"
        pipeline.resume(room, KEY, now=NOW)
        server.faults = deque([429])
        server.reset = lambda now: str(int(now) + 7200)
        assert _deliver(room) == {S.RETRY_WAIT: 3}
        pipeline.resume(room, KEY, now=NOW)
        found = asyncio.run(pipeline.deliver(room, KEY, clock=lambda: datetime.now(UTC) + timedelta(hours=3)))
        assert found.states == {S.ACCEPTED: 3}
        assert list(server.batches) == ["B0"]


def test_a_letter_that_was_taken_back_and_arrives_all_the_same_is_told_as_it_is(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    signature = Signature()
    monkeypatch.setenv("SENDGRID_WEBHOOK_KEY", signature.public)
    with _room(config, hold=HOUR) as (server, room):
        approve(room, 2)
        _deliver(room)
        now = datetime.now(UTC)
        told = server.events(signature, "delivered", int(now.timestamp()))
        pipeline.cancel(room, KEY, now=now)
        assert pipeline.take_events(room, told.body, told.signature, told.timestamp, now=now) == 2
        assert pipeline.status(room, KEY).states == {S.DELIVERED: 2}


def test_nothing_is_held_by_other_transports_or_without_a_time() -> None:
    assert open_holds(Deliver()) is None
    assert open_holds(Deliver(transport="sendgrid")) is None
    assert open_holds(Deliver(transport="smtp", sendgrid=SendGrid(hold=HOUR))) is None


# -- its own events about what it really took


def test_signed_events_of_what_was_taken_settle_every_row_however_often_they_come(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    signature = Signature()
    monkeypatch.setenv("SENDGRID_WEBHOOK_KEY", f"{Signature().public} {signature.public}")
    with _room(config, connections=1) as (server, room):
        server.faults = deque(["500 taken", "drop taken"])
        approve(room, 25)
        states = _deliver(room)
        assert states == {S.UNCERTAIN: 20, S.ACCEPTED: 5}
        now = datetime.now(UTC)
        late = server.events(signature, "delivered", int(now.timestamp()), copies=46)
        early = server.events(signature, "processed", int(now.timestamp()) - 5)
        assert pipeline.take_events(room, late.body, late.signature, late.timestamp, now=now) == 25
        assert pipeline.take_events(room, early.body, early.signature, early.timestamp, now=now) == 25
        assert pipeline.take_events(room, late.body, late.signature, late.timestamp, now=now) == 0
        assert pipeline.status(room, KEY).states == {S.DELIVERED: 25}
        assert server.recipients() == [reader(number).email for number in range(25)]


@pytest.mark.parametrize(
    ("skew", "is_taken"),
    [(timedelta(minutes=9), True), (timedelta(minutes=11), False), (-timedelta(hours=25), True), (-27 * HOUR, False)],
)
def test_a_clock_that_differs_a_little_is_no_forgery_one_that_differs_much_is(
    config: Config, monkeypatch: pytest.MonkeyPatch, skew: timedelta, is_taken: bool
) -> None:
    signature = Signature()
    monkeypatch.setenv("SENDGRID_WEBHOOK_KEY", signature.public)
    with _room(config) as (server, room):
        approve(room, 1)
        _deliver(room)
        now = datetime.now(UTC)
        told = server.events(signature, "delivered", int((now + skew).timestamp()))
        if is_taken:
            assert pipeline.take_events(room, told.body, told.signature, told.timestamp, now=now) == 1
        else:
            with pytest.raises(NewsletterError, match="only those of the last 26 hours"):
                pipeline.take_events(room, told.body, told.signature, told.timestamp, now=now)


@pytest.mark.slow
def test_a_request_that_hangs_does_not_hold_up_the_end_of_the_process(tmp_path: Path) -> None:
    """SIGTERM while the provider is silent: what is under way is unknown, the rest is planned, we are gone in time."""
    listening = socket.create_server(("127.0.0.1", 0))
    (tmp_path / "config.toml").write_text(
        f'[deliver]\ntransport = "sendgrid"\nbatch = 2\n'
        f'[deliver.sendgrid]\nhost = "http://127.0.0.1:{listening.getsockname()[1]}"\nconnections = 1\ntimeout = 60\n'
    )
    with open_newsroom(load_config(tmp_path / "config.toml")) as room:
        approve(room, 6)
    command = [sys.executable, "-m", "newsletter", "deliver", KEY, "--config", str(tmp_path / "config.toml"), "--json"]
    with listening, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        connection, _ = listening.accept()
        with connection:
            connection.recv(100)
            process.send_signal(signal.SIGTERM)
            start = time.monotonic()
            said, wrong = process.communicate(timeout=40)
            assert time.monotonic() - start < 25
    assert json.loads(said)["states"] == {"planned": 4, "uncertain": 2}, wrong
