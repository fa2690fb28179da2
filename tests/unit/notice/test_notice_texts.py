"""What is written: the right words, and nothing about a person."""

import datetime as dt
import re

import pytest

from services.notice.domain import templates
from tests.unit.notice.post_office import CASE

UNTIL = dt.datetime(2026, 11, 29, 4, 0, tzinfo=dt.UTC)
ALL = [
    templates.sms_code("135790", "REGISTER", dt.timedelta(minutes=5)).text,
    templates.invitation(CASE, "https://guohu.example/s/abc", UNTIL).text,
    *(wording.text for state in templates.STATES if (wording := templates.case_state(CASE, state)) is not None),
]


def test_a_code_says_what_it_is_for_and_how_long_it_is_good() -> None:
    text = templates.sms_code("135790", "SIGN_IN", dt.timedelta(minutes=4, seconds=59)).text

    assert "135790" in text
    assert "5分钟内有效，用于登录" in text


def test_an_invitation_has_link_case_number_and_last_day_in_local_time() -> None:
    text = templates.invitation(CASE, "https://guohu.example/s/abc", UNTIL).text

    assert " https://guohu.example/s/abc " in text
    assert "2026112200001" in text
    assert "11月29日12:00" in text


@pytest.mark.parametrize("text", ALL)
def test_no_text_holds_an_identity_or_mobile_number_or_the_citys_key(text: str) -> None:
    assert not re.search(r"(?<!\d)(\d{17}[\dX]|1[3-9]\d{9})(?!\d)", text)
    assert "huangshi" not in text


@pytest.mark.parametrize("state", ["SIGNING", "FREEZING", "REVIEWING", "FILING", "WHATEVER_COMES"])
def test_states_nobody_needs_a_message_about_have_none(state: str) -> None:
    assert templates.case_state(CASE, state) is None
