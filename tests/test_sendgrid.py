"""SendGrid: every answer is told as what it proves, and no reader is written to twice."""

import asyncio
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from newsletter import pipeline
from newsletter.config import Config, Deliver, SendGrid
from newsletter.deliver.parcels import Mailing, Parcel
from newsletter.deliver.transports import open_transport
from newsletter.deliver.transports.payload import groups, payload, personalization
from newsletter.errors import ConfigError, NewsletterError
from newsletter.model import DeliveryId, DeliveryState, EditionKey, IssueKey
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.pipeline.letters import Delivered
from newsletter.slots import Slot
from tests.builders import NOW, letter
from tests.conftest import SHARED
from tests.fakes.sendgrid import SendGridServer, serving
from tests.mailroom import KEY, Hands, approve, reader, rows

S = DeliveryState


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENDGRID_API_KEY", "SG.test")


def _config(config: Config, server: SendGridServer, *, batch: int = 10, connections: int = 2) -> Config:
    host = f"http://127.0.0.1:{server.port}"
    deliver = replace(
        config.deliver,
        transport="sendgrid",
        sendgrid=SendGrid(host=host, connections=connections, timeout=1.0),
        retry=(0, 0),
        batch=batch,
    )
    return replace(config, deliver=deliver)


def _deliver(room: Newsroom) -> Delivered:
    return asyncio.run(pipeline.deliver(room, KEY, clock=lambda: datetime.now(UTC)))


def _all(count: int) -> list[str]:
    return [reader(number).email for number in range(count)]


def test_each_reader_gets_their_own_parts_and_headers_once(config: Config) -> None:
    body = letter(
        html=f'<p>{Slot.NAME.marker}</p><a href="{Slot.UNSUBSCRIBE.marker}">Leave</a>',
        text=f"{Slot.NAME.marker} {Slot.ADDRESS.marker} {Slot.UNSUBSCRIBE.marker}",
    )
    with serving(SendGridServer()) as server, open_newsroom(_config(config, server)) as room:
        approve(room, [reader(0, name="李 & 王"), *(reader(number) for number in range(1, 25))], body=body)
        assert _deliver(room).states == {S.ACCEPTED: 25}
        assert server.recipients() == _all(25)
        assert len(server.requests) == 3
        posted = next(one for one in server.taken if one.email == reader(0).email)
        link = f"https://news.example/unsubscribe/{room.signer.unsubscribe(reader(0).id, EditionKey('weekly-en'))}"
        assert posted.html == f'<p>李 &amp; 王</p><a href="{link}">Leave</a>'
        assert posted.text == f"李 & 王 {reader(0).email} {link}"
        row = rows(room)[reader(0).email]
        assert posted.headers["List-Unsubscribe"] == f"<{link}>"
        assert posted.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert posted.headers["Message-ID"] == row.message_id
        assert posted.custom_args == {"delivery": row.id, "attempt": "1"}
        assert row.provider_id.startswith("m")


def test_nothing_but_opaque_ids_goes_into_the_custom_arguments_and_tracking_is_off(config: Config) -> None:
    with serving(SendGridServer()) as server, open_newsroom(_config(config, server)) as room:
        approve(room, 2)
        _deliver(room)
        (request,) = server.requests
        for one in request["personalizations"]:
            assert "@" not in json.dumps(one["custom_args"])
        assert {name: setting["enable"] for name, setting in request["tracking_settings"].items()} == {
            "click_tracking": False,
            "open_tracking": False,
            "subscription_tracking": False,
            "ganalytics": False,
        }


@pytest.mark.parametrize("fault", ["500 taken", "drop", "drop taken", "stall taken", "half taken", 500, 503])
def test_an_answer_that_proves_nothing_is_uncertain_and_the_group_is_never_posted_again(
    config: Config, fault: int | str
) -> None:
    server = SendGridServer()
    server.faults.append(fault)
    with serving(server), open_newsroom(_config(config, server, connections=1)) as room:
        approve(room, 9)
        assert _deliver(room).states == {S.UNCERTAIN: 9}
        posts = len(server.requests)
        _deliver(room)
        assert len(server.requests) == posts
        assert len(server.recipients()) in (0, 9)


def test_an_answer_without_a_message_id_is_accepted_all_the_same(config: Config) -> None:
    server = SendGridServer()
    server.faults.append("bare")
    with serving(server), open_newsroom(_config(config, server)) as room:
        approve(room, 3)
        assert _deliver(room).states == {S.ACCEPTED: 3}


@pytest.mark.parametrize("says_which", [True, False])
def test_a_400_finds_the_bad_address_and_the_others_get_their_letter_once(config: Config, says_which: bool) -> None:
    bad = reader(4).email
    with serving(SendGridServer(bad={bad: says_which})) as server, open_newsroom(_config(config, server)) as room:
        approve(room, 10)
        assert _deliver(room).states == {S.ACCEPTED: 9, S.REJECTED: 1}
        assert server.recipients() == [one for one in _all(10) if one != bad]
        assert "valid address" in rows(room)[bad].error


