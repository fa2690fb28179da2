"""What a sweep has to find: signatures and seals that wait, and documents without a time stamp."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add. Approvals made before this are known by their events alone."""
    op.create_table(
        "approvals",
        sa.Column("envelope_id", sa.Text, primary_key=True),
        sa.Column("case_no", sa.Text, nullable=False),
        sa.Column("review_id", sa.Text, nullable=False),
        sa.Column("filing_no", sa.Text, nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    op.add_column("documents", sa.Column("is_unstamped", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index("documents_unstamped", "documents", ["envelope_id"], postgresql_where=sa.text("is_unstamped"))
    op.create_index("tasks_waiting", "tasks", ["requested_at"], postgresql_where=sa.text("state = 'SIGNING'"))
