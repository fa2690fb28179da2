"""The tables of notice. Mobile, text and parameters are sealed: they may hold a code or a link."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, DateTime, Index, Integer, MetaData, Table, Text, UniqueConstraint, text

from services.common.kit.sealed_columns import SealedText

METADATA = MetaData()

MESSAGES = Table(
    "messages",
    METADATA,
    Column("message_id", Text, primary_key=True),
    Column("occasion", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("mobile_index", Text, nullable=False),
    Column("mobile_sealed", SealedText, nullable=False),
    Column("template", Text, nullable=False),
    Column("text_sealed", SealedText, nullable=False),
    Column("parameters_sealed", SealedText, nullable=False),
    Column("language", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("fallback", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("useless_after", DateTime(timezone=True)),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", DateTime(timezone=True)),
    Column("sent_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Column("reference", Text, nullable=False),
    UniqueConstraint("occasion", "recipient", "mobile_index", name="messages_once"),
    Index("messages_waiting", "next_attempt_at", postgresql_where=text("next_attempt_at IS NOT NULL")),
    Index("messages_newest", "created_at", "message_id"),
    Index("messages_of_mobile", "mobile_index", "created_at"),
)

APP_MESSAGES = Table(
    "app_messages",
    METADATA,
    Column("message_id", Text, primary_key=True),
    Column("occasion", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("case_no", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("read_at", DateTime(timezone=True)),
    UniqueConstraint("occasion", "person_id", "template", name="app_messages_once"),
    Index("app_messages_of_person", "person_id", "message_id"),
)
