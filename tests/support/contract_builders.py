"""Generated people, a house and typed input for tests of the case. Nobody here exists: numbers are made by function."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from stdnum.cn import ric

from services.common.kit.calls import Actor, ActorKind, Call
from services.common.messages.contract import Instalment, Marital, PartyInput, Terms
from services.common.messages.identity import Person
from services.common.messages.property import House, Owner, Title
from services.common.profiles import BusinessType, Profiles, load_profiles
from services.common.values import CaseNo, CertificateNo, IdNumber, Mobile, Money, PersonId, PersonName, UnitNo

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 22)
PERSON_KEY = b"k" * 32
NO = CaseNo("huangshi", "2026112200001")
TITLE_ID = "title-1"


@cache
def profiles() -> Profiles:
    """The cities as deployed."""
    return load_profiles(Path(__file__).parents[2] / "deploy" / "cities")


def rules() -> BusinessType:
    """Huangshi's rules."""
    return profiles().get("huangshi").case_type


def id_number(serial: int, born: str = "19800101") -> IdNumber:
    """Return a valid number: Huangshi's region code, a birthday, a serial."""
    body = f"420202{born}{serial:03d}"
    return IdNumber(body + ric.calc_check_digit(body + "0"))


def pseudonym(number: IdNumber) -> PersonId:
    """Return the person's pseudonym under the tests' key."""
    return PersonId.of(number, PERSON_KEY)


def person(name: str, serial: int, born: str = "19800101") -> Person:
    """Return an account."""
    number = id_number(serial, born)
    return Person(
        person_id=pseudonym(number), name=PersonName(name), id_number=number, mobile=Mobile(f"138{serial:08d}")
    )


SELLER = person("赵一", 1)
SELLER_2 = person("钱二", 2)
BUYER = person("孙三", 3)
BUYER_2 = person("李四", 4)
STRANGER = person("周五", 5)
CHILD = person("吴小六", 6, "20150101")


def typed(who: Person, share: str = "") -> PartyInput:
    """Return a party as typed on the screen."""
    return PartyInput(
        name=who.name,
        id_number=who.id_number,
        mobile=who.mobile,
        address="黄石市某路1号",
        marital=Marital.MARRIED,
        share=share,
        id_valid_until=dt.date(2036, 5, 1),
    )


def title(*owners: Person, mode: str = "", shares: tuple[str, ...] = (), **changed: object) -> Title:
    """Return a saleable title of these owners."""
    shares = shares or ("",) * len(owners)
    return replace(
        Title(
            title_id=TITLE_ID,
            city="huangshi",
            ownership_mode=mode or ("SOLE" if len(owners) == 1 else "JOINT"),
            owners=tuple(
                Owner(person_id=one.person_id, name=one.name, id_number=one.id_number, share=share)
                for one, share in zip(owners, shares, strict=True)
            ),
            house=House(
                certificate_no=CertificateNo("鄂(2022)黄石市不动产权第0000001号"),
                unit_no=UnitNo("420202001001GB00001F00010001"),
                location="黄石市下陆区某小区3栋2单元501室",
                building_area=Decimal("98.50"),
                use="住宅",
                nature="商品房",
                structure="钢筋混凝土",
                floor=5,
                total_floors=18,
                year_built=2015,
                land_obtained="出让",
                land_use="城镇住宅用地",
                land_term_end=dt.date(2080, 1, 1),
            ),
            mortgaged=False,
            leased=False,
            habitation_right=False,
            barred_by=(),
        ),
        **changed,
    )


def terms(**changed: object) -> Terms:
    """Return terms that keep every rule."""
    whole = Terms(
        total_price=Money.parse("1000000.00"),
        deposit=Money.parse("100000.00"),
        payment_method="ONE_OFF",
        instalments=(Instalment(amount=Money.parse("900000.00"), due=dt.date(2026, 12, 20), condition="过户前付清"),),
        transfer_apply_by=dt.date(2027, 1, 10),
        delivery_date=dt.date(2027, 1, 20),
        delivery_condition="腾空，结清水电物业费",
        late_penalty_per_10k=Decimal(5),
        dispute_mode="COURT",
        arbitration_body="",
        extra_terms="",
        leased=False,
        household_registered=False,
        fund_supervised=False,
    )
    return replace(whole, **changed)


def call_of(who: Person, request_id: str = "r1") -> Call:
    """Return a citizen's call."""
    return Call(Actor(ActorKind.PERSON, str(who.person_id), session="s"), "corr", request_id)


def staff_call(office: str = "huangshi-housing", *roles: str) -> Call:
    """Return a staff member's call, a reviewer's unless said otherwise."""
    return Call(Actor(ActorKind.STAFF, "staff-1", roles or ("REVIEWER",), office), "corr", "r1")


def service_call_of(name: str) -> Call:
    """Return a service's call."""
    return Call(Actor(ActorKind.SERVICE, name), "corr", "r1")
