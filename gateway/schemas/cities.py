"""Replies about cities: where something is offered, how to get in, whom to ring."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from gateway.schemas.base import text
from services.common.messages import office


@dataclass(frozen=True, kw_only=True)
class NameQuery:
    """Words that must occur in a name; all where none is given."""

    name: str = text(40, 0, default="")


@dataclass(frozen=True, kw_only=True)
class OfficeReply:
    """An office and what it offers."""

    office_id: str
    name: str
    phone: str
    business_types: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CityReply:
    """A city of this deployment."""

    city: str
    name: str
    offices: tuple[OfficeReply, ...]


@dataclass(frozen=True, kw_only=True)
class CitiesReply:
    """All cities."""

    cities: tuple[CityReply, ...]

    @classmethod
    def of(cls, found: office.Cities) -> Self:
        """Build from the message."""
        return cls(cities=tuple(_city(one) for one in found.cities))


def _city(one: office.City) -> CityReply:
    offices = tuple(
        OfficeReply(office_id=each.office_id, name=each.name, phone=each.phone, business_types=each.business_types)
        for each in one.offices
    )
    return CityReply(city=one.city, name=one.name, offices=offices)


@dataclass(frozen=True, kw_only=True)
class PlaceReply:
    """A point for maps, in degrees of WGS 84."""

    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True, kw_only=True)
class OfferedTypeReply:
    """A business type by name."""

    business_type: str
    name: str


@dataclass(frozen=True, kw_only=True)
class OfficeDetailsReply:
    """Where an office is, when it is open, whom to ring, what it offers."""

    office_id: str
    city: str
    name: str
    address: str
    hours: str
    phones: tuple[str, ...]
    place: PlaceReply | None
    business_types: tuple[OfferedTypeReply, ...]

    @classmethod
    def of(cls, found: office.OfficeDetails) -> Self:
        """Build from the message."""
        place = found.place
        return cls(
            office_id=found.office_id,
            city=found.city,
            name=found.name,
            address=found.address,
            hours=found.hours,
            phones=found.phones,
            place=PlaceReply(latitude=place.latitude, longitude=place.longitude) if place else None,
            business_types=tuple(
                OfferedTypeReply(business_type=one.business_type, name=one.name) for one in found.business_types
            ),
        )


@dataclass(frozen=True, kw_only=True)
class MenuItemReply:
    """One entry of the menu: which screen it opens, for which business type, and whether one must be signed in."""

    item_id: str
    name: str
    opens: str
    business_type: str
    needs_sign_in: bool


@dataclass(frozen=True, kw_only=True)
class MenuSectionReply:
    """A titled group of the menu."""

    name: str
    items: tuple[MenuItemReply, ...]


@dataclass(frozen=True, kw_only=True)
class CityDetailsReply:
    """A city: its app's name, the link its QR code holds (entry.png, entry.svg beside this), menu, offices, land registry."""

    city: str
    name: str
    app_name: str
    deep_link: str
    menu: tuple[MenuSectionReply, ...]
    offices: tuple[OfficeDetailsReply, ...]
    registry_name: str
    registry_phone: str

    @classmethod
    def of(cls, found: office.CityDetails) -> Self:
        """Build from the message."""
        return cls(
            city=found.city,
            name=found.name,
            app_name=found.app_name,
            deep_link=found.deep_link,
            menu=tuple(_section(one) for one in found.menu),
            offices=tuple(OfficeDetailsReply.of(one) for one in found.offices),
            registry_name=found.registry_name,
            registry_phone=found.registry_phone,
        )


def _section(one: office.MenuSection) -> MenuSectionReply:
    items = tuple(
        MenuItemReply(
            item_id=each.item_id,
            name=each.name,
            opens=each.opens,
            business_type=each.business_type,
            needs_sign_in=each.needs_sign_in,
        )
        for each in one.items
    )
    return MenuSectionReply(name=one.name, items=items)


@dataclass(frozen=True, kw_only=True)
class FoundServiceReply:
    """A BUSINESS_TYPE with the offices that offer it, or a MENU_ITEM with its section and the screen it opens."""

    kind: str
    service_id: str
    name: str
    section: str
    opens: str
    offices: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ServicesReply:
    """What was found, business types first."""

    services: tuple[FoundServiceReply, ...]

    @classmethod
    def of(cls, found: office.Services) -> Self:
        """Build from the message."""
        return cls(
            services=tuple(
                FoundServiceReply(
                    kind=one.kind,
                    service_id=one.service_id,
                    name=one.name,
                    section=one.section,
                    opens=one.opens,
                    offices=one.offices,
                )
                for one in found.services
            )
        )
