"""What a model answered is kept by the content of the question."""

from alembic import op

from newsletter.store.tables import writings

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    writings.create(op.get_bind(), checkfirst=True)  # a new store has it from 0001, which makes all tables
