"""Deadlines: when a case is due, and when the clock has to look at it next. Cases that are there are looked at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns; the index of untouched drafts has nothing left to find."""
    op.add_column("cases", sa.Column("due_at", sa.DateTime(timezone=True)))
    op.add_column("cases", sa.Column("attend_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE cases SET attend_at = updated_at WHERE holds_house AND state <> 'PUSHED'")
    op.create_index("cases_due", "cases", ["state", "due_at"])
    op.create_index("cases_to_attend", "cases", ["attend_at"])
    op.drop_index("cases_untouched", "cases")
