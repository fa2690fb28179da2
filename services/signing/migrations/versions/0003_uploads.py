"""Files brought for verification, and finding a document by any of its revisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add."""
    op.create_table(
        "uploads",
        sa.Column("ticket", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("is_removed", sa.Boolean, nullable=False),
    )
    op.create_index("uploads_by_source", "uploads", ["source", "admitted_at"])
    op.create_index("documents_revisions", "documents", ["revisions"], postgresql_using="gin")
