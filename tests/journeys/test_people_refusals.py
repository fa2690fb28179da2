"""What is refused because of who somebody is or has not agreed to: over HTTP, with code, words in both languages and the way on."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from typing import Any

import pytest
import requests
from stdnum.cn import ric

from clients.python.guohu_client import Client
from deploy.demo.people import CITY, Citizen
from deploy.demo.sale import Sale
from deploy.demo.stage import Stage
from tests.support.journey import Refusal, carried_to, quiet, refused, somebody_else
from tests.unit.gateway.requests_of import JPEG_BYTES

pytestmark = pytest.mark.journey

NOTICE = Refusal(422, "contract.notice_not_accepted", "请先阅读并同意须知。", "Read and accept the notice first.")
TWICE = "同一人不能重复出现，也不能同时为买卖双方，请核对证件号码。"
SAME_PARTY = "contract.same_party"
GUARDIAN = "contract.minor_needs_guardian"


@pytest.fixture(scope="module")
def drafting(stage: Stage) -> Sale:
    """The seller has published; the buyer has joined and entered nothing yet."""
    sale = carried_to(stage, "search")
    sale.publish()
    sale.join()
    return sale


def problem(client: Client, method: str, path: str, body: Any, **headers: str) -> dict[str, Any]:
    """Send it and return the whole problem, in Chinese."""
    given = {"Idempotency-Key": str(uuid.uuid4()), **headers}
    given |= {"Authorization": f"Bearer {client.token}"} if client.token else {}
    given |= {"X-Forwarded-For": client.address} if client.address else {}
    answer = requests.request(method, client.base_url + path, json=body, headers=given, timeout=15)
    found: dict[str, Any] = answer.json()
    assert found["status"] == answer.status_code >= 400
    return found


def faults(found: dict[str, Any]) -> dict[str, str]:
    """Return the code of each wrong field; every one has words."""
    assert all(one["detail"] for one in found["errors"])
    return {one["field"]: one["code"] for one in found["errors"]}


def born(years: int) -> str:
    """A number of nobody who is that old today."""
    day = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=years * 366)
    body = f"429900{day:%Y%m%d}{random.randrange(1000):03d}"  # noqa: S311 - an invented person
    return body + str(ric.calc_check_digit(body + "0"))


def save_buyers(sale: Sale, second: dict[str, Any]) -> dict[str, Any]:
    buyer = sale.cast.buyer
    match = f'"{sale.view(buyer)["revision"]}"'
    body = {"parties": [buyer.party(), second]}
    return problem(buyer.client, "PUT", f"{sale.path}/parties/buyer", body, **{"If-Match": match})


# ---- rule 2: the notice -------------------------------------------------------------------------------------------------------
def test_no_case_is_opened_on_another_notice_than_the_present_one_and_the_proof_stays_good(stage: Stage) -> None:
    sale = Sale(stage.cast(with_face=False), quiet)
    sale.sign_up()
    seller, client = sale.cast.seller, sale.cast.seller.client
    search = {"owner_name": seller.name, "owner_id_number": seller.id_number}
    found = client.post("/v1/title-searches", {"city": CITY, "certificate_no": sale.cast.certificate_no, **search})
    body = {"city": CITY, "title_id": found["titles"][0]["title_id"], "proof": seller.prove_at_counter("OPEN_CASE")}

    assert refused(client, "POST", "/v1/cases", {**body, "notice_version": "2025.9"}) == NOTICE
    assert faults(problem(client, "POST", "/v1/cases", body)) == {"notice_version": "field.required"}

    present = sale._notice("须知")["version"]
    assert client.post("/v1/cases", {**body, "notice_version": present})["state"] == "SELLER_DRAFT"


def test_nobody_joins_on_another_notice_than_the_present_one(stage: Stage) -> None:
    sale = carried_to(stage, "search")
    sale.publish()
    buyer, seller = sale.cast.buyer, sale.cast.seller
    body = {
        "seller_name": seller.name,
        "seller_id_number": seller.id_number,
        "proof": buyer.prove_at_counter("JOIN_CASE"),
        "notice_version": "2025.9",
    }

    assert refused(buyer.client, "POST", f"{sale.path}/buyer", body) == NOTICE
    told = problem(buyer.client, "POST", f"{sale.path}/buyer", body)
    assert told["context"] == {"current": sale._notice("须知")["version"]}, "the way on: which version to read"


# ---- rule 14: one person on both sides -------------------------------------------------------------------------------------------
def test_an_owner_of_the_house_does_not_buy_it(stage: Stage) -> None:
    sale = carried_to(stage, "search")
    sale.publish()
    owner, seller = sale.cast.seller_co_owner, sale.cast.seller
    body = {
        "seller_name": seller.name,
        "seller_id_number": seller.id_number,
        "proof": owner.prove_at_counter("JOIN_CASE"),
        "notice_version": sale._notice("须知")["version"],
    }

    assert refused(owner.client, "POST", f"{sale.path}/buyer", body) == Refusal(
        409,
        SAME_PARTY,
        TWICE,
        "The same person appears twice or on both sides; check the ID numbers.",
    )
    assert sale.view(seller)["state"] == "WAIT_BUYER"


@pytest.mark.parametrize("whose", ["seller", "buyer"])
def test_nobody_is_entered_twice_whichever_side(whose: str, drafting: Sale) -> None:
    twice: Citizen = getattr(drafting.cast, whose)

    found = save_buyers(drafting, twice.party())

    assert (found["status"], faults(found)["parties[1].id_number"]) == (422, SAME_PARTY)
    assert TWICE in {one["detail"] for one in found["errors"]}


# ---- rule 15: numbers that are none, and the young -----------------------------------------------------------------------------
@pytest.mark.parametrize("number", ["429900199601019990", "429900199902300017", "42990019990101", "1" * 18])
def test_a_number_that_is_none_neither_registers_nor_becomes_a_party(number: str, drafting: Sale) -> None:
    anyone = Client(drafting.cast.anyone.base_url)
    account = {"name": "测试", "id_number": number, "mobile": "13800000001", "code_id": "x", "code": "123456"}

    assert faults(problem(anyone, "POST", "/v1/accounts", account)) == {"id_number": "value.id_number_invalid"}
    found = save_buyers(drafting, {**drafting.cast.buyer_co_owner.party(), "id_number": number})
    assert faults(found) == {"parties.1.id_number": "value.id_number_invalid"}
    assert found["errors"][0]["detail"] == "身份证号无效。"


def test_a_minor_is_sent_to_the_counter_with_a_guardian(stage: Stage, drafting: Sale) -> None:
    child = born(12)
    found = save_buyers(drafting, {**drafting.cast.buyer_co_owner.party(), "id_number": child})

    assert (found["status"], faults(found)) == (422, {"parties[1].id_number": GUARDIAN})
    young = somebody_else(stage).buyer
    sent = young.client.post("/v1/sms-codes", {"mobile": young.mobile, "purpose": "REGISTER"})
    account = {
        "name": young.name,
        "id_number": child,
        "mobile": young.mobile,
        "code_id": sent["code_id"],
        "code": "123456",
    }
    assert refused(young.client, "POST", "/v1/accounts", account) == Refusal(
        422,
        "identity.under_age",
        "未满十八周岁，请由监护人到窗口办理。",
        "Under eighteen; a guardian acts at the counter.",
    )


# ---- rule 16: guessing ---------------------------------------------------------------------------------------------------------
def test_the_sixth_wrong_search_of_an_hour_is_refused_with_the_time_to_wait(stage: Stage, drafting: Sale) -> None:
    guesser = somebody_else(stage).seller
    guess = {
        "city": CITY,
        "number": "2026010100001",
        "seller_name": guesser.name,
        "seller_id_number": guesser.id_number,
    }
    codes = [problem(guesser.client, "POST", "/v1/cases/lookup", guess)["code"] for _ in range(5)]

    assert codes == ["contract.not_found"] * 5
    assert refused(guesser.client, "POST", "/v1/cases/lookup", guess) == Refusal(
        429, "contract.too_many_lookups", "查询次数过多，请稍后再试。", "Too many searches; try again later."
    )
    found = requests.post(
        f"{guesser.client.base_url}/v1/cases/lookup",
        json=guess,
        headers={"Authorization": f"Bearer {guesser.client.token}", "X-Forwarded-For": guesser.client.address},
        timeout=15,
    )
    assert 0 < int(found.headers["Retry-After"]) <= 3600


# ---- rule 30: the face is one way among others, and others' things are not there ---------------------------------------------------
def test_without_consent_to_the_face_the_other_ways_are_offered_and_one_of_them_leads_on(stage: Stage) -> None:
    sale = Sale(stage.cast(with_face=False), quiet)
    sale.sign_up()
    seller = sale.cast.seller

    check = seller.client.post("/v1/face-checks", {"purpose": "OPEN_CASE"})

    assert "FACE" not in check["methods"]
    assert {"COUNTER", "BANK_CARD"} <= set(check["methods"])
    assert check["reason"] == "identity.face_consent_missing"
    assert check["detail"] == "使用人脸识别前请先单独同意；也可选择窗口核验。"
    assert seller.prove_at_counter("OPEN_CASE")


def test_a_portrait_is_not_taken_without_separate_consent(stage: Stage) -> None:
    client = somebody_else(stage).seller.client
    said = {}
    for language in ("zh", "en"):
        headers = {"Authorization": f"Bearer {client.token}", "Accept-Language": language, "Content-Type": "image/jpeg"}
        answer = requests.put(
            f"{client.base_url}/v1/accounts/me/portrait", data=JPEG_BYTES, headers=headers, timeout=15
        )
        said[language] = answer.json()
        assert (answer.status_code, said[language]["code"]) == (409, "identity.face_consent_missing")

    assert said["zh"]["detail"] == "使用人脸识别前请先单独同意；也可选择窗口核验。"
    assert said["en"]["detail"] == "Consent to the use of your face first, or choose the counter."
    assert "COUNTER" in said["zh"]["context"]["methods"], "the way on"


def test_another_persons_case_and_title_are_not_there(stage: Stage, drafting: Sale) -> None:
    stranger, seller = somebody_else(stage).seller, drafting.cast.seller
    search = {
        "city": CITY,
        "certificate_no": drafting.cast.certificate_no,
        "owner_name": seller.name,
        "owner_id_number": seller.id_number,
    }

    case = problem(stranger.client, "GET", drafting.path, None)
    title = problem(stranger.client, "POST", "/v1/title-searches", search)

    assert (case["status"], case["code"]) == (404, "contract.not_found")
    assert (title["status"], title["code"]) == (404, "property.title_not_found")
    assert "0714-12345" in title["detail"], "hint 6: the registry's phone"
