"""Filling a contract in over HTTP: the form tells the limits, refusals name field, code and remedy, nothing typed is lost."""

from __future__ import annotations

import subprocess
import uuid
from decimal import Decimal
from typing import Any

import pytest
import requests

from clients.python.guohu_client import Client
from deploy.demo.people import Citizen
from deploy.demo.sale import Sale
from deploy.demo.stage import Stage
from tests.support.journey import carried_to, refused

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def published(stage: Stage) -> Sale:
    """The seller has filled everything in; no buyer yet."""
    sale = carried_to(stage, "search")
    sale.publish()
    return sale


@pytest.fixture(scope="module")
def joined(stage: Stage) -> Sale:
    """A buyer has joined and has not saved yet."""
    sale = carried_to(stage, "search")
    sale.publish()
    sale.join()
    return sale


def problem(client: Client, path: str, body: Any, revision: int, language: str) -> dict[str, Any]:
    """Send a refused edit and return its problem."""
    headers = {
        "Authorization": f"Bearer {client.token}",
        "If-Match": f'"{revision}"',
        "Accept-Language": language,
        "Idempotency-Key": str(uuid.uuid4()),
    }
    answer = requests.put(client.base_url + path, json=body, headers=headers, timeout=15)
    assert answer.status_code == 422, answer.text
    found: dict[str, Any] = answer.json()
    return found


def errors(sale: Sale, who: Citizen, part: str, body: Any) -> dict[tuple[str, str], tuple[str, str]]:
    """Return (field, code) -> words in Chinese and English."""
    revision = sale.view(who)["revision"]
    zh, en = (problem(who.client, f"{sale.path}/{part}", body, revision, one) for one in ("zh", "en"))
    assert zh["code"] == en["code"]
    assert zh["code"] == zh["errors"][0]["code"] or zh["code"] in {one["code"] for one in zh["errors"]}
    return {
        (one["field"], one["code"]): (one["detail"], other["detail"])
        for one, other in zip(zh["errors"], en["errors"], strict=True)
    }


@pytest.mark.parametrize(
    ("changed", "field", "code", "zh", "en"),
    [
        ({"total_price": "0.00"}, "terms.total_price", "contract.price_invalid", "金额须大于零", "above zero"),
        ({"total_price": "-1.00"}, "total_price", "contract.price_invalid", "最多两位小数", "two decimals"),
        ({"total_price": "100.001"}, "total_price", "contract.price_invalid", "最多两位小数", "two decimals"),
        ({"deposit": "257200.01"}, "terms.deposit", "contract.deposit_limit", "减少定金", "lower it"),
        ({"deposit": "85999.99"}, "terms.instalments", "contract.payment_sum", "请核对各项金额", "check the sums"),
        (
            {"arbitration_body": "黄石仲裁委员会"},
            "terms.arbitration_body",
            "contract.dispute_clause",
            "选择一种",
            "either court or arbitration",
        ),
        (
            {"dispute_mode": "ARBITRATION"},
            "terms.arbitration_body",
            "contract.dispute_clause",
            "写明仲裁委员会全称",
            "names its commission in full",
        ),
    ],
)
def test_terms_that_break_a_rule_are_refused_with_field_code_and_remedy(
    published: Sale, changed: dict[str, str], field: str, code: str, zh: str, en: str
) -> None:
    seller = published.cast.seller
    before = published.view(seller)

    found = errors(published, seller, "terms", {**before["terms"], **changed})

    assert (field, code) in found, found
    said = found[field, code]
    assert zh in said[0]
    assert en in said[1]
    after = published.view(seller)
    assert (after["terms"], after["revision"], after["state"]) == (before["terms"], before["revision"], before["state"])


