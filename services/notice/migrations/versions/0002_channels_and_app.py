"""Messages take channels one after the other and get receipts; people find them in the app too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what is new with values for what is there: sent by SMS, in Chinese."""
    for column in (
        sa.Column("parameters_sealed", sa.Text, nullable=False, server_default=""),
        sa.Column("language", sa.Text, nullable=False, server_default="zh"),
        sa.Column("channel", sa.Text, nullable=False, server_default="SMS"),
        sa.Column("fallback", sa.Text, nullable=False, server_default=""),
        sa.Column("urgent", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
    ):
        op.add_column("messages", column)
    op.drop_index("messages_due", "messages")
    op.create_index(
        "messages_waiting", "messages", ["next_attempt_at"], postgresql_where=sa.text("next_attempt_at IS NOT NULL")
    )
    op.create_table(
        "app_messages",
        sa.Column("message_id", sa.Text, primary_key=True),
        sa.Column("occasion", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("case_no", sa.Text, nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("parameters", sa.JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("occasion", "person_id", "template", name="app_messages_once"),
    )
    op.create_index("app_messages_of_person", "app_messages", ["person_id", "message_id"])
