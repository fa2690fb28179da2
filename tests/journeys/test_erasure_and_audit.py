"""An account is not erased in the middle of a sale; afterwards it is, and nobody else loses anything. Staff who look are audited."""

import json
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner

from clients.python.guohu_client import Client, Refused, wait_for
from deploy.cli.__main__ import guohu
from deploy.demo.people import Staff
from deploy.demo.stage import Stage
from deploy.local.stack import Stack
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


def test_a_reviewers_look_at_a_case_is_in_the_audit_of_the_office(stage: Stage, stack: Stack) -> None:
    sale = carried_to(stage, "sign")
    sale.submit()
    reviewer = sale.cast.reviewer
    auditor = auditor_of(stack, stage.office)

    assert reviewer.client.get(sale.path)["parties"]
    path = f"/v1/staff/audit?subject={sale.path.rpartition('/')[2]}"
    seen = wait_for(lambda: auditor.get(path)["acts"], "the audit")

    assert {(one["login"], one["act"]) for one in seen} == {(reviewer.login, "contract.case_shown")}


def auditor_of(stack: Stack, office: str) -> Client:
    """A signed-in auditor made by the command."""
    arguments = ["--json", "staff", "add", f"auditor.{uuid.uuid4().hex[:8]}", "--role", "AUDITOR", "--office", office]
    made = CliRunner().invoke(guohu, arguments, env=stack.environments.operator())
    account = json.loads(made.stdout)
    secret = parse_qs(urlsplit(account["totp"]).query)["secret"][0]
    one = Staff(Client(stack.environments.public_url), account["login"], account["password"], secret)
    one.sign_in()
    return one.client
