"""What a case refuses its own people over HTTP (domain rules 14, 19, 20, 22, 23): the reason in both languages, and the way on."""

from __future__ import annotations

from typing import Any

import pytest

from clients.python.guohu_client import wait_for
from deploy.demo.people import Citizen
from deploy.demo.sale import Sale
from deploy.demo.stage import Stage
from tests.support.journey import Refusal, carried_to, everybody_sees, refused, sold_anew

pytestmark = pytest.mark.journey

STALE = Refusal(
    412,
    "contract.stale_version",
    "内容已被更新，请重新读取后再操作。",
    "The case has changed meanwhile; read it again, then repeat.",
)
NOT_CONFIRMED = Refusal(
    409,
    "contract.confirmation_missing",
    "仍有人未确认合同。请在业务详情查看尚未确认的人，全部确认后再发起签署。",
    "Somebody has not confirmed yet. The case shows who; start signing when all have.",
)
LOCKED = Refusal(
    409,
    "contract.signed_locked",
    "合同已签署，不能修改。需要变更的，由双方解除后重新办理。",
    "The contract is signed and cannot be changed; to change it, both sides dissolve it and begin again.",
)
BOTH_NEEDED = Refusal(
    409,
    "contract.mutual_consent_required",
    "合同已全部签署，一方不能单独撤销。请在业务详情同意解除，对方也同意后合同即解除。",
    "Everybody has signed; one side alone cannot revoke it. Agree to dissolve it in the case; it is dissolved when the "
    "other side agrees too.",
)
NOT_ALL_SIGNED = Refusal(
    409,
    "contract.not_all_signed",
    "尚未全部签署，全部签署后才能办理。",
    "Not everybody has signed; this is possible when all have.",
)
NOT_YOURS = Refusal(403, "contract.not_allowed", "您无权进行此操作。", "This is not yours to do.")
REASON = {"reason": "另有安排，不再出售"}


@pytest.fixture(scope="module")
def generated(stage: Stage) -> Sale:
    """A text to be confirmed."""
    return carried_to(stage, "edit")


@pytest.fixture(scope="module")
def signed(stage: Stage) -> Sale:
    """All have signed, nobody has submitted."""
    return carried_to(stage, "sign")


def confirm(sale: Sale, one: Citizen) -> None:
    """Confirm what one sees."""
    one.client.post(f"{sale.path}/confirmations", {"version": sale.view(one)["version"]})


def barred(sale: Sale, one: Citizen, act: str) -> dict[str, Any]:
    """Why an act is not offered."""
    found: dict[str, Any] = next(row for row in sale.view(one)["barred_acts"] if row["act"] == act)
    return found


def told(sale: Sale, one: Citizen, words: str) -> None:
    """Wait until a message with these words has gone to that phone."""
    operator = sale.cast.operator.client

    def look() -> bool:
        found = operator.post("/v1/staff/messages/lookup", {"mobile": one.mobile, "limit": 50})
        return any(words in message["text"] and sale.case["number"] in message["text"] for message in found["messages"])

    wait_for(look, f"a message saying {words}")


def test_an_old_version_is_not_confirmed_and_reading_again_is_the_way_on(generated: Sale) -> None:
    buyer = generated.cast.buyer
    old = generated.view(buyer)["version"]
    match = {"If-Match": f'"{generated.view(buyer)["revision"]}"'}
    generated.case = buyer.client.post(f"{generated.path}/reopening", headers=match)
    generated.generate()

    for one in (buyer, generated.cast.seller_co_owner):
        assert refused(one.client, "POST", f"{generated.path}/confirmations", {"version": old}) == STALE
    assert not any(one["confirmed_at"] for one in generated.view(buyer)["parties"])
    confirm(generated, buyer)
    assert [one["confirmed_at"] is not None for one in generated.view(buyer)["parties"] if one["is_viewer"]] == [True]


