"""Made-up people and companies: names and ID numbers whose check character is right and whose region was never issued to anybody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from stdnum.cn import ric

from services.common.values import CompanyName, IdNumber, PersonName, Uscc

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红玲建国志文斌宇浩凯婷雪慧琳晨佳欣怡然"
_ELDEST, _YOUNGEST = dt.date(1948, 1, 1), dt.date(2000, 12, 31)
_YOUNGEST_CHILD, _OLDEST_CHILD = dt.date(2019, 1, 1), dt.date(2023, 12, 31)
"""Children of today who stay minors while this is of use."""
_LONG_NAME = 0.7
_WORDS = ("恒", "瑞", "盛", "源", "泰", "丰", "华", "信", "安", "达")
_TRADES = ("置业", "商贸", "建材", "机械", "物流")


@dataclass(frozen=True)
class MadeUpPerson:
    """A name and a number."""

    name: PersonName
    id_number: IdNumber


def make_up_person(rng: Random, region: str, *, minor: bool = False) -> MadeUpPerson:
    """Return a person, of age unless `minor`. `region`: six digits no office ever issued, so that the number is nobody's."""
    given = rng.choice(_GIVEN) + (rng.choice(_GIVEN) if rng.random() < _LONG_NAME else "")
    first, last = (_YOUNGEST_CHILD, _OLDEST_CHILD) if minor else (_ELDEST, _YOUNGEST)
    born = first + dt.timedelta(days=rng.randrange((last - first).days))
    body = f"{region}{born:%Y%m%d}{rng.randrange(1, 1000):03d}"
    return MadeUpPerson(PersonName(rng.choice(_SURNAMES) + given), IdNumber(body + ric.calc_check_digit(f"{body}0")))


def make_up_enterprise(rng: Random, region: str, place: str) -> tuple[CompanyName, Uscc]:
    """Return the name and code of a company registered in the region that was never issued."""
    name = f"{place.removesuffix('市')}{rng.choice(_WORDS)}{rng.choice(_WORDS)}{rng.choice(_TRADES)}有限公司"
    body = f"91{region}{rng.randrange(10**9):09d}"
    return CompanyName(name), Uscc(body + Uscc.check_character(body))