def test_refused_terms_come_back_in_the_form_until_a_good_save(stage: Stage) -> None:
    sale = carried_to(stage, "search")
    sale.publish()
    seller = sale.cast.seller
    saved = sale.view(seller)["terms"]
    errors(sale, seller, "terms", {**saved, "deposit": "300000.00", "extra_terms": "窗帘留下。"})

    form = seller.client.get(f"{sale.path}/form")
    sale.save_terms()
    again = seller.client.get(f"{sale.path}/form")

    fields = {one["path"]: one for section in form["sections"] for one in section["fields"]}
    assert form["unsaved"] == ["terms"]
    assert fields["terms.extra_terms"]["values"] == [{"path": "terms.extra_terms", "value": "窗帘留下。"}]
    assert {(one["path"], one["code"]) for one in form["faults"]} >= {("terms.deposit", "contract.deposit_limit")}
    assert (again["unsaved"], again["faults"]) == ([], [])


def test_the_form_tells_the_limit_that_is_enforced(published: Sale) -> None:
    seller = published.cast.seller
    form = seller.client.get(f"{published.path}/form")
    fields = {one["path"]: one for section in form["sections"] for one in section["fields"]}
    most = Decimal(fields["terms.deposit"]["most"])

    found = errors(
        published, seller, "terms", {**published.view(seller)["terms"], "deposit": str(most + Decimal("0.01"))}
    )

    assert ("terms.deposit", "contract.deposit_limit") in found
    assert [one["label"]["zh"] for one in form["sections"]][1:4] == ["房屋基本信息", "买卖及交付", "争议解决"]
    assert fields["house.location"]["read_only"]
    assert fields["house.location"]["values"][0]["value"]
    assert fields["parties[].name"]["values"][0]["value"] == seller.name


def test_a_party_on_both_sides_and_shares_that_do_not_add_up_are_refused(joined: Sale) -> None:
    buyer, seller, other = joined.cast.buyer, joined.cast.seller, joined.cast.buyer_co_owner
    both = {"parties": [buyer.party(), seller.party()]}
    halves = {"parties": [{**buyer.party(), "share": "1/2"}, {**other.party(), "share": "1/3"}]}

    assert ("parties[1].id_number", "contract.same_party") in errors(joined, buyer, "parties/buyer", both)
    assert ("parties", "contract.share_sum") in errors(joined, buyer, "parties/buyer", halves)
    form = buyer.client.get(f"{joined.path}/form")
    assert form["unsaved"] == ["parties"]


def test_the_preview_masks_the_other_side_until_a_text_is_generated(joined: Sale) -> None:
    buyer, seller = joined.cast.buyer, joined.cast.seller

    pdf = buyer.client.bytes(f"{joined.path}/documents/preview")

    text = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()  # noqa: S607
    assert seller.id_number not in text
    assert seller.name not in text
    assert buyer.id_number in text


def test_the_case_says_who_must_do_what_by_when_and_why_an_act_is_barred(joined: Sale) -> None:
    seen = joined.view(joined.cast.seller)

    assert (seen["duty"]["act"], seen["duty"]["roles"], seen["duty"]["mine"]) == ("generate", ["BUYER_MAIN"], False)
    assert seen["duty"]["by"] > seen["history"][-1]["at"]
    assert {one["act"]: one["reason"] for one in seen["barred_acts"]}["submit"] == "contract.not_all_signed"
    assert all(one["detail"] for one in seen["barred_acts"])
    assert [(one["id"], one["status"]) for one in seen["checklist"]] == [("sellers", "FILLED"), ("terms", "FILLED")]


def test_a_co_owner_who_signs_in_finds_the_case_from_the_first_save(published: Sale) -> None:
    co_owner = published.cast.seller_co_owner

    mine = co_owner.client.get("/v1/cases?role=SELLER&limit=1")["cases"]

    assert [(one["case_no"], one["role"]) for one in mine] == [(published.case["case_no"], "SELLER_CO_OWNER")]


def test_a_stranger_gets_no_form(published: Sale, joined: Sale) -> None:
    found = refused(joined.cast.seller.client, "GET", f"{published.path}/form")

    assert (found.status, found.code) == (404, "contract.not_found")
