"""The embedded table of made-up bank cards, and the assurance another way than the face gives a check."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add a table and a column."""
    op.create_table(
        "embedded_bank_cards",
        sa.Column("card_index", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("name_index", sa.Text, nullable=False),
        sa.Column("mobile_index", sa.Text, nullable=False),
    )
    op.add_column("face_checks", sa.Column("assurance", sa.Text))
