"""Opening the store brings it up to date: migrations run under a lock, so that two processes may start at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text

from newsletter.errors import NewsletterError
from newsletter.store.engine import Store, open_engine

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x6E657773


def open_store(url: str, folder: Path = Path()) -> Store:
    """Connect and migrate. Raises ConfigError for an address, StoreError for a database that cannot be used."""
    store = Store(open_engine(url, folder))
    # Looked at before anything is locked: whoever only reads does not wait for somebody who writes.
    with store.read() as tx:
        current = _revision(tx.connection) == _head()
    if not current:
        with store.write() as tx:
            _bring_up_to_date(tx.connection)
    return store


def versions(url: str, folder: Path = Path()) -> tuple[str | None, str | None]:
    """Of the schema in the store, None where it is new, and of the schema that this newsletter uses."""
    store = Store(open_engine(url, folder))
    try:
        with store.read() as tx:
            return _revision(tx.connection), _head()
    finally:
        store.close()


def _bring_up_to_date(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if _revision(connection) == _head():
        return
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise NewsletterError(
            f"the store is of a newer version than this newsletter ({_revision(connection)}); upgrade newsletter"
        ) from None


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _head() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
