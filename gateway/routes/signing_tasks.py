"""Signing: a task is reached by the token of its link, or by its id when its signer is signed in."""

from __future__ import annotations

from gateway.exchange import Exchange, Reply
from gateway.routing import JPEG, KIB, PDF, route
from gateway.schemas.signing import (
    IdentityBody,
    InvitationWishReply,
    PageQuery,
    RefusalBody,
    SignatureBody,
    TaskReferenceReply,
    TaskReply,
    TasksQuery,
    TasksReply,
)
from gateway.streams import stream
from services.common.messages import signing

DRAWN = 512 * KIB


@route("GET", "/v1/signing-tasks", actor="person", query=TasksQuery, reply=TasksReply)
def list_tasks(exchange: Exchange, query: TasksQuery) -> Reply:
    """List what one has to sign, and has signed (待签署)."""
    return Reply(TasksReply.of(exchange.ask(query.message())))


@route("GET", "/v1/signing-tasks/{handle}", actor="anyone", reply=TaskReply)
def show_task(exchange: Exchange) -> Reply:
    """Show a task and its documents."""
    return Reply(TaskReply.of(exchange.ask(signing.GetTask(handle=exchange.parts["handle"]))))


@route(
    "POST",
    "/v1/signing-tasks/{handle}/invitation",
    actor="person",
    reply=InvitationWishReply,
    status=202,
    idempotent=True,
)
def request_invitation(exchange: Exchange) -> Reply:
    """Have the link of a task sent again, by id: one's own, or as a main party a co-signer's. Once a minute, five times a day."""
    wish = exchange.order(signing.RequestInvitation(handle=exchange.parts["handle"]))
    return Reply(InvitationWishReply.of(wish))


@route(
    "POST",
    "/v1/signing-tasks/{handle}/identity",
    actor="anyone",
    body=IdentityBody,
    reply=TaskReferenceReply,
    idempotent=True,
)
def identify_signer(exchange: Exchange, body: IdentityBody) -> Reply:
    """Spend an identity proof on the task; its session lasts 30 minutes from the last act."""
    return Reply(TaskReferenceReply.of(exchange.order(body.message(exchange.parts["handle"]))))


@route("GET", "/v1/signing-tasks/{handle}/documents/{kind}", actor="anyone", produces=PDF, has_effect=True)
def view_document(exchange: Exchange) -> Reply:
    """Open a document to read it; it counts as opened from now on."""
    message = signing.ViewDocument(handle=exchange.parts["handle"], kind=exchange.parts["kind"])
    return stream(exchange, exchange.order(message, fresh=True), inline=True)


@route(
    "GET",
    "/v1/signing-tasks/{handle}/documents/{kind}/pages/{page}",
    actor="anyone",
    produces=JPEG,
    query=PageQuery,
)
def show_task_page(exchange: Exchange, query: PageQuery) -> Reply:
    """Show a page of a document as a picture, within the signing session; open the document itself to have read it."""
    handle, kind, page = (exchange.parts[name] for name in ("handle", "kind", "page"))
    message = signing.ShowTaskPage(handle=handle, kind=kind, page=int(page), size=query.size)
    return stream(exchange, exchange.ask(message), inline=True)


@route(
    "POST",
    "/v1/signing-tasks/{handle}/signature",
    actor="anyone",
    body=SignatureBody,
    reply=TaskReferenceReply,
    status=202,
    idempotent=True,
    max_body=DRAWN,
)
def sign(exchange: Exchange, body: SignatureBody) -> Reply:
    """Sign the documents read, with one's handwriting; the signature is in them a moment later (签署提交)."""
    return Reply(TaskReferenceReply.of(exchange.order(body.message(exchange.parts["handle"]))))


@route(
    "POST",
    "/v1/signing-tasks/{handle}/refusal",
    actor="anyone",
    body=RefusalBody,
    reply=TaskReferenceReply,
    idempotent=True,
)
def refuse(exchange: Exchange, body: RefusalBody) -> Reply:
    """Refuse to sign (拒签); this ends signing for all."""
    return Reply(TaskReferenceReply.of(exchange.order(body.message(exchange.parts["handle"]))))
