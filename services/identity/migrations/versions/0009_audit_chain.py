"""The hash chain over the audit of staff. What is there already is sealed by the worker's next sweeps, oldest first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add places and seals, and the chain's record."""
    op.add_column("staff_acts", sa.Column("place", sa.BigInteger))
    op.add_column("staff_acts", sa.Column("seal", sa.Text))
    op.create_index("staff_acts_by_place", "staff_acts", ["place"], unique=True)
    op.create_index("staff_acts_unsealed", "staff_acts", ["at", "act_id"], postgresql_where=sa.text("place IS NULL"))
    op.create_table(
        "audit_chains",
        sa.Column("register", sa.Text, primary_key=True),
        sa.Column("head", sa.BigInteger, nullable=False),
        sa.Column("head_seal", sa.Text, nullable=False),
        sa.Column("floor", sa.BigInteger, nullable=False),
        sa.Column("floor_seal", sa.Text, nullable=False),
        sa.Column("floor_at", sa.DateTime(timezone=True)),
        sa.Column("mac", sa.Text, nullable=False),
    )
