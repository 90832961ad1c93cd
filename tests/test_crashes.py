"""Killed at any step and run again: nobody gets two letters, nobody none, and the states always add up."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from newsletter import pipeline
from newsletter.config import Config, SendGrid, Smtp, load_config
from newsletter.model import DeliveryState, IssueStatus
from newsletter.newsroom import Newsroom, open_newsroom
from tests.builders import NOW
from tests.crashing import CrashingRoom, Death, Died, crashing_store, deliver_until
from tests.fakes import sendgrid, smtpd
from tests.fakes.sink import Sink
from tests.mailroom import KEY, Hands, approve, reader, rows

S = DeliveryState
HERE = Path(__file__).resolve().parents[1]
CONNECTIONS, BATCH = 2, 4
MOST_UNCERTAIN = 4 * CONNECTIONS + 2 * BATCH
"""After one death, whatever it interrupted."""
ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@dataclass
class World:
    """A server that keeps the truth, and a newsroom that sends to it."""

    server: smtpd.Smtpd | sendgrid.SendGridServer
    config: Config

    def taken(self) -> Counter[str]:
        return Counter(self.server.recipients())


@pytest.fixture
def settings(request: pytest.FixtureRequest, config: Config, monkeypatch: pytest.MonkeyPatch) -> Config:
    """On the engine that the test names."""
    monkeypatch.setenv("SENDGRID_API_KEY", "SG.test")
    if request.getfixturevalue("engine") == "postgresql":
        return replace(config, store=replace(config.store, url=request.getfixturevalue("postgres_url")))
    return config


@contextmanager
def _world(config: Config, transport: str) -> Iterator[World]:
    if transport == "smtp":
        with smtpd.serving(smtpd.Smtpd()) as server:
            smtp = Smtp(host="127.0.0.1", port=server.port, tls="none", connections=CONNECTIONS)
            deliver = replace(config.deliver, transport="smtp", smtp=smtp, batch=BATCH)
            yield World(server, replace(config, deliver=deliver))
        return
    with sendgrid.serving(sendgrid.SendGridServer()) as fake:
        own = SendGrid(host=f"http://127.0.0.1:{fake.port}", connections=CONNECTIONS)
        deliver = replace(config.deliver, transport="sendgrid", sendgrid=own, batch=BATCH)
        yield World(fake, replace(config, deliver=deliver))


def _now_open(room: Newsroom, audience: int) -> int:
    states = _expect_sums(room, audience)
    return states.get(S.UNCERTAIN, 0) + states.get(S.SUBMITTING, 0)


def _expect_truth(room: Newsroom, world: World, audience: int) -> None:
    """At the end: one letter for each accepted row, and none lost that nobody is told of."""
    found, taken = rows(room), world.taken()
    assert len(found) == audience
    assert {row.state for row in found.values()} <= {S.ACCEPTED, S.UNCERTAIN}
    assert set(taken.values()) == {1}
    assert {email for email, row in found.items() if row.state is S.ACCEPTED} <= set(taken)
    assert {email for email in found if email not in taken} <= {
        email for email, row in found.items() if row.state is S.UNCERTAIN
    }


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("transport", ["smtp", "sendgrid"])
@pytest.mark.parametrize("engine", ENGINES)
def test_at_each_of_200_points_no_reader_gets_two_letters_and_none_is_lost(
    settings: Config, engine: str, transport: str, seed: int
) -> None:
    """Each seed dies twenty times: at a transaction, at an answer, or while the server hears and takes."""
    generator, before, audience = random.Random(seed), 0, 400
    with _world(settings, transport) as world, open_newsroom(world.config) as room:
        approve(room, audience)
        for hour in range(20):
            death = Death(generator.randint(1, 8 if hour < 3 else 70))
            world.server.on_step = death.heard
            assert deliver_until(room, KEY, death, Hands(NOW + timedelta(hours=hour)))
            now_open = _now_open(room, audience)
            assert now_open - before <= MOST_UNCERTAIN
            assert max(world.taken().values(), default=0) <= 1
            before = now_open
        world.server.on_step = lambda: None
        asyncio.run(pipeline.deliver(room, KEY, clock=Hands(NOW + timedelta(hours=24))))
        _expect_sums(room, audience)
        _expect_truth(room, world, audience)


@pytest.mark.slow
@pytest.mark.parametrize("transport", ["smtp", "sendgrid"])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_process_killed_at_calls_of_the_network_repeats_nothing_and_loses_nobody(
    settings: Config, engine: str, transport: str, tmp_path: Path
) -> None:
    """By SIGKILL, counted in system calls; the rows of a dead process are taken over at once, without a lease."""
    generator, before, audience = random.Random(f"{engine} {transport}"), 0, 300
    with _world(settings, transport) as world, open_newsroom(world.config) as room:
        approve(room, audience)
        _write_config(tmp_path, world.config)
        for _ in range(5):
            assert _run(tmp_path, at=generator.randint(1, 160)).returncode == -signal.SIGKILL
            now_open = _now_open(room, audience)
            assert now_open - before <= MOST_UNCERTAIN
            assert max(world.taken().values(), default=0) <= 1
            before = now_open
        done = _run(tmp_path, at=0)
        assert done.returncode == 0, done.stderr
        assert "claimed" not in done.stdout
        _expect_sums(room, audience)
        _expect_truth(room, world, audience)


def _die_in_mid_deliver(room: Newsroom, sink: Sink, at: int, hour: int) -> bool:
    """Deliver to the sink until the step; whether death came before the end."""
    death = Death(at)
    sink._step = death
    doomed = CrashingRoom(room.config, crashing_store(room.store, death), death, sink)
    try:
        asyncio.run(pipeline.deliver(doomed, KEY, clock=Hands(NOW + timedelta(hours=hour))))
    except (Died, BaseExceptionGroup):
        assert death.came
        return True
    return False


def _expect_sums(room: Newsroom, audience: int) -> dict[DeliveryState, int]:
    status = pipeline.status(room, KEY)
    assert status.balanced
    assert status.audience in (0, audience)
    return status.states


def test_dying_at_each_of_the_first_steps_leaves_a_ledger_that_goes_on(room: Newsroom) -> None:
    approve(room, 300)
    sink = Sink()
    for at in range(1, 50):
        assert _die_in_mid_deliver(room, sink, at, at)
        _expect_sums(room, 300)
    assert max(Counter(sink.taken).values()) == 1


@pytest.mark.slow
def test_ten_times_killed_and_once_to_the_end_the_outbox_holds_one_letter_for_each_of_2000(tmp_path: Path) -> None:
    config = _config_file(tmp_path, "")
    with open_newsroom(config) as room:
        approve(room, 2000)
        generator = random.Random(2)
        for _ in range(10):
            assert _run(tmp_path, at=generator.randint(2, 450)).returncode == -signal.SIGKILL
            _expect_sums(room, 2000)
        done = _run(tmp_path, at=0)
        assert done.stdout.strip() == "{'accepted': 2000} None", done.stderr
        assert _expect_sums(room, 2000) == {S.ACCEPTED: 2000}
        assert pipeline.status(room, KEY).status is IssueStatus.SENT
    files = list((tmp_path / "outbox" / KEY).iterdir())
    assert {path.suffix for path in files} == {".eml"}
    letters = (message_from_bytes(path.read_bytes(), policy=policy.default) for path in files)
    assert Counter(one["To"].addresses[0].addr_spec for one in letters) == Counter(
        reader(number).email for number in range(2000)
    )


@pytest.mark.slow
def test_killed_between_the_letter_and_its_reply_smtp_repeats_nothing(tmp_path: Path) -> None:
    """The server kills the sender when it has taken a letter and has not answered yet."""
    connections, batch, uncertain = 3, 16, 0
    with smtpd.serving(smtpd.Smtpd()) as server:
        more = (
            f'transport = "smtp"\nbatch = {batch}\n[deliver.smtp]\nhost = "127.0.0.1"\nport = {server.port}\n'
            f'tls = "none"\nconnections = {connections}\n'
        )
        config = _config_file(tmp_path, more)
        with open_newsroom(config) as room:
            approve(room, 400)
            generator = random.Random(3)
            for _ in range(6):
                after = len(server.taken) + generator.randint(1, 40)
                process = _start(tmp_path, at=0)

                def kill(number: int, process: "subprocess.Popen[str]" = process, after: int = after) -> None:
                    if number == after:
                        os.kill(process.pid, signal.SIGKILL)

                server.on_taken = kill
                process.communicate(timeout=60)
                assert process.returncode == -signal.SIGKILL
                now_open = sum(_expect_sums(room, 400).get(state, 0) for state in (S.SUBMITTING, S.UNCERTAIN))
                assert now_open - uncertain <= 4 * connections + 2 * batch
                uncertain = now_open
            server.on_taken = None
            done = _start(tmp_path, at=0)
            done.communicate(timeout=60)
            assert done.returncode == 0
            states = _expect_sums(room, 400)
            assert states[S.ACCEPTED] + states[S.UNCERTAIN] == 400
            assert set(Counter(server.recipients()).values()) == {1}
            with room.store.read() as tx:
                accepted = {row.email for row in tx.deliveries.listed(KEY) if row.state is S.ACCEPTED}
            assert accepted <= set(server.recipients())


def test_a_terminated_deliver_gives_back_what_it_held_and_ends_in_time(tmp_path: Path) -> None:
    config = _config_file(tmp_path, "")
    with open_newsroom(config) as room:
        approve(room, 3000)
        process = subprocess.Popen(
            [sys.executable, "-m", "newsletter", "deliver", KEY, "--config", str(tmp_path / "config.toml"), "--json"],
            cwd=HERE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        box = tmp_path / "outbox" / KEY
        while process.poll() is None and not (box.is_dir() and any(box.iterdir())):
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=25)
        assert process.returncode == 0
        states = _expect_sums(room, 3000)
        assert set(states) == {S.ACCEPTED, S.PLANNED}
        assert f'"accepted": {states[S.ACCEPTED]}' in said
        assert len(list(box.iterdir())) == states[S.ACCEPTED]


def _write_config(folder: Path, config: Config) -> None:
    """The same newsroom for a process of its own: its store, transport and limits."""
    deliver, smtp, own = config.deliver, config.deliver.smtp, config.deliver.sendgrid
    store = f'[store]\nurl = "{config.store.url}"\n'
    (folder / "config.toml").write_text(
        f'[newsroom]\nsite = "https://news.example"\n{store}[deliver]\ntransport = "{deliver.transport}"\n'
        f'batch = {deliver.batch}\n[deliver.smtp]\nhost = "{smtp.host}"\nport = {smtp.port}\ntls = "none"\n'
        f'connections = {smtp.connections}\n[deliver.sendgrid]\nhost = "{own.host}"\n'
        f"connections = {own.connections}\n",
        encoding="utf-8",
    )


def _config_file(folder: Path, deliver: str) -> Config:
    path = folder / "config.toml"
    path.write_text(f'[newsroom]\nsite = "https://news.example"\n[deliver]\n{deliver}', encoding="utf-8")
    return load_config(path)


def _start(folder: Path, *, at: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.crashing", str(folder / "config.toml"), KEY, str(at)]
    return subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _run(folder: Path, *, at: int) -> "subprocess.CompletedProcess[str]":
    process = _start(folder, at=at)
    said, wrong = process.communicate(timeout=100)
    return subprocess.CompletedProcess([], process.returncode, said, wrong)
