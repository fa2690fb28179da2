"""Wires the gateway: settings, keys, clients and routes become one HTTP server, which the runner starts and stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.app import Gateway
from gateway.auth import Authenticator, Sources
from gateway.config import GatewaySettings
from gateway.problems import Problems
from gateway.routes import ROUTES
from gateway.routes.documentation import documentation
from gateway.routing import RouteTable
from gateway.texts import Texts
from gateway.web.pages import Pages
from services.common.kit.webserver import HttpServer

if TYPE_CHECKING:
    from gateway.exchange import Asks, OpensLinks
    from services.common.kit.runner import Resources


def build_app(settings: GatewaySettings, asks: Asks, links: OpensLinks) -> Gateway:
    """Return the WSGI application."""
    texts = Texts.load()
    return Gateway(
        table=RouteTable(ROUTES + documentation(ROUTES)),
        client=asks,
        links=links,
        authenticator=Authenticator(settings.access_public_pem),
        sources=Sources(settings.source_key, settings.trusted_proxies),
        problems=Problems(texts),
        pages=Pages(texts),
        secure=settings.secure,
    )


def build(resources: Resources) -> HttpServer:
    """Return the server, not yet listening. Raises SettingMissing."""
    from gateway.clients import Clients  # noqa: PLC0415 (the runner patches the process before anything else is imported)

    settings = GatewaySettings.read(resources.settings.values)
    clients = Clients.of(resources)
    app = build_app(settings, clients.asks, clients.links)
    limits = settings.limits(app.table.body_limit)
    return HttpServer(app, settings.host, settings.port, limits=limits, refusal=app.problems.refusal)
