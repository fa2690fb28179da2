"""The register's first schema. Written out, so that it stays what it was when tables.py moves on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.common.kit.migrations import create_kit_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything."""
    create_kit_tables(op)
    _titles()
    _owners_and_encumbrances()
    _sales()
    op.create_table(
        "failed_searches",
        sa.Column("number", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("failed_searches_account", "failed_searches", ["account", "failed_at"])
    op.create_index("failed_searches_source", "failed_searches", ["source", "failed_at"])


def _titles() -> None:
    op.create_table(
        "titles",
        sa.Column("title_id", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, sa.Identity(), nullable=False, unique=True),
        sa.Column("city", sa.Text, nullable=False),
        sa.Column("certificate_no", sa.Text, nullable=False),
        sa.Column("new_form", sa.Boolean, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("owner_count", sa.Integer, nullable=False),
        sa.Column("unit_no", sa.Text),
        sa.Column("location", sa.Text, nullable=False),
        sa.Column("building_area", sa.Numeric(10, 2), nullable=False),
        sa.Column("use", sa.Text, nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("structure", sa.Text, nullable=False),
        sa.Column("floor", sa.Integer, nullable=False),
        sa.Column("total_floors", sa.Integer, nullable=False),
        sa.Column("year_built", sa.Integer, nullable=False),
        sa.Column("land_obtained", sa.Text, nullable=False),
        sa.Column("land_use", sa.Text, nullable=False),
        sa.Column("land_term_end", sa.Date),
        sa.Column("generated", sa.Boolean, nullable=False),
    )
    op.create_index("titles_certificate", "titles", ["city", "certificate_no"])
    op.create_index(
        "titles_new_certificate", "titles", ["certificate_no"], unique=True, postgresql_where=sa.text("new_form")
    )
    op.create_index(
        "titles_generated", "titles", ["city", "owner_count", "number"], postgresql_where=sa.text("generated")
    )


def _owners_and_encumbrances() -> None:
    op.create_table(
        "owners",
        sa.Column("title_id", sa.Text, sa.ForeignKey("titles.title_id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("name_index", sa.Text, nullable=False),
        sa.Column("name_sealed", sa.Text, nullable=False),
        sa.Column("id_number_sealed", sa.Text, nullable=False),
        sa.Column("share", sa.Text),
    )
    op.create_index("owners_person", "owners", ["person_id"])
    op.create_table(
        "encumbrances",
        sa.Column("title_id", sa.Text, sa.ForeignKey("titles.title_id"), primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
    )


def _sales() -> None:
    op.create_table(
        "house_holds",
        sa.Column("case_no", sa.Text, primary_key=True),
        sa.Column("title_id", sa.Text, nullable=False),
        sa.Column("released", sa.Boolean, nullable=False),
    )
    op.create_index("house_holds_live", "house_holds", ["title_id"], postgresql_where=sa.text("NOT released"))
    op.create_table(
        "filings",
        sa.Column("case_no", sa.Text, primary_key=True),
        sa.Column("title_id", sa.Text, sa.ForeignKey("titles.title_id"), nullable=False),
        sa.Column("filing_no", sa.Text, nullable=False, unique=True),
        sa.Column("document_sha256", sa.Text, nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receipt_no", sa.Text, nullable=False, unique=True),
        sa.Column("live", sa.Boolean, nullable=False),
    )
    op.create_index("filings_live_house", "filings", ["title_id"], unique=True, postgresql_where=sa.text("live"))
    op.create_table(
        "receipt_days", sa.Column("day", sa.Date, primary_key=True), sa.Column("last", sa.Integer, nullable=False)
    )
