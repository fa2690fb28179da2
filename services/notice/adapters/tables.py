"""The table of notice. Mobile and text are sealed: a text may hold a code or a link."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, Table, Text, UniqueConstraint, text

METADATA = MetaData()

MESSAGES = Table(
    "messages",
    METADATA,
    Column("message_id", Text, primary_key=True),
    Column("occasion", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("mobile_index", Text, nullable=False),
    Column("mobile_sealed", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("text_sealed", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("useless_after", DateTime(timezone=True)),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", DateTime(timezone=True)),
    Column("sent_at", DateTime(timezone=True)),
    Column("reference", Text, nullable=False),
    UniqueConstraint("occasion", "recipient", "mobile_index", name="messages_once"),
    Index("messages_due", "next_attempt_at", postgresql_where=text("state = 'QUEUED'")),
    Index("messages_newest", "created_at", "message_id"),
    Index("messages_of_mobile", "mobile_index", "created_at"),
)
