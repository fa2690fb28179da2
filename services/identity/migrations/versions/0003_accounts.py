"""Names checked at registration, blocked persons, changes to tell, the mobile noted at the counter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add columns with defaults and tables; nothing existing changes its meaning."""
    moment = sa.DateTime(timezone=True)
    op.add_column("accounts", sa.Column("name_check", sa.Text, nullable=False, server_default="MATCHED"))
    op.add_column("counter_checks", sa.Column("mobile_sealed", sa.Text))
    op.create_table(
        "blocked_persons",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("blocked_at", moment, nullable=False),
    )
    op.create_table(
        "account_changes",
        sa.Column("change_id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("mobile_sealed", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
    )
    op.create_index("account_changes_by_age", "account_changes", ["changed_at"])
