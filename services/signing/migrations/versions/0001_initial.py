"""The first schema of signing. Written out, so that it stays what it was when tables.py moves on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.common.kit.migrations import create_kit_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything."""
    create_kit_tables(op)
    op.create_table(
        "envelopes",
        sa.Column("envelope_id", sa.Text, primary_key=True),
        sa.Column("case_no", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("verification_code", sa.Text, nullable=False, index=True),
        sa.Column("office_name", sa.Text, nullable=False),
        sa.Column("seal_field", sa.Text, nullable=False),
        sa.Column("seal_serials", JSONB, nullable=False),
        sa.Column("filing_no", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("case_no", "version"),
    )
    _documents()
    _tasks()
    _records()


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("envelope_id", sa.Text, sa.ForeignKey("envelopes.envelope_id"), primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("base_key", sa.Text, nullable=False),
        sa.Column("base_sha256", sa.Text, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("fields", JSONB, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("revisions", JSONB, nullable=False),
    )


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("task_id", sa.Text, primary_key=True),
        sa.Column("envelope_id", sa.Text, sa.ForeignKey("envelopes.envelope_id"), nullable=False, index=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("mobile", sa.Text, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("session_until", sa.DateTime(timezone=True)),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("opened", JSONB, nullable=False),
        sa.Column("handwriting", sa.Text, nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True)),
        sa.Column("signed_at", sa.DateTime(timezone=True)),
        sa.Column("serials", JSONB, nullable=False),
    )
    linked = sa.text("token_hash != ''")
    op.create_index("tasks_by_token", "tasks", ["token_hash"], unique=True, postgresql_where=linked)


def _records() -> None:
    op.create_table(
        "evidence",
        sa.Column("envelope_id", sa.Text, sa.ForeignKey("envelopes.envelope_id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", JSONB, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    op.create_table(
        "certificates",
        sa.Column("serial", sa.Text, primary_key=True),
        sa.Column("envelope_id", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("der", sa.LargeBinary, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "verification_codes",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("case_no", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("case_no", "version"),
    )
