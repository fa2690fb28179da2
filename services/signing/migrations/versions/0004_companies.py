"""Whom a signer signs for, and who looks after a side."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add. Envelopes opened before this know of no enterprise; of their sides the first signer is taken as the main one."""
    op.add_column("tasks", sa.Column("company", sa.Text, nullable=False, server_default=""))
    op.add_column("tasks", sa.Column("uscc", sa.Text, nullable=False, server_default=""))
    op.add_column("tasks", sa.Column("is_main", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE tasks SET is_main = true WHERE (envelope_id, side, position) IN "
        "(SELECT envelope_id, side, min(position) FROM tasks GROUP BY envelope_id, side)"
    )
