"""What is written: the right words in both languages, and nothing about a person."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter

import pytest

from services.common.kit.settings import SettingMissing
from services.common.messages.identity import ChangeKind, CodePurpose
from services.common.profiles.texting import OwnText, Texting, TextingLanguage
from services.contract.domain.deadlines import DEADLINES, Then
from services.contract.domain.lifecycle import State
from services.notice.adapters.cities import LANGUAGES, ProfiledCities, common_catalogue, voice_of
from services.notice.domain import wording
from tests.support.contract_builders import profiles
from tests.unit.notice.post_office import CASE

UNTIL = dt.datetime(2026, 11, 29, 4, 0, tzinfo=dt.UTC)
LINK = "https://guohu.example/s/abc"
TEXTS = common_catalogue()
ALL = [
    *(wording.sms_code("135790", one.value, dt.timedelta(minutes=5)) for one in CodePurpose),
    *(wording.account_change(one.value, UNTIL) for one in ChangeKind),
    wording.invitation(CASE, LINK, UNTIL),
    *(wording.case_state(CASE, one) for one in State),
    *(
        wording.deadline(CASE, row.then.value, state.value, UNTIL)
        for state, row in DEADLINES.items()
        if row.then is not Then.ALARM
    ),
    *(wording.rescission(CASE, one) for one in ("asked", "withdrawn")),
]
TOLD = [(one, language) for one in ALL for language in LANGUAGES if TEXTS.in_app(one, language)]
SILENT = {"FREEZING", "FILING"}


def test_a_code_says_what_it_is_for_and_how_long_it_is_good() -> None:
    text = TEXTS.on_phone(wording.sms_code("135790", "SIGN_IN", dt.timedelta(minutes=4, seconds=59)), "zh")

    assert text == "【过户】验证码135790，5分钟内有效，用于登录。请勿告诉他人。"


def test_an_invitation_has_link_case_number_and_last_moment_in_local_time() -> None:
    text = TEXTS.on_phone(wording.invitation(CASE, LINK, UNTIL), "zh") or ""

    assert f" {LINK} " in text
    assert "2026112200001" in text
    assert "11-29 12:00" in text


@pytest.mark.parametrize(("one", "language"), TOLD, ids=lambda one: getattr(one, "template", one))
def test_no_text_holds_an_identity_or_mobile_number_or_the_citys_key(one: wording.Wording, language: str) -> None:
    for text in (TEXTS.on_phone(one, language) or "", TEXTS.in_app(one, language) or ""):
        assert not re.search(r"(?<!\d)(\d{17}[\dX]|1[3-9]\d{9})(?!\d)", text)
        assert "huangshi" not in text


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.template)
def test_every_message_has_words_in_both_languages_or_in_none(one: wording.Wording) -> None:
    assert len({bool(TEXTS.in_app(one, language)) for language in LANGUAGES}) == 1


def test_both_languages_know_the_same_messages_and_parameters() -> None:
    for part in (TEXTS.phone, TEXTS.app, TEXTS.words):
        assert part["zh"].keys() == part["en"].keys()
        for name, text in part["zh"].items():
            assert parameters(text) == parameters(part["en"][name]), name


def parameters(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_state_but_the_systems_own_is_told() -> None:
    assert {one.value for one in State if not TEXTS.in_app(wording.case_state(CASE, one), "zh")} == SILENT


@pytest.mark.parametrize("state", ["SIGNING", "REVIEWING"])
def test_states_no_phone_must_ring_for_are_told_in_the_app_only(state: str) -> None:
    assert TEXTS.on_phone(wording.case_state(CASE, state), "zh") is None
    assert TEXTS.in_app(wording.case_state(CASE, state), "zh")


def test_a_phone_text_fits_into_three_parts_of_an_sms() -> None:
    for one in ALL:
        text = TEXTS.on_phone(one, "zh")
        assert text is None or len(text) <= 3 * 67


@pytest.mark.parametrize("city", [one.city for one in profiles()])
def test_the_cities_texts_ask_for_parameters_that_are_given(city: str) -> None:
    voice = voice_of(profiles().get(city).texting)

    for one in ALL:
        for language in LANGUAGES:
            voice.catalogue.on_phone(one, language)
            voice.catalogue.in_app(one, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", [state for state, row in DEADLINES.items() if row.then is not Then.ALARM])
def test_every_deadline_that_people_are_told_of_has_words_on_phone_and_in_the_app(state: State, language: str) -> None:
    told = wording.deadline(CASE, DEADLINES[state].then.value, state.value, UNTIL)

    assert CASE.number in (TEXTS.on_phone(told, language) or "")
    assert TEXTS.in_app(told, language)


def test_a_warning_names_day_and_time_with_the_year() -> None:
    text = TEXTS.on_phone(wording.deadline(CASE, "EXPIRE", "WAIT_BUYER", UNTIL), "zh") or ""

    assert "2026-11-29 12:00" in text


@dataclass(frozen=True)
class OneCity:
    """Profiles of one city with a text of its own."""

    text: OwnText
    city: str = "huangshi"

    @property
    def texting(self) -> Texting:
        return Texting(texts=(self.text,))

    def __iter__(self) -> Iterator[OneCity]:
        return iter((self,))


@pytest.mark.parametrize(
    ("template", "text", "fault"),
    [
        ("case_flied", "办结了", "no such template"),
        ("case_filed", "{name}，您的合同已备案", "{name} is not given; given are number"),
        ("case_filed", "{number.__class__}", "is not given"),
        ("case_filed", "{number!r}", "is not given"),
        ("case_filed", "{number:>40}", "is not given"),
        ("case_filed", "{}", "is not given"),
        ("case_filed", "{number", "braces"),
        ("case_filed", "{number} 请联系 13800000001", "a person's number"),
        ("case_filed", "{number} 11010519491231002X", "a person's number"),
    ],
)
def test_a_citys_own_text_that_could_not_be_sent_or_may_not_be_ends_the_start(
    template: str, text: str, fault: str
) -> None:
    own = OwnText(template=template, language=TextingLanguage.ZH, text=text)

    with pytest.raises(SettingMissing, match=re.escape(fault)):
        ProfiledCities(OneCity(own))  # type: ignore[arg-type]


def test_a_citys_own_text_stands_in_the_place_of_the_common_one() -> None:
    own = OwnText(template="case_filed", language=TextingLanguage.ZH, text="{number} 已备案，电话 0714-6350000")

    ProfiledCities(OneCity(own))  # type: ignore[arg-type]

    told = voice_of(Texting(texts=(own,))).catalogue.on_phone(wording.case_state(CASE, "FILED"), "zh")
    assert told is not None
    assert told.endswith(f"{CASE.number} 已备案，电话 0714-6350000")
