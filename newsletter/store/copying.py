"""A copy of the SQLite store, taken while it runs, and the way back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from newsletter.errors import NewsletterError
from newsletter.model import IssueKey, IssueStatus
from newsletter.store.engine import Store


def copy_out(store: Store, target: Path) -> int:
    """Write a whole and consistent copy; the bytes of it. Raises NewsletterError, and then leaves no file behind."""
    source = _file(store)
    if target.exists():
        raise NewsletterError(f"{target} is already there; choose another name")
    if not target.parent.is_dir():
        raise NewsletterError(f"{target.parent} is no folder; make it first")
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        with _reading(source) as origin, closing(sqlite3.connect(unfinished)) as copy:
            origin.backup(copy)
            # A copy is one file: no -wal beside it that somebody forgets to move.
            copy.execute("PRAGMA journal_mode=DELETE")
        unfinished.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise NewsletterError(f"{target} cannot be written: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def check_copy(path: Path) -> None:
    """Raises NewsletterError for a file that is no whole store of ours."""
    if not path.is_file():
        raise NewsletterError(f"{path} is not there")
    try:
        with _reading(path) as copy:
            sound = copy.execute("PRAGMA quick_check").fetchone()[0]
            tables = {row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.Error as error:
        raise NewsletterError(f"{path} is not a copy of a store: {error}") from error
    if sound != "ok":
        raise NewsletterError(f"{path} is damaged: {sound}; take an older copy")
    if not {"alembic_version", "articles", "issues", "deliveries"} <= tables:
        raise NewsletterError(f"{path} is not a copy of a newsletter's store")


def copy_in(store: Store, path: Path) -> None:
    """Put a checked copy in the place of what the store holds, page by page, in one transaction."""
    target = _file(store)
    with _reading(path) as copy, closing(sqlite3.connect(target, timeout=5)) as place:
        try:
            copy.backup(place)
        except sqlite3.Error as error:
            raise NewsletterError(f"{target} cannot be replaced: {error}; stop newsletter run first") from error


def hold_unsent(store: Store, why: str) -> tuple[IssueKey, ...]:
    """Pause whatever a restored ledger would send: what was sent after the copy was made is not in it."""
    with store.write() as tx:
        waiting = tuple(kept.issue.key for kept in tx.issues.unsent())
        for key in waiting:
            tx.issues.set_status(key, IssueStatus.PAUSED, paused=why)
    return waiting


def is_empty(store: Store) -> bool:
    """Nothing that anybody would miss: no article, no issue, no reader."""
    with closing(sqlite3.connect(_file(store))) as place:
        return all(
            place.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None  # noqa: S608 — our own names
            for table in ("articles", "issues", "subscribers")
        )


def _file(store: Store) -> Path:
    if store.engine.dialect.name != "sqlite":
        raise NewsletterError("backup and restore copy SQLite stores; for PostgreSQL use pg_dump and pg_restore")
    database = store.engine.url.database
    if not database:
        raise NewsletterError("a store in memory cannot be copied; set [store] url to a file")
    return Path(database)


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        yield connection
