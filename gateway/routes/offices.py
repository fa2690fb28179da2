"""What offices publish of a business type, and the title search."""

from __future__ import annotations

from gateway.exchange import Exchange, Reply
from gateway.routes.publishing import published
from gateway.routing import route
from gateway.schemas.offices import BusinessTypeReply, TitleSearchBody, TitlesReply
from services.common.messages import office


@route("GET", "/v1/offices/{office}/business-types/{business_type}", actor="anyone", reply=BusinessTypeReply)
def show_business_type(exchange: Exchange) -> Reply:
    """Show a business type: its steps, the texts to be read and ticked, its hints."""
    message = office.GetBusinessType(office_id=exchange.parts["office"], business_type=exchange.parts["business_type"])
    return published(exchange, BusinessTypeReply.of(exchange.ask(message)))


@route("POST", "/v1/title-searches", actor="person", body=TitleSearchBody, reply=TitlesReply)
def search_titles(exchange: Exchange, body: TitleSearchBody) -> Reply:
    """Check a house by certificate number and an owner's name and ID number (房源核验); 20 failures an hour."""
    return Reply(TitlesReply.of(exchange.ask(body.message(exchange.source)), exchange.say))
