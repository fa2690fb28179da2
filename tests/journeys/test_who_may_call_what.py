"""Every route, for everybody: who is let in, who must sign in first, who is turned away, and for whom it does not exist.

One submitted case stands in the middle. A request is right in form, made from the route itself, so that it reaches the service
that owns the decision; what the service then thinks of its content (409, 412, 422) is not asked here. A route without a row fails.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import requests

from clients.python.guohu_client import Client
from deploy.demo.handwriting import signature
from deploy.demo.people import CITY, Staff
from deploy.demo.sale import Sale
from deploy.demo.stage import Stage
from gateway.routes import ROUTES
from gateway.routing import JPEG, PDF, Route
from gateway.schemas import base
from gateway.uploads import FORM
from services.identity.domain.staff import Role
from tests.support.journey import carried_to, somebody_else
from tests.unit.gateway.requests_of import JPEG_BYTES, PARTS, PDF_BYTES, UPLOAD, body_of
from tests.unit.gateway.samples import Samples

pytestmark = pytest.mark.journey

ROLES = tuple(str(one) for one in Role)
NOBODY, STRANGER, PARTY = "nobody", "a citizen of no part in it", "a party of the case"
CARD = "6222020200000000014"
GUESSING = "198.51.100.15"  # what is guessed wrong counts against that address, where nobody else is
ELSEWHERE = "elsewhere-housing"

LET_IN, SIGN_IN, FORBIDDEN, NOT_THERE = "in", "401", "403", "404"


@dataclass(frozen=True)
class Row:
    """What a route does for each caller; `roles` for staff of the case's own office, `anywhere` for a role of any office."""

    nobody: str
    stranger: str
    party: str
    staff: str
    roles: dict[str, str] = field(default_factory=dict)
    anywhere: dict[str, str] = field(default_factory=dict)

    def of(self, role: str, *, here: bool) -> str:
        """What a member of staff meets."""
        own = self.roles.get(role) if here else None
        return own or self.anywhere.get(role) or self.staff


PUBLIC = Row(LET_IN, LET_IN, LET_IN, LET_IN)
UNKNOWN = Row(NOT_THERE, NOT_THERE, NOT_THERE, NOT_THERE)
"""Open to anybody who has the code or link; here asked with one that nobody was ever given."""
CITIZENS = Row(SIGN_IN, LET_IN, LET_IN, FORBIDDEN)
PARTIES = Row(SIGN_IN, NOT_THERE, LET_IN, FORBIDDEN)
READERS = Row(SIGN_IN, NOT_THERE, LET_IN, NOT_THERE, roles={"REVIEWER": LET_IN})
"""A case: its parties, and the reviewers of its own office; for all others it does not exist."""
BY_TASK = Row(NOT_THERE, NOT_THERE, LET_IN, NOT_THERE)
"""A signing task by its id, or a check: its own person alone. (By the link's token, whoever holds it and proves to be the signer.)"""
BY_PROOF = PUBLIC
"""Decided by an identity proof that names task and person, not by a session; a wrong one is refused as such."""
REVIEWERS = Row(SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, roles={"REVIEWER": LET_IN}, anywhere={"REVIEWER": NOT_THERE})
EVERY_REVIEWER = Row(SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, anywhere={"REVIEWER": LET_IN})
OPERATORS = Row(SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, anywhere={"OPERATOR": LET_IN})
"""Of the deployment, whatever their office."""
CLERKS = Row(SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, anywhere={"COUNTER_CLERK": LET_IN})
CLERKS_OF_NOTHING = Row(SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, anywhere={"COUNTER_CLERK": NOT_THERE})
"""About a check that no office was asked to look at."""

