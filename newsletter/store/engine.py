"""One database, two engines: SQLite with one writer at a time, or PostgreSQL by changing the address."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from newsletter.errors import ConfigError
from newsletter.store.shelves import Shelves

_BUSY_MS = 5_000


@dataclass(frozen=True, slots=True)
class Store:
    """Open it with `open_store`; a Shelves lives as long as its transaction."""

    engine: Engine
    _writing: threading.RLock = field(default_factory=threading.RLock)

    @contextmanager
    def read(self) -> Iterator[Shelves]:
        """A consistent view; nothing that is written through it is kept."""
        with self.engine.connect() as connection:
            yield Shelves(connection)
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Shelves]:
        """One transaction: all of it or nothing. On SQLite it holds the write lock from its first moment."""
        if self.engine.dialect.name != "sqlite":
            with self.engine.begin() as connection:
                yield Shelves(connection)
            return
        with self._writing, self.engine.connect() as connection:
            connection = connection.execution_options(newsletter_write=True)
            with connection.begin():
                yield Shelves(connection)

    def close(self) -> None:
        self.engine.dispose()


def open_engine(url: str, folder: Path) -> Engine:
    """An engine for the address; a relative SQLite file lies below `folder`. Raises ConfigError."""
    try:
        address = make_url(url)
    except ArgumentError:
        # The address is not repeated: it may hold a password.
        raise ConfigError(("[store] url: use sqlite:///FILE or postgresql://USER@HOST/NAME",)) from None
    if address.get_backend_name() == "sqlite":
        return _sqlite(str(address.database or ":memory:"), folder)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    try:
        return create_engine(address, hide_parameters=True, pool_size=10, max_overflow=20, pool_pre_ping=True)
    except (NoSuchModuleError, ModuleNotFoundError):
        message = (
            f"[store] url: {address.drivername} needs a driver; install newsletter[postgres] or use sqlite:///FILE"
        )
        raise ConfigError((message,)) from None


def _sqlite(database: str, folder: Path) -> Engine:
    arguments: dict[str, Any] = {"check_same_thread": False, "timeout": _BUSY_MS / 1000}
    if database == ":memory:":
        engine = create_engine("sqlite://", hide_parameters=True, connect_args=arguments, poolclass=StaticPool)
    else:
        path = folder / database
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            f"sqlite:///{path}", hide_parameters=True, connect_args=arguments, pool_size=10, max_overflow=40
        )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    # The driver's own implicit BEGIN is deferred and upgrades to a write lock too late: SQLITE_BUSY at once.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("newsletter_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
