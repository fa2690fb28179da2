"""Cities and offices, for anybody: where something is offered, how to get in, whom to ring."""

from __future__ import annotations

from gateway.exchange import Exchange, Reply
from gateway.routes.publishing import published, published_bytes
from gateway.routing import HTML, route
from gateway.schemas.cities import CitiesReply, CityDetailsReply, NameQuery, OfficeDetailsReply, ServicesReply
from gateway.web import qr
from gateway.web.pages import PAGE_TYPE
from services.common.messages import office


@route("GET", "/v1/cities", actor="anyone", query=NameQuery, reply=CitiesReply)
def list_cities(exchange: Exchange, query: NameQuery) -> Reply:
    """List the cities of this deployment and their offices, all or those of a name."""
    return published(exchange, CitiesReply.of(exchange.ask(office.ListCities(name=query.name))))


@route("GET", "/v1/cities/{city}", actor="anyone", reply=CityDetailsReply)
def show_city(exchange: Exchange) -> Reply:
    """Show a city: its entry, menu and offices."""
    return published(exchange, CityDetailsReply.of(_city(exchange)))


@route("GET", "/v1/cities/{city}/services", actor="anyone", query=NameQuery, reply=ServicesReply)
def search_services(exchange: Exchange, query: NameQuery) -> Reply:
    """Find what a city offers by name."""
    message = office.SearchServices(city=exchange.parts["city"], name=query.name)
    return published(exchange, ServicesReply.of(exchange.ask(message)))


@route("GET", "/v1/cities/{city}/entry.png", actor="anyone", produces=qr.PNG)
def show_entry_png(exchange: Exchange) -> Reply:
    """Show the city's entry as a QR code, as a picture of dots."""
    return published_bytes(exchange, qr.draw(_city(exchange).deep_link, qr.PNG), qr.PNG)


@route("GET", "/v1/cities/{city}/entry.svg", actor="anyone", produces=qr.SVG)
def show_entry_svg(exchange: Exchange) -> Reply:
    """Show the city's entry as a QR code, as a drawing for print."""
    return published_bytes(exchange, qr.draw(_city(exchange).deep_link, qr.SVG), qr.SVG)


@route("GET", "/v1/offices/{office}", actor="anyone", reply=OfficeDetailsReply)
def show_office(exchange: Exchange) -> Reply:
    """Show where an office is, when it is open and what it offers."""
    found = exchange.ask(office.GetOffice(office_id=exchange.parts["office"]))
    return published(exchange, OfficeDetailsReply.of(found))


@route("GET", "/c/{city}", actor="anyone", produces=HTML, listed=False)
def show_city_page(exchange: Exchange) -> Reply:
    """Show how to get into the city's app, and its offices, to whoever scans the code without the app."""
    page = exchange.pages.city(_city(exchange), exchange.language)
    return Reply(content=page.body, headers=page.headers, media_type=PAGE_TYPE)


def _city(exchange: Exchange) -> office.CityDetails:
    found: office.CityDetails = exchange.ask(office.GetCity(city=exchange.parts["city"]))
    return found
