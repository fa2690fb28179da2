"""What the desk needs: two persons, clocks, reasons by rule, cancellations, snapshots of returned rounds, declared relatives."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add columns with what is true of the rows there are, and the new tables."""
    _reviews()
    _text("decision_points", "rule")
    _text("decision_points", "remedies")
    _text("filing_pushes", "refused_code")
    op.create_table(
        "snapshots",
        sa.Column("review_id", sa.Text, sa.ForeignKey("reviews.review_id"), primary_key=True),
        sa.Column("part", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
    )
    op.create_table(
        "relatives",
        sa.Column("staff_id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, primary_key=True),
    )


def _reviews() -> None:
    _text("reviews", "kind", "FILING")
    _text("reviews", "business_type")
    _text("reviews", "first_ok_by")
    op.add_column("reviews", sa.Column("due_at", sa.DateTime(timezone=True)))
    op.drop_constraint("reviews_round", "reviews")
    op.create_unique_constraint("reviews_round", "reviews", ["case_no", "kind", "round"])
    op.create_index("reviews_decided", "reviews", ["office", "decided_at"])


def _text(table: str, name: str, filled: str = "") -> None:
    op.add_column(table, sa.Column(name, sa.Text, nullable=False, server_default=filled))
