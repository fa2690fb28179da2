"""Public verification of a document, by the code printed on it or by the file itself; and pictures of its pages."""

from __future__ import annotations

from gateway.exchange import Exchange, Reply
from gateway.problems import HttpError
from gateway.routing import JPEG, PDF, route
from gateway.schemas.signing import PageQuery, VerificationReply
from gateway.streams import stream
from gateway.uploads import BODY_BYTES, FORM, read_file
from services.common.messages import signing


@route("GET", "/v1/verifications/{code}", actor="anyone", reply=VerificationReply)
def verify_code(exchange: Exchange) -> Reply:
    """Say who signed the document behind a code, and whether it is intact."""
    return Reply(VerificationReply.of(exchange.ask(signing.VerifyCode(code=exchange.parts["code"]))))


@route(
    "POST",
    "/v1/verifications",
    actor="anyone",
    media=FORM,
    reply=VerificationReply,
    max_body=BODY_BYTES,
    too_large="http.file_too_large",
    errors=("signing.too_many_verifications",),
)
def verify_file(exchange: Exchange) -> Reply:
    """Say who signed a file, when, and whether it is a document of the platform, whole and unchanged."""
    return Reply(VerificationReply.of(verified(exchange)))


@route("GET", "/v1/verifications/{code}/pages/{page}", actor="signed_in", produces=JPEG, query=PageQuery)
def show_verified_page(exchange: Exchange, query: PageQuery) -> Reply:
    """Show a page of the document behind a code, to those who signed it and to staff of its city."""
    message = signing.ShowVerifiedPage(code=exchange.parts["code"], page=int(exchange.parts["page"]), size=query.size)
    return stream(exchange, exchange.ask(message), inline=True)


def verified(exchange: Exchange) -> signing.Verification:
    """Have the file of a request verified. It is counted first, then kept for as long as the verification takes."""
    sent = read_file(exchange.headers, exchange.raw_body)
    if sent.media_type not in {"", PDF}:
        raise HttpError(415, "http.media_type")
    place = exchange.order(signing.AdmitUpload(source=exchange.source), fresh=True)
    exchange.incoming.put(place.ticket, sent.data)
    found: signing.Verification = exchange.ask(signing.VerifyUpload(ticket=place.ticket))
    return found
