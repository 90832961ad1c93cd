"""How many letters were handed over, by issue, worker and ten seconds."""

from alembic import op

from newsletter.store.tables import handed

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    handed.create(op.get_bind(), checkfirst=True)
