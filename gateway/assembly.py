"""Puts the application together from settings, routes, texts and pages; what it talks to is handed in."""

from __future__ import annotations

from gateway.app import Gateway
from gateway.auth import Authenticator, Ended, NoneEnded, Sources
from gateway.config import GatewaySettings
from gateway.exchange import Asks, OpensLinks
from gateway.headers import AnswerHeaders
from gateway.limits import Shield
from gateway.problems import Problems
from gateway.routes import ROUTES
from gateway.routes.documentation import documentation
from gateway.routing import RouteTable
from gateway.texts import Texts
from gateway.uploads import KeepsIncoming, NoIncoming
from gateway.web.pages import Pages


def build_app(
    settings: GatewaySettings,
    asks: Asks,
    links: OpensLinks,
    ended: Ended | None = None,
    incoming: KeepsIncoming | None = None,
) -> Gateway:
    """Return the WSGI application. `ended`: who knows of ended sessions; `incoming`: where uploads go. Nobody where left out."""
    texts = Texts.load()
    return Gateway(
        table=RouteTable(ROUTES + documentation(ROUTES, texts)),
        client=asks,
        links=links,
        authenticator=Authenticator(settings.access_public_pem, ended or NoneEnded()),
        sources=Sources(settings.source_key, settings.trusted_proxies),
        problems=Problems(texts),
        pages=Pages(texts),
        texts=texts,
        incoming=incoming or NoIncoming(),
        headers=AnswerHeaders(settings.cors, settings.secure),
        shield=Shield(settings.paces),
    )
