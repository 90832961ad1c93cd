"""Whether a worker is gone is told only when it is sure."""

import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.deliver.workers import is_gone, worker_name

_SAY = "from newsletter.deliver.workers import worker_name; print(worker_name(), flush=True); input()"


def _other() -> "tuple[subprocess.Popen[str], str]":
    process = subprocess.Popen(
        [sys.executable, "-c", _SAY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[1],
    )  # fmt: skip
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_a_process_that_runs_is_not_gone_and_one_that_was_killed_is() -> None:
    process, name = _other()
    with process:
        assert not is_gone(name)
        process.kill()
        process.wait()
    assert is_gone(name)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells the state of a process")
def test_a_killed_process_that_nobody_has_buried_yet_is_gone() -> None:
    process, name = _other()
    with process:
        process.kill()
        while Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
            pass
        assert is_gone(name)


def test_a_pid_that_another_process_uses_by_now_does_not_keep_a_worker_alive() -> None:
    machine, pid, started, tail = worker_name().split(".")
    if started:
        assert is_gone(f"{machine}.{pid}.{int(started) - 1}.{tail}")


@pytest.mark.parametrize("name", ["", "worker", "0123456789ab.1.2.3", "...", "x.y.z"])
def test_a_worker_of_another_machine_or_of_a_strange_name_is_not_known_to_be_gone(name: str) -> None:
    assert not is_gone(name)


def test_two_names_of_one_process_differ_and_fit_the_ledger() -> None:
    one, other = worker_name(), worker_name()
    assert one != other
    assert max(len(one), len(other)) <= 64
