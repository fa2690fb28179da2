"""The office's desk over HTTP: what is checked, returns with reasons, figures, and a filing cancelled by both sides or not at all."""

from __future__ import annotations

import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clients.python.guohu_client import wait_for
from deploy.demo.people import Citizen
from deploy.demo.sale import Sale
from deploy.demo.stage import Stage
from deploy.local import postgres
from deploy.local.stack import Stack
from tests.support.journey import Refusal, carried_to, everybody_sees, refused, reviewer, sold_anew

pytestmark = pytest.mark.journey
RULING = {"kind": "COURT_JUDGMENT", "number": "（2026）鄂0204民初123号", "court": "黄石市下陆区人民法院"}


def dossier(sale: Sale) -> dict[str, Any]:
    found: dict[str, Any] = sale.cast.reviewer.client.get(f"/v1/review/submissions/{sale.review_id}")
    return found


def decide(sale: Sale, decision: str, **more: Any) -> dict[str, Any]:
    body = {"review_id": sale.review_id, "decision": decision, **more}
    answer: dict[str, Any] = sale.cast.reviewer.client.post("/v1/review/decisions", body)
    return answer


def apply(sale: Sale, one: Citizen, **more: Any) -> str:
    body = {"proof": one.prove("CANCEL_FILING"), "ground": "AGREED", **more}
    return str(one.client.post(f"{sale.path}/cancellation", body)["state"])


def queued_cancellation(sale: Sale) -> str:
    """Wait until the application is in the queue; returns its review."""

    def look() -> str:
        page = sale.cast.reviewer.client.get("/v1/review/queue", params={"kind": "CANCELLATION", "limit": 100})
        mine = [one["review_id"] for one in page["items"] if one["case_no"] == sale.case["case_no"]]
        return mine[-1] if mine else ""

    return str(wait_for(look, "the application in the queue"))


def test_a_reviewer_sees_the_checklist_returns_with_reasons_and_sees_the_next_round_beside_them(stage: Stage) -> None:
    sale = carried_to(stage, "sign")
    assert sale.cast.seller.client.get(f"{sale.path}/findings") == {"findings": []}
    sale.submit()
    reviewer = sale.cast.reviewer.client
    assert refused(
        reviewer, "POST", "/v1/review/decisions", {"review_id": sale.review_id, "decision": "APPROVE"}
    ).code == ("review.not_claimed")
    sale.claim()

    shown = dossier(sale)

    assert shown["submission"]["business_type"] == "self_deal_sale"
    assert shown["submission"]["due_at"]
    assert not [one for one in shown["checks"] if one["status"] == "FOUND"]
    assert all(one["words"] for one in shown["checks"])
    assert (shown["differences"], shown["changes"], shown["rounds"]) == ([], [], [])
    assert shown["case"]["parties"][0]["name"] == sale.cast.seller.name
    for items in ([], [{"item": "合同", "rule": "TERMS_UNCLEAR"}], [{"item": "合同", "reason": "缺页"}]):
        body = {"review_id": sale.review_id, "decision": "RETURN", "items": items}
        assert refused(reviewer, "POST", "/v1/review/decisions", body) == Refusal(
            422, "review.reason_required", "请填写完整的事项和理由。", "Items with reasons are required."
        )
    points = [{"item": "婚姻证明", "rule": "MATERIAL_ILLEGIBLE", "reason": ""}]
    assert decide(sale, "RETURN", items=points)["state"] == "RETURNED"
    sale.wait_state("RETURNED")
    assert sale.view(sale.cast.buyer)["return_items"][0]["detail"] == "材料不清晰或者不完整。"
    sale.submit()
    sale.claim()
    (earlier,) = dossier(sale)["rounds"]
    assert (earlier["round"], earlier["points"][0]["rule"]) == (1, "MATERIAL_ILLEGIBLE")
    decide(sale, "APPROVE")
    sale.wait_state("PUSHED")
    figures = reviewer.get("/v1/review/statistics")
    assert figures["returned"] >= 1
    assert {"MATERIAL_ILLEGIBLE"} <= {one["rule"] for one in figures["reasons"]}


