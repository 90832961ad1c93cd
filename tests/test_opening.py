"""A store opens, or says in one line why it cannot and what to do."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from newsletter.cli import main
from newsletter.config import Config
from newsletter.errors import ConfigError, NewsletterError, StoreError
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.store.engine import open_engine
from newsletter.store.opening import open_store


@contextmanager
def somebody_writes(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def put(room: Newsroom, value: str, *before: str) -> None:
    with room.store.write() as tx:
        for statement in before:
            tx.connection.exec_driver_sql(statement)
        tx.settings.put("said", value)


def kept(room: Newsroom) -> str | None:
    with room.store.read() as tx:
        return tx.settings.get("said")


def test_whoever_only_reads_does_not_wait_for_somebody_who_writes(room: Newsroom, config: Config) -> None:
    with somebody_writes(config.folder / "newsletter.db"), open_newsroom(config) as second:
        assert second.signer.delivery_key == room.signer.delivery_key


@pytest.mark.slow
def test_a_busy_store_is_told_and_nothing_is_kept(room: Newsroom, config: Config) -> None:
    with somebody_writes(config.folder / "newsletter.db"), pytest.raises(StoreError, match="is busy: another process"):
        put(room, "text")
    assert kept(room) is None


def test_a_full_disk_is_told_and_nothing_is_kept(room: Newsroom) -> None:
    with room.store.read() as tx:
        pages = tx.connection.exec_driver_sql("PRAGMA page_count").scalar()
    with pytest.raises(StoreError, match="its disk is full; make room"):
        put(room, "x" * 5_000_000, f"PRAGMA max_page_count={pages}")
    assert kept(room) is None


def test_a_store_of_a_newer_version_asks_for_an_upgrade(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text("")
    open_store("sqlite:///newsletter.db", tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "newsletter.db")) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
        file.commit()
    assert main(["status", "--config", str(tmp_path / "config.toml")]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "newer version than this newsletter (9999); upgrade" in line


@pytest.mark.parametrize("body", [b"garbage garbage", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_file_that_is_no_store_is_refused_in_a_sentence(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "newsletter.db").write_bytes(body)
    with pytest.raises(NewsletterError, match="not a database of ours"):
        open_store("sqlite:///newsletter.db", tmp_path)


def test_a_store_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="its folder is not there or may not be written"):
        open_store(f"sqlite:///{tmp_path}", tmp_path)


@pytest.mark.parametrize("url", ["mysql://x", "foo", "", "postgresql://localhost:abc/x", "sqlite:newsletter.db"])
def test_an_address_of_no_store_of_ours_is_refused_in_a_sentence(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match="use sqlite:///FILE or postgresql://"):
        open_engine(url, tmp_path)


def test_the_short_name_of_postgresql_is_understood(tmp_path: Path) -> None:
    assert open_engine("postgres://me@localhost/x", tmp_path).dialect.name == "postgresql"


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["demo", "--folder", str(tmp_path / "file")]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert str(tmp_path / "file") in line


def test_check_tells_of_a_store_and_of_weights_that_nobody_knows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = '[store]\nurl = "mysql://x"\n[curate.weights]\nsources = 0.5\nopinion = 0.1\nnonsense = 1\n'
    (tmp_path / "config.toml").write_text(text)
    assert main(["check", "--config", str(tmp_path / "config.toml")]) == 1
    store, weight = capsys.readouterr().err.splitlines()
    assert "mysql is none of ours" in store
    assert "nonsense: is no reason of a rank; use magnitude" in weight
    assert not (tmp_path / "newsletter.db").exists()


def test_a_key_that_stands_twice_is_called_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text('[newsroom]\nname = "a"\nname = "b"\n')
    assert main(["check", "--config", str(tmp_path / "config.toml")]) == 1
    assert "a key stands twice" in capsys.readouterr().err


def test_migrate_tells_from_which_version_to_which(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text("")
    migrate = ["migrate", "--json", "--config", str(tmp_path / "config.toml")]
    assert main(migrate) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["before"] is None
    assert main(migrate) == 0
    assert json.loads(capsys.readouterr().out) == {"before": first["after"], "after": first["after"]}
