"""The tables of review. No personal data: a case, its envelope and staff are known by their ids, relatives by pseudonyms."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

METADATA = MetaData()

REVIEWS = Table(
    "reviews",
    METADATA,
    Column("review_id", Text, primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("title_id", Text, nullable=False),
    Column("envelope_id", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("queued_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("claimed_by", Text, nullable=False),
    Column("claimed_until", DateTime(timezone=True)),
    Column("decided_at", DateTime(timezone=True)),
    Column("filing_no", Text, nullable=False),
    Column("document_sha256", Text, nullable=False),
    Column("receipt_no", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("business_type", Text, nullable=False),
    Column("first_ok_by", Text, nullable=False),
    Column("due_at", DateTime(timezone=True)),
    UniqueConstraint("case_no", "kind", "round", name="reviews_round"),
    Index("reviews_queue", "office", "queued_at", "review_id"),
    Index("reviews_decided", "office", "decided_at"),
    Index("reviews_filing_no", "filing_no", unique=True, postgresql_where=text("filing_no <> ''")),
)
DECISION_POINTS = Table(
    "decision_points",
    METADATA,
    Column("review_id", Text, ForeignKey("reviews.review_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("item", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("remedies", Text, nullable=False),
)
SNAPSHOTS = Table(
    "snapshots",
    METADATA,
    Column("review_id", Text, ForeignKey("reviews.review_id"), primary_key=True),
    Column("part", Text, primary_key=True),
    Column("digest", Text, nullable=False),
)
RELATIVES = Table(
    "relatives",
    METADATA,
    Column("staff_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
)
FILINGS = Table(
    "filings",
    METADATA,
    Column("filing_no", Text, primary_key=True),
    Column("review_id", Text, ForeignKey("reviews.review_id"), nullable=False, unique=True),
    Column("title_id", Text, nullable=False),
    Column("live", Boolean, nullable=False),
    Index("filings_live_house", "title_id", unique=True, postgresql_where=text("live")),
)
FILING_DAYS = Table(
    "filing_days",
    METADATA,
    Column("city", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("last", Integer, nullable=False),
)
PUSHES = Table(
    "filing_pushes",
    METADATA,
    Column("review_id", Text, ForeignKey("reviews.review_id"), primary_key=True),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("refused_code", Text, nullable=False),  # why the register did not take it; empty where it was out of reach
    Index("filing_pushes_due", "due_at"),
)
