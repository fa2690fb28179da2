"""The review: queue, claims, what is to be checked, decisions, pushes, figures. Roles and office are checked by the service."""

from __future__ import annotations

from gateway.exchange import Exchange, Reply
from gateway.routing import route
from gateway.schemas.dossiers import DossierReply, FindingsReply, ReasonsReply
from gateway.schemas.review import (
    ClaimBody,
    DecisionBody,
    PushBody,
    QueueQuery,
    QueueReply,
    RecusalBody,
    RecusalReply,
    ReviewReferenceReply,
    StatisticsQuery,
    StatisticsReply,
)
from services.common.messages import contract, review


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


@route("DELETE", "/v1/review/claims/{review}", actor="staff", reply=ReviewReferenceReply)
def release_claim(exchange: Exchange) -> Reply:
    """Give a claim back to the queue."""
    return Reply(ReviewReferenceReply.of(exchange.order(review.ReleaseClaim(review_id=exchange.parts["review"]))))


@route("GET", "/v1/review/submissions/{review}", actor="staff", reply=DossierReply, has_effect=True)
def show_submission(exchange: Exchange) -> Reply:
    """Show a submission: the case, the checklist, differences from the register, what changed, earlier rounds."""
    found = exchange.ask(review.GetDossier(review_id=exchange.parts["review"]))
    case = exchange.ask(contract.GetCase(case_no=found.submission.case_no))
    return Reply(DossierReply.of(found, case, exchange.say))


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


@route("GET", "/v1/review/reasons", actor="staff", reply=ReasonsReply)
def list_reasons(exchange: Exchange) -> Reply:
    """List the reasons a submission is returned or rejected for."""
    return Reply(ReasonsReply.of(exchange.ask(review.ListReasons()), exchange.say))


@route(
    "POST", "/v1/review/pushes", actor="staff", body=PushBody, reply=ReviewReferenceReply, status=201, idempotent=True
)
def retry_push(exchange: Exchange, body: PushBody) -> Reply:
    """Push a filing the register refused once more, after what stood in the way was mended."""
    return Reply(ReviewReferenceReply.of(exchange.order(body.message())))


@route("POST", "/v1/review/recusals", actor="staff", body=RecusalBody, reply=RecusalReply, status=201, idempotent=True)
def declare_relative(exchange: Exchange, body: RecusalBody) -> Reply:
    """Declare a relative, whose cases one will not get (回避申报), or withdraw that."""
    return Reply(RecusalReply(declared=exchange.order(body.message()).declared))


@route("GET", "/v1/review/statistics", actor="staff", query=StatisticsQuery, reply=StatisticsReply)
def get_statistics(exchange: Exchange, query: StatisticsQuery) -> Reply:
    """Count what one's office decided in a period, how fast, and why it returned what it returned."""
    return Reply(StatisticsReply.of(exchange.ask(query.message()), exchange.say))


@route("GET", "/v1/cases/{case}/findings", actor="person", reply=FindingsReply)
def preview_findings(exchange: Exchange) -> Reply:
    """Tell a party before submitting what the review would find wrong."""
    found = exchange.ask(review.PreviewFindings(case_no=exchange.case_no))
    return Reply(FindingsReply.of(found, exchange.say))
