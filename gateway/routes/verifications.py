"""Public verification of a document by the code printed on it."""

from __future__ import annotations

from gateway.exchange import Exchange, Reply
from gateway.routing import route
from gateway.schemas.signing import VerificationReply
from services.common.messages import signing


@route("GET", "/v1/verifications/{code}", actor="anyone", reply=VerificationReply)
def verify_code(exchange: Exchange) -> Reply:
    """Say who signed the document behind a code, and whether it is intact."""
    return Reply(VerificationReply.of(exchange.ask(signing.VerifyCode(code=exchange.parts["code"]))))
