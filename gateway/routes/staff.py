"""The office's work: checks at the counter, the audit, the outbox of messages. Roles and office are checked by the services."""

from __future__ import annotations

from gateway.exchange import Exchange, Reply
from gateway.routing import route
from gateway.schemas.counter_checks import CounterCheckBody, CounterCheckReply
from gateway.schemas.staff import (
    AuditQuery,
    AuditReply,
    OutboxLookUpBody,
    OutboxQuery,
    OutboxReply,
)


@route(
    "POST",
    "/v1/counter/identity-checks",
    actor="staff",
    body=CounterCheckBody,
    reply=CounterCheckReply,
    status=201,
    idempotent=True,
)
def check_at_counter(exchange: Exchange, body: CounterCheckBody) -> Reply:
    """Record that one has seen a person with the ID card (窗口核验)."""
    return Reply(CounterCheckReply.of(exchange.order(body.message())))


@route("GET", "/v1/staff/audit", actor="staff", query=AuditQuery, reply=AuditReply)
def list_staff_acts(exchange: Exchange, query: AuditQuery) -> Reply:
    """List who of one's office saw or changed whose data, newest first; for role AUDITOR (审计)."""
    return Reply(AuditReply.of(exchange.ask(query.message())))


@route("GET", "/v1/staff/messages", actor="staff", query=OutboxQuery, reply=OutboxReply)
def list_messages(exchange: Exchange, query: OutboxQuery) -> Reply:
    """List the newest messages of the embedded outbox."""
    return Reply(OutboxReply.of(exchange.ask(query.message())))


@route("POST", "/v1/staff/messages/lookup", actor="staff", body=OutboxLookUpBody, reply=OutboxReply)
def look_up_messages(exchange: Exchange, body: OutboxLookUpBody) -> Reply:
    """List the newest messages to one phone."""
    return Reply(OutboxReply.of(exchange.ask(body.message())))
