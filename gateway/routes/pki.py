"""What readers of signatures fetch: the revocation lists under the address that certificates name."""

from __future__ import annotations

import base64

from gateway.exchange import Exchange, Reply
from gateway.routes.publishing import published_bytes
from gateway.routing import route
from services.common.messages import signing

CRL = "application/pkix-crl"


@route("GET", "/v1/pki/{issuer}.crl", actor="anyone", produces=CRL)
def get_revocation_list(exchange: Exchange) -> Reply:
    """Fetch the revocation list (CRL, DER) of `root`, `intermediate` or a later issuing authority, `intermediate-TIME`."""
    found = exchange.ask(signing.GetRevocationList(name=exchange.parts["issuer"]))
    return published_bytes(exchange, base64.b64decode(found.der), CRL)
