"""The generator of titles: title `n` of a seed is the same wherever and whenever it is made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from random import Random

from services.common.values import PersonId
from services.property.domain.errors import SeedRefused
from services.property.domain.generated.houses import CityStyle, make_up_certificate, make_up_house
from services.property.domain.generated.people import MadeUpPerson, make_up_person
from services.property.domain.title import BARS, Encumbrance, Owner, OwnershipMode, RegisteredTitle

MOST = 100_000
"""Titles of one command: half of what its deadline of a minute allows (3,500 a second on two small cores)."""
BARRED_SHARE = 0.08
_STRIDE = 1_000_003  # a prime: the serials of different seeds start far apart
_HARMLESS = ((Encumbrance.MORTGAGE, 0.12), (Encumbrance.LEASE, 0.03), (Encumbrance.HABITATION, 0.01))
_OWNERS = (1, 1, 1, 1, 2, 2, 2, 2, 3, 3)
_SHARES = {
    2: ((Fraction(1, 2), Fraction(1, 2)), (Fraction(3, 5), Fraction(2, 5)), (Fraction(1, 4), Fraction(3, 4))),
    3: ((Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)), (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4))),
}


def make_up_titles(city: str, style: CityStyle, count: int, seed: int, person_key: bytes) -> Iterator[RegisteredTitle]:
    """Return titles 0 to `count - 1` of the seed. Raises SeedRefused for a count out of 1 to `MOST` or a negative seed."""
    if not 1 <= count <= MOST:
        raise SeedRefused(field="count", most=MOST)
    if seed < 0:
        raise SeedRefused(field="seed")
    return (_make_up_title(city, style, seed, number, person_key) for number in range(count))


def _make_up_title(city: str, style: CityStyle, seed: int, number: int, person_key: bytes) -> RegisteredTitle:
    name = f"{city}:{seed}:{number}"
    rng = Random(name)  # noqa: S311 - repeatable is the point
    certificate = make_up_certificate(rng, style, seed * _STRIDE + number)
    encumbrances = _make_up_encumbrances(rng)
    owners = _make_up_owners(rng, style, person_key)
    mode = (
        OwnershipMode.SOLE
        if len(owners) == 1
        else OwnershipMode.JOINT
        if owners[0].share is None
        else OwnershipMode.SHARES
    )
    return RegisteredTitle(
        title_id=f"t{hashlib.sha256(name.encode()).hexdigest()[:24]}",
        city=city,
        certificate_no=certificate,
        mode=mode,
        owners=owners,
        house=make_up_house(rng, style, certificate, policy_home=Encumbrance.POLICY_HOME in encumbrances),
        encumbrances=encumbrances,
        generated=True,
    )


def _make_up_encumbrances(rng: Random) -> frozenset[Encumbrance]:
    """Return at most one note that bars a sale and any that only warn."""
    found = {kind for kind, share in _HARMLESS if rng.random() < share}
    if rng.random() < BARRED_SHARE:
        found.add(rng.choice(list(BARS)))
    return frozenset(found)


def _make_up_owners(rng: Random, style: CityStyle, person_key: bytes) -> tuple[Owner, ...]:
    """Return one to three different owners; of several, half own jointly and half in shares."""
    people: dict[str, MadeUpPerson] = {}
    count = rng.choice(_OWNERS)
    while len(people) < count:
        person = make_up_person(rng, style.person_region)
        people[person.id_number.value] = person
    in_shares = count > 1 and rng.random() < 1 / 2
    shares: tuple[Fraction | None, ...] = rng.choice(_SHARES[count]) if in_shares else (None,) * count
    return tuple(
        Owner(PersonId.of(person.id_number, person_key), person.name, person.id_number, share)
        for person, share in zip(people.values(), shares, strict=True)
    )
