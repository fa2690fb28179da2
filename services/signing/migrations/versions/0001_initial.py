"""First schema of signing."""

from alembic import op
from sqlalchemy.schema import CreateIndex, CreateTable

from services.common.kit.migrations import create_kit_tables
from services.signing.adapters.tables import METADATA

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything."""
    create_kit_tables(op)
    for table in METADATA.sorted_tables:
        op.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            op.execute(CreateIndex(index))