def test_a_reviewer_who_is_a_party_is_refused_and_another_takes_the_case(stage: Stage) -> None:
    sale = carried_to(stage, "sign")
    sale.submit()
    party = reviewer(stage, sale.cast.seller_co_owner.id_number)

    assert refused(party.client, "POST", "/v1/review/claims", {"review_id": sale.review_id}) == Refusal(
        403,
        "review.conflict_of_interest",
        "您是当事人、当事人的近亲属或本件初审人，须回避。",
        "You are a party of this case, a relative of one, or gave its first approval: somebody else decides.",
    )

    sale.claim()
    assert sale.wait_state("REVIEWING")["state"] == "REVIEWING"


def test_a_released_claim_and_filters_of_the_queue(stage: Stage) -> None:
    sale = carried_to(stage, "sign")
    sale.submit()
    sale.claim()
    reviewer = sale.cast.reviewer.client

    def mine() -> list[str]:
        page = reviewer.get("/v1/review/queue", params={"state": "CLAIMED", "mine": "true", "limit": 100})
        assert {one["state"] for one in page["counts"]} >= {"QUEUED", "FIRST_OK"}
        return [one["review_id"] for one in page["items"]]

    assert sale.review_id in mine()
    assert reviewer.call("DELETE", f"/v1/review/claims/{sale.review_id}").json()["state"] == "QUEUED"
    assert sale.review_id not in mine()
    rejection = {"rule": "TERMS_UNLAWFUL", "reason": "约定以物抵债", "remedies": "可在60日内申请行政复议"}
    sale.claim()
    decide(sale, "REJECT", **rejection)
    assert everybody_sees(sale, sale.wait_state("REJECTED")["state"])


def _cancelled(sale: Sale, code: str) -> dict[str, Any] | None:
    found: dict[str, Any] = sale.cast.anyone.get(f"/v1/verifications/{code}")
    return found if found["state"] == "CANCELLED" else None


def test_a_filing_is_cancelled_by_both_sides_and_the_house_is_sold_anew(stage: Stage, tmp_path: Path) -> None:
    sale = carried_to(stage, "push")
    seller, buyer = sale.cast.seller, sale.cast.buyer

    assert apply(sale, seller) == "PUSHED"
    assert sale.view(buyer)["cancellation"]["agreed"] == ["SELLER"]
    assert apply(sale, buyer) == "CANCEL_PENDING"
    again = {"proof": seller.prove("CANCEL_FILING"), "ground": "AGREED"}
    assert refused(seller.client, "POST", f"{sale.path}/cancellation", again).code == "contract.cancellation_pending"
    sale.review_id = queued_cancellation(sale)
    sale.claim()
    assert dossier(sale)["submission"]["kind"] == "CANCELLATION"
    assert decide(sale, "APPROVE")["state"] == "APPROVED"

    final = sale.wait_state("CANCELLED")
    assert everybody_sees(sale, "CANCELLED")
    assert final["cancellation"]["cancelled_at"]
    contract = tmp_path / "contract.pdf"
    contract.write_bytes(buyer.client.bytes(f"{sale.path}/documents/contract"))
    printed = subprocess.run(["pdftotext", str(contract), "-"], capture_output=True, text=True, check=True).stdout
    code = printed.split("查验码：")[1].split()[0]
    told = wait_for(lambda: _cancelled(sale, code), "the verification to say that the filing is cancelled")
    assert "filing_cancelled" in str(told["reasons"])
    assert not told["accepted"]
    sold = sold_anew(sale)
    sold.search()
    assert sold.case["case_no"] != sale.case["case_no"]


