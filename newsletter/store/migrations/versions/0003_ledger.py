"""SQLite finds open rows by issue and state; a second index only made every step of a letter slower."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP INDEX IF EXISTS ix_deliveries_open")
