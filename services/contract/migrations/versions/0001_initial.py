"""The first schema of contract. Written out, so that it stays what it was when tables.py moves on."""

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
    _cases()
    op.create_table(
        "case_number_days",
        sa.Column("city", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "failed_lookups",
        sa.Column("number", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("failed_lookups_person", "failed_lookups", ["person_id", sa.text("at DESC")])
    op.create_index("failed_lookups_source", "failed_lookups", ["source", sa.text("at DESC")])


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("case_no", sa.Text, primary_key=True),
        sa.Column("city", sa.Text, nullable=False),
        sa.Column("title_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("holds_house", sa.Boolean, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", JSONB, nullable=False),
        sa.Column("progress", JSONB, nullable=False),
    )
    op.create_index("cases_one_per_house", "cases", ["title_id"], unique=True, postgresql_where=sa.text("holds_house"))
    op.create_index("cases_untouched", "cases", ["state", "updated_at"])
    op.create_table(
        "case_parties",
        sa.Column("case_no", sa.Text, sa.ForeignKey("cases.case_no"), primary_key=True),
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("is_main", sa.Boolean, nullable=False),
    )
    op.create_index("case_parties_person", "case_parties", ["person_id"])
    op.create_table(
        "case_history",
        sa.Column("case_no", sa.Text, sa.ForeignKey("cases.case_no"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
