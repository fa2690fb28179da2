"""The tables of review. No personal data: a case, its envelope and staff are known by their ids."""

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
    UniqueConstraint("case_no", "round", name="reviews_round"),
    Index("reviews_queue", "office", "queued_at", "review_id"),
    Index("reviews_filing_no", "filing_no", unique=True, postgresql_where=text("filing_no <> ''")),
)
DECISION_POINTS = Table(
    "decision_points",
    METADATA,
    Column("review_id", Text, ForeignKey("reviews.review_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("item", Text, nullable=False),
    Column("reason", Text, nullable=False),
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
    Index("filing_pushes_due", "due_at"),
)
