"""What office answers: cities, business types, notices with their versions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

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
class BusinessType:
    """What an office offers."""

    business_type: str
    name: str
    steps: tuple[str, ...]
    notices: tuple[NoticeText, ...]
    hints: tuple[str, ...]
    materials: tuple[Material, ...] = ()


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
    """Public."""


@query("office", "get_business_type", reply=BusinessType)
@dataclass(frozen=True, kw_only=True)
class GetBusinessType:
    """Public."""

    office_id: str
    business_type: str
