"""Notice's first schema. Written out, so that it stays what it was when tables.py moves on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.common.kit.migrations import create_kit_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything."""
    create_kit_tables(op)
    op.create_table(
        "messages",
        sa.Column("message_id", sa.Text, primary_key=True),
        sa.Column("occasion", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("mobile_index", sa.Text, nullable=False),
        sa.Column("mobile_sealed", sa.Text, nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("text_sealed", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("useless_after", sa.DateTime(timezone=True)),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True)),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("reference", sa.Text, nullable=False),
        sa.UniqueConstraint("occasion", "recipient", "mobile_index", name="messages_once"),
    )
    op.create_index("messages_due", "messages", ["next_attempt_at"], postgresql_where=sa.text("state = 'QUEUED'"))
    op.create_index("messages_newest", "messages", ["created_at", "message_id"])
    op.create_index("messages_of_mobile", "messages", ["mobile_index", "created_at"])