def test_signing_is_not_started_before_all_have_confirmed_and_the_case_says_who_has_not(generated: Sale) -> None:
    cast = generated.cast
    confirm(generated, cast.buyer_co_owner)
    body = {"version": generated.view(cast.seller)["version"]}

    for one in (cast.seller, cast.buyer):
        assert refused(one.client, "POST", f"{generated.path}/signing", body) == NOT_CONFIRMED
    assert barred(generated, cast.seller, "start_signing")["reason"] == NOT_CONFIRMED.code
    assert generated.view(cast.seller)["duty"]["act"] == "confirm"
    assert "SELLER_CO_OWNER" in generated.view(cast.seller)["duty"]["roles"]
    told(generated, cast.seller_co_owner, "请登录后在“我的合同”核对并确认")


def test_before_all_have_signed_nothing_is_submitted_or_given_up_by_consent(generated: Sale) -> None:
    seller = generated.cast.seller

    assert refused(seller.client, "POST", f"{generated.path}/submission") == NOT_ALL_SIGNED
    assert refused(generated.cast.buyer.client, "POST", f"{generated.path}/submission") == NOT_YOURS
    assert refused(seller.client, "POST", f"{generated.path}/rescission").code == "contract.revoke_instead"
    assert refused(generated.cast.buyer_co_owner.client, "POST", f"{generated.path}/revocation", REASON) == NOT_YOURS


def test_a_mobile_used_by_a_couple_is_allowed_with_a_caution_that_everybody_sees(generated: Sale) -> None:
    buyer, other = generated.cast.buyer, generated.cast.buyer_co_owner
    match = {"If-Match": f'"{generated.view(buyer)["revision"]}"'}
    generated.case = buyer.client.post(f"{generated.path}/reopening", headers=match)
    parties = {"parties": [buyer.party(), {**other.party(), "mobile": buyer.mobile}]}

    buyer.client.put(
        f"{generated.path}/parties/buyer", parties, headers={"If-Match": f'"{generated.view(buyer)["revision"]}"'}
    )

    for one in (generated.cast.seller, buyer):
        (caution,) = generated.view(one)["cautions"]
        assert caution["code"] == "contract.mobile_shared"
        assert "须本人核验身份" in caution["detail"]
        assert len(caution["person_ids"]) == 2


def test_a_signed_text_is_not_edited_by_anybody(signed: Sale) -> None:
    seller, buyer = signed.cast.seller, signed.cast.buyer
    view = signed.view(seller)
    match = {"If_Match": f'"{view["revision"]}"'}
    terms = {**view["terms"], "total_price": "1.00"}
    parties = {"parties": [buyer.party()]}

    assert refused(seller.client, "PUT", f"{signed.path}/terms", terms, **match) == LOCKED
    assert refused(buyer.client, "PUT", f"{signed.path}/parties/buyer", parties, **match) == LOCKED
    assert refused(seller.client, "POST", f"{signed.path}/reopening", **match) == LOCKED
    assert signed.view(seller)["terms"] == view["terms"]


def test_only_the_seller_submits_and_a_signed_contract_is_given_up_by_both_sides_alone(signed: Sale) -> None:
    cast = signed.cast
    for one in (cast.buyer, cast.seller_co_owner):
        assert refused(one.client, "POST", f"{signed.path}/submission") == NOT_YOURS
    for one in (cast.seller, cast.buyer):
        assert refused(one.client, "POST", f"{signed.path}/revocation", REASON) == BOTH_NEEDED
    assert barred(signed, cast.buyer, "withdraw_rescission")["reason"] == "contract.no_consent_given"

    cast.buyer.client.post(f"{signed.path}/rescission")

    told(signed, cast.seller, "有一方同意解除")
    (consent,) = signed.view(cast.seller)["rescission"]
    assert consent["side"] == "BUYER"
    cast.buyer.client.call("DELETE", f"{signed.path}/rescission")
    told(signed, cast.seller, "已收回同意")
    assert signed.view(cast.seller)["rescission"] == []
    assert everybody_sees(signed, "SIGNED")

    cast.seller.client.post(f"{signed.path}/rescission")
    cast.buyer.client.post(f"{signed.path}/rescission")

    assert everybody_sees(signed, "REVOKED")
    assert {one["side"] for one in signed.view(cast.buyer)["rescission"]} == {"SELLER", "BUYER"}
    for one in cast.citizens:
        told(signed, one, "已撤销")
    again = sold_anew(signed)
    again.search()
    assert again.case["case_no"] != signed.case["case_no"]
