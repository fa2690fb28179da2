"""A city that asks two reviewers for each filing, on a stack of its own whose profile says so (rule 29)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from stdnum.cn import ric

from clients.python.guohu_client import Client
from deploy.demo.sale import Sale
from deploy.demo.stage import Stage
from tests.support.journey import Refusal, carried_to, everybody_sees, refused, reviewer, stage_where

pytestmark = pytest.mark.journey
CONFLICT = Refusal(
    403,
    "review.conflict_of_interest",
    "您是当事人、当事人的近亲属或本件初审人，须回避。",
    "You are a party of this case, a relative of one, or gave its first approval: somebody else decides.",
)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage where nobody files alone."""
    with stage_where({"reviewers: 1": "reviewers: 2"}, folder=tmp_path_factory.mktemp("two")) as found:
        yield found


@pytest.fixture
def sale(stage: Stage) -> Sale:
    """Submitted, and in the queue."""
    found = carried_to(stage, "sign")
    found.submit()
    return found


def somebody() -> str:
    """The ID number of nobody."""
    body = f"42990019800101{secrets.randbelow(1000):03d}"
    return body + str(ric.calc_check_digit(body + "0"))


def claim(who: Client, sale: Sale) -> str:
    return str(who.post("/v1/review/claims", {"review_id": sale.review_id})["state"])


def claim_refused(who: Client, sale: Sale) -> Refusal:
    return refused(who, "POST", "/v1/review/claims", {"review_id": sale.review_id})


def approve(who: Client, sale: Sale) -> dict[str, Any]:
    answer: dict[str, Any] = who.post("/v1/review/decisions", {"review_id": sale.review_id, "decision": "APPROVE"})
    return answer


def queued(who: Client, sale: Sale, state: str) -> dict[str, Any]:
    page = who.get("/v1/review/queue", params={"state": state, "limit": 100})
    (found,) = [one for one in page["items"] if one["review_id"] == sale.review_id]
    return dict(found)


def test_29_both_steps_by_one_person_are_refused_under_every_account_and_a_second_person_files(
    stage: Stage, sale: Sale
) -> None:
    own, other = somebody(), somebody()
    first, again, second = (reviewer(stage, number).client for number in (own, own, other))
    claim(first, sale)

    passed = approve(first, sale)

    assert (passed["state"], passed["filing_no"]) == ("FIRST_OK", "")
    waiting = queued(second, sale, "FIRST_OK")
    assert (waiting["filing_no"], waiting["claimed_by"]) == ("", "")
    assert waiting["first_ok_by"]
    assert claim_refused(first, sale) == CONFLICT
    assert claim_refused(again, sale) == CONFLICT
    alone = {"review_id": sale.review_id, "decision": "APPROVE"}
    assert refused(first, "POST", "/v1/review/decisions", alone).code == "review.not_claimed"
    assert refused(sale.cast.seller.client, "DELETE", f"{sale.path}/submission").code == "contract.review_claimed"
    assert everybody_sees(sale, "REVIEWING")
    assert claim(second, sale) == "CLAIMED"
    filed = approve(second, sale)
    assert (filed["state"], bool(filed["filing_no"])) == ("APPROVED", True)
    assert sale.wait_state("PUSHED")["filing_no"] == filed["filing_no"]


def test_29_a_reviewer_who_declares_a_party_his_relative_takes_neither_step(stage: Stage, sale: Sale) -> None:
    cousin, first = reviewer(stage, somebody()).client, reviewer(stage, somebody()).client
    relative = {"id_number": sale.cast.buyer.id_number}
    assert cousin.post("/v1/review/recusals", relative) == {"declared": 1}

    assert claim_refused(cousin, sale) == CONFLICT

    claim(first, sale)
    assert approve(first, sale)["state"] == "FIRST_OK"
    assert claim_refused(cousin, sale) == CONFLICT


def test_29_a_relative_declared_while_holding_the_claim_bars_the_decision(stage: Stage, sale: Sale) -> None:
    cousin = reviewer(stage, somebody()).client
    claim(cousin, sale)
    cousin.post("/v1/review/recusals", {"id_number": sale.cast.seller.id_number})

    points = [{"item": "婚姻证明", "rule": "MATERIAL_ILLEGIBLE", "reason": ""}]
    for decision in ({"decision": "APPROVE"}, {"decision": "RETURN", "items": points}):
        body = {"review_id": sale.review_id, **decision}
        assert refused(cousin, "POST", "/v1/review/decisions", body) == CONFLICT

    cousin.call("DELETE", f"/v1/review/claims/{sale.review_id}")
    assert queued(sale.cast.reviewer.client, sale, "QUEUED")["first_ok_by"] == ""
