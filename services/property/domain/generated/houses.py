"""Made-up houses and certificate numbers in the forms of a city."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from services.common.values import CertificateNo, UnitNo
from services.property.domain.title import ALLOCATED, House

SERIALS = 9_999_999
COUNTY_DIGITS = 6
_OLD_FORM_SHARE = 0.1
_LAND_YEARS = 70
_ALLOCATED_LAND_SHARE = 0.03
_COUNTIES = ("02", "03", "04")
_ROADS = ("人民路", "建设路", "文化路", "湖滨路", "桃园路", "新华街", "和平街", "学府路")


@dataclass(frozen=True)
class CityStyle:
    """What a city's certificates look like: `鄂` and `黄石市`, the region its unit numbers begin with (4 or 6 digits), old forms in use."""

    prefix: str
    place: str
    region: str
    old_with_kind: bool
    old_serial: bool

    @property
    def person_region(self) -> str:
        """Six digits of the city that were never issued to a district, so that no made-up ID number is anybody's."""
        return f"{self.region[:4]}99"

    def county(self, rng: Random) -> str:
        """Return the county part of a unit number."""
        return self.region if len(self.region) == COUNTY_DIGITS else f"{self.region}{rng.choice(_COUNTIES)}"


def make_up_certificate(rng: Random, style: CityStyle, ordinal: int) -> CertificateNo:
    """Return a certificate number; one in ten of an old form where the city has them. `ordinal` keeps serials apart."""
    serial, year = ordinal % SERIALS + 1, rng.randrange(2016, 2026)
    forms = [f"{year % 100:02d}私{serial % 100_000:05d}"] * style.old_with_kind + [f"{serial:07d}"] * style.old_serial
    if forms and rng.random() < _OLD_FORM_SHARE:
        return CertificateNo(rng.choice(forms))
    return CertificateNo(f"{style.prefix}({year}){style.place}不动产权第{serial:07d}号")


def make_up_house(rng: Random, style: CityStyle, certificate: CertificateNo, *, policy_home: bool) -> House:
    """Return a flat. Old certificates carry no unit number; policy homes stand on allocated land."""
    total_floors, building, room = rng.choice((6, 7, 11, 18, 26, 33)), rng.randrange(1, 40), rng.randrange(1, 5)
    floor, year = rng.randrange(1, total_floors + 1), rng.randrange(1994, 2021)
    allocated = policy_home or rng.random() < _ALLOCATED_LAND_SHARE
    unit_no = f"{style.county(rng)}{rng.randrange(1, 20):03d}{rng.randrange(1, 40):03d}GB{rng.randrange(1, 100_000):05d}F{building:04d}{floor * 100 + room:04d}"
    return House(
        unit_no=UnitNo(unit_no) if certificate.is_new_form else None,
        location=f"{style.place}{rng.choice(_ROADS)}{rng.randrange(1, 400)}号{building}栋{rng.randrange(1, 4)}单元{floor}{room:02d}室",
        building_area=Decimal(rng.randrange(4_500, 20_000)) / 100,
        use="住宅",
        nature="经济适用住房" if policy_home else "市场化商品房",
        structure="钢筋混凝土结构" if total_floors > 7 else "混合结构",  # above seven storeys brick is not built
        floor=floor,
        total_floors=total_floors,
        year_built=year,
        land_obtained=ALLOCATED if allocated else "出让",
        land_use="城镇住宅用地",
        land_term_end=None
        if allocated
        else dt.date(year - 2 + _LAND_YEARS, rng.randrange(1, 13), rng.randrange(1, 29)),
    )
