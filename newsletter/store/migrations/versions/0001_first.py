"""The first shape: every table of the newsroom and the search archive."""

from alembic import op

from newsletter.store.archive import create_archive
from newsletter.store.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    create_archive(connection)
