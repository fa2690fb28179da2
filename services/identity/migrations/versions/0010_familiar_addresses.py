"""From where accounts are entered: others' failures elsewhere do not lock these addresses out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add a table."""
    op.create_table(
        "familiar_addresses",
        sa.Column("subject_index", sa.Text, primary_key=True),
        sa.Column("source_index", sa.Text, primary_key=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("familiar_addresses_by_age", "familiar_addresses", ["seen_at"])
