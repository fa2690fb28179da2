"""Identity's first schema. Written out, so that it stays what it was when tables.py moves on."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.common.kit.migrations import create_kit_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything."""
    create_kit_tables(op)
    _people()
    _entries()
    _faces()


def _moment(name: str, *, nullable: bool = False) -> sa.Column[dt.datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _people() -> None:
    op.create_table(
        "accounts",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("name_sealed", sa.Text, nullable=False),
        sa.Column("id_number_sealed", sa.Text, nullable=False),
        sa.Column("mobile_sealed", sa.Text, nullable=False),
        sa.Column("mobile_index", sa.Text, nullable=False),
        sa.Column("mobile_shared", sa.Boolean, nullable=False),
        _moment("registered_at"),
    )
    op.create_index("accounts_by_mobile", "accounts", ["mobile_index"])
    op.create_table(
        "staff",
        sa.Column("staff_id", sa.Text, primary_key=True),
        sa.Column("login_index", sa.Text, nullable=False, unique=True),
        sa.Column("login_sealed", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("totp_secret_sealed", sa.Text, nullable=False),
        sa.Column("last_totp_step", sa.BigInteger, nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text),
        _moment("added_at"),
    )
    op.create_table(
        "consents",
        sa.Column("consent_id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("text_id", sa.Text, nullable=False),
        sa.Column("text_version", sa.Text, nullable=False),
        sa.Column("text_hash", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        _moment("given_at"),
        _moment("withdrawn_at", nullable=True),
    )
    op.create_index("consents_of_person", "consents", ["person_id", "purpose"])
    op.create_table(
        "counter_checks",
        sa.Column("counter_check_id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("name_sealed", sa.Text, nullable=False),
        sa.Column("staff_id", sa.Text, nullable=False),
        sa.Column("office", sa.Text, nullable=False),
        _moment("checked_at"),
        _moment("valid_until"),
    )
    op.create_index("counter_checks_of_person", "counter_checks", ["person_id", "checked_at"])


def _entries() -> None:
    op.create_table(
        "sms_codes",
        sa.Column("code_id", sa.Text, primary_key=True),
        sa.Column("mobile_sealed", sa.Text, nullable=False),
        sa.Column("mobile_index", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("digits_sealed", sa.Text),
        sa.Column("tries", sa.Integer, nullable=False),
        _moment("issued_at"),
        _moment("spent_at", nullable=True),
    )
    op.create_index("sms_codes_by_mobile", "sms_codes", ["mobile_index", "issued_at"])
    op.create_index("sms_codes_by_source", "sms_codes", ["source", "issued_at"])
    op.create_table(
        "sign_in_failures",
        sa.Column("failure_id", sa.BigInteger, primary_key=True, autoincrement=True),
        sa.Column("subject_index", sa.Text, nullable=False),
        _moment("failed_at"),
    )
    op.create_index("sign_in_failures_by_subject", "sign_in_failures", ["subject_index", "failed_at"])
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        _moment("started_at"),
        _moment("renewed_at"),
        _moment("ended_at", nullable=True),
        sa.Column("end_reason", sa.Text),
    )
    op.create_index("sessions_of_subject", "sessions", ["subject_id"])


def _faces() -> None:
    op.create_table(
        "portraits",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("template_sealed", sa.Text, nullable=False),
        _moment("enrolled_at"),
    )
    op.create_table(
        "portrait_keys",
        sa.Column("public_key", sa.Text, primary_key=True),
        sa.Column("private_sealed", sa.Text, nullable=False),
        _moment("made_at"),
    )
    op.create_table(
        "face_checks",
        sa.Column("check_id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("by_link", sa.Boolean, nullable=False),
        sa.Column("methods", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("actions", postgresql.ARRAY(sa.Text)),
        sa.Column("public_key", sa.Text),
        sa.Column("working_sealed", sa.Text),
        sa.Column("tried", sa.Integer, nullable=False),
        sa.Column("frames", sa.Integer, nullable=False),
        sa.Column("method", sa.Text),
        sa.Column("verdict", postgresql.JSONB()),
        sa.Column("proof_id", sa.Text),
        _moment("started_at"),
        _moment("expires_at"),
        _moment("ended_at", nullable=True),
    )
    op.create_index("face_checks_of_person", "face_checks", ["person_id", "started_at"])
    op.create_index("face_checks_running", "face_checks", ["expires_at"], postgresql_where=sa.text("state = 'RUNNING'"))
    op.create_table(
        "frame_fingerprints",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("dhash", sa.Text, nullable=False),
        sa.Column("face_dhash", sa.Text, nullable=False),
        _moment("seen_at"),
    )
    op.create_index("frame_fingerprints_by_age", "frame_fingerprints", ["seen_at"])
