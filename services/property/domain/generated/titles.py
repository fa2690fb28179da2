"""The generator of titles: title `n` of a seed is the same wherever and whenever it is made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from random import Random

from services.common.values import PersonId
from services.property.domain.errors import SeedRefused
from services.property.domain.generated.houses import CityStyle, make_up_certificate, make_up_house
from services.property.domain.generated.people import MadeUpPerson, make_up_enterprise, make_up_person
from services.property.domain.owners import EnterpriseOwner, Owner, Representative
from services.property.domain.title import Encumbrance, OwnershipMode, RegisteredTitle

MOST = 100_000
"""Titles of one command, so that it ends within its deadline of a minute."""
BARRED_SHARE = 0.08
_STRIDE = 1_000_003  # a prime: the serials of different seeds start far apart
_HARMLESS = ((Encumbrance.MORTGAGE, 0.12), (Encumbrance.LEASE, 0.03), (Encumbrance.HABITATION, 0.01))
_BARRING = tuple(one for one in Encumbrance if one not in {kind for kind, _ in _HARMLESS})
_OWNERS = (1, 1, 1, 1, 2, 2, 2, 2, 3, 3)
_ENTERPRISE_SHARE, _DECEASED_SHARE, _MINOR_SHARE = 0.02, 0.005, 0.005
_SHARES = {
    2: ((Fraction(1, 2), Fraction(1, 2)), (Fraction(3, 5), Fraction(2, 5)), (Fraction(1, 4), Fraction(3, 4))),
    3: ((Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)), (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4))),
}


def make_up_titles(
    city: str, style: CityStyle, numbers: range, seed: int, person_key: bytes
) -> Iterator[RegisteredTitle]:
    """Return the titles of the seed with these numbers.

    Raises SeedRefused for more than `MOST` or none, a negative number or a negative seed.
    """
    if not 1 <= len(numbers) <= MOST:
        raise SeedRefused(field="count", most=MOST)
    if numbers.start < 0:
        raise SeedRefused(field="first")
    if seed < 0:
        raise SeedRefused(field="seed")
    return (_make_up_title(city, style, seed, number, person_key) for number in numbers)


def _make_up_title(city: str, style: CityStyle, seed: int, number: int, person_key: bytes) -> RegisteredTitle:
    name = f"{city}:{seed}:{number}"
    rng = Random(name)  # noqa: S311 - repeatable is the point
    certificate = make_up_certificate(rng, style, seed * _STRIDE + number)
    encumbrances = _make_up_encumbrances(rng)
    enterprises: tuple[EnterpriseOwner, ...] = ()
    owners: tuple[Owner, ...] = ()
    if rng.random() < _ENTERPRISE_SHARE:
        enterprises = (_make_up_enterprise(rng, style, person_key),)
    else:
        owners = _make_up_owners(rng, style, person_key)
    return RegisteredTitle(
        title_id=f"t{hashlib.sha256(name.encode()).hexdigest()[:24]}",
        city=city,
        certificate_no=certificate,
        mode=_mode_of(owners),
        owners=owners,
        house=make_up_house(rng, style, certificate, policy_home=Encumbrance.POLICY_HOME in encumbrances),
        encumbrances=encumbrances,
        generated=True,
        enterprises=enterprises,
    )


def _mode_of(owners: tuple[Owner, ...]) -> OwnershipMode:
    if len(owners) <= 1:  # none: the one enterprise
        return OwnershipMode.SOLE
    return OwnershipMode.JOINT if owners[0].share is None else OwnershipMode.SHARES


def _make_up_encumbrances(rng: Random) -> frozenset[Encumbrance]:
    """Return at most one note that bars a sale in most cities and any that only warn."""
    found = {kind for kind, share in _HARMLESS if rng.random() < share}
    if rng.random() < BARRED_SHARE:
        found.add(rng.choice(_BARRING))
    return frozenset(found)


def _make_up_enterprise(rng: Random, style: CityStyle, person_key: bytes) -> EnterpriseOwner:
    name, uscc = make_up_enterprise(rng, style.person_region, style.place)
    acting = make_up_person(rng, style.person_region)
    representative = Representative(PersonId.of(acting.id_number, person_key), acting.name, acting.id_number)
    return EnterpriseOwner(name, uscc, None, representative)


def _make_up_owners(rng: Random, style: CityStyle, person_key: bytes) -> tuple[Owner, ...]:
    """Return one to three different owners; of several, half own jointly and half in shares. The last may be a child."""
    people: dict[str, MadeUpPerson] = {}
    count, with_minor, with_deceased = rng.choice(_OWNERS), rng.random() < _MINOR_SHARE, rng.random() < _DECEASED_SHARE
    while len(people) < count:
        person = make_up_person(rng, style.person_region, minor=with_minor and len(people) == count - 1)
        people[person.id_number.value] = person
    in_shares = count > 1 and rng.random() < 1 / 2
    shares: tuple[Fraction | None, ...] = rng.choice(_SHARES[count]) if in_shares else (None,) * count
    return tuple(
        Owner(
            PersonId.of(person.id_number, person_key),
            person.name,
            person.id_number,
            share,
            deceased=with_deceased and place == 0,
        )
        for place, (person, share) in enumerate(zip(people.values(), shares, strict=True))
    )
