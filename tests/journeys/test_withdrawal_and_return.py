"""The ways back: revoked and sold anew, taken back from review, returned by it, refused by a signer; and on to the end from there."""

from __future__ import annotations

import pytest

from clients.python.guohu_client import Refused, wait_for
from deploy.demo.people import Citizen
from deploy.demo.sale import Sale
from deploy.demo.stage import Stage
from tests.support.journey import Refusal, carried_to, everybody_sees, go_on, refused, sold_anew

pytestmark = pytest.mark.journey
REASON = "另有安排，不再出售"


def _revoke(sale: Sale, one: Citizen) -> None:
    one.client.post(f"{sale.path}/revocation", {"reason": REASON})


def _acts(sale: Sale) -> list[str]:
    return [one["act"] for one in sale.view(sale.cast.seller)["history"]]


def _told(sale: Sale, one: Citizen, words: str) -> None:
    """Wait until a message with these words has gone to that phone."""
    operator = sale.cast.operator.client

    def look() -> bool:
        found = operator.post("/v1/staff/messages/lookup", {"mobile": one.mobile, "limit": 50})
        return any(words in message["text"] and sale.case["number"] in message["text"] for message in found["messages"])

    wait_for(look, f"a message saying {words}")


def _in_queue(sale: Sale, state: str) -> list[str]:
    page = sale.cast.reviewer.client.get("/v1/review/queue", params={"state": state, "limit": 100})
    return [one["review_id"] for one in page["items"] if one["case_no"] == sale.case["case_no"]]


def _claim_refused(sale: Sale, review_id: str) -> str:
    with pytest.raises(Refused) as wrong:
        sale.cast.reviewer.client.post("/v1/review/claims", {"review_id": review_id})
    return wrong.value.code


def test_a_seller_revokes_in_draft_and_may_open_another_case_for_the_house(stage: Stage) -> None:
    sale = carried_to(stage, "search")

    _revoke(sale, sale.cast.seller)

    assert sale.view(sale.cast.seller)["state"] == "REVOKED"
    assert _acts(sale) == ["open", "revoke"]
    again = sold_anew(sale)
    again.search()
    assert again.case["case_no"] != sale.case["case_no"]
    assert again.view(again.cast.seller)["state"] == "SELLER_DRAFT"


def test_a_house_whose_contract_was_revoked_while_confirming_is_sold_anew_to_the_end(stage: Stage) -> None:
    sale = carried_to(stage, "edit")
    confirmed = sale.view(sale.cast.buyer)["version"]
    sale.cast.buyer.client.post(f"{sale.path}/confirmations", {"version": confirmed})

    _revoke(sale, sale.cast.seller)

    assert everybody_sees(sale, "REVOKED")
    for one in sale.cast.citizens:
        _told(sale, one, "已撤销")
    again = go_on(sold_anew(sale), after="sign-up", to="push")
    assert everybody_sees(again, "PUSHED")
    assert everybody_sees(sale, "REVOKED")
    rows = again.cast.buyer.client.get("/v1/cases")["cases"]
    assert {one["case_no"]: one["state"] for one in rows} == {
        sale.case["case_no"]: "REVOKED",
        again.case["case_no"]: "PUSHED",
    }


def test_a_submission_taken_back_before_it_is_claimed_is_submitted_again_and_filed(stage: Stage) -> None:
    sale = carried_to(stage, "sign")
    sale.submit()
    first = sale.review_id

    taken = sale.cast.seller.client.call("DELETE", f"{sale.path}/submission").json()

    assert taken["state"] == "SIGNED"
    assert _in_queue(sale, "QUEUED") == []
    assert _claim_refused(sale, first) == "review.already_decided"
    sale.review()
    assert sale.review_id != first
    go_on(sale, after="review", to="push")
    assert everybody_sees(sale, "PUSHED")
    acts = _acts(sale)
    assert acts[acts.index("submit") :] == [
        "submit",
        "withdraw_submission",
        "submit",
        "claimed",
        "approved",
        "sealed",
        "pushed",
    ]


