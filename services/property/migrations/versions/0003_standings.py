"""The embedded table of parties who may not buy."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "standings",
        sa.Column("city", sa.Text, primary_key=True),
        sa.Column("number_index", sa.Text, primary_key=True),
        sa.Column("defaulter", sa.Boolean, nullable=False),
        sa.Column("eligibility", sa.Text, nullable=False),
    )
