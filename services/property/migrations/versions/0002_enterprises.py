"""Enterprises among the owners, and owners who have died."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns; what is there already are living people."""
    op.add_column("owners", sa.Column("kind", sa.Text, nullable=False, server_default="PERSON"))
    op.add_column("owners", sa.Column("deceased", sa.Boolean, nullable=False, server_default=sa.false()))
    for name in ("acting_person_id", "acting_name_sealed", "acting_id_number_sealed"):
        op.add_column("owners", sa.Column(name, sa.Text))
