"""An account is not erased in the middle of a sale; afterwards it is, and the sale and its other party lose nothing."""

import pytest

from deploy.demo.client import Refused
from deploy.demo.stage import Stage
from tests.support.journey import carried_to

pytestmark = pytest.mark.journey
ERASURE = "/v1/accounts/me/erasure"


def test_a_party_cannot_leave_before_the_case_is_over_and_leaves_the_other_theirs(stage: Stage) -> None:
    sale = carried_to(stage, "edit")
    seller, buyer = sale.cast.seller, sale.cast.buyer
    proof = seller.prove_at_counter("ACCOUNT")

    with pytest.raises(Refused) as refusal:
        seller.client.post(ERASURE, {"proof": proof})
    assert (refusal.value.status, refusal.value.code) == (409, "identity.erasure_barred")
    assert refusal.value.problem["context"]["cases"] == [sale.case["number"]]
    before = sale.view(buyer)["parties"]

    seller.client.post(f"{sale.path}/revocation", {"reason": "不卖了"})
    done = seller.client.post(ERASURE, {"proof": proof})

    assert "identity.erased_account" in [one["code"] for one in done["erased"]]
    after = sale.view(buyer)
    assert after["state"] == "REVOKED"
    assert [one["name"] for one in after["parties"]] == [one["name"] for one in before]
