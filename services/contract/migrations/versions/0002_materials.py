"""Uploaded materials, and the bytes that are due to be deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create both tables."""
    texts = (
        "person_id",
        "material_id",
        "kind",
        "object_key",
        "media_type",
        "sha256",
        "original_sha256",
        "original_sm3",
    )
    numbers = ("version", "size", "pages")
    op.create_table(
        "case_materials",
        sa.Column("file_id", sa.Text, primary_key=True),
        sa.Column("case_no", sa.Text, sa.ForeignKey("cases.case_no"), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False, unique=name == "object_key") for name in texts),
        *(sa.Column(name, sa.Integer, nullable=False) for name in numbers),
        sa.Column("uploaded_by", sa.Text, nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_by", sa.Text),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
    )
    live = sa.text("removed_at IS NULL")
    op.create_index("case_materials_case", "case_materials", ["case_no", "uploaded_at"], postgresql_where=live)
    op.create_table(
        "object_drops",
        sa.Column("object_key", sa.Text, primary_key=True),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("object_drops_due", "object_drops", ["due"])
