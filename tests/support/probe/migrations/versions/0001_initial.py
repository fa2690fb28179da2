"""The probe's first schema."""

from alembic import op
from sqlalchemy.schema import CreateTable

from services.common.kit.migrations import create_kit_tables
from tests.support.probe.tables import METADATA

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything."""
    create_kit_tables(op)
    for table in METADATA.sorted_tables:
        op.execute(CreateTable(table))
