"""What office answers: cities, business types, notices with their versions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from services.common.messages.shapes import query


@dataclass(frozen=True, kw_only=True)
class NoticeText:
    """A text to be read and ticked (须知, 同意书): version and hash are what a consent records."""

    text_id: str
    version: str
    sha256: str
    title: str
    body: str
    valid_from: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class Material:
    """One row of the material list: whoever has one of `roles` brings one of `any_of` where `when` holds."""

    material_id: str
    name: str
    roles: tuple[str, ...]
    any_of: tuple[str, ...]
    when: str
    required: bool
    valid_from: dt.date


@dataclass(frozen=True, kw_only=True)
class ScreenHints:
    """The hints (提示) of one screen in the version in force."""

    screen: str
    version: str
    lines: tuple[str, ...]
    valid_from: dt.date


@dataclass(frozen=True, kw_only=True)
class BusinessType:
    """What an office offers. `hints` are those of the title search, `screens` those of every screen that has any."""

    business_type: str
    name: str
    steps: tuple[str, ...]
    notices: tuple[NoticeText, ...]
    hints: tuple[str, ...]
    materials: tuple[Material, ...] = ()
    screens: tuple[ScreenHints, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Office:
    """An office (办理网点)."""

    office_id: str
    name: str
    phone: str
    business_types: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class City:
    """A city that runs on this deployment."""

    city: str
    name: str
    offices: tuple[Office, ...]


@dataclass(frozen=True, kw_only=True)
class Cities:
    """All cities."""

    cities: tuple[City, ...]


@query("office", "list_cities", reply=Cities)
@dataclass(frozen=True, kw_only=True)
class ListCities:
    """Public. With a `name`, only cities whose name or id contains it."""

    name: str = ""


@query("office", "get_business_type", reply=BusinessType)
@dataclass(frozen=True, kw_only=True)
class GetBusinessType:
    """Public."""

    office_id: str
    business_type: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """A point for maps, in degrees of WGS 84."""

    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True, kw_only=True)
class OfferedType:
    """A business type by name."""

    business_type: str
    name: str


@dataclass(frozen=True, kw_only=True)
class OfficeDetails:
    """Where an office is, when it is open, whom to ring, what it offers."""

    office_id: str
    city: str
    name: str
    address: str
    hours: str
    phones: tuple[str, ...]
    place: Place | None
    business_types: tuple[OfferedType, ...]


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """One entry of the menu; `business_type` is empty where it needs none."""

    item_id: str
    name: str
    opens: str
    business_type: str
    needs_sign_in: bool


@dataclass(frozen=True, kw_only=True)
class MenuSection:
    """A titled group of the menu."""

    name: str
    items: tuple[MenuItem, ...]


@dataclass(frozen=True, kw_only=True)
class CityDetails:
    """A city's entry: the app's name and link, its menu, its offices, and the land registry to ring."""

    city: str
    name: str
    app_name: str
    deep_link: str
    menu: tuple[MenuSection, ...]
    offices: tuple[OfficeDetails, ...]
    registry_name: str
    registry_phone: str


@query("office", "get_city", reply=CityDetails)
@dataclass(frozen=True, kw_only=True)
class GetCity:
    """Public."""

    city: str


@query("office", "get_office", reply=OfficeDetails)
@dataclass(frozen=True, kw_only=True)
class GetOffice:
    """Public."""

    office_id: str


@dataclass(frozen=True, kw_only=True)
class FoundService:
    """A service found by name: a business type with the offices that offer it, or an entry of the menu (`kind`)."""

    kind: str
    service_id: str
    name: str
    section: str
    opens: str
    offices: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Services:
    """What was found, business types first."""

    services: tuple[FoundService, ...]


@query("office", "search_services", reply=Services)
@dataclass(frozen=True, kw_only=True)
class SearchServices:
    """Public. Every word of `name` must occur; an empty one finds all."""

    city: str
    name: str = ""
