"""Signing's tables as they are now. Names, companies, mobiles, handwriting, reasons and certificates are sealed; hashes, ids and times are plain.

How they became so is in `migrations`, which never import this.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.common.kit.sealed_columns import SealedBytes, SealedText

METADATA = MetaData()

ENVELOPES = Table(
    "envelopes",
    METADATA,
    Column("envelope_id", Text, primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("verification_code", Text, nullable=False, index=True),
    Column("office_name", Text, nullable=False),
    Column("seal_field", Text, nullable=False),
    Column("seal_serials", JSONB, nullable=False),
    Column("filing_no", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("evidence_number", Integer, nullable=False),
    Column("evidence_hash", Text, nullable=False),
    UniqueConstraint("case_no", "version"),
)
Index("envelopes_open", ENVELOPES.c.expires_at, postgresql_where=ENVELOPES.c.state == "SIGNING")
APPROVALS = Table(
    "approvals",
    METADATA,
    Column("envelope_id", Text, primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("review_id", Text, nullable=False),
    Column("filing_no", Text, nullable=False),
    Column("approved_at", DateTime(timezone=True), nullable=False, index=True),
)
CASES = Table(
    "cases",
    METADATA,
    Column("case_no", Text, primary_key=True),
    Column("over", Boolean, nullable=False),
)
DOCUMENTS = Table(
    "documents",
    METADATA,
    Column("envelope_id", Text, ForeignKey("envelopes.envelope_id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("base_key", Text, nullable=False),
    Column("base_sha256", Text, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("fields", JSONB, nullable=False),
    Column("key", Text, nullable=False),
    Column("revisions", JSONB, nullable=False),
    Column("is_unstamped", Boolean, nullable=False),
)
Index("documents_unstamped", DOCUMENTS.c.envelope_id, postgresql_where=DOCUMENTS.c.is_unstamped)
Index("documents_revisions", DOCUMENTS.c.revisions, postgresql_using="gin")
TASKS = Table(
    "tasks",
    METADATA,
    Column("task_id", Text, primary_key=True),
    Column("envelope_id", Text, ForeignKey("envelopes.envelope_id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("person_id", Text, nullable=False, index=True),
    Column("name", SealedText, nullable=False),
    Column("mobile", SealedText, nullable=False),
    Column("side", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("is_main", Boolean, nullable=False),
    Column("company", SealedText, nullable=False),
    Column("uscc", SealedText, nullable=False),
    Column("state", Text, nullable=False),
    Column("token_hash", Text, nullable=False),
    Column("link_issued_at", DateTime(timezone=True)),
    Column("resends", JSONB, nullable=False),
    Column("session_until", DateTime(timezone=True)),
    Column("session_account", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("opened", JSONB, nullable=False),
    Column("handwriting", SealedText, nullable=False),
    Column("requested_at", DateTime(timezone=True)),
    Column("signed_at", DateTime(timezone=True)),
    Column("serials", JSONB, nullable=False),
    Column("reason", SealedText, nullable=False),
)
Index("tasks_waiting", TASKS.c.requested_at, postgresql_where=TASKS.c.state == "SIGNING")
Index("tasks_by_token", TASKS.c.token_hash, unique=True, postgresql_where=TASKS.c.token_hash != "")
EVIDENCE = Table(
    "evidence",
    METADATA,
    Column("envelope_id", Text, ForeignKey("envelopes.envelope_id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("act", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("before", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
CERTIFICATES = Table(
    "certificates",
    METADATA,
    Column("serial", Text, primary_key=True),
    Column("envelope_id", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("der", SealedBytes, nullable=False),  # sealed: its subject is the signer's name
    Column("issued_at", DateTime(timezone=True), nullable=False),
)
UPLOADS = Table(
    "uploads",
    METADATA,
    Column("ticket", Text, primary_key=True),
    Column("source", Text, nullable=False),  # hash of an address, forgotten after an hour
    Column("key", Text, nullable=False),
    Column("admitted_at", DateTime(timezone=True), nullable=False, index=True),
    Column("is_removed", Boolean, nullable=False),
)
Index("uploads_by_source", UPLOADS.c.source, UPLOADS.c.admitted_at)
CODES = Table(
    "verification_codes",
    METADATA,
    Column("code", Text, primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("case_no", "version"),
)
