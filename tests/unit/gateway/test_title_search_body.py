"""An ID number that also happens to have a credit code's check character is still a person's."""

from __future__ import annotations

import datetime as dt

from stdnum.cn import ric

from gateway.schemas.offices import TitleSearchBody
from services.common.kit.errors import InvalidValue
from services.common.values import CertificateNo, IdNumber, Uscc


def is_credit_code(text: str) -> bool:
    try:
        return bool(Uscc(text))
    except InvalidValue:
        return False


def ambiguous_number() -> str:
    for day in range(2000):
        body = f"420202{dt.date(1970, 1, 1) + dt.timedelta(days=day):%Y%m%d}001"
        text = body + ric.calc_check_digit(f"{body}0")
        if is_credit_code(text):
            return text
    raise AssertionError("no such number among two thousand")


def test_a_number_that_is_both_is_read_as_a_persons() -> None:
    number = ambiguous_number()
    body = TitleSearchBody(
        certificate_no=CertificateNo("0000001"), owner_name="张三", owner_id_number=number, city="huangshi"
    )

    asked = body.message("source")

    assert asked.owner_id_number == IdNumber(number)
    assert asked.enterprise_uscc is None
