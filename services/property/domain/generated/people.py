"""Made-up people: names and ID numbers whose check character is right and whose region was never issued to anybody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from stdnum.cn import ric

from services.common.values import IdNumber, PersonName

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红玲建国志文斌宇浩凯婷雪慧琳晨佳欣怡然"
_ELDEST, _YOUNGEST = dt.date(1948, 1, 1), dt.date(2000, 12, 31)
"""Every owner is of age: a minor owner goes to the counter."""
_LONG_NAME = 0.7


@dataclass(frozen=True)
class MadeUpPerson:
    """A name and a number."""

    name: PersonName
    id_number: IdNumber


def make_up_person(rng: Random, region: str) -> MadeUpPerson:
    """Return a person. `region`: six digits that no office ever issued, so that the number can be nobody's."""
    given = rng.choice(_GIVEN) + (rng.choice(_GIVEN) if rng.random() < _LONG_NAME else "")
    born = _ELDEST + dt.timedelta(days=rng.randrange((_YOUNGEST - _ELDEST).days))
    body = f"{region}{born:%Y%m%d}{rng.randrange(1, 1000):03d}"
    return MadeUpPerson(PersonName(rng.choice(_SURNAMES) + given), IdNumber(body + ric.calc_check_digit(f"{body}0")))
