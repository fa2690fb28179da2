"""An enterprise sells (decision 9): found by its credit code, sold through its legal representative, signed under its seal."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from clients.python.guohu_client import Client
from deploy.demo.__main__ import root_certificate
from deploy.demo.checking import check
from deploy.demo.people import CITY
from deploy.demo.stage import Stage
from deploy.local.stack import Stack
from services.common.values import CompanyName
from tests.support.enterprise_sale import EnterpriseSale, enterprise_sale
from tests.support.journey import Refusal, refused

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]
THREE_AND_THE_OFFICE = 4
PAPERS = {"business_licence": "营业执照", "representative_proof": "法定代表人身份证明"}
Rows = dict[str, dict[str, Any]]


class Told:
    """A sale carried to its end, with what was seen on the way."""

    def __init__(self, stage: Stage) -> None:
        self.sale = sale = enterprise_sale(stage)
        sale.sign_up()
        sale.search()
        sale.publish()
        self.drafted, self.rows_before = sale.view(sale.cast.seller), self._rows()
        self.by_representative = self._looked_up_by_the_representatives_name()
        sale.join()
        sale.generate()
        sale.confirm()
        self.without_papers = self._started_without_papers()
        self.brought = sale.bring_papers()
        self.rows_after = self._rows()
        sale.sign()
        sale.submit()
        sale.claim()
        self.reviewers_rows = self._reviewers_rows()
        decision = {"review_id": sale.review_id, "decision": "APPROVE"}
        sale.cast.reviewer.client.post("/v1/review/decisions", decision)
        sale.wait_state("PUSHED")

    def _rows(self) -> Rows:
        seller = self.sale.cast.seller.client
        return {one["material_id"]: one for one in seller.get(f"{self.sale.path}/materials")["materials"]}

    def _looked_up_by_the_representatives_name(self) -> Refusal:
        seller = self.sale.cast.seller
        body = {"city": CITY, "number": self.sale.case["number"]}
        named = {"seller_name": seller.name, "seller_id_number": seller.id_number}
        return refused(self.sale.cast.buyer.client, "POST", "/v1/cases/lookup", {**body, **named})

    def _started_without_papers(self) -> tuple[dict[str, Any], Refusal]:
        seller = self.sale.cast.seller
        view = self.sale.view(seller)
        body = {"version": view["version"]}
        return view, refused(seller.client, "POST", f"{self.sale.path}/signing", body)

    def _reviewers_rows(self) -> Rows:
        """Of the enterprise's papers, with the files the reviewer may open; opens each."""
        reviewer = self.sale.cast.reviewer.client
        rows = reviewer.get(f"{self.sale.path}/materials")["materials"]
        mine = {one["material_id"]: one for one in rows if one["material_id"] in PAPERS}
        for one in mine.values():
            for file in one["files"]:
                assert reviewer.bytes(f"{self.sale.path}/materials/{file['file_id']}").startswith(b"\xff\xd8")
        return mine


@pytest.fixture(scope="module")
def told(stage: Stage) -> Told:
    return Told(stage)


@pytest.fixture(scope="module")
def sale(told: Told) -> EnterpriseSale:
    return told.sale


@pytest.fixture(scope="module")
def contract(sale: EnterpriseSale, stack: Stack) -> Path:
    """The sealed contract as a buyer downloads it."""
    file = stack.layout.var / "enterprise.pdf"
    file.write_bytes(sale.cast.buyer.client.bytes(f"{sale.path}/documents/contract"))
    return file


@pytest.fixture(scope="module")
def text(contract: Path) -> str:
    """Without spaces, so that what stands in cells and lines reads on."""
    said = subprocess.run(["pdftotext", "-raw", str(contract), "-"], capture_output=True, text=True, check=True)
    return "".join(said.stdout.split())


def test_the_enterprise_stands_in_the_case_with_company_code_and_representative_and_no_marriage(told: Told) -> None:
    (seller,) = told.drafted["parties"]

    assert (seller["company"], seller["uscc"]) == tuple(told.sale.company.values())
    assert (seller["name"], seller["marital"]) == (told.sale.cast.seller.name, "")


def test_licence_and_proof_of_the_representative_are_asked_for_in_place_of_identity_card_and_marriage(
    told: Told,
) -> None:
    asked = {name for name, row in told.rows_before.items() if row["required"]}

    assert asked == {*PAPERS, "title_certificate"}
    assert {told.rows_before[one]["name"] for one in PAPERS} == set(PAPERS.values())


def test_a_buyer_does_not_find_it_by_the_representatives_own_name(told: Told) -> None:
    assert (told.by_representative.status, told.by_representative.code) == (404, "contract.not_found")


def test_signing_waits_for_its_papers_and_says_which(told: Told) -> None:
    view, refusal = told.without_papers

    assert {one["act"]: one["reason"] for one in view["barred_acts"]}["start_signing"] == "contract.papers_missing"
    assert view["papers"] == [
        {"paper": "ENTERPRISE_PAPERS", "detail": "营业执照和法定代表人身份证明", "provided": False}
    ]
    assert (refusal.status, refusal.code) == (409, "contract.papers_missing")
    assert "材料清单" in refusal.zh
    assert told.brought == len(PAPERS) + 1
    assert {told.rows_after[one]["status"] for one in PAPERS} == {"DONE"}


def test_the_reviewer_sees_its_papers(told: Told) -> None:
    assert {name: len(row["files"]) for name, row in told.reviewers_rows.items()} == dict.fromkeys(PAPERS, 1)


def test_two_readers_that_are_not_ours_find_three_good_signatures_and_the_seal(contract: Path, stack: Stack) -> None:
    found = check(contract, root_certificate(stack))

    assert found.is_good(THREE_AND_THE_OFFICE), found


def test_the_contract_names_company_code_and_representative_and_attaches_its_papers(
    sale: EnterpriseSale, text: str
) -> None:
    company, code = sale.company.values()

    for words in (
        f"出卖人{company}（主当事人）证件类型统一社会信用代码证件号码{code}法定代表人{sale.cast.seller.name}",
        "所提供的权属证书、营业执照和法定代表人身份证明真实有效",
        "附件二：营业执照和法定代表人身份证明；附件三：婚姻状况证明；",
        f"收款账户：户名{company}",
        f"出卖人（主当事人）：{company}",
        f"法定代表人：{sale.cast.seller.name}",
    ):
        assert words in text
    assert sale.cast.seller.id_number not in text, (
        "the enterprise's code stands in place of its representative's number"
    )
    assert text.count("婚姻状况已婚") == len(sale.cast.citizens) - 1


def test_the_signature_says_for_whom_it_was_given_and_the_public_page_masks_it(sale: EnterpriseSale, text: str) -> None:
    code = text.split("查验码：")[1][:16]
    found = Client(sale.cast.anyone.base_url).get(f"/v1/verifications/{code}")
    company = sale.company["seller_name"]

    assert found["accepted"], found["reasons"]
    signed_for = {one["field"]: one["company"] for one in found["signatures"] if one["field"] != "seal"}
    assert signed_for == {"signer_1": CompanyName(company).masked, "signer_2": "", "signer_3": ""}
    assert company not in str(found)
    assert sale.cast.seller.name not in str(found)
