"""Evidence of the signatures of a case: one zip that is verified without the platform."""

from __future__ import annotations

from gateway.exchange import Exchange, Reply
from gateway.routing import ZIP, route
from gateway.streams import stream
from services.common.messages import signing


@route("GET", "/v1/cases/{case}/evidence", actor="signed_in", produces=ZIP)
def download_evidence(exchange: Exchange) -> Reply:
    """Download who signed what when and by which proof, with the signed documents (签署证据)."""
    return stream(exchange, exchange.ask(signing.GetEvidence(case_no=exchange.case_no)), inline=False)
