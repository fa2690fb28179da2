"""How an owner is named in one name and one number: a person with his ID number, an enterprise with its code (hint 5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from services.common.kit.errors import InvalidValue
from services.common.values import CompanyName, IdNumber, PersonName, Uscc

V = TypeVar("V")


@dataclass(frozen=True)
class NamedOwner:
    """Either the first two are given or the last two."""

    person: PersonName | None = None
    id_number: IdNumber | None = None
    company: CompanyName | None = None
    uscc: Uscc | None = None


def read_owner(name: str, number: str, fields: tuple[str, str]) -> NamedOwner:
    """Return whom the two name. Raises InvalidValue `message.invalid` naming the wrong ones of the two `fields`."""
    # one ID number in 31 also has a credit code's check character, so a person is read first; the converse is next to impossible
    id_number, uscc = _read(IdNumber, number), _read(Uscc, number)
    if id_number is None and uscc is not None:
        return NamedOwner(company=_known(_read(CompanyName, name), uscc, fields), uscc=uscc)
    return NamedOwner(person=_known(_read(PersonName, name), id_number, fields), id_number=id_number)


def _known(name: V | None, number: object | None, fields: tuple[str, str]) -> V:
    wrong = [f"{fields[1]}: value.id_number_invalid"] if number is None else []
    wrong += [f"{fields[0]}: value.name_invalid"] if name is None else []
    if name is None or wrong:
        raise InvalidValue("message.invalid", fields=wrong)
    return name


def _read(value_type: Callable[[str], V], written: str) -> V | None:
    """Return the value, or None where the text is none of that type."""
    try:
        return value_type(written)
    except InvalidValue:
        return None
