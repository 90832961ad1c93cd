"""The demo does the whole job on this machine, and doing it again changes nothing."""

import json
import socket
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from newsletter.cli import main
from newsletter.cli.demo import EDITOR, READERS
from newsletter.config import load_config
from newsletter.newsroom import open_newsroom
from tests.checklist import faults, grown


def demo(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert main(["demo", "--folder", str(folder), "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    assert main(["demo", "--folder", str(folder)]) == 0
    return folder


def letters(folder: Path) -> list[Path]:
    return sorted((folder / "outbox").rglob("*.eml"))


def test_three_readers_get_four_letters_in_two_languages(made: Path) -> None:
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in letters(made)]
    assert sorted(letter["To"].addresses[0].addr_spec for letter in found) == sorted(
        email for email, _, _, editions in READERS for _ in editions
    )
    bodies = [letter.get_body(("plain",)).get_content() for letter in found]  # type: ignore[union-attr]
    assert sum("Meta Compute" in body for body in bodies) == 4
    assert sum("相关" in body or "来源" in body for body in bodies) == 2


def test_both_letters_of_the_sample_week_have_every_point(made: Path) -> None:
    with open_newsroom(load_config(made / "config.toml")) as room, room.store.read() as tx:
        kept = tx.issues.all()
    assert len(kept) == 2
    for one in kept:
        assert faults(one.issue, one.letter, address=room.config.newsroom.postal_address) == []
        assert grown(one.letter) <= 90_000


def test_it_says_what_it_did_in_ten_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--folder", str(tmp_path / "demo")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 10
    said = "\n".join(lines)
    for part in ("Collected 12 feeds", "weekly-en/2026-W03", "weekly-zh/2026-W03", ".eml", f"as {EDITOR}, password "):
        assert part in said


def test_a_second_run_adds_no_article_sends_no_letter_and_tells_no_password(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = [path.read_bytes() for path in letters(made)]
    found = demo(made, capsys)
    assert (found["new_articles"], found["letters"]) == (0, 0)
    assert [path.read_bytes() for path in letters(made)] == before
    assert main(["demo", "--folder", str(made)]) == 0
    assert "password that the first run showed" in capsys.readouterr().out


def test_every_sent_letter_is_accounted_for(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for key in ("weekly-en/2026-W03", "weekly-zh/2026-W03"):
        assert main(["status", key, "--config", str(made / "config.toml"), "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert found == {"issue": key, "status": "sent", "audience": 2, "states": {"accepted": 2}, "balanced": True}


def test_meta_compute_leads_both_editions_with_all_its_sources(made: Path) -> None:
    with open_newsroom(load_config(made / "config.toml")) as room, room.store.read() as tx:
        issues = [kept.issue for kept in tx.issues.all()]
    assert len(issues) == 2
    for issue in issues:
        assert issue.lead is not None
        assert "Meta Compute" in issue.lead.headline
        assert {source.language[:2] for source in issue.lead.sources} == {"en", "zh"}
        assert sum("Meta Compute" in item.headline for item in issue.items) == 1


def test_a_taken_port_of_an_earlier_demo_is_told(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    port = int((made / "feeds" / "sample.opml").read_text().partition("http://127.0.0.1:")[2].partition("/")[0])
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert main(["demo", "--folder", str(made)]) == 1
    assert f"port {port} of the sample feeds is taken" in capsys.readouterr().err


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text("# mine\n")
    assert main(["demo", "--folder", str(tmp_path)]) == 1
    assert "is no demo of ours" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]
