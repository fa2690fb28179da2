"""Rules between the values a city publishes: menu entries that lead somewhere, phones that can be rung, hints without a gap."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from services.common.profiles.dated import BEGINNING
from services.common.profiles.publishing import NEEDS_BUSINESS_TYPE, MenuItem
from services.common.profiles.schema import PHONE_PATTERN, BusinessType, CityProfile, Office

Note: TypeAlias = Callable[[str, str, str], None]


def check_publishing(profile: CityProfile, note: Note) -> None:
    """Note every rule that entry, menu, offices or hints break."""
    _check_menu(profile, note)
    for index, office in enumerate(profile.offices):
        _check_phones(office, f"offices[{index}]", note)
    for index, kind in enumerate(profile.business_types):
        _check_hints(kind, f"business_types[{index}].hints", note)


def _check_menu(profile: CityProfile, note: Note) -> None:
    types = {one.id for one in profile.business_types}
    seen: set[str] = set()
    for place, section in enumerate(profile.menu):
        for index, item in enumerate(section.items):
            path = f"menu[{place}].items[{index}]"
            if item.id in seen:
                note(f"{path}.id", f"`{item.id}` is given twice", "Give each its own id.")
            seen.add(item.id)
            _check_item(item, path, types, note)


def _check_item(item: MenuItem, path: str, types: set[str], note: Note) -> None:
    known = ", ".join(sorted(types))
    if item.opens in NEEDS_BUSINESS_TYPE and item.business_type is None:
        note(f"{path}.business_type", f"is missing for {item.opens}", f"Use one of: {known}.")
    elif item.opens not in NEEDS_BUSINESS_TYPE and item.business_type is not None:
        note(f"{path}.business_type", f"means nothing for {item.opens}", "Remove it.")
    elif item.business_type is not None and item.business_type not in types:
        note(f"{path}.business_type", f"`{item.business_type}` is no business type", f"Use one of: {known}.")


def _check_phones(office: Office, path: str, note: Note) -> None:
    for index, phone in enumerate(office.more_phones):
        if not re.fullmatch(PHONE_PATTERN, phone):
            note(f"{path}.more_phones[{index}]", f"`{phone}` has the wrong form", f"It must match {PHONE_PATTERN}.")
        if phone in office.phones[: index + 1]:
            note(f"{path}.more_phones[{index}]", f"`{phone}` is given twice", "Keep one of the two.")


def _check_hints(kind: BusinessType, path: str, note: Note) -> None:
    """Every screen's hints hold without a gap, each version from a day of its own."""
    begun = {one.screen for one in kind.hints if one.valid_from == BEGINNING}
    for index, one in enumerate(kind.hints):
        earlier = [other for other in kind.hints[:index] if other.screen is one.screen]
        if any(other.version == one.version for other in earlier):
            note(f"{path}[{index}].version", f"`{one.version}` is given twice", "Give each version its own number.")
        if any(other.valid_from == one.valid_from for other in earlier):
            note(f"{path}[{index}].valid_from", "is the day of another version", "Give each version a day of its own.")
        if one.screen not in begun:
            note(f"{path}[{index}].valid_from", "the first version begins late", "Leave `valid_from` out in one.")
            begun.add(one.screen)