TABLE: dict[str, Row] = {
    # anybody: signing in, and what is published
    **dict.fromkeys(
        (
            "POST /v1/sms-codes",
            "POST /v1/captchas",
            "POST /v1/sessions",
            "POST /v1/sessions/password",
            "POST /v1/sessions/wechat",
            "POST /v1/sessions/refresh",
            "POST /v1/staff-sessions",
            "POST /v1/accounts",
            "POST /v1/account-recoveries",
            "GET /v1/cities",
            "GET /v1/cities/{city}",
            "GET /v1/cities/{city}/services",
            "GET /v1/cities/{city}/entry.png",
            "GET /v1/cities/{city}/entry.svg",
            "GET /c/{city}",
            "GET /v1/offices/{office}",
            "GET /v1/offices/{office}/business-types/{business_type}",
            "GET /healthz",
            "GET /v1/face-prompts/{action}/{language}",
            "GET /v1/pki/{issuer}.crl",
            "GET /v",
            "POST /v",
            "POST /v1/verifications",
            "POST /v1/message-receipts",
        ),
        PUBLIC,
    ),
    **dict.fromkeys(("GET /v1/verifications/{code}", "GET /v/{code}", "GET /s/{token}"), UNKNOWN),
    # whoever has signed in
    "DELETE /v1/sessions/current": Row(SIGN_IN, LET_IN, LET_IN, LET_IN),
    "DELETE /v1/sessions": Row(SIGN_IN, LET_IN, LET_IN, LET_IN),
    "GET /v1/verifications/{code}/pages/{page}": Row(
        SIGN_IN, NOT_THERE, NOT_THERE, NOT_THERE
    ),  # a code nobody was given
    # every citizen, for themselves
    **dict.fromkeys(
        (
            "GET /v1/accounts/me",
            "GET /v1/accounts/me/data",
            "PUT /v1/accounts/me/portrait",
            "PUT /v1/accounts/me/password",
            "PUT /v1/accounts/me/mobile",
            "PUT /v1/accounts/me/wechat",
            "DELETE /v1/accounts/me/wechat",
            "POST /v1/consents",
            "DELETE /v1/consents/{purpose}",
            "GET /v1/cases",
            "POST /v1/cases",
            "POST /v1/cases/{case}/buyer",
            "GET /v1/signing-tasks",
            "POST /v1/accounts/me/erasure",
            "GET /v1/messages",
            "POST /v1/messages/read",
        ),
        CITIZENS,
    ),
    "POST /v1/messages/{message}/read": Row(SIGN_IN, NOT_THERE, NOT_THERE, FORBIDDEN),  # a message nobody got
    "POST /v1/cases/lookup": Row(
        SIGN_IN, NOT_THERE, NOT_THERE, FORBIDDEN
    ),  # a case that has its buyer is found no more
    # the owners of the house searched for; to others it is not found
    "POST /v1/title-searches": PARTIES,
    # a check is its person's alone
    "POST /v1/face-checks": BY_TASK,
    "POST /v1/face-checks/{check}/frames": BY_TASK,
    "POST /v1/face-checks/{check}/alternatives": Row(SIGN_IN, NOT_THERE, LET_IN, SIGN_IN),
    "POST /v1/face-checks/{check}/bank-card": BY_TASK,
    "GET /v1/face-checks/{check}": BY_TASK,
    "POST /v1/face-checks/{check}/result": BY_TASK,
    "POST /v1/face-checks/{check}/reviews/{office}": BY_TASK,
    # a case is its parties', and for reading its reviewers'
    **dict.fromkeys(
        (
            "GET /v1/cases/{case}",
            "GET /v1/cases/{case}/history",
            "GET /v1/cases/{case}/documents/preview",
            "GET /v1/cases/{case}/documents/contract",
            "GET /v1/cases/{case}/signing",
            "GET /v1/cases/{case}/form",
            "GET /v1/cases/{case}/materials",
        ),
        READERS,
    ),
    **dict.fromkeys(
        (
            "PUT /v1/cases/{case}/parties/{side}",
            "PUT /v1/cases/{case}/terms",
            "POST /v1/cases/{case}/confirmations",
            "POST /v1/cases/{case}/signing",
            "POST /v1/cases/{case}/submission",
            "DELETE /v1/cases/{case}/submission",
            "POST /v1/cases/{case}/revocation",
            "POST /v1/cases/{case}/reopening",
            "POST /v1/cases/{case}/rescission",
            "DELETE /v1/cases/{case}/rescission",
            "POST /v1/cases/{case}/cancellation",
            "DELETE /v1/cases/{case}/cancellation",
            "GET /v1/cases/{case}/findings",
            "POST /v1/cases/{case}/acknowledgements",
        ),
        PARTIES,
    ),
    "POST /v1/cases/{case}/materials": Row(SIGN_IN, NOT_THERE, FORBIDDEN, FORBIDDEN),  # for somebody who is no party
    # files nobody uploaded
    "GET /v1/cases/{case}/materials/{file}": Row(SIGN_IN, NOT_THERE, NOT_THERE, NOT_THERE),
    "GET /v1/cases/{case}/materials/{file}/pages/{page}": Row(SIGN_IN, NOT_THERE, NOT_THERE, NOT_THERE),
    "DELETE /v1/cases/{case}/materials/{file}": Row(SIGN_IN, NOT_THERE, NOT_THERE, FORBIDDEN),
    "GET /v1/cases/{case}/evidence": Row(
        SIGN_IN,
        NOT_THERE,
        LET_IN,
        NOT_THERE,
        roles={"REVIEWER": LET_IN, "REGISTRY_OFFICER": LET_IN, "AUDITOR": LET_IN},
    ),
    "POST /v1/cases/{case}/documents": Row(
        SIGN_IN, NOT_THERE, FORBIDDEN, FORBIDDEN
    ),  # the buyer's act; the party is the seller
    # signing
    "GET /v1/signing-tasks/{handle}": BY_TASK,
    "GET /v1/signing-tasks/{handle}/documents/{kind}": BY_TASK,
    "GET /v1/signing-tasks/{handle}/documents/{kind}/pages/{page}": BY_TASK,
    "POST /v1/signing-tasks/{handle}/refusal": BY_TASK,
    "POST /v1/signing-tasks/{handle}/signature": BY_TASK,
    "POST /v1/signing-tasks/{handle}/identity": BY_PROOF,
    "POST /v1/signing-tasks/{handle}/invitation": PARTIES,
    # the office's work
    "POST /v1/review/claims": REVIEWERS,
    "POST /v1/review/decisions": REVIEWERS,
    "DELETE /v1/review/claims/{review}": REVIEWERS,
    "GET /v1/review/submissions/{review}": REVIEWERS,
    "POST /v1/review/pushes": REVIEWERS,
    **dict.fromkeys(("GET /v1/review/reasons", "POST /v1/review/recusals"), EVERY_REVIEWER),
    "GET /v1/review/statistics": Row(
        SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, anywhere={"REVIEWER": LET_IN, "OFFICE_ADMIN": LET_IN}
    ),
    "GET /v1/review/queue": EVERY_REVIEWER,  # each sees its own
    "POST /v1/counter/identity-checks": CLERKS,
    "GET /v1/staff/audit": Row(SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, anywhere={"AUDITOR": LET_IN}),
    "GET /v1/staff/face-reviews": CLERKS,
    "POST /v1/staff/face-reviews/{check}/viewings": CLERKS_OF_NOTHING,
    "POST /v1/staff/face-reviews/{check}/decisions": CLERKS_OF_NOTHING,
    "GET /v1/staff/messages": OPERATORS,
    "POST /v1/staff/messages/lookup": OPERATORS,
}