def test_one_side_alone_needs_a_judgment_and_the_office_may_keep_the_filing(stage: Stage) -> None:
    sale = carried_to(stage, "push")
    buyer = sale.cast.buyer
    alone = {"proof": buyer.prove("CANCEL_FILING"), "ground": "JUDGMENT"}
    assert refused(buyer.client, "POST", f"{sale.path}/cancellation", alone) == Refusal(
        409,
        "contract.cancel_needs_both",
        "注销备案须买卖双方共同申请，或者提供生效的法律文书。",
        "Both sides apply to cancel a filing, or one with a judgment.",
    )

    assert apply(sale, buyer, ground="JUDGMENT", judgment=RULING) == "CANCEL_PENDING"
    sale.review_id = queued_cancellation(sale)
    sale.claim()
    assert dossier(sale)["case"]["cancellation"]["judgment"] == RULING
    decide(sale, "REJECT", rule="JUDGMENT_UNFIT", reason="判决尚未生效", remedies="判决生效后可以再次申请")

    kept = sale.wait_state("PUSHED")
    assert kept["cancellation"]["refusal_detail"] == "法律文书未生效或者不支持注销备案。"
    assert "apply_cancel" in kept["allowed_acts"]


def pass_on(stack: Stack, sale: Sale) -> None:
    """The registry enters new owners: those of another house, written into the register as the registry does."""
    with closing(postgres.connect(stack.secrets, stack.ports["postgres"], "property")) as link, link.cursor() as cursor:
        columns = """position, person_id, name_index, name_sealed, id_number_sealed, share, kind, deceased"""
        cursor.execute("DELETE FROM owners WHERE title_id = %s", [sale.title_id])
        cursor.execute(
            f"""INSERT INTO owners (title_id, {columns}) SELECT %s, {columns} FROM owners WHERE title_id =
            (SELECT min(other.title_id) FROM titles other JOIN titles own USING (mode, owner_count)
             WHERE own.title_id = %s AND other.title_id <> own.title_id)""",  # noqa: S608 - names of columns
            [sale.title_id, sale.title_id],
        )
        assert cursor.rowcount
        link.commit()


def test_26_once_the_title_has_passed_on_nobody_applies_to_cancel_its_filing(stage: Stage, stack: Stack) -> None:
    sale = carried_to(stage, "push")
    seller = sale.cast.seller
    body = {"proof": seller.prove("CANCEL_FILING"), "ground": "AGREED"}
    pass_on(stack, sale)

    assert refused(seller.client, "POST", f"{sale.path}/cancellation", body) == Refusal(
        409,
        "contract.already_transferred",
        "房屋已转移登记，备案不能注销。",
        "The title has passed on; the filing cannot be cancelled.",
    )

    assert everybody_sees(sale, "PUSHED")
    assert sale.view(sale.cast.buyer)["cancellation"] is None


def test_26_an_application_whose_title_passes_on_meanwhile_is_not_approved_and_the_filing_stays(
    stage: Stage, stack: Stack
) -> None:
    sale = carried_to(stage, "push")
    apply(sale, sale.cast.seller)
    assert apply(sale, sale.cast.buyer) == "CANCEL_PENDING"
    sale.review_id = queued_cancellation(sale)
    sale.claim()
    pass_on(stack, sale)

    approval = {"review_id": sale.review_id, "decision": "APPROVE"}
    assert refused(sale.cast.reviewer.client, "POST", "/v1/review/decisions", approval) == Refusal(
        409,
        "review.already_transferred",
        "房屋已转移登记，备案不能注销。",
        "The title has passed on; the filing cannot be cancelled.",
    )

    assert everybody_sees(sale, "CANCEL_PENDING")
    decide(sale, "REJECT", rule="ALREADY_TRANSFERRED", reason="登记簿已变更", remedies="由现产权人另行出售")
    kept = sale.wait_state("PUSHED")
    assert kept["cancellation"]["refusal_detail"] == "房屋已转移登记，不能注销备案。"
