"""Reads titles as a city's own register writes them. Decides what is a title; whatever is not, whole, is none at all.

A register that leaves out an owner, or notes something in a word we do not know, could hide what bars the sale: nothing is
guessed and nothing is skipped. Members we do not know beside those we need are ignored.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from services.common.kit.errors import InvalidValue
from services.common.values import CertificateNo, CompanyName, IdNumber, PersonId, PersonName, UnitNo, Uscc
from services.property.domain.errors import SharesIncomplete
from services.property.domain.owners import EnterpriseOwner, Owner, Representative
from services.property.domain.title import Encumbrance, House, OwnershipMode, RegisteredTitle

_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_SHARE = re.compile(r"[1-9][0-9]{0,5}/[1-9][0-9]{0,5}")
_WRONG = (KeyError, TypeError, ValueError, InvalidOperation, InvalidValue, SharesIncomplete, AttributeError)


class NoTitle(ValueError):
    """What was sent is no title."""


def read_title(city: str, person_key: bytes, told: Any) -> RegisteredTitle:
    """Return the title under our key for it, `<city>.<the register's own>`. Raises NoTitle."""
    try:
        return RegisteredTitle(
            title_id=f"{city}.{_matched(_ID, told['title_id'])}",
            city=city,
            certificate_no=CertificateNo(_text(told["certificate_no"])),
            mode=OwnershipMode(told["mode"]),
            owners=tuple(_owner(one, person_key) for one in _list(told["owners"])),
            house=_house(told["house"]),
            encumbrances=frozenset(Encumbrance(one) for one in _list(told["notes"])),
            generated=False,
            enterprises=tuple(_enterprise(one, person_key) for one in _list(told["enterprises"])),
        )
    except _WRONG as wrong:
        raise NoTitle(type(wrong).__name__) from None  # the cause may name people


def _owner(told: Mapping[str, Any], person_key: bytes) -> Owner:
    number = IdNumber(_text(told["id_number"]))
    if not isinstance(told["deceased"], bool):
        raise NoTitle("deceased")
    name = PersonName(_text(told["name"]))
    return Owner(PersonId.of(number, person_key), name, number, _share(told["share"]), deceased=told["deceased"])


def _enterprise(told: Mapping[str, Any], person_key: bytes) -> EnterpriseOwner:
    acting = told["representative"]
    number = IdNumber(_text(acting["id_number"]))
    representative = Representative(PersonId.of(number, person_key), PersonName(_text(acting["name"])), number)
    name, code = CompanyName(_text(told["name"])), Uscc(_text(told["uscc"]))
    return EnterpriseOwner(name, code, _share(told["share"]), representative)


def _house(told: Mapping[str, Any]) -> House:
    area, term_end = Decimal(_text(told["building_area"])), told["land_term_end"]
    if not 0 < area < 10**8:
        raise NoTitle("building_area")
    return House(
        unit_no=UnitNo(_text(told["unit_no"])) if told["unit_no"] is not None else None,
        location=_text(told["location"]),
        building_area=area,
        use=_text(told["use"]),
        nature=_text(told["nature"]),
        structure=_text(told["structure"]),
        floor=_whole(told["floor"]),
        total_floors=_whole(told["total_floors"]),
        year_built=_whole(told["year_built"]),
        land_obtained=_text(told["land_obtained"]),
        land_use=_text(told["land_use"]),
        land_term_end=None if term_end is None else dt.date.fromisoformat(_text(term_end)),
    )


def _share(told: Any) -> Fraction | None:
    return None if told is None else Fraction(_matched(_SHARE, told))


def _text(told: Any) -> str:
    if not isinstance(told, str) or not 0 < len(told) <= 500:
        raise NoTitle("text")
    return told


def _matched(form: re.Pattern[str], told: Any) -> str:
    if not form.fullmatch(_text(told)):
        raise NoTitle("form")
    return str(told)


def _whole(told: Any) -> int:
    if not isinstance(told, int) or isinstance(told, bool) or abs(told) > 10**4:
        raise NoTitle("number")
    return told


def _list(told: Any) -> Sequence[Any]:
    if not isinstance(told, list) or len(told) > 100:
        raise NoTitle("list")
    return told