@dataclass
class World:
    """The case, and a client for everybody."""

    sale: Sale
    clients: dict[str, Client]
    staff: dict[tuple[str, bool], Client]
    parts: dict[str, str]


@pytest.fixture(scope="module")
def world(stage: Stage) -> World:
    """A case signed by all and submitted; every role at its office and at another."""
    sale = carried_to(stage, "sign")
    task = sale.cast.seller.client.get("/v1/signing-tasks")["tasks"][0]["task_id"]
    check = sale.cast.seller.client.post("/v1/face-checks", {"purpose": "ACCOUNT"})["check_id"]
    sale.submit()
    clients = {
        NOBODY: Client(stage.base_url),
        STRANGER: somebody_else(stage).seller.client,
        PARTY: sale.cast.seller.client,
    }
    staff = {}
    for office, here in ((stage.office, True), (ELSEWHERE, False)):
        for role in ROLES:
            member = Staff(Client(stage.base_url), *replace(stage, office=office)._staff(role))
            member.sign_in()
            staff[role, here] = member.client
    parts = {
        **PARTS,
        "city": CITY,
        "case": sale.case["case_no"],
        "side": "seller",
        "office": stage.office,
        "business_type": "self_deal_sale",
        "handle": task,
        "check": check,
        "review": sale.review_id,
    }
    return World(sale, clients, staff, parts)


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


