"""One database, two engines: SQLite with one writer at a time, or PostgreSQL by changing the address."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import StaticPool

from newsletter.errors import ConfigError, StoreError
from newsletter.store.shelves import Shelves

_KNOWN = "use sqlite:///FILE or postgresql://USER@HOST/NAME"
_BUSY_MS = 5_000
_TROUBLES = (
    ("locked", "is busy: another process is writing to it; try again in a moment"),
    ("full", "cannot grow: its disk is full; make room and run it again"),
    ("unable to open", "cannot be opened: its folder is not there or may not be written by this user; see [store] url"),
    ("readonly", "cannot be written: the file or its folder is read-only for this user; change its owner or its mode"),
)
"""What SQLite says of a store that is sound, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Store:
    """Open it with `open_store`; a Shelves lives as long as its transaction."""

    engine: Engine
    _writing: threading.RLock = field(default_factory=threading.RLock)

    @contextmanager
    def read(self) -> Iterator[Shelves]:
        """A consistent view; nothing that is written through it is kept. Raises StoreError as `write` does."""
        with self._told(), self.engine.connect() as connection:
            yield Shelves(connection)
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Shelves]:
        """One transaction: all of it or nothing. On SQLite it holds the write lock from its first moment.

        Raises StoreError where the store cannot be used, and then keeps nothing.
        """
        if self.engine.dialect.name != "sqlite":
            with self._told(), self.engine.begin() as connection:
                yield Shelves(connection)
            return
        with self._told(), self._writing, self.engine.connect() as connection:
            connection = connection.execution_options(newsletter_write=True)
            with connection.begin():
                yield Shelves(connection)

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """The troubles of a database in the words of whoever can end them."""
        try:
            yield
        except DatabaseError as error:
            # What else is below DatabaseError says that our own SQL is wrong.
            if type(error) not in (OperationalError, DatabaseError):
                raise
            raise StoreError(f"the store {self.engine.url!r} {_trouble(error)}") from error


def make_address(url: str) -> URL:
    """The address of a store of a kind that we know. Raises ConfigError."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        # The address is not repeated: it may hold a password.
        raise ConfigError((f"[store] url: {_KNOWN}",)) from None
    if address.get_backend_name() not in ("sqlite", "postgresql", "postgres"):
        raise ConfigError((f"[store] url: {address.drivername} is none of ours; {_KNOWN}",))
    return address


def open_engine(url: str, folder: Path) -> Engine:
    """An engine for the address; a relative SQLite file lies below `folder`. Raises ConfigError."""
    address = make_address(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(str(address.database or ":memory:"), folder)
    if address.drivername in ("postgresql", "postgres"):
        address = address.set(drivername="postgresql+psycopg")
    try:
        return create_engine(address, hide_parameters=True, pool_size=10, max_overflow=20, pool_pre_ping=True)
    except (NoSuchModuleError, ModuleNotFoundError):
        message = (
            f"[store] url: {address.drivername} needs a driver; install newsletter[postgres] or use sqlite:///FILE"
        )
        raise ConfigError((message,)) from None


def _trouble(error: DatabaseError) -> str:
    said = str(error.orig)
    if not isinstance(error, OperationalError):
        return f"is not a database of ours: {said}; see [store] url, or put a copy back: newsletter restore FILE"
    return next((told for sign, told in _TROUBLES if sign in said), f"cannot be opened: {said}; see [store] url")


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
