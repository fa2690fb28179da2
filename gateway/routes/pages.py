"""Pages for people with a browser: behind the link in the signing SMS, and behind the QR code on a document."""

from __future__ import annotations

from gateway.exchange import Exchange, Reply
from gateway.routes.verifications import verified
from gateway.routing import HTML, route
from gateway.uploads import BODY_BYTES, FORM
from gateway.web.pages import PAGE_TYPE, Page
from services.common.messages import signing


@route("GET", "/s/{token}", actor="anyone", produces=HTML, listed=False)
def show_signing_page(exchange: Exchange) -> Reply:
    """Show what the link of a signing SMS is for and how to go on."""
    token = exchange.parts["token"]
    task = exchange.ask(signing.GetTask(handle=token))
    return _shown(exchange.pages.signing(task, token, exchange.language))


@route("GET", "/v/{code}", actor="anyone", produces=HTML, listed=False)
def show_verification_page(exchange: Exchange) -> Reply:
    """Show who signed the document behind a code."""
    found = exchange.ask(signing.VerifyCode(code=exchange.parts["code"]))
    return _shown(exchange.pages.verification(found, exchange.language))


@route("GET", "/v", actor="anyone", produces=HTML, listed=False)
def show_verification_form(exchange: Exchange) -> Reply:
    """Show where to bring a file or type a code."""
    return _shown(exchange.pages.verification_form(exchange.language))


@route(
    "POST",
    "/v",
    actor="anyone",
    media=FORM,
    produces=HTML,
    max_body=BODY_BYTES,
    too_large="http.file_too_large",
    listed=False,
)
def show_file_verified(exchange: Exchange) -> Reply:
    """Show who signed the file brought, and whether it is whole."""
    return _shown(exchange.pages.verification(verified(exchange), exchange.language))


def _shown(page: Page) -> Reply:
    return Reply(content=page.body, headers=page.headers, media_type=PAGE_TYPE)
