"""Review's first schema. Written out, so that it stays what it was when tables.py moves on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.common.kit.migrations import create_kit_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything."""
    create_kit_tables(op)
    _reviews()
    _filings()


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("review_id", sa.Text, primary_key=True),
        sa.Column("case_no", sa.Text, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("title_id", sa.Text, nullable=False),
        sa.Column("envelope_id", sa.Text, nullable=False),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("claimed_by", sa.Text, nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("filing_no", sa.Text, nullable=False),
        sa.Column("document_sha256", sa.Text, nullable=False),
        sa.Column("receipt_no", sa.Text, nullable=False),
        sa.UniqueConstraint("case_no", "round", name="reviews_round"),
    )
    op.create_index("reviews_queue", "reviews", ["office", "queued_at", "review_id"])
    numbered = sa.text("filing_no <> ''")
    op.create_index("reviews_filing_no", "reviews", ["filing_no"], unique=True, postgresql_where=numbered)
    op.create_table(
        "decision_points",
        sa.Column("review_id", sa.Text, sa.ForeignKey("reviews.review_id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )


def _filings() -> None:
    op.create_table(
        "filings",
        sa.Column("filing_no", sa.Text, primary_key=True),
        sa.Column("review_id", sa.Text, sa.ForeignKey("reviews.review_id"), nullable=False, unique=True),
        sa.Column("title_id", sa.Text, nullable=False),
        sa.Column("live", sa.Boolean, nullable=False),
    )
    op.create_index("filings_live_house", "filings", ["title_id"], unique=True, postgresql_where=sa.text("live"))
    op.create_table(
        "filing_days",
        sa.Column("city", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "filing_pushes",
        sa.Column("review_id", sa.Text, sa.ForeignKey("reviews.review_id"), primary_key=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    op.create_index("filing_pushes_due", "filing_pushes", ["due_at"])
