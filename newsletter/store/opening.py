"""Opening the store brings it up to date: migrations run under a lock, so that two processes may start at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError, OperationalError

from newsletter.errors import NewsletterError
from newsletter.store.engine import Store, open_engine

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x6E657773


def open_store(url: str, folder: Path = Path()) -> Store:
    """Connect and migrate. Raises ConfigError for an address, NewsletterError for a database that cannot be used."""
    store = Store(open_engine(url, folder))
    try:
        with store.write() as tx:
            _bring_up_to_date(tx.connection)
    except OperationalError as error:
        raise NewsletterError(
            f"the store {store.engine.url!r} cannot be opened: {error.orig}; see [store] url"
        ) from error
    except DatabaseError as error:
        raise NewsletterError(
            f"{store.engine.url!r} is not a database of ours: {error.orig}; see [store] url"
        ) from error
    return store


def _bring_up_to_date(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = AlembicConfig()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    head = ScriptDirectory.from_config(config).get_current_head()
    if MigrationContext.configure(connection).get_current_revision() == head:
        return
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
