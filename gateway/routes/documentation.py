"""The interface told about itself: /openapi.json for programs, /docs for people. Built once from the route table."""

from __future__ import annotations

import json

from gateway import openapi
from gateway.exchange import Exchange, Reply
from gateway.routing import HTML, Route, route
from gateway.texts import Texts
from gateway.web.pages import PAGE_TYPE


def documentation(routes: tuple[Route, ...], texts: Texts) -> tuple[Route, ...]:
    """Return the routes that describe the others."""
    document = openapi.build(routes, texts)
    encoded = json.dumps(document, ensure_ascii=False).encode()
    cached = {"Cache-Control": "public, max-age=300", "Vary": "Accept-Language"}

    @route("GET", "/openapi.json", actor="anyone", listed=False)
    def show_openapi(exchange: Exchange) -> Reply:  # noqa: ARG001 (the form of a handler)
        """Show the OpenAPI document."""
        return Reply(content=encoded, headers=cached, media_type="application/json")

    @route("GET", "/docs", actor="anyone", produces=HTML, listed=False)
    def show_documentation(exchange: Exchange) -> Reply:
        """Show the OpenAPI document as a page."""
        page = exchange.pages.documentation(document, exchange.language)
        return Reply(content=page.body, headers={**page.headers, **cached}, media_type=PAGE_TYPE)

    return (show_openapi, show_documentation)
