"""Identity's tables. Names, numbers, mobiles, codes and biometrics are sealed (`*_sealed`) or keyed hashes (`*_index`)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Identity, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.common.kit.sealed_columns import SealedText

METADATA = MetaData()


def _moment(name: str, *, nullable: bool = False) -> Column[dt.datetime]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("person_id", Text, primary_key=True),
    Column("name_sealed", SealedText, nullable=False),
    Column("id_number_sealed", SealedText, nullable=False),
    Column("mobile_sealed", SealedText, nullable=False),
    Column("mobile_index", Text, nullable=False),
    Column("mobile_shared", Boolean, nullable=False),
    _moment("registered_at"),
    Column("name_check", Text, nullable=False, server_default="MATCHED"),
    Index("accounts_by_mobile", "mobile_index"),
)
SMS_CODES = Table(
    "sms_codes",
    METADATA,
    Column("code_id", Text, primary_key=True),
    Column("mobile_sealed", SealedText, nullable=False),
    Column("mobile_index", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("digits_sealed", SealedText),
    Column("tries", Integer, nullable=False),
    _moment("issued_at"),
    _moment("spent_at", nullable=True),
    Index("sms_codes_by_mobile", "mobile_index", "issued_at"),
    Index("sms_codes_by_source", "source", "issued_at"),
)
FAILURES = Table(
    "sign_in_failures",
    METADATA,
    Column("failure_id", BigInteger, primary_key=True, autoincrement=True),
    Column("subject_index", Text, nullable=False),
    _moment("failed_at"),
    Index("sign_in_failures_by_subject", "subject_index", "failed_at"),
)
FAMILIAR = Table(
    "familiar_addresses",
    METADATA,
    Column("subject_index", Text, primary_key=True),
    Column("source_index", Text, primary_key=True),
    _moment("seen_at"),
    Index("familiar_addresses_by_age", "seen_at"),
)
SESSIONS = Table(
    "sessions",
    METADATA,
    Column("session_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("office", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    _moment("started_at"),
    _moment("renewed_at"),
    _moment("ended_at", nullable=True),
    Column("end_reason", Text),
    Index("sessions_of_subject", "subject_id"),
    Index("sessions_ended", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
)
CREDENTIALS = Table(
    "credentials",
    METADATA,
    Column("person_id", Text, primary_key=True),
    Column("login_index", Text, unique=True),
    Column("login_sealed", SealedText),
    Column("password_hash", Text, nullable=False),
    _moment("changed_at"),
)
WECHAT_LINKS = Table(
    "wechat_links",
    METADATA,
    Column("person_id", Text, primary_key=True),
    Column("openid_index", Text, nullable=False, unique=True),
    _moment("bound_at"),
)
STAFF = Table(
    "staff",
    METADATA,
    Column("staff_id", Text, primary_key=True),
    Column("login_index", Text, nullable=False, unique=True),
    Column("login_sealed", SealedText, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("totp_secret_sealed", SealedText, nullable=False),
    Column("last_totp_step", BigInteger, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("office", Text, nullable=False),
    Column("person_id", Text),
    _moment("added_at"),
    _moment("blocked_at", nullable=True),
)
STAFF_ACTS = Table(
    "staff_acts",
    METADATA,
    Column("act_id", Text, primary_key=True),
    Column("staff_id", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    _moment("at"),
    Column("place", BigInteger),  # in the chain, once sealed
    Column("seal", Text),
    Index("staff_acts_of_office", "office", "at", "act_id"),
    Index("staff_acts_by_place", "place", unique=True),
    Index("staff_acts_unsealed", "at", "act_id", postgresql_where=text("place IS NULL")),
)
AUDIT_CHAINS = Table(
    "audit_chains",
    METADATA,
    Column("register", Text, primary_key=True),
    Column("head", BigInteger, nullable=False),
    Column("head_seal", Text, nullable=False),
    Column("floor", BigInteger, nullable=False),
    Column("floor_seal", Text, nullable=False),
    _moment("floor_at", nullable=True),
    Column("mac", Text, nullable=False),
)
CONSENTS = Table(
    "consents",
    METADATA,
    Column("consent_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("text_id", Text, nullable=False),
    Column("text_version", Text, nullable=False),
    Column("text_hash", Text, nullable=False),
    Column("channel", Text, nullable=False),
    _moment("given_at"),
    _moment("withdrawn_at", nullable=True),
    Index("consents_of_person", "person_id", "purpose"),
)
COUNTER_CHECKS = Table(
    "counter_checks",
    METADATA,
    Column("counter_check_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("name_sealed", SealedText, nullable=False),
    Column("staff_id", Text, nullable=False),
    Column("office", Text, nullable=False),
    _moment("checked_at"),
    _moment("valid_until"),
    Column("mobile_sealed", SealedText),
    Index("counter_checks_of_person", "person_id", "checked_at"),
)
BLOCKLIST = Table(
    "blocked_persons",
    METADATA,
    Column("person_id", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    _moment("blocked_at"),
)
ACCOUNT_CHANGES = Table(
    "account_changes",
    METADATA,
    Column("change_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("mobile_sealed", SealedText, nullable=False),
    Column("kind", Text, nullable=False),
    _moment("changed_at"),
    Index("account_changes_by_age", "changed_at"),
)
BANK_CARDS = Table(
    "embedded_bank_cards",
    METADATA,
    Column("card_index", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("name_index", Text, nullable=False),
    Column("mobile_index", Text, nullable=False),
)
CAPTCHAS = Table(
    "captchas",
    METADATA,
    Column("captcha_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("answer_sealed", SealedText),
    Column("source", Text, nullable=False),
    _moment("made_at"),
    Index("captchas_by_source", "source", "made_at"),
)
PORTRAITS = Table(
    "portraits",
    METADATA,
    Column("person_id", Text, primary_key=True),
    Column("template_sealed", SealedText, nullable=False),
    _moment("enrolled_at"),
)
PORTRAIT_KEYS = Table(
    "portrait_keys",
    METADATA,
    Column("public_key", Text, primary_key=True),
    Column("private_sealed", SealedText, nullable=False),
    _moment("made_at"),
)
FACE_CHECKS = Table(
    "face_checks",
    METADATA,
    Column("check_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("by_link", Boolean, nullable=False),
    Column("methods", ARRAY(Text), nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("actions", ARRAY(Text)),  # empty without a face challenge
    Column("public_key", Text),
    Column("working_sealed", SealedText),  # private key, nonce, accepted steps, neutral template: only while RUNNING
    Column("tried", Integer, nullable=False),
    Column("frames", Integer, nullable=False),
    Column("method", Text),
    Column("verdict", JSONB(none_as_null=True)),
    Column("proof_id", Text),
    Column("assurance", Text),
    _moment("started_at"),
    _moment("expires_at"),
    _moment("ended_at", nullable=True),
    _moment("queued_at", nullable=True),
    _moment("held_until", nullable=True),
    _moment("begun_at", nullable=True),
    Index("face_checks_of_person", "person_id", "started_at"),
    Index("face_checks_running", "expires_at", postgresql_where=text("state = 'RUNNING'")),
)
FACE_REVIEWS = Table(
    "face_reviews",
    METADATA,
    Column("check_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("state", Text, nullable=False),
    _moment("deadline"),
    Column("office", Text, nullable=False),
    Column("score", Integer),
    Column("signals", ARRAY(Text), nullable=False),
    _moment("queued_at", nullable=True),
    Column("decided_by", Text, nullable=False),
    _moment("decided_at", nullable=True),
    Column("refusal", Text),
    Column("key_sealed", SealedText),  # of this review's pictures alone; gone with the decision or the deadline
    Column("frame_box", Text),
    Column("card_box", Text),
    Index("face_reviews_of_person", "person_id"),
    Index("face_reviews_of_office", "office", "state", "queued_at"),
    Index("face_reviews_by_deadline", "state", "deadline"),
)
FACE_REVIEW_READS = Table(
    "face_review_reads",
    METADATA,
    Column("read_id", BigInteger, Identity(), primary_key=True),
    Column("check_id", Text, nullable=False),
    Column("staff_id", Text, nullable=False),
    Column("office", Text, nullable=False),
    _moment("read_at"),
    Index("face_review_reads_of_check", "check_id"),
)
FRAMES = Table(
    "frame_fingerprints",
    METADATA,
    Column("person_id", Text, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("dhash", Text, nullable=False),
    Column("face_dhash", Text, nullable=False),
    _moment("seen_at"),
    Index("frame_fingerprints_by_age", "seen_at"),
)
