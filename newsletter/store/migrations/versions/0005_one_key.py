"""The ledger without a second key: an id already names the issue and the reader."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite would have to copy the table
        op.execute("ALTER TABLE deliveries DROP CONSTRAINT IF EXISTS uq_deliveries_issue_subscriber_id")
        op.execute("ALTER TABLE deliveries DROP CONSTRAINT IF EXISTS uq_deliveries_issue")
