"""Who fuzzes, and what is really there: a case being signed, its seller, a reviewer of its office, and nobody."""

from __future__ import annotations

from clients.python.guohu_client import Client, Refused
from deploy.demo.people import CITY
from deploy.demo.stage import Stage
from tests.fuzz.campaign import Caller
from tests.support.journey import carried_to


def world_on(stage: Stage) -> tuple[list[Caller], dict[str, str]]:
    """Return the callers and the real values for parts of paths."""
    sale = carried_to(stage, "confirm")
    sale.start_signing()
    seller, reviewer = sale.cast.seller, sale.cast.reviewer
    tasks = seller.client.get("/v1/signing-tasks")["tasks"]
    check = seller.client.post("/v1/face-checks", {"purpose": "ACCOUNT"})["check_id"]
    things = {
        "case": sale.case["case_no"],
        "city": CITY,
        "office": stage.office,
        "business_type": "self_deal_sale",
        "kind": "sale_contract",
        "check": check,
        **({"handle": tasks[0]["task_id"]} if tasks else {}),
    }
    return [Caller("nobody"), _signed_in("citizen", seller.client), _signed_in("staff", reviewer.client)], things


def _signed_in(name: str, client: Client) -> Caller:
    def renew() -> str:
        try:
            session = client.post("/v1/sessions/refresh", {"refresh_token": client.refresh_token})
        except Refused:
            return client.token  # signed out by then: its requests are meant to be refused
        client.token, client.refresh_token = session["access_token"], session["refresh_token"]
        return client.token

    return Caller(name, renew)
