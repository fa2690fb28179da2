"""What people must not do is refused over HTTP, with a status, a stable code, and words in Chinese and English."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from clients.python.guohu_client import Client
from deploy.demo.handwriting import signature
from deploy.demo.people import CITY, Staff
from deploy.demo.sale import Sale
from deploy.demo.stage import Stage
from deploy.local.stack import Stack
from services.common.kit import tokens
from tests.support.journey import Refusal, carried_to, refused, somebody_else

pytestmark = pytest.mark.journey

NO_CASE = Refusal(
    404, "contract.not_found", "未找到该业务，或您无权查看。", "There is no such case, or it is not yours to see."
)
STALE = Refusal(
    412,
    "contract.stale_version",
    "内容已被更新，请重新读取后再操作。",
    "The case has changed meanwhile; read it again, then repeat.",
)

IDENTITY_REQUIRED = Refusal(401, "signing.identity_required", "请先核验身份。", "Prove your identity first.")


@pytest.fixture(scope="module")
def published(stage: Stage) -> Sale:
    """The seller has filled everything in; no buyer yet."""
    sale = carried_to(stage, "search")
    sale.publish()
    return sale


@pytest.fixture(scope="module")
def signing(stage: Stage) -> Sale:
    """Frozen and open to be signed."""
    sale = carried_to(stage, "confirm")
    sale.start_signing()
    return sale


def _triple(sale: Sale, **wrong: str) -> dict[str, str]:
    seller = sale.cast.seller
    right = {
        "city": CITY,
        "number": sale.case["number"],
        "seller_name": seller.name,
        "seller_id_number": seller.id_number,
    }
    return {**right, **wrong}


@pytest.mark.parametrize("part", ["seller_name", "seller_id_number", "number"])
def test_a_buyer_with_a_wrong_triple_never_learns_which_part_was_wrong(
    part: str, published: Sale, stage: Stage
) -> None:
    buyer = somebody_else(stage).seller
    wrong = {"seller_name": buyer.name, "seller_id_number": buyer.id_number, "number": "2026010100001"}

    found = refused(buyer.client, "POST", "/v1/cases/lookup", _triple(published, **{part: wrong[part]}))

    assert found == NO_CASE
    assert buyer.client.post("/v1/cases/lookup", _triple(published))["ready"], "the right triple is still found"


def test_an_old_version_cannot_be_confirmed(stage: Stage) -> None:
    sale = carried_to(stage, "edit")
    old = sale.view(sale.cast.buyer)["version"]
    match = {"If-Match": f'"{sale.view(sale.cast.buyer)["revision"]}"'}
    sale.case = sale.cast.buyer.client.post(f"{sale.path}/reopening", headers=match)
    sale.generate()

    found = refused(sale.cast.buyer.client, "POST", f"{sale.path}/confirmations", {"version": old})

    assert found == STALE
    assert sale.view(sale.cast.buyer)["version"] > old
    assert not any(one["confirmed_at"] for one in sale.view(sale.cast.buyer)["parties"])


def test_nobody_signs_what_they_have_not_opened(signing: Sale) -> None:
    one = signing.cast.seller
    path = signing.open_task(one)
    hashes = [document["sha256"] for document in one.client.get(path)["documents"]]
    body = {"handwriting": signature(one.name), "document_hashes": hashes, "intent": "签署提交"}

    assert refused(one.client, "POST", f"{path}/signature", body) == Refusal(
        409, "signing.document_unread", "请先打开并阅读全部文件。", "Open and read every document first."
    )


def test_the_identity_proof_of_another_signer_opens_no_signing_session(signing: Sale) -> None:
    mine, other = signing.cast.buyer, signing.cast.buyer_co_owner
    path = f"/v1/signing-tasks/{signing.newest_link(mine)[1]}"
    proof = other.prove_at_counter("SIGN", signing.newest_link(other)[1])

    found = refused(other.client, "POST", f"{path}/identity", {"proof": proof})

    assert found == Refusal(403, "signing.not_signer", "您不是该任务的签署人。", "You are not the signer of this task.")
    assert mine.client.get(path)["session_until"] is None


def test_nobody_opens_or_signs_documents_before_proving_who_they_are(signing: Sale) -> None:
    one = signing.cast.seller_co_owner
    path = f"/v1/signing-tasks/{signing.newest_link(one)[1]}"
    documents = one.client.get(path)["documents"]
    hashes = [document["sha256"] for document in documents]
    body = {"handwriting": signature(one.name), "document_hashes": hashes, "intent": "签署提交"}

    assert refused(one.client, "POST", f"{path}/signature", body) == IDENTITY_REQUIRED
    assert refused(one.client, "GET", f"{path}/documents/{documents[0]['kind']}") == IDENTITY_REQUIRED


def test_nobody_signs_another_text_than_the_one_read(signing: Sale) -> None:
    one = signing.cast.seller_co_owner
    path = signing.open_task(one)
    signing.read_documents(one, path)
    body = {"handwriting": signature(one.name), "document_hashes": ["0" * 64], "intent": "签署提交"}

    assert refused(one.client, "POST", f"{path}/signature", body) == Refusal(
        409,
        "signing.hash_mismatch",
        "文件与您阅读的不一致，请重新打开。",
        "This is not the document you read; open it again.",
    )
    assert one.client.get(path)["state"] != "SIGNED"


def test_a_frozen_text_cannot_be_edited(signing: Sale) -> None:
    seller = signing.cast.seller
    view = signing.view(seller)
    terms = {**view["terms"], "total_price": "1.00"}

    found = refused(seller.client, "PUT", f"{signing.path}/terms", terms, If_Match=f'"{view["revision"]}"')

    assert found == Refusal(409, "contract.signing_started", "签署已开始。", "Signing has begun.")
    assert signing.view(seller)["terms"] == view["terms"]


def test_the_buyer_cannot_submit(stage: Stage) -> None:
    sale = carried_to(stage, "sign")

    found = refused(sale.cast.buyer.client, "POST", f"{sale.path}/submission")

    assert found == Refusal(403, "contract.not_allowed", "您无权进行此操作。", "This is not yours to do.")
    assert sale.view(sale.cast.buyer)["state"] == "SIGNED"


def test_a_house_has_one_live_case_whichever_owner_opens_another(published: Sale) -> None:
    owner = published.cast.seller_co_owner
    notice = next(one for one in published.notices.values() if "须知" in one["title"])
    owner.consent(notice, "NOTICE")
    proof = owner.prove_at_counter("OPEN_CASE")
    body = {"city": CITY, "title_id": published.title_id, "proof": proof, "notice_version": notice["version"]}

    assert refused(owner.client, "POST", "/v1/cases", body) == Refusal(
        409,
        "contract.duplicate_house",
        "该房屋已有正在办理或者已备案的合同。请在“我的合同”中继续办理、撤销或者申请注销原合同后再办理。",
        "Another contract on this house is under way or filed. Continue it under your contracts, revoke it or have it "
        "cancelled first.",
    )


def test_a_reviewer_of_another_office_neither_finds_nor_claims_nor_sees_a_submission(stage: Stage) -> None:
    sale = carried_to(stage, "sign")
    sale.submit()
    elsewhere = replace(stage, office="elsewhere-housing")
    stranger = Staff(Client(stage.base_url), *elsewhere._staff("REVIEWER"))
    stranger.sign_in()

    claim = refused(stranger.client, "POST", "/v1/review/claims", {"review_id": sale.review_id})

    assert claim == Refusal(404, "review.not_found", "未找到该件。", "There is no such submission.")
    assert refused(stranger.client, "GET", sale.path) == NO_CASE
    assert refused(stranger.client, "GET", f"{sale.path}/documents/contract") == NO_CASE
    assert stranger.client.get("/v1/review/queue", params={"state": ""})["items"] == []


def test_a_change_without_idempotency_key_is_refused(published: Sale) -> None:
    body = {"purpose": "NOTICE", "text_id": "x", "text_version": "1", "text_hash": "0" * 64}

    found = refused(published.cast.seller.client, "POST", "/v1/consents", body, Idempotency_Key=None)

    assert found == Refusal(
        400,
        "http.idempotency_key_required",
        "此请求须带 Idempotency-Key 请求头。",
        "This request needs the header Idempotency-Key.",
    )


def test_a_key_used_before_cannot_carry_another_request(published: Sale) -> None:
    seller = published.cast.seller
    first, second = list(published.notices.values())[:2]
    key = str(uuid.uuid4())

    def body(notice: dict[str, str]) -> dict[str, str]:
        return {
            "purpose": "SHARING",
            "text_id": notice["text_id"],
            "text_version": notice["version"],
            "text_hash": notice["sha256"],
        }

    kept = seller.client.post("/v1/consents", body(first), headers={"Idempotency-Key": key})

    assert refused(seller.client, "POST", "/v1/consents", body(second), Idempotency_Key=key) == Refusal(
        422,
        "request.other_body",
        "相同的请求编号已用于不同的内容。",
        "The same key was used before for another request.",
    )
    assert seller.client.post("/v1/consents", body(first), headers={"Idempotency-Key": key}) == kept


def test_a_key_is_its_owners_alone_and_twenty_at_once_with_one_are_one_act(published: Sale) -> None:
    seller, buyer = published.cast.seller.client, published.cast.buyer.client
    notice, key = next(iter(published.notices.values())), {"Idempotency-Key": str(uuid.uuid4())}
    body = {
        "purpose": "SHARING",
        "text_id": notice["text_id"],
        "text_version": notice["version"],
        "text_hash": notice["sha256"],
    }

    def send(who: Client) -> object:
        return who.post("/v1/consents", body, headers=key)

    with ThreadPoolExecutor(20) as crew:  # who meets it still running is told 409, and the client asks again
        answers = list(crew.map(send, [seller] * 20))

    assert len({str(one) for one in answers}) == 1
    assert send(buyer) != answers[0]


EXPIRED = Refusal(
    401, "token.expired", "登录已过期，请刷新或重新登录。", "Your token has expired; refresh it, or sign in again."
)
FORGED = Refusal(401, "token.invalid", "登录凭证无效，请重新登录。", "Your token is not valid; sign in again.")


def _claims(token: str) -> dict[str, object]:
    return jwt.decode(token, options={"verify_signature": False})


def _expired(token: str, stack: Stack) -> str:
    genuine = stack.secrets.private_key("access_token").read_bytes()
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    return tokens.sign(_claims(token), genuine, lifetime=dt.timedelta(minutes=15), now=yesterday)


def _by_another_key(token: str, stack: Stack) -> str:
    del stack
    own = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return tokens.sign(_claims(token), own, lifetime=dt.timedelta(minutes=15), now=dt.datetime.now(dt.UTC))


def _unsigned(token: str, stack: Stack) -> str:
    del stack
    return jwt.encode(_claims(token), "", algorithm="none")


def _for_another_purpose(token: str, stack: Stack) -> str:
    genuine = stack.secrets.private_key("access_token").read_bytes()
    claims = {**_claims(token), "aud": "contract"}
    return tokens.sign(claims, genuine, lifetime=dt.timedelta(minutes=15), now=dt.datetime.now(dt.UTC))


@pytest.mark.parametrize(
    ("made", "expected"),
    [(_expired, EXPIRED), (_by_another_key, FORGED), (_unsigned, FORGED), (_for_another_purpose, FORGED)],
)
def test_a_token_that_is_not_good_opens_nothing(
    made: Callable[[str, Stack], str], expected: Refusal, published: Sale, stack: Stack
) -> None:
    client = published.cast.seller.client

    assert refused(client, "GET", published.path, token=made(client.token, stack)) == expected
    assert client.get(published.path)["case_no"] == published.case["case_no"], "the genuine one does"
