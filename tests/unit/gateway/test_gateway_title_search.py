"""房源核验 over HTTP: what people may type, and every refusal with its reason and its way on in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.texts import Texts
from services.common.kit.errors import DomainError, Kind
from services.common.messages import contract
from services.common.messages import property as property_
from services.property.domain.verdict import Paper, Reason
from tests.unit.gateway.fakes import Browser, FakeBus
from tests.unit.gateway.samples import Samples, id_number

WARNINGS = {Reason.MORTGAGED, Reason.LEASED, Reason.HABITATION_RIGHT}
USCC = "91350100M000100Y43"  # the standard's own example


def search(browser: Browser, language: str = "zh", **changed: str) -> Any:
    body = {
        "city": "huangshi",
        "certificate_no": "鄂（２０２２）黄石市不动产权第0000001号",
        "owner_name": "张 三丰",
        "owner_id_number": f" {id_number(7)} ",
    }
    return browser.send("POST", "/v1/title-searches", json_body=body | changed, headers={"Accept-Language": language})


def found(bus: FakeBus, **given: object) -> None:
    bus.answers[property_.SearchTitles] = property_.TitlesFound(titles=(Samples().of(property_.TitleSummary, **given),))


def test_what_a_person_types_reaches_the_register_in_one_form(browser: Browser, bus: FakeBus) -> None:
    assert search(browser).status_code == 200

    asked = bus.last.message
    assert str(asked.certificate_no) == "鄂(2022)黄石市不动产权第0000001号"
    assert (str(asked.owner_name), asked.owner_id_number) == ("张三丰", id_number(7))
    assert (asked.enterprise_name, asked.enterprise_uscc) == (None, None)


def test_an_enterprises_code_stands_in_the_field_of_the_number(browser: Browser, bus: FakeBus) -> None:
    assert search(browser, owner_name="黄石恒泰置业（集团）有限公司", owner_id_number=USCC.lower()).status_code == 200

    asked = bus.last.message
    assert (asked.owner_name, asked.owner_id_number) == (None, None)
    assert (str(asked.enterprise_name), str(asked.enterprise_uscc)) == ("黄石恒泰置业(集团)有限公司", USCC)


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"owner_id_number": "420202199001010000"}, "owner_id_number", "value.id_number_invalid"),
        ({"owner_id_number": USCC[:-1] + "5"}, "owner_id_number", "value.id_number_invalid"),
        ({"owner_name": "张\u202e三"}, "owner_name", "value.hidden_character"),
        ({"owner_name": "张@三"}, "owner_name", "value.name_invalid"),
        ({"certificate_no": "第一号"}, "certificate_no", "value.certificate_no_invalid"),
        (
            {"certificate_no": "鄂(2022)黄石市不动产证明第0000001号"},
            "certificate_no",
            "value.registration_proof_is_no_certificate",
        ),
    ],
)
def test_what_cannot_be_right_is_refused_by_field_before_the_register_is_asked(
    browser: Browser, bus: FakeBus, changed: dict[str, str], field: str, code: str
) -> None:
    response = search(browser, **changed)

    assert response.status_code == 422
    assert [(one["field"], one["code"]) for one in response.get_json()["errors"]] == [(field, code)]
    assert bus.asked == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_refused_search_names_the_registrys_phone(browser: Browser, bus: FakeBus, language: str) -> None:
    context = {"registry_phone": "0714-12345"}
    bus.answers[property_.SearchTitles] = DomainError("property.title_not_found", Kind.NOT_FOUND, **context)

    response = search(browser, language)

    assert response.status_code == 404
    assert response.get_json()["code"] == "property.title_not_found"
    assert "0714-12345" in response.get_json()["detail"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_too_many_failures_say_when_to_come_back(browser: Browser, bus: FakeBus, language: str) -> None:
    bus.answers[property_.SearchTitles] = DomainError("property.too_many_searches", Kind.LIMITED, retry_after=120)

    response = search(browser, language)

    assert (response.status_code, response.headers["Retry-After"]) == (429, "120")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_shown_with_its_way_on(browser: Browser, bus: FakeBus, reason: Reason, language: str) -> None:
    found(bus, barred_by=(reason.value,), saleable=False)

    title = search(browser, language).get_json()["titles"][0]

    assert (title["saleable"], title["barred_by"]) == (False, [reason.value])
    sentences = [one for one in title["barred_details"][0].replace("。", ".").replace(";", ".").split(".") if one]
    assert len(sentences) >= 2  # why, and what to do
    assert any("一" <= c <= "鿿" for c in title["barred_details"][0]) is (language == "zh")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("reason", [one for one in Reason if one not in WARNINGS])
def test_opening_a_case_on_a_barred_house_is_refused_with_the_same_words(
    browser: Browser, bus: FakeBus, reason: Reason, language: str
) -> None:
    code = f"contract.{reason.value.lower()}"
    bus.answers[contract.OpenCase] = DomainError(code, Kind.CONFLICT)
    body = {"city": "huangshi", "title_id": "t1", "proof": "p" * 40, "notice_version": "2026.1"}

    response = browser.send("POST", "/v1/cases", json_body=body, headers={"Accept-Language": language})

    assert (response.status_code, response.get_json()["code"]) == (409, code)
    assert response.get_json()["detail"] == Texts.load().find(f"property.{reason.value.lower()}", language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_warnings_and_papers_are_told_in_words(browser: Browser, bus: FakeBus, language: str) -> None:
    found(bus, warnings=tuple(one.value for one in WARNINGS), papers_needed=tuple(one.value for one in Paper))

    title = search(browser, language).get_json()["titles"][0]

    assert len(set(title["warning_details"])) == len(WARNINGS)
    assert len(set(title["paper_details"])) == len(Paper)
    assert "" not in [*title["warning_details"], *title["paper_details"]]
