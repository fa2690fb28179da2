"""The line before the face engine."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add where a check stands; one that runs meanwhile simply has no place yet."""
    for name in ("queued_at", "held_until", "begun_at"):
        op.add_column("face_checks", sa.Column(name, sa.DateTime(timezone=True)))
