"""The tables of contract. Personal details are sealed; people are found by pseudonym, houses by title."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    desc,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.common.kit.sealed_columns import SealedParts

METADATA = MetaData()

CASES = Table(
    "cases",
    METADATA,
    Column("case_no", Text, primary_key=True),
    Column("city", Text, nullable=False),
    Column("title_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("holds_house", Boolean, nullable=False),  # live or filed
    Column("due_at", DateTime(timezone=True)),  # the deadline of the state
    Column("attend_at", DateTime(timezone=True)),  # when the clock has to look at it next
    Column("revision", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column(
        "sealed", SealedParts, nullable=False
    ),  # part -> ciphertext: title, sellers, buyers, terms, holding, typed, end_reason
    Column("progress", JSONB, nullable=False),  # drawing, submission and flags: ids, codes, times
    Index("cases_one_per_house", "title_id", unique=True, postgresql_where=text("holds_house")),
    Index("cases_due", "state", "due_at"),
    Index("cases_to_attend", "attend_at"),
)
PARTIES = Table(
    "case_parties",
    METADATA,
    Column("case_no", Text, ForeignKey("cases.case_no"), primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("side", Text, nullable=False),
    Column("is_main", Boolean, nullable=False),
    Index("case_parties_person", "person_id"),
)
HISTORY = Table(
    "case_history",
    METADATA,
    Column("case_no", Text, ForeignKey("cases.case_no"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("act", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("state", Text, nullable=False),
)
MATERIALS = Table(
    "case_materials",
    METADATA,
    Column("file_id", Text, primary_key=True),
    Column("case_no", Text, ForeignKey("cases.case_no"), nullable=False),
    Column("person_id", Text, nullable=False),
    Column("material_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("object_key", Text, nullable=False, unique=True),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("original_sha256", Text, nullable=False),
    Column("original_sm3", Text, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("uploaded_at", DateTime(timezone=True), nullable=False),
    Column("removed_by", Text),
    Column("removed_at", DateTime(timezone=True)),
    Index("case_materials_case", "case_no", "uploaded_at", postgresql_where=text("removed_at IS NULL")),
)
OBJECT_DROPS = Table(  # bytes that belong to no row: to be deleted when due
    "object_drops",
    METADATA,
    Column("object_key", Text, primary_key=True),
    Column("due", DateTime(timezone=True), nullable=False),
    Index("object_drops_due", "due"),
)
NUMBER_DAYS = Table(
    "case_number_days",
    METADATA,
    Column("city", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("last", Integer, nullable=False),
)
FAILED_LOOKUPS = Table(
    "failed_lookups",
    METADATA,
    Column("number", Integer, Identity(), primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("failed_lookups_person", "person_id", desc("at")),
    Index("failed_lookups_source", "source", desc("at")),
)
