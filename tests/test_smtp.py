"""SMTP: what is surely refused, what is surely accepted, and what nobody can know, each told as what it is."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from newsletter import pipeline
from newsletter.config import Config, Deliver, Smtp
from newsletter.deliver.transports import open_transport
from newsletter.errors import ConfigError
from newsletter.model import DeliveryState
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.pipeline.letters import Delivered
from tests.builders import NOW, letter
from tests.fakes.smtpd import Smtpd, certificate, serving
from tests.mailroom import KEY, Hands, approve, reader, rows

S = DeliveryState
ONE = reader(1).email


def _config(config: Config, server: Smtpd, *, retry: tuple[float, ...] = (0, 0), **more: object) -> Config:
    values: dict[str, object] = {"host": "127.0.0.1", "port": server.port, "tls": "none", "timeout": 1.0}
    smtp = Smtp(**(values | more))  # type: ignore[arg-type]
    deliver = replace(config.deliver, transport="smtp", smtp=smtp, retry=retry, batch=8)
    return replace(config, deliver=deliver)


def _deliver(room: Newsroom) -> Delivered:
    return asyncio.run(pipeline.deliver(room, KEY, clock=Hands(step=timedelta(milliseconds=1))))


@pytest.mark.parametrize("extensions", [("PIPELINING", "SIZE 9999999", "8BITMIME"), ("SIZE 9999999",), ()])
def test_every_reader_gets_one_whole_letter_whatever_the_server_offers(
    config: Config, extensions: tuple[str, ...]
) -> None:
    with serving(Smtpd(extensions=extensions)) as server, open_newsroom(_config(config, server)) as room:
        approve(room, 30, body=letter(text="Hello.\n.\n..dots\n", html="<p>英伟达</p>" * 200))
        found = _deliver(room)
        assert found.states == {S.ACCEPTED: 30}
        assert server.recipients() == [reader(number).email for number in range(30)]
        for one in server.taken:
            parsed = message_from_bytes(one.data, policy=policy.default)
            assert parsed["To"].addresses[0].addr_spec == one.recipient
            body = parsed.get_body(("plain",))
            assert body is not None
            assert body.get_content().replace("\r\n", "\n") == "Hello.\n.\n..dots\n"
        assert server.connections <= 4
        assert rows(room)[ONE].provider_id.endswith(f".{ONE.partition('@')[0]}")


@pytest.mark.parametrize("extensions", [("PIPELINING",), ()])
def test_a_recipient_refused_for_good_is_rejected_and_the_others_are_served(
    config: Config, extensions: tuple[str, ...]
) -> None:
    faults = {ONE: ("rcpt", "550 5.1.1 no such user")}
    with serving(Smtpd(extensions=extensions, faults=faults)) as server, open_newsroom(_config(config, server)) as room:
        approve(room, 10)
        assert _deliver(room).states == {S.ACCEPTED: 9, S.REJECTED: 1}
        assert rows(room)[ONE].error == "550 5.1.1 no such user"
        assert ONE not in server.recipients()


@pytest.mark.parametrize("step", ["rcpt", "data", "dot"])
def test_a_refusal_for_now_is_tried_again_and_arrives_once(config: Config, step: str) -> None:
    server = Smtpd(faults={ONE: (step, "450 4.2.0 later")}, times={ONE: 2})
    with serving(server), open_newsroom(_config(config, server)) as room:
        approve(room, 5)
        assert _deliver(room).states == {S.ACCEPTED: 5}
        assert server.recipients() == [reader(number).email for number in range(5)]
        assert rows(room)[ONE].attempt == 3


def test_a_refusal_for_now_that_never_ends_fails_after_the_last_try(config: Config) -> None:
    server = Smtpd(faults={ONE: ("rcpt", "450 4.2.0 later")})
    with serving(server), open_newsroom(_config(config, server)) as room:
        approve(room, 3)
        assert _deliver(room).states == {S.ACCEPTED: 2, S.FAILED: 1}
        assert (rows(room)[ONE].attempt, rows(room)[ONE].error) == (3, "450 4.2.0 later")


def test_a_letter_that_waits_for_hours_is_left_to_a_later_run(config: Config) -> None:
    server = Smtpd(faults={ONE: ("rcpt", "450 4.2.0 later")}, times={ONE: 1})
    with serving(server), open_newsroom(_config(config, server, retry=(7200,))) as room:
        approve(room, 3)
        found = _deliver(room)
        assert (found.states, found.paused) == ({S.ACCEPTED: 2, S.RETRY_WAIT: 1}, None)
        later = Hands(NOW + timedelta(hours=3))
        assert asyncio.run(pipeline.deliver(room, KEY, clock=later)).states == {S.ACCEPTED: 3}


@pytest.mark.parametrize(("step", "kept"), [("dot", False), ("taken", True)])
@pytest.mark.parametrize("action", ["drop", "stall"])
def test_a_connection_lost_after_the_dot_is_uncertain_and_never_repeated(
    config: Config, step: str, kept: bool, action: str
) -> None:
    server = Smtpd(faults={ONE: (step, action)})
    with serving(server), open_newsroom(_config(config, server)) as room:
        approve(room, 6)
        assert _deliver(room).states == {S.ACCEPTED: 5, S.UNCERTAIN: 1}
        assert _deliver(room).states == {S.ACCEPTED: 5, S.UNCERTAIN: 1}
        assert server.recipients().count(ONE) == (1 if kept else 0)
        status = pipeline.status(room, KEY)
        assert (status.status.value, status.balanced) == ("sending", True)
        server.faults.clear()
        assert pipeline.settle(room, KEY, accepted=kept, now=NOW) == 1
        assert _deliver(room).states == {S.ACCEPTED: 6}
        assert server.recipients() == [reader(number).email for number in range(6)]


@pytest.mark.parametrize("step", ["rcpt", "data"])
def test_a_connection_lost_before_the_dot_is_surely_not_accepted_and_tried_again_at_once(
    config: Config, step: str
) -> None:
    server = Smtpd(faults={ONE: (step, "drop")}, times={ONE: 1})
    with serving(server), open_newsroom(_config(config, server)) as room:
        approve(room, 6)
        assert _deliver(room).states == {S.ACCEPTED: 6}
        assert server.recipients().count(ONE) == 1
        assert rows(room)[ONE].attempt == 1


def test_a_server_that_closes_after_some_letters_is_simply_called_again(config: Config) -> None:
    with serving(Smtpd(most_letters=3)) as server, open_newsroom(_config(config, server, connections=2)) as room:
        approve(room, 20)
        assert _deliver(room).states == {S.ACCEPTED: 20}
        assert server.recipients() == [reader(number).email for number in range(20)]
        assert server.connections >= 6


def test_many_refusals_of_one_kind_in_a_row_pause_the_issue(config: Config) -> None:
    faults = {reader(number).email: ("rcpt", "550 5.7.1 we block you") for number in range(60)}
    with serving(Smtpd(faults=faults)) as server, open_newsroom(_config(config, server)) as room:
        approve(room, 60)
        found = _deliver(room)
        assert found.paused is not None
        assert "550 5.7.1 we block you" in found.paused
        assert found.states[S.REJECTED] < 40
        assert sum(found.states.values()) == 60
        server.faults.clear()
        pipeline.resume(room, KEY, now=NOW)
        assert _deliver(room).states == {
            S.REJECTED: found.states[S.REJECTED],
            S.ACCEPTED: 60 - found.states[S.REJECTED],
        }


def test_a_server_that_takes_no_letters_from_us_pauses_the_issue_and_harms_no_reader(config: Config) -> None:
    with serving(Smtpd(mail="550 5.7.1 sender refused")) as server, open_newsroom(_config(config, server)) as room:
        approve(room, 12)
        found = _deliver(room)
        assert found.states == {S.PLANNED: 12}
        assert "takes no letters from our address" in str(found.paused)
        server.mail = "250 Ok"
        pipeline.resume(room, KEY, now=NOW)
        assert _deliver(room).states == {S.ACCEPTED: 12}


def test_a_server_that_is_not_there_pauses_the_issue(config: Config) -> None:
    with serving(Smtpd()) as server:
        pass
    with open_newsroom(_config(config, server)) as room:
        approve(room, 3)
        found = _deliver(room)
        assert found.states == {S.PLANNED: 3}
        assert f"127.0.0.1:{server.port} cannot be used" in str(found.paused)


def test_a_wrong_password_pauses_the_issue_and_is_not_told(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_USER", "ann")
    monkeypatch.setenv("MAIL_PASSWORD", "wrong-secret")
    with serving(Smtpd(login=("ann", "right"))) as server:
        settings = _config(config, server, username_env="MAIL_USER", password_env="MAIL_PASSWORD")
        with open_newsroom(settings) as room:
            approve(room, 3)
            found = _deliver(room)
            assert found.states == {S.PLANNED: 3}
            assert "refuses our login: 535" in str(found.paused)
            assert "wrong-secret" not in str(found)
            monkeypatch.setenv("MAIL_PASSWORD", "right")
            pipeline.resume(room, KEY, now=NOW)
            assert _deliver(room).states == {S.ACCEPTED: 3}


def test_a_password_that_is_not_set_is_a_mistake_of_the_config(tmp_path: Path) -> None:
    deliver = Deliver(transport="smtp", smtp=Smtp(username_env="NO_SUCH_USER", password_env="NO_SUCH_PASSWORD"))
    with pytest.raises(ConfigError) as error:
        open_transport(deliver, folder=tmp_path)
    assert [problem.partition(" = ")[0] for problem in error.value.problems] == [
        "[deliver.smtp] username_env",
        "[deliver.smtp] password_env",
    ]


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_letters_go_encrypted_to_a_server_with_a_certificate_that_we_trust(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tls: str
) -> None:
    context, trusted = certificate(tmp_path)
    extensions = ("PIPELINING", "STARTTLS") if tls == "starttls" else ("PIPELINING",)
    server = Smtpd(extensions=extensions, context=context)
    with serving(server, direct_tls=tls == "tls"), open_newsroom(_config(config, server, tls=tls)) as room:
        approve(room, 3)
        found = _deliver(room)
        assert found.states == {S.PLANNED: 3}
        assert "no certificate that we can trust" in str(found.paused)
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        pipeline.resume(room, KEY, now=NOW)
        assert _deliver(room).states == {S.ACCEPTED: 3}


def test_a_stripped_starttls_is_refused_and_nothing_goes_in_the_clear(config: Config) -> None:
    with serving(Smtpd()) as server, open_newsroom(_config(config, server, tls="starttls")) as room:
        approve(room, 2)
        assert "offers no STARTTLS" in str(_deliver(room).paused)
        assert not [command for command in server.commands if command.startswith("MAIL")]


def test_what_is_said_between_starttls_and_encryption_is_not_believed(config: Config, tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    server = Smtpd(extensions=("STARTTLS",), context=context, extra_after_starttls=b"250 forged\r\n")
    with serving(server), open_newsroom(_config(config, server, tls="starttls")) as room:
        approve(room, 2)
        assert "somebody may be in between" in str(_deliver(room).paused)


def test_a_stop_lets_the_letter_on_the_wire_end_and_gives_the_rest_back(config: Config) -> None:
    with serving(Smtpd()) as server, open_newsroom(_config(config, server)) as room:
        approve(room, 200)

        async def run() -> Delivered:
            stop, loop = asyncio.Event(), asyncio.get_running_loop()

            def seen(number: int) -> None:
                if number == 25:
                    loop.call_soon_threadsafe(stop.set)

            server.on_taken = seen
            return await pipeline.deliver(room, KEY, clock=Hands(), stop=stop)

        found = asyncio.run(run())
        assert set(found.states) == {S.ACCEPTED, S.PLANNED}
        assert found.states[S.ACCEPTED] == len(server.taken) < 60
        assert _deliver(room).states == {S.ACCEPTED: 200}
        assert server.recipients() == [reader(number).email for number in range(200)]
