"""A copy of the store is whole, and putting one back sends nothing by itself."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.cli import main
from newsletter.config import Config
from newsletter.errors import NewsletterError
from newsletter.model import IssueStatus
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.store import copying
from tests.builders import NOW, issue, letter


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text("")
    return tmp_path


def call(folder: Path, *arguments: str) -> int:
    return main([*arguments, "--config", str(folder / "config.toml")])


def keep_an_approved_issue(room: Newsroom) -> None:
    one, sheet = issue(), letter()
    with room.store.write() as tx:
        tx.issues.save_draft(one, sheet, (), now=NOW, send_at=NOW)
        tx.issues.approve(one.key, sheet.fingerprint, by="ed@news.example", now=NOW)


def test_a_copy_taken_while_somebody_writes_is_whole(room: Newsroom, tmp_path: Path) -> None:
    with room.store.write() as tx:
        tx.settings.put("said", "一")
    with room.store.read() as reading:
        assert reading.settings.get("said") == "一"
        copying.copy_out(room.store, tmp_path / "copy.db")
    copying.check_copy(tmp_path / "copy.db")
    assert not (tmp_path / "copy.db-wal").exists()
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT value FROM settings WHERE key = 'said'").fetchall() == [("一",)]


def test_what_a_restored_ledger_would_send_is_held(
    folder: Path, capsys: pytest.CaptureFixture[str], config: Config
) -> None:
    with open_newsroom(config) as room:
        keep_an_approved_issue(room)
    assert call(folder, "backup", str(folder / "copy.db")) == 0
    assert call(folder, "restore", str(folder / "copy.db")) == 1
    assert "--force" in capsys.readouterr().err
    assert call(folder, "restore", str(folder / "copy.db"), "--force") == 0
    assert "weekly-en/2026-W11 is paused" in capsys.readouterr().out
    with open_newsroom(config) as room, room.store.read() as tx:
        kept = tx.issues.get(issue().key)
    assert kept is not None
    assert kept.issue.status is IssueStatus.PAUSED
    assert "restored from copy.db" in kept.paused


def test_a_fresh_newsroom_takes_a_copy_without_force(folder: Path, config: Config, tmp_path: Path) -> None:
    with open_newsroom(config) as room:
        keep_an_approved_issue(room)
        copying.copy_out(room.store, tmp_path / "copy.db")
    new = tmp_path / "new"
    new.mkdir()
    (new / "config.toml").write_text("")
    assert call(new, "restore", str(tmp_path / "copy.db")) == 0


@pytest.mark.parametrize("body", [b"", b"not a database at all", b"SQLite format 3\x00" + b"\xff" * 200])
def test_a_file_that_is_no_copy_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "copy.db").write_bytes(body)
    with pytest.raises(NewsletterError, match="copy"):
        copying.check_copy(tmp_path / "copy.db")


def test_a_database_of_somebody_else_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE articles (id)")
    with pytest.raises(NewsletterError, match="not a copy of a newsletter's store"):
        copying.check_copy(tmp_path / "other.db")


@pytest.mark.postgres
def test_a_postgresql_store_is_left_to_its_own_tools(config: Config, postgres_url: str, tmp_path: Path) -> None:
    config = replace(config, store=replace(config.store, url=postgres_url))
    with open_newsroom(config) as room, pytest.raises(NewsletterError, match="pg_dump"):
        copying.copy_out(room.store, tmp_path / "copy.db")


def test_a_copy_never_overwrites_a_file(room: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_bytes(b"mine")
    with pytest.raises(NewsletterError, match="already there"):
        copying.copy_out(room.store, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_bytes() == b"mine"
