"""Killed at any step and run again: nobody gets two letters, nobody none, and the states always add up."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from newsletter import pipeline
from newsletter.config import Config, load_config
from newsletter.model import DeliveryState, IssueStatus
from newsletter.newsroom import Newsroom, open_newsroom
from tests.builders import NOW
from tests.crashing import CrashingRoom, crashing_store
from tests.fakes.sink import Sink
from tests.fakes.smtpd import Smtpd, serving
from tests.mailroom import KEY, Hands, approve, reader

S = DeliveryState
HERE = Path(__file__).resolve().parents[1]


class Died(BaseException):
    """As sudden as SIGKILL: once it has come, no step is taken any more."""


class Death:
    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self) -> None:
        self.left -= 1
        if self.left <= 0:
            raise Died


def _die_in_mid_deliver(room: Newsroom, sink: Sink, at: int, hour: int) -> bool:
    """Deliver until the step; whether death came before the end."""
    death = Death(at)
    sink._step = death
    doomed = CrashingRoom(room.config, crashing_store(room.store, death), death, sink)
    try:
        asyncio.run(pipeline.deliver(doomed, KEY, clock=Hands(NOW + timedelta(hours=hour))))
    except (Died, BaseExceptionGroup):
        assert death.left <= 0
        return True
    return False


def _expect_sums(room: Newsroom, audience: int) -> dict[DeliveryState, int]:
    status = pipeline.status(room, KEY)
    assert status.balanced
    assert status.audience in (0, audience)
    return status.states


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_no_reader_gets_two_letters_and_none_is_lost_wherever_it_dies(room: Newsroom, seed: int) -> None:
    """Each seed dies ten times at random steps: 200 points."""
    approve(room, 40)
    generator, sink, uncertain = random.Random(seed), Sink(), 0
    for hour in range(10):
        died = _die_in_mid_deliver(room, sink, generator.randint(1, 90), hour)
        states = _expect_sums(room, 40)
        assert max(Counter(sink.taken).values(), default=0) <= 1
        if died:
            # Two lanes of four letters may be under way at that moment.
            now_open = states.get(S.UNCERTAIN, 0) + states.get(S.SUBMITTING, 0)
            assert now_open - uncertain <= 8
            uncertain = now_open
    sink._step = lambda: None
    calm = CrashingRoom(room.config, room.store, lambda: None, sink)
    found = asyncio.run(pipeline.deliver(calm, KEY, clock=Hands(NOW + timedelta(hours=20))))
    assert set(found.states) <= {S.ACCEPTED, S.UNCERTAIN}
    with room.store.read() as tx:
        rows = list(tx.deliveries.listed(KEY))
    assert {row.email for row in rows if row.state is S.ACCEPTED} <= set(sink.taken)
    assert {row.email for row in rows} - set(sink.taken) <= {row.email for row in rows if row.state is S.UNCERTAIN}
    assert len(sink.taken) == len(set(sink.taken))


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
    with serving(Smtpd()) as server:
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
