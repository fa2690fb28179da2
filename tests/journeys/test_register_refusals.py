"""What the register, the screening and the limits refuse over HTTP: status, stable code, reason with the way on in both languages."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from deploy.demo.people import CITY, Citizen
from deploy.demo.sale import Sale
from deploy.demo.stage import Stage
from gateway.texts import Texts
from services.common.kit.errors import Kind
from services.common.messages.property import ListSeededTitles, NoteParty, NoteTitle
from services.common.values import IdNumber
from tests.support.journey import Refusal, carried_to, quiet, refused, somebody_else

pytestmark = pytest.mark.journey

BARRED = [
    ("SEAL", "house_sealed", "解除查封", "lifted"),
    ("PRENOTICE", "prenotice_exists", "注销预告登记", "cancelled"),
    ("MORTGAGE_WITH_BAN", "mortgage_restricted", "抵押权人的书面同意", "consent"),
    ("OBJECTION", "objection_exists", "异议登记失效", "lapses"),
    ("POLICY_HOME", "restricted_transfer", "申请上市", "permission"),
]
"""Domain rules 3-6 and 9: note, reason, and a word of the way on in each language."""


def note(stage: Stage, sale: Sale, kind: str, *, cleared: bool = False) -> None:
    stage.ask(NoteTitle(title_id=sale.title_id, note=kind, cleared=cleared))


def note_buyer(stage: Stage, buyer: Citizen, *, defaulter: bool) -> None:
    message = NoteParty(city=CITY, id_number=IdNumber(buyer.id_number), defaulter=defaulter, eligibility="NOT_REQUIRED")
    stage.ask(message)


def told(code: str, status: int, **context: Any) -> Refusal:
    """The refusal as our own texts word it."""
    texts, kind = Texts.load(), Kind.CONFLICT
    return Refusal(status, code, texts.text(code, kind, "zh", context), texts.text(code, kind, "en", context))


def found(sale: Sale) -> dict[str, Any]:
    """The title as its owner finds it."""
    seller = sale.cast.seller
    (title,) = seller.client.post("/v1/title-searches", search_body(sale))["titles"]
    result: dict[str, Any] = title
    return result


def search_body(sale: Sale, **wrong: str) -> dict[str, str]:
    seller = sale.cast.seller
    right = {
        "city": CITY,
        "certificate_no": sale.cast.certificate_no,
        "owner_name": seller.name,
        "owner_id_number": seller.id_number,
    }
    return {**right, **wrong}


def arrived(stage: Stage) -> Sale:
    """The people have accounts, the seller has ticked the notice; nothing is opened yet."""
    sale = Sale(stage.cast(with_face=False), quiet)
    sale.sign_up()
    for owner in (sale.cast.seller, sale.cast.seller_co_owner):
        owner.consent(sale._notice("须知"), "NOTICE")
    sale.title_id = found(sale)["title_id"]
    return sale


def opening(sale: Sale, who: Citizen) -> dict[str, str]:
    version = sale._notice("须知")["version"]
    proof = who.prove_at_counter("OPEN_CASE")
    return {"city": CITY, "title_id": sale.title_id, "proof": proof, "notice_version": version}


@pytest.fixture(scope="module")
def barred(stage: Stage) -> Sale:
    """A house on which notes are written in turn."""
    return arrived(stage)


@pytest.fixture(scope="module")
def confirmed(stage: Stage) -> Sale:
    """Confirmed by all, to be started."""
    return carried_to(stage, "confirm")


@pytest.mark.parametrize(("kind", "reason", "zh", "en"), BARRED)
def test_a_house_with_a_note_that_bars_is_shown_with_the_reason_and_opens_no_case(
    kind: str, reason: str, zh: str, en: str, barred: Sale, stage: Stage
) -> None:
    note(stage, barred, kind)
    try:
        title = found(barred)
        body = opening(barred, barred.cast.seller)
        refusal = refused(barred.cast.seller.client, "POST", "/v1/cases", body)
    finally:
        note(stage, barred, kind, cleared=True)

    assert (title["saleable"], title["barred_by"]) == (False, [reason.upper()])
    assert zh in title["barred_details"][0]
    assert refusal == told(f"contract.{reason}", 409)
    assert zh in refusal.zh
    assert en in refusal.en
    assert found(barred)["saleable"], "the note is cleared, and the house may be sold"


def test_who_is_no_owner_opens_no_case(barred: Sale) -> None:
    buyer = barred.cast.buyer
    buyer.consent(barred._notice("须知"), "NOTICE")

    assert refused(buyer.client, "POST", "/v1/cases", opening(barred, buyer)) == told("contract.seller_not_owner", 403)


@pytest.mark.parametrize("part", ["certificate_no", "owner_name", "owner_id_number"])
def test_certificate_name_and_number_wrong_are_one_refusal_with_the_registrys_phone(part: str, barred: Sale) -> None:
    certificate, buyer = "鄂(2016)黄石市不动产权第9999999号", barred.cast.buyer
    others = {"certificate_no": certificate, "owner_name": buyer.name, "owner_id_number": buyer.id_number}
    wrong = {part: others[part]}
    refusal = refused(barred.cast.seller.client, "POST", "/v1/title-searches", search_body(barred, **wrong))

    assert refusal == told("property.title_not_found", 404, registry_phone="0714-12345")
    assert "0714-12345" in refusal.zh
    assert "0714-12345" in refusal.en


def test_twenty_failed_title_searches_end_the_hour_and_found_ones_do_not_count(stage: Stage) -> None:
    sale = arrived(stage)
    seller = sale.cast.seller
    for _ in range(3):
        found(sale)
    wrong = search_body(sale, owner_name="欧阳不在")
    for _ in range(10):  # each is sent in two languages
        assert refused(seller.client, "POST", "/v1/title-searches", wrong).code == "property.title_not_found"

    refusal = refused(seller.client, "POST", "/v1/title-searches", search_body(sale))

    assert refusal == told("property.too_many_searches", 429)
    assert retry_after(seller, "/v1/title-searches", search_body(sale)) <= 3600


def test_five_failed_lookups_end_the_hour_for_that_buyer_alone(stage: Stage) -> None:
    sale = carried_to(stage, "search")
    sale.publish()
    buyer, other = sale.cast.buyer, somebody_else(stage).seller
    seller = sale.cast.seller
    triple = {
        "city": CITY,
        "number": sale.case["number"],
        "seller_name": seller.name,
        "seller_id_number": seller.id_number,
    }
    for _ in range(3):
        assert buyer.client.post("/v1/cases/lookup", triple)["ready"]
    wrong = {**triple, "number": "2026010100001"}
    assert refused(buyer.client, "POST", "/v1/cases/lookup", wrong) == told("contract.not_found", 404)
    assert refused(buyer.client, "POST", "/v1/cases/lookup", wrong).code == "contract.not_found"
    status(buyer, "/v1/cases/lookup", wrong, 404)

    refusal = refused(buyer.client, "POST", "/v1/cases/lookup", triple)

    assert refusal == told("contract.too_many_lookups", 429)
    assert other.client.post("/v1/cases/lookup", triple)["ready"], "the case is not locked for anybody else"


def test_a_judgment_defaulter_neither_joins_nor_is_entered(stage: Stage) -> None:
    sale = carried_to(stage, "search")
    sale.publish()
    buyer, co_owner = sale.cast.buyer, sale.cast.buyer_co_owner
    buyer.consent(sale._notice("须知"), "NOTICE")
    body = {
        "seller_name": sale.cast.seller.name,
        "seller_id_number": sale.cast.seller.id_number,
        "proof": buyer.prove_at_counter("JOIN_CASE"),
        "notice_version": sale._notice("须知")["version"],
    }
    note_buyer(stage, buyer, defaulter=True)
    joining = refused(buyer.client, "POST", f"{sale.path}/buyer", body)
    note_buyer(stage, buyer, defaulter=False)
    sale.case = buyer.client.post(f"{sale.path}/buyer", body)  # the proof was not spent
    note_buyer(stage, co_owner, defaulter=True)
    side = {"parties": [buyer.party(), co_owner.party()]}
    match = f'"{sale.view(buyer)["revision"]}"'
    entering = refused(buyer.client, "PUT", f"{sale.path}/parties/buyer", side, If_Match=match)

    assert joining == entering == told("contract.buyer_defaulter", 409)
    assert "执行法院" in joining.zh
    assert "court" in joining.en


def test_a_defaulter_known_since_bars_the_start_of_signing_and_a_seal_freezes_the_case(
    confirmed: Sale, stage: Stage
) -> None:
    seller, path = confirmed.cast.seller, f"{confirmed.path}/signing"
    body = {"version": confirmed.view(seller)["version"]}
    note_buyer(stage, confirmed.cast.buyer_co_owner, defaulter=True)
    assert refused(seller.client, "POST", path, body) == told("contract.buyer_defaulter", 409)
    note_buyer(stage, confirmed.cast.buyer_co_owner, defaulter=False)

    note(stage, confirmed, "SEAL")
    assert seller.client.post(path, body)["state"] == "FROZEN"
    note(stage, confirmed, "SEAL", cleared=True)
    confirmed.start_signing()
    confirmed.sign_all()


def test_seal_and_defaulter_are_found_again_before_the_approval(confirmed: Sale, stage: Stage) -> None:
    if confirmed.view(confirmed.cast.seller)["state"] != "SIGNED":
        confirmed.start_signing()
        confirmed.sign_all()
    confirmed.submit()
    confirmed.claim()
    reviewer = confirmed.cast.reviewer.client
    approval = {"review_id": confirmed.review_id, "decision": "APPROVE"}

    note(stage, confirmed, "SEAL")
    assert refused(reviewer, "POST", "/v1/review/decisions", approval).code == "review.house_barred"
    note(stage, confirmed, "SEAL", cleared=True)
    note_buyer(stage, confirmed.cast.buyer, defaulter=True)
    assert refused(reviewer, "POST", "/v1/review/decisions", approval) == told("review.buyer_defaulter", 409)
    note_buyer(stage, confirmed.cast.buyer, defaulter=False)
    reviewer.post("/v1/review/decisions", approval)
    assert confirmed.wait_state("PUSHED")["filing_no"]


def test_a_filed_house_opens_no_second_case(confirmed: Sale, stage: Stage) -> None:
    if confirmed.view(confirmed.cast.seller)["state"] != "PUSHED":
        pytest.skip("the sale before did not get there")
    owner = confirmed.cast.seller_co_owner
    owner.consent(confirmed._notice("须知"), "NOTICE")

    refusal = refused(owner.client, "POST", "/v1/cases", opening(confirmed, owner))

    assert refusal == told("contract.duplicate_house", 409)
    assert found(confirmed)["barred_by"] == ["DUPLICATE_HOUSE"]


def test_a_co_owner_of_the_register_left_out_and_shares_that_are_no_whole_are_refused(stage: Stage) -> None:
    sale = carried_to(stage, "search")
    seller = sale.cast.seller
    match = f'"{sale.view(seller)["revision"]}"'
    alone = refused(seller.client, "PUT", f"{sale.path}/parties/seller", {"parties": [seller.party()]}, If_Match=match)
    sale.publish()
    sale.join()
    buyer = sale.cast.buyer
    sides = [
        {**buyer.party(), "share": "1/2"},
        {**sale.cast.buyer_co_owner.party(), "share": "1/3"},
    ]
    match = f'"{sale.view(buyer)["revision"]}"'
    shares = refused(buyer.client, "PUT", f"{sale.path}/parties/buyer", {"parties": sides}, If_Match=match)

    assert (alone.status, alone.code) == (422, "contract.coowner_missing")
    assert (shares.status, shares.code) == (422, "contract.share_sum")


def test_a_mortgaged_house_is_confirmed_only_after_the_text_about_it_was_acknowledged(stage: Stage) -> None:
    sale = carried_to(stage, "search")
    note(stage, sale, "MORTGAGE")
    sale.edit()
    # the register's note is newer than the case: the start of signing takes it back, and the text is made anew
    sale.confirm()
    seller, buyer = sale.cast.seller, sale.cast.buyer
    version = {"version": sale.view(seller)["version"]}
    sale.case = seller.client.post(f"{sale.path}/signing", version)
    assert sale.case["state"] == "BUYER_DRAFT"
    sale.generate()

    version = {"version": sale.view(buyer)["version"]}
    refusal = refused(buyer.client, "POST", f"{sale.path}/confirmations", version)
    (warning,) = sale.view(buyer)["warnings"]
    notice = sale.notices[warning["text_id"]]
    body = {"reason": warning["reason"], "text_id": warning["text_id"], "text_version": notice["version"]}
    for one in sale.cast.citizens:
        one.client.post(f"{sale.path}/acknowledgements", body)
    sale.confirm()
    sale.start_signing()

    assert refusal == told("contract.acknowledgement_missing", 409)
    assert warning["detail"].startswith("房屋已抵押")
    assert "四百零六" in notice["body"]
    assert len(sale.view(buyer)["warnings"][0]["acknowledged"]) == 4


def test_titles_with_a_note_can_be_asked_for_to_play_with(stage: Stage) -> None:
    titles = stage.ask(ListSeededTitles(city=CITY, owners=2, limit=5, noted="MORTGAGE")).titles

    assert titles


def retry_after(one: Citizen, path: str, body: dict[str, str]) -> int:
    """Seconds a refused request is told to wait."""
    return int(status(one, path, body, 429).headers["Retry-After"])


def status(one: Citizen, path: str, body: dict[str, str], wanted: int) -> requests.Response:
    """Send it once; the answer has that status."""
    headers = {"Authorization": f"Bearer {one.client.token}", "X-Forwarded-For": one.client.address}
    answer = requests.post(one.client.base_url + path, json=body, headers=headers, timeout=15)
    assert answer.status_code == wanted, answer.text
    return answer