def test_after_a_return_all_parties_see_its_items_and_the_case_is_submitted_again_and_filed(stage: Stage) -> None:
    sale = carried_to(stage, "sign")
    sale.submit()
    sale.claim()
    items = [
        {"item": "付款方式", "rule": "TERMS_UNCLEAR", "reason": "请核对资金监管账户的约定"},
        {"item": "交付日期", "rule": "RELEASE_AFTER_TRANSFER", "reason": "请确认与解押期限的先后"},
    ]

    body = {"review_id": sale.review_id, "decision": "RETURN", "items": items}
    sale.cast.reviewer.client.post("/v1/review/decisions", body)

    sale.wait_state("RETURNED")
    for one in sale.cast.citizens:
        shown = sale.view(one)["return_items"]
        assert [{name: point[name] for name in ("item", "rule", "reason")} for point in shown] == items
        assert shown[0]["detail"] == "约定不明或者相互矛盾。"
    for one in sale.cast.citizens:
        _told(sale, one, "被退回")
    returned = sale.review_id
    sale.review()
    assert sale.review_id != returned
    go_on(sale, after="review", to="push")
    assert everybody_sees(sale, "PUSHED")
    assert all(sale.view(one)["return_items"] == [] for one in sale.cast.citizens)


def test_a_claimed_submission_cannot_be_taken_back(stage: Stage) -> None:
    sale = carried_to(stage, "sign")
    sale.submit()
    sale.claim()

    found = refused(sale.cast.seller.client, "DELETE", f"{sale.path}/submission")

    assert found == Refusal(
        409,
        "contract.review_claimed",
        "审核人员已受理，无法撤回。",
        "A reviewer works on it; it cannot be taken back.",
    )
    assert everybody_sees(sale, sale.wait_state("REVIEWING")["state"])


def test_after_a_refusal_the_text_is_edited_confirmed_and_signed_in_a_new_envelope(stage: Stage) -> None:
    sale = carried_to(stage, "confirm")
    sale.start_signing()
    version = sale.view(sale.cast.seller)["version"]
    refuser, signer, slow = sale.cast.seller_co_owner, sale.cast.buyer, sale.cast.buyer_co_owner
    path, signed = sale.open_task(refuser), sale.open_task(signer)
    for one, task in ((refuser, path), (signer, signed)):
        sale.read_documents(one, task)
    sale.sign_task(signer, signed)
    kept = slow.prove_at_counter("SIGN", _link(sale, slow))

    refuser.client.post(f"{path}/refusal", {"reason": "价款与约定不符"})

    sale.wait_state("CONFIRMING")
    assert not any(one["confirmed_at"] for one in sale.view(refuser)["parties"]), "a refusal voids confirmations"
    assert refused(refuser.client, "POST", f"{path}/refusal", {"reason": "价款与约定不符"}) == ENVELOPE_ENDED
    _edit_again(sale, total_price="1266000.00", deposit="66000.00")
    sale.confirm()
    sale.start_signing()
    assert refused(slow.client, "POST", f"{_task(sale, slow)}/identity", {"proof": kept}) == PROOF_OF_ANOTHER_TASK
    sale.sign_all()
    go_on(sale, after="sign", to="push")
    assert everybody_sees(sale, "PUSHED")
    final = sale.view(signer)
    assert final["version"] > version
    assert final["terms"]["total_price"] == "1266000.00"
    assert [one["signatures"] for one in final["documents"]] == [len(sale.cast.citizens)]
    tasks = [one["state"] for one in signer.client.get("/v1/signing-tasks")["tasks"]]
    assert tasks.count("SIGNED") >= 1, "his signature in the new envelope"


ENVELOPE_ENDED = Refusal(409, "signing.envelope_ended", "本次签署已结束。", "Signing has ended for all.")
PROOF_OF_ANOTHER_TASK = Refusal(
    401, "proof.wrong_purpose", "身份核验结果不能用于此操作。", "This identity proof was made for another act."
)


def _link(sale: Sale, one: Citizen) -> str:
    """Return the token of the newest invitation, which counts as read from now on."""
    message_id, token = sale.newest_link(one)
    one.read.add(message_id)
    return token


def _task(sale: Sale, one: Citizen) -> str:
    return f"/v1/signing-tasks/{sale.newest_link(one)[1]}"


def _edit_again(sale: Sale, **other: str) -> None:
    """The seller goes back to the draft and saves other terms; the buyer generates the contract anew."""
    seller = sale.cast.seller
    sale.case = {**sale.case, **sale.view(seller)}
    match = {"If-Match": f'"{sale.case["revision"]}"'}
    sale.case = seller.client.post(f"{sale.path}/reopening", headers=match)
    sale.save_terms(**other)
    sale.generate()