def test_a_400_for_the_letter_itself_pauses_the_issue_and_rejects_nobody(config: Config) -> None:
    with serving(SendGridServer()) as server, open_newsroom(_config(config, server)) as room:
        approve(room, 4, body=letter(text=""))
        found = _deliver(room)
        assert found.states == {S.PLANNED: 4}
        assert "refuses the letter itself" in str(found.paused)


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_pauses_the_issue(config: Config, status: int) -> None:
    server = SendGridServer()
    server.faults.extend([status, status])
    with serving(server), open_newsroom(_config(config, server)) as room:
        approve(room, 12)
        found = _deliver(room)
        assert found.states == {S.PLANNED: 12}
        assert "refuses our key" in str(found.paused)
        assert "SG.test" not in str(found.paused)
        server.faults.clear()
        pipeline.resume(room, KEY, now=NOW)
        assert _deliver(room).states == {S.ACCEPTED: 12}


def test_a_413_halves_the_group(config: Config) -> None:
    with serving(SendGridServer(most_readers=3)) as server, open_newsroom(_config(config, server)) as room:
        approve(room, 10)
        assert _deliver(room).states == {S.ACCEPTED: 10}
        assert server.recipients() == _all(10)


def test_a_429_is_waited_out_and_counts_as_no_try(config: Config) -> None:
    server = SendGridServer()
    server.faults.extend([429, 429])
    with serving(server), open_newsroom(_config(config, server, connections=1)) as room:
        approve(room, 5)
        started = time.monotonic()
        assert _deliver(room).states == {S.ACCEPTED: 5}
        assert time.monotonic() - started > 0.9
        assert {row.attempt for row in rows(room).values()} == {1}


def test_a_distant_reset_pauses_the_issue_and_tells_until_when(config: Config) -> None:
    server = SendGridServer(reset=lambda now: str(int(now) + 3600))
    server.faults.append(429)
    with serving(server), open_newsroom(_config(config, server, connections=1)) as room:
        approve(room, 5)
        found = _deliver(room)
        assert found.states == {S.RETRY_WAIT: 5}
        assert f"{datetime.now(UTC) + timedelta(hours=1):until %Y-%m-%d %H:}" in str(found.paused)


@pytest.mark.parametrize("reset", ["0", "99999999999", "soon", None])
def test_an_absurd_or_absent_reset_is_a_minute(config: Config, reset: str | None) -> None:
    server = SendGridServer(reset=lambda now: reset)
    server.faults.append(429)
    with serving(server), open_newsroom(_config(config, server, connections=1)) as room:
        approve(room, 2)
        found = asyncio.run(pipeline.deliver(room, KEY, clock=Hands()))
        assert (found.states, found.paused) == ({S.RETRY_WAIT: 2}, None)
        assert {row.not_before for row in rows(room).values()} == {NOW + timedelta(minutes=1)}


def test_a_host_that_does_not_answer_at_all_pauses_the_issue(config: Config) -> None:
    with serving(SendGridServer()) as server:
        pass
    with open_newsroom(_config(config, server)) as room:
        approve(room, 3)
        found = _deliver(room)
        assert found.states == {S.PLANNED: 3}
        assert "cannot be reached" in str(found.paused)


def test_a_missing_key_is_a_mistake_of_the_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SENDGRID_API_KEY")
    with pytest.raises(ConfigError, match="SENDGRID_API_KEY"):
        open_transport(Deliver(transport="sendgrid"), folder=tmp_path)


def _parcels(*emails: str) -> list[Parcel]:
    values = dict.fromkeys(Slot, "x") | {Slot.NAME: "李雷"}
    return [
        Parcel(delivery=DeliveryId(f"d{at}"), email=email, message_id=f"<d{at}@news.example>", values=values)
        for at, email in enumerate(emails)
    ]


def test_an_address_stands_once_in_a_request_however_it_is_written() -> None:
    found = list(groups(_parcels("a@mail.example", "A@mail.example", "b@mail.example", "a@MAIL.example")))
    assert [[one.delivery for one in group] for group in found] == [["d0", "d2"], ["d1"], ["d3"]]
    assert [len(group) for group in groups(_parcels(*_all(2500)))] == [1000, 1000, 500]


def test_a_readers_parts_beyond_the_limit_are_refused() -> None:
    (parcel,) = _parcels("a@mail.example")
    body = letter(text=f"{Slot.NAME.marker}")
    mailing = Mailing(issue=IssueKey("weekly-en/2026-W11"), letter=body, sender="news@news.example", date=NOW)
    with pytest.raises(ValueError, match="10000 bytes"):
        personalization(mailing, replace(parcel, values={**parcel.values, Slot.NAME: "x" * 10_001}))
    with pytest.raises(NewsletterError, match="compose it again"):
        personalization(replace(mailing, letter=letter(subject="a\r\nb")), parcel)


@pytest.mark.shared
@pytest.mark.parametrize("subject", ["Nvidia invests $2 billion", "英伟达投资 20 亿美元"])
def test_a_request_is_valid_by_sendgrids_own_document(subject: str) -> None:
    document = json.loads((SHARED / "sendgrid" / "tsg_mail_v3.json").read_text())
    schema = {"$ref": "#/components/requestBodies/PostMailSend/content/application~1json/schema", **document}
    body = letter(subject=subject, headers=(*letter().headers, ("Reply-To", "编辑 <ed@news.example>")))
    mailing = Mailing(issue=IssueKey("weekly-en/2026-W11"), letter=body, sender="news@news.example", date=NOW)
    request = payload(mailing, [personalization(mailing, one) for one in _parcels(*_all(100))])
    Draft202012Validator(schema).validate(json.loads(json.dumps(request)))
    broken = {**request, "from": {"email": 5}}
    assert list(Draft202012Validator(schema).iter_errors(broken))