def meets(world: World, route: Route, client: Client) -> str:
    """Send a request that is right in form; return what the caller meets, with the code where that is a surprise to nobody."""
    path = route.path
    for part in route.parts:
        path = path.replace(f"{{{part}}}", world.parts[part])
    headers = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": '"99999"', "X-Forwarded-For": GUESSING}
    if client.token:
        headers["Authorization"] = f"Bearer {client.token}"
    if "X-Step-Token" in route.headers:
        headers["X-Step-Token"] = "vv7+kC9mS0L1dWtN0m1zN0vEwVb1Ck8tJ4bQpIhPV2s=~step-1"
    data: Any = None
    if route.media == JPEG:
        headers["Content-Type"], data = JPEG, JPEG_BYTES
    elif route.media == FORM:
        headers["Content-Type"], data = PDF, PDF_BYTES
    elif route.media:
        given = _body(world, route) if route.body else {"receipts": []}
        headers["Content-Type"], data = "application/json", json.dumps(given)
    answer = requests.request(
        route.method,
        client.base_url + path,
        params=UPLOAD if route.operation == "upload_material" else None,
        headers=headers,
        data=data,
        timeout=20,
        allow_redirects=False,
    )
    assert answer.status_code < 500, f"{name(route)}: {answer.status_code} {answer.text}"
    return _class_of(answer)


def _class_of(answer: requests.Response) -> str:
    kind = answer.headers.get("Content-Type", "")
    code = answer.json().get("code", "") if "problem+json" in kind else ""
    if answer.status_code == 401 and code.startswith("actor."):
        return SIGN_IN
    return {403: FORBIDDEN, 404: NOT_THERE}.get(answer.status_code, LET_IN)


def _body(world: World, route: Route) -> Any:
    assert route.body is not None
    body, cast = base.write(body_of(route, Samples())), world.sale.cast
    seller = {"seller_name": cast.seller.name, "seller_id_number": cast.seller.id_number}
    owner = {"owner_name": cast.seller.name, "owner_id_number": cast.seller.id_number}
    known: dict[str, dict[str, Any]] = {
        "ClaimBody": {"review_id": world.sale.review_id},
        "DecisionBody": {
            "review_id": world.sale.review_id,
            "decision": "RETURN",
            "items": [{"item": "付款方式", "rule": "TERMS_UNCLEAR", "reason": "请核对"}],
        },
        "PushBody": {"review_id": world.sale.review_id},
        "FaceCheckBody": {"purpose": "SIGN", "signing_task": world.parts["handle"]},
        "BankCardBody": {"card_number": CARD},
        "OpenCaseBody": {"city": CITY},
        "LookUpBody": {"city": CITY, "number": world.sale.case["number"], **seller},
        "TitleSearchBody": {"city": CITY, "certificate_no": cast.certificate_no, **owner},
        "SignatureBody": {
            "handwriting": signature(cast.seller.name),
            "document_hashes": ["0" * 64],
            "intent": "签署提交",
        },
    }
    return body | known.get(route.body.__name__, {})


LAST = [one for one in ROUTES if one.path == "/v1/review/decisions"]
LAST += [one for one in ROUTES if one.method == "DELETE" and one.path.startswith("/v1/sessions")]
FIRST = [one for one in ROUTES if one.path == "/v1/review/claims"]
ORDER = [*FIRST, *(one for one in ROUTES if one not in FIRST + LAST), *LAST]
"""A claim before the submission could be taken back; what ends the case's stay in review, and sessions, after everything else."""


def callers_of(world: World, route: Route) -> dict[str, tuple[Client, str]]:
    """Return everybody who is to try the route, with what they are to meet. All their sessions end with the first of its route."""
    row, found = TABLE[name(route)], {}
    expected = {NOBODY: row.nobody, STRANGER: row.stranger, PARTY: row.party}
    clients = world.clients
    if name(route) == "DELETE /v1/sessions":  # the others have signed out a moment ago
        clients = {NOBODY: clients[NOBODY], PARTY: world.sale.cast.buyer.client}
    for one, client in clients.items():
        found[one] = (client, expected[one])
    for (role, here), client in world.staff.items():
        if name(route) != "DELETE /v1/sessions":
            found[f"{role} {'of the office' if here else 'of another office'}"] = (client, row.of(role, here=here))
    return found


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert {name(one) for one in ROUTES} == set(TABLE)


@pytest.mark.parametrize("route", ORDER, ids=name)
def test_everybody_meets_what_the_table_says(route: Route, world: World) -> None:
    met = {who: meets(world, route, client) for who, (client, _) in callers_of(world, route).items()}

    assert met == {who: expected for who, (_, expected) in callers_of(world, route).items()}
