"""What cities and offices publish, and the title search."""

from __future__ import annotations

import hashlib

from gateway.exchange import Exchange, Reply
from gateway.routing import route
from gateway.schemas import base
from gateway.schemas.offices import BusinessTypeReply, CitiesReply, TitleSearchBody, TitlesReply
from services.common.kit import wire
from services.common.messages import office


@route("GET", "/v1/cities", actor="anyone", reply=CitiesReply)
def list_cities(exchange: Exchange) -> Reply:
    """List the cities of this deployment and their offices."""
    return _published(exchange, CitiesReply.of(exchange.ask(office.ListCities())))


@route("GET", "/v1/offices/{office}/business-types/{business_type}", actor="anyone", reply=BusinessTypeReply)
def show_business_type(exchange: Exchange) -> Reply:
    """Show a business type: its steps, the texts to be read and ticked, its hints."""
    message = office.GetBusinessType(office_id=exchange.parts["office"], business_type=exchange.parts["business_type"])
    return _published(exchange, BusinessTypeReply.of(exchange.ask(message)))


@route("POST", "/v1/title-searches", actor="person", body=TitleSearchBody, reply=TitlesReply)
def search_titles(exchange: Exchange, body: TitleSearchBody) -> Reply:
    """Check a house by certificate number and an owner's name and ID number (房源核验); 20 failures an hour."""
    return Reply(TitlesReply.of(exchange.ask(body.message(exchange.source)), exchange.say))


def _published(exchange: Exchange, body: object) -> Reply:
    """Answer with an ETag; 304 to whoever has this already. The same for everybody, so anybody may keep it for a minute."""
    tag = f'"{hashlib.sha256(wire.dumps(base.write(body))).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "public, max-age=60", "Vary": "Accept-Encoding"}
    known = {one.strip().removeprefix("W/") for one in exchange.headers.get("If-None-Match", "").split(",")}
    if tag in known or "*" in known:
        return Reply(status=304, headers=headers)
    return Reply(body, headers=headers)
