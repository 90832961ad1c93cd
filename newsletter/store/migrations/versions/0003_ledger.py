"""The ledger without what slowed every letter down: a second index of open rows, a foreign key to its issue."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("DROP INDEX IF EXISTS ix_deliveries_open")
    if op.get_bind().dialect.name == "postgresql":  # SQLite would have to copy the table
        op.execute("ALTER TABLE deliveries DROP CONSTRAINT IF EXISTS fk_deliveries_issue_issues")
        op.execute("ALTER TABLE deliveries DROP CONSTRAINT IF EXISTS fk_deliveries_issue")
