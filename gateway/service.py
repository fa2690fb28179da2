"""Wires the gateway: settings, clients and application become one HTTP server, which the runner starts and stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.assembly import build_app
from gateway.auth import EndedSessions
from gateway.clients import Clients
from gateway.config import GatewaySettings
from services.common.kit.webserver import HttpServer, Limits

if TYPE_CHECKING:
    from services.common.kit.resources import Resources


def build(resources: Resources) -> HttpServer:
    """Return the server, not yet listening. Raises SettingMissing."""
    settings = GatewaySettings.read(resources.settings.values)
    clients = Clients.of(resources)
    sessions = EndedSessions(clients.asks)
    app = build_app(settings, sessions, clients.links, sessions, clients.incoming)
    limits = Limits(
        connections=settings.max_connections,
        connections_per_source=settings.max_connections_per_source,
        source_of=app.sources.connected,
        workers=settings.max_workers,
        header_seconds=settings.max_header_seconds,
        body_seconds=settings.max_body_seconds,
        response_seconds=settings.max_answer_seconds,
        buffered_bytes=settings.max_buffered_mib * 1024 * 1024,
        body_bytes=app.table.body_limit,
        body_code=app.table.too_large_code,
    )
    return HttpServer(app, settings.host, settings.port, limits=limits, refusal=app.refusal)
