"""The office's work: review, checks at the counter, the outbox of messages. Roles and office are checked by the services."""

from __future__ import annotations

from gateway.exchange import Exchange, Reply
from gateway.routing import route
from gateway.schemas.people import CounterCheckBody, CounterCheckReply
from gateway.schemas.staff import (
    AuditQuery,
    AuditReply,
    ClaimBody,
    DecisionBody,
    OutboxLookUpBody,
    OutboxQuery,
    OutboxReply,
    QueueQuery,
    QueueReply,
    ReviewReferenceReply,
)


@route("GET", "/v1/review/queue", actor="staff", query=QueueQuery, reply=QueueReply)
def list_queue(exchange: Exchange, query: QueueQuery) -> Reply:
    """List the submissions of one's office, oldest first."""
    return Reply(QueueReply.of(exchange.ask(query.message())))


@route(
    "POST", "/v1/review/claims", actor="staff", body=ClaimBody, reply=ReviewReferenceReply, status=201, idempotent=True
)
def claim(exchange: Exchange, body: ClaimBody) -> Reply:
    """Take a submission to work on, for 30 minutes."""
    return Reply(ReviewReferenceReply.of(exchange.order(body.message())))


@route(
    "POST",
    "/v1/review/decisions",
    actor="staff",
    body=DecisionBody,
    reply=ReviewReferenceReply,
    status=201,
    idempotent=True,
)
def decide(exchange: Exchange, body: DecisionBody) -> Reply:
    """Approve, return or reject a submission one has claimed."""
    return Reply(ReviewReferenceReply.of(exchange.order(body.message())))


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
