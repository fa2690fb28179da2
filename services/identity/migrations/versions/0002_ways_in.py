"""Passwords, WeChat, closed staff accounts, and the index that lists ended sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add tables, a column and an index; nothing existing changes its meaning."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "credentials",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("login_index", sa.Text, unique=True),
        sa.Column("login_sealed", sa.Text),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
    )
    op.create_table(
        "wechat_links",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("openid_index", sa.Text, nullable=False, unique=True),
        sa.Column("bound_at", moment, nullable=False),
    )
    op.add_column("staff", sa.Column("blocked_at", moment))
    op.create_index("sessions_ended", "sessions", ["ended_at"], postgresql_where=sa.text("ended_at IS NOT NULL"))
