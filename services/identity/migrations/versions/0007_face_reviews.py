"""Reviews of doubtful face checks, and who looked at them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add two tables."""
    op.create_table(
        "face_reviews",
        sa.Column("check_id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("score", sa.Integer),
        sa.Column("signals", ARRAY(sa.Text), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("refusal", sa.Text),
        sa.Column("key_sealed", sa.Text),
        sa.Column("frame_box", sa.Text),
        sa.Column("card_box", sa.Text),
    )
    op.create_index("face_reviews_of_person", "face_reviews", ["person_id"])
    op.create_index("face_reviews_of_office", "face_reviews", ["office", "state", "queued_at"])
    op.create_index("face_reviews_by_deadline", "face_reviews", ["state", "deadline"])
    op.create_table(
        "face_review_reads",
        sa.Column("read_id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("check_id", sa.Text, nullable=False),
        sa.Column("staff_id", sa.Text, nullable=False),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("face_review_reads_of_check", "face_review_reads", ["check_id"])
