"""A sign of life for load balancers; readiness is on the admin port."""

from __future__ import annotations

from gateway.exchange import Exchange, Reply
from gateway.routing import route


@route("GET", "/healthz", actor="anyone", listed=False)
def show_health(exchange: Exchange) -> Reply:  # noqa: ARG001 (the form of a handler)
    """Say that this process answers."""
    return Reply({"status": "alive"})
