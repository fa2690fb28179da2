"""The tables kit keeps in every service's database: requests, outbox, inbox, order counters, spent tokens."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

METADATA = MetaData()
_NOW = text("now()")

REQUESTS = Table(
    "kit_requests",
    METADATA,
    Column("request_key", Text, primary_key=True),
    Column("body_hash", Text, nullable=False),
    Column("state", Text, nullable=False),  # running, done
    Column("lease_token", Text, nullable=False),
    Column("lease_owner", Text, nullable=False),
    Column("lease_until", DateTime(timezone=True), nullable=False),
    Column("answer", JSONB),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
)
OUTBOX = Table(
    "kit_outbox",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    Column("event_id", Text, nullable=False, unique=True),
    Column("routing_key", Text, nullable=False),
    Column("envelope", JSONB, nullable=False),
    Column("lease_owner", Text),
    Column("lease_until", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
    Column("published_at", DateTime(timezone=True)),
    Index("kit_outbox_waiting", "id", postgresql_where=text("published_at IS NULL")),
)
INBOX = Table(
    "kit_inbox",
    METADATA,
    Column("event_id", Text, primary_key=True),
    Column("handler_id", Text, primary_key=True),
    Column("aggregate_id", Text, nullable=False),
    Column(
        "sequence", Integer
    ),  # the number among this handler's events of the aggregate; empty: order does not matter
    Column("envelope", JSONB, nullable=False),
    Column("state", Text, nullable=False),  # pending, done, dead, ignored
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
    Column("lease_token", Text),
    Column("lease_owner", Text),
    Column("lease_until", DateTime(timezone=True)),
    Column("error_code", Text),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
    Column("finished_at", DateTime(timezone=True)),
    Index("kit_inbox_waiting", "handler_id", "next_attempt_at", postgresql_where=text("state = 'pending'")),
    Index("kit_inbox_dead", "handler_id", postgresql_where=text("state = 'dead'")),
)
PROGRESS = Table(
    "kit_inbox_progress",
    METADATA,
    Column("handler_id", Text, primary_key=True),
    Column("aggregate_id", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)
ORDER = Table(
    "kit_event_order",
    METADATA,
    Column("aggregate_id", Text, primary_key=True),
    Column("handler_id", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)
SPENT = Table(
    "kit_spent_tokens",
    METADATA,
    Column("token_id", Text, primary_key=True),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)
