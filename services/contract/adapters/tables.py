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
        "sealed", JSONB, nullable=False
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
