"""What the sending verbs print: people script against these names."""

import asyncio
import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newsletter import pipeline
from newsletter.cli import main
from newsletter.config import load_config
from newsletter.model import Delivery, DeliveryState, IssueStatus, Move
from newsletter.newsroom import open_newsroom
from tests.builders import NOW
from tests.mailroom import KEY, approve, reader
from tests.test_bounces import bounce

S = DeliveryState


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text('[newsroom]\nsite = "https://news.example"\n', encoding="utf-8")
    with open_newsroom(load_config(path)) as room:
        approve(room, 3)
    return path


def _say(capsys: pytest.CaptureFixture[str], config_file: Path, *words: str) -> list[dict[str, Any]]:
    assert main([*words, "--config", str(config_file), "--json", "--as-of", "2026-03-13T08:00:00Z"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    return [json.loads(line) for line in said.out.splitlines()]


def test_deliver_prints_issue_audience_states_and_pause(capsys: pytest.CaptureFixture[str], config_file: Path) -> None:
    expected = {"issue": KEY, "audience": 3, "states": {"accepted": 3}, "paused": None}
    assert _say(capsys, config_file, "deliver", KEY) == [expected]
    assert _say(capsys, config_file, "deliver", KEY) == [expected]


def test_status_prints_the_balanced_sum_for_one_issue_and_for_all(
    capsys: pytest.CaptureFixture[str], config_file: Path
) -> None:
    expected = {"issue": KEY, "status": "approved", "audience": 0, "states": {}, "balanced": True}
    assert _say(capsys, config_file, "status", KEY) == [expected]
    _say(capsys, config_file, "deliver", KEY)
    expected = {"issue": KEY, "status": "sent", "audience": 3, "states": {"accepted": 3}, "balanced": True}
    assert _say(capsys, config_file, "status", KEY) == [expected]
    assert _say(capsys, config_file, "status") == [expected]


def test_status_with_deliveries_prints_a_line_for_each_reader(
    capsys: pytest.CaptureFixture[str], config_file: Path
) -> None:
    _say(capsys, config_file, "deliver", KEY)
    found = _say(capsys, config_file, "status", KEY, "--deliveries")
    assert [one["email"] for one in found] == [reader(number).email for number in range(3)]
    for one in found:
        assert list(one) == ["email", "state", "attempt", "message_id", "provider_id", "at"]
        assert (one["state"], one["attempt"], one["at"]) == ("accepted", 1, "2026-03-13T08:00:00Z")


def test_pause_and_resume_print_the_reason_and_its_end(capsys: pytest.CaptureFixture[str], config_file: Path) -> None:
    assert _say(capsys, config_file, "pause", KEY) == [{"issue": KEY, "paused": "paused by hand"}]
    (found,) = _say(capsys, config_file, "deliver", KEY)
    assert found["paused"] == "paused by hand"
    assert _say(capsys, config_file, "resume", KEY) == [{"issue": KEY, "paused": None}]


def test_cancel_prints_where_the_issue_stands(capsys: pytest.CaptureFixture[str], config_file: Path) -> None:
    (found,) = _say(capsys, config_file, "cancel", KEY)
    assert found == {"issue": KEY, "status": "cancelled", "audience": 0, "states": {}, "balanced": True}


def _put(config_file: Path, state: DeliveryState, **more: Any) -> None:
    """All rows of the issue in one state."""

    def step(row: Delivery) -> Move:
        return Move(sources=frozenset({S.PLANNED}), after=replace(row, state=state, **more))

    with open_newsroom(load_config(config_file)) as room, room.store.write() as tx:
        tx.issues.set_status(KEY, IssueStatus.SENDING)
        tx.freezes.begin(KEY, now=NOW)
        tx.freezes.advance(KEY, reader(0).editions[0], key=b"k", domain="news.example", size=100)
        tx.deliveries.move([step(row) for row in tx.deliveries.listed(KEY)])


@pytest.mark.parametrize(
    ("words", "files"),
    [(["--settle", "accepted"], 0), (["--settle", "absent"], 3), (["--resend-uncertain"], 3)],
)
def test_uncertain_letters_are_settled_by_a_persons_word(
    capsys: pytest.CaptureFixture[str], config_file: Path, words: list[str], files: int
) -> None:
    _put(config_file, S.UNCERTAIN)
    (found,) = _say(capsys, config_file, "deliver", KEY)
    assert found["states"] == {"uncertain": 3}
    (found,) = _say(capsys, config_file, "deliver", KEY, *words)
    assert found["states"] == {"accepted": 3}
    assert len(list((config_file.parent / "outbox").rglob("*.eml"))) == files


def test_only_what_failed_is_tried_again_and_a_sent_issue_reopens_for_it(
    capsys: pytest.CaptureFixture[str], config_file: Path
) -> None:
    _put(config_file, S.FAILED, attempt=5, error="451 try later")
    (found,) = _say(capsys, config_file, "deliver", KEY)
    assert found["states"] == {"failed": 3}
    assert _say(capsys, config_file, "status", KEY)[0]["status"] == "sent"
    (found,) = _say(capsys, config_file, "deliver", KEY, "--retry-failed")
    assert found["states"] == {"accepted": 3}
    assert _say(capsys, config_file, "status", KEY)[0]["status"] == "sent"
    (found,) = _say(capsys, config_file, "deliver", KEY, "--retry-failed")
    assert len(list((config_file.parent / "outbox").rglob("*.eml"))) == 3


def test_a_dry_run_says_what_would_go_and_sends_and_writes_nothing(
    capsys: pytest.CaptureFixture[str], config_file: Path
) -> None:
    (found,) = _say(capsys, config_file, "deliver", KEY, "--dry-run")
    assert found.pop("bytes") > 500
    assert found == {"issue": KEY, "audience": 3, "open": 3, "transport": "outbox", "sent": 0}
    assert not (config_file.parent / "outbox").exists()
    assert _say(capsys, config_file, "status", KEY)[0]["status"] == "approved"
    _say(capsys, config_file, "deliver", KEY)
    assert _say(capsys, config_file, "deliver", KEY, "--dry-run")[0]["open"] == 0


def test_a_csv_tells_who_got_what_and_who_did_not_and_why(
    capsys: pytest.CaptureFixture[str], config_file: Path
) -> None:
    with open_newsroom(load_config(config_file)) as room:
        with room.store.write() as tx:
            tx.issues.set_status(KEY, IssueStatus.SENDING)
            tx.freezes.begin(KEY, now=NOW)
            tx.freezes.advance(KEY, reader(0).editions[0], key=b"k", domain="news.example", size=100)
        pipeline.leave(room, reader(1).email, edition=None, now=NOW)
    _say(capsys, config_file, "deliver", KEY)
    assert main(["status", KEY, "--csv", "--config", str(config_file)]) == 0
    lines = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(one["email"], one["state"], one["why"]) for one in lines] == [
        (reader(0).email, "accepted", ""),
        (reader(1).email, "skipped", "the reader has left"),
        (reader(2).email, "accepted", ""),
    ]
    assert lines[0]["name"] == "Reader 0"


def test_a_report_is_taken_from_stdin(
    capsys: pytest.CaptureFixture[str], config_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _say(capsys, config_file, "deliver", KEY)
    row = _say(capsys, config_file, "status", KEY, "--deliveries")[0]
    for new in (True, False):
        message = io.TextIOWrapper(io.BytesIO(bounce(f"Message-ID: {row['message_id']}")))
        monkeypatch.setattr("sys.stdin", message)
        (found,) = _say(capsys, config_file, "bounce")
        (told,) = found["reports"]
        assert (told["issue"], told["kind"], told["new"]) == (KEY, "bounce", new)
    assert _say(capsys, config_file, "status", KEY)[0]["states"] == {"accepted": 2, "bounced": 1}
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Subject: away\r\n\r\nno report")))
    assert _say(capsys, config_file, "bounce") == [{"reports": []}]


def test_measure_prints_a_report(capsys: pytest.CaptureFixture[str], config_file: Path) -> None:
    _say(capsys, config_file, "deliver", KEY)
    (found,) = _say(capsys, config_file, "measure", KEY)
    assert (found["issue"], found["audience"], found["states"]) == (KEY, 3, {"accepted": 3})
    assert (found["handed_over"], found["arrived"], found["bounced"], found["events"]) == (3, None, 0.0, {})


def test_a_person_reads_the_sum_and_what_to_do_next(capsys: pytest.CaptureFixture[str], config_file: Path) -> None:
    assert main(["deliver", KEY, "--config", str(config_file)]) == 0
    assert main(["status", KEY, "--config", str(config_file)]) == 0
    assert main(["status", KEY, "--deliveries", "--config", str(config_file)]) == 0
    assert main(["status", "--config", str(config_file)]) == 0
    assert main(["measure", KEY, "--config", str(config_file)]) == 0
    said = capsys.readouterr().out
    assert f"{KEY}: 3 readers: 3 accepted" in said
    assert f"{KEY} sent: 3 accepted = 3" in said


def test_an_unknown_issue_is_one_line_and_exit_1(capsys: pytest.CaptureFixture[str], config_file: Path) -> None:
    for verb in ("deliver", "status", "pause", "resume", "cancel", "measure"):
        assert main([verb, "weekly-en/2026-W50", "--config", str(config_file)]) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err == (
            "newsletter: there is no issue weekly-en/2026-W50; compose it: newsletter compose weekly-en\n"
        )


def test_pausing_an_issue_in_the_middle_ends_the_run_with_the_reason(config_file: Path) -> None:
    with open_newsroom(load_config(config_file)) as room:

        def progress(done: int, total: int) -> None:
            if done == 0:
                pipeline.pause(room, KEY, now=NOW, reason="the editor saw a mistake")

        found = asyncio.run(pipeline.deliver(room, KEY, clock=lambda: NOW, progress=progress))
        assert found.paused == "the editor saw a mistake"
        assert found.states == {S.PLANNED: 3}


def test_a_person_reads_what_an_issue_waits_for_and_what_to_do(
    capsys: pytest.CaptureFixture[str], config_file: Path
) -> None:
    plan = "[deliver.warm_up]\nfirst = 2\n"
    config_file.write_text(config_file.read_text("utf-8") + plan, encoding="utf-8")
    at = ("--config", str(config_file), "--as-of", "2026-03-13T08:00:00Z")
    assert main(["deliver", KEY, *at]) == 0
    said = capsys.readouterr().out
    assert "1 wait: today's letters of [deliver.warm_up] are out; it goes on after 2026-03-14 00:00 UTC" in said
    (found,) = _say(capsys, config_file, "deliver", KEY)
    assert (found["states"], found["until"]) == ({"planned": 1, "accepted": 2}, "2026-03-14T00:00:00Z")
    assert main(["status", KEY, *at]) == 0
    assert "it goes on after 2026-03-14 00:00 UTC; newsletter run does it by itself" in capsys.readouterr().out
    assert main(["deliver", KEY, "--config", str(config_file), "--as-of", "2026-03-14T08:00:00Z"]) == 0
    assert f"{KEY}: 3 readers: 3 accepted" in capsys.readouterr().out


def test_what_is_unknown_is_told_with_its_end_and_how_to_settle_it(
    capsys: pytest.CaptureFixture[str], config_file: Path
) -> None:
    _say(capsys, config_file, "deliver", KEY)
    with open_newsroom(load_config(config_file)) as room, room.store.write() as tx:
        (row, *_) = tx.deliveries.listed(KEY)
        unknown = replace(row, state=S.UNCERTAIN, at=NOW)
        tx.deliveries.move([Move(sources=frozenset({S.ACCEPTED}), after=unknown)])
        tx.issues.set_status(KEY, IssueStatus.SENDING)
    at = ("--config", str(config_file), "--as-of", "2026-03-13T09:00:00Z")
    assert main(["status", KEY, *at]) == 0
    said = capsys.readouterr().out
    assert "what may have arrived or not is given up at 2026-03-16 08:00 UTC" in said
    assert f"settle it before: newsletter deliver {KEY} --settle accepted|absent" in said
