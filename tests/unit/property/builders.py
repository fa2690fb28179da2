"""Titles, people and callers for the tests of property. The people are made up by function."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

from services.common.kit.calls import Actor, ActorKind, Call
from services.common.values import CaseNo, CertificateNo, PersonId, UnitNo
from services.property.domain.generated.people import MadeUpPerson, make_up_enterprise, make_up_person
from services.property.domain.owners import EnterpriseOwner, Owner, Representative
from services.property.domain.title import Encumbrance, House, OwnershipMode, RegisteredTitle

KEY = b"k" * 32
NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
CASE, OTHER_CASE = CaseNo("huangshi", "2026112200001"), CaseNo("huangshi", "2026112200002")
CERTIFICATE = CertificateNo("鄂(2022)黄石市不动产权第0000001号")


def person(number: int) -> MadeUpPerson:
    return make_up_person(Random(f"person {number}"), "420299")


def person_id(number: int) -> PersonId:
    return PersonId.of(person(number).id_number, KEY)


def owner(number: int, share: Fraction | None = None) -> Owner:
    return Owner(person_id(number), person(number).name, person(number).id_number, share)


def enterprise(number: int) -> EnterpriseOwner:
    """A company that person `number` represents."""
    name, uscc = make_up_enterprise(Random(f"company {number}"), "420299", "黄石市")
    return EnterpriseOwner(
        name, uscc, None, Representative(person_id(number), person(number).name, person(number).id_number)
    )


def enterprise_title(title_id: str = "t1", certificate: CertificateNo = CERTIFICATE) -> RegisteredTitle:
    """A title that company 0 owns."""
    return replace(title(title_id=title_id, certificate=certificate), owners=(), enterprises=(enterprise(0),))


def house() -> House:
    return House(
        unit_no=UnitNo("420202001002GB00003F00050101"),
        location="黄石市人民路1号5栋1单元101室",
        building_area=Decimal("98.76"),
        use="住宅",
        nature="市场化商品房",
        structure="混合结构",
        floor=1,
        total_floors=7,
        year_built=2005,
        land_obtained="出让",
        land_use="城镇住宅用地",
        land_term_end=dt.date(2073, 5, 6),
    )


def title(
    *notes: Encumbrance,
    title_id: str = "t1",
    owners: int = 1,
    certificate: CertificateNo = CERTIFICATE,
    first_owner: int = 0,
) -> RegisteredTitle:
    return RegisteredTitle(
        title_id=title_id,
        city="huangshi",
        certificate_no=certificate,
        mode=OwnershipMode.SOLE if owners == 1 else OwnershipMode.JOINT,
        owners=tuple(owner(first_owner + number) for number in range(owners)),
        house=house(),
        encumbrances=frozenset(notes),
        generated=True,
    )


def citizen(number: int) -> Call:
    return Call(Actor(ActorKind.PERSON, person_id(number).value), "c")


def service(name: str) -> Call:
    return Call(Actor(ActorKind.SERVICE, name), "c", "r")
