"""Heads of evidence chains, cases that are over, accounts of sessions, times links were sent, reasons of refusals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

NO_EVIDENCE = "0" * 64


def upgrade() -> None:
    """Add; the heads of chains that exist are taken from their last records."""
    op.add_column("envelopes", sa.Column("evidence_number", sa.Integer, nullable=False, server_default="0"))
    op.add_column("envelopes", sa.Column("evidence_hash", sa.Text, nullable=False, server_default=NO_EVIDENCE))
    op.execute(
        "UPDATE envelopes e SET evidence_number = v.number, evidence_hash = v.hash FROM evidence v"
        " WHERE v.envelope_id = e.envelope_id"
        " AND v.number = (SELECT max(number) FROM evidence WHERE envelope_id = e.envelope_id)"
    )
    op.create_index("envelopes_open", "envelopes", ["expires_at"], postgresql_where=sa.text("state = 'SIGNING'"))
    op.create_table(
        "cases",
        sa.Column("case_no", sa.Text, primary_key=True),
        sa.Column("over", sa.Boolean, nullable=False),
    )
    op.add_column("tasks", sa.Column("link_issued_at", sa.DateTime(timezone=True)))
    op.add_column("tasks", sa.Column("resends", JSONB, nullable=False, server_default="[]"))
    op.add_column("tasks", sa.Column("session_account", sa.Text, nullable=False, server_default=""))
    op.add_column("tasks", sa.Column("reason", sa.Text, nullable=False, server_default=""))
