"""A city whose profile asks for more: each signer has a mobile of his own (decision 5), and notes of the register ask for papers.

On a stack of its own with Huangshi's profile changed in those values; what Huangshi itself says is in the other journeys.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from deploy.demo.materials import picture, upload_required
from deploy.demo.people import Citizen
from deploy.demo.sale import Sale
from deploy.demo.stage import Stage
from services.common.messages.property import NoteTitle
from tests.support.journey import Refusal, carried_to, go_on, quiet, refused, stage_where

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]
STRICTER = {
    "shared_mobile: WARN": "shared_mobile: REFUSE",
    "prenotice: REFUSE": "prenotice: NEED_PAPER",
    "mortgage_with_ban: REFUSE": "mortgage_with_ban: NEED_PAPER",
    "lease: WARN_AND_ACKNOWLEDGE": "lease: NEED_PAPER",
    "habitation: WARN_AND_ACKNOWLEDGE": "habitation: NEED_PAPER",
}
NOTED = {
    "PRENOTICE": ("PRENOTICE_HOLDER_CONSENT", "PRENOTICE_CONSENT", "预告登记权利人同意转让的书面材料"),
    "MORTGAGE_WITH_BAN": ("MORTGAGEE_CONSENT", "MORTGAGEE_PAPER", "抵押权人同意转让的书面材料"),
    "LEASE": ("TENANT_WAIVER", "TENANT_WAIVER", "承租人放弃优先购买权的声明或者已通知承租人的材料"),
    "HABITATION": ("HABITANT_STATEMENT", "HABITANT_STATEMENT", "居住权人知悉转让的声明"),
}
"""Note of the register -> the paper it asks for, the kind of document that will do, and how the list calls it."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage in that city."""
    with stage_where(STRICTER, folder=tmp_path_factory.mktemp("stricter")) as found:
        yield found


# ---- mobiles ---------------------------------------------------------------------------------------------------------
def test_where_the_city_refuses_it_two_signers_cannot_share_a_mobile(stage: Stage) -> None:
    sale = carried_to(stage, "search")
    seller, other = sale.cast.seller, sale.cast.seller_co_owner
    match = {"If_Match": f'"{sale.view(seller)["revision"]}"'}
    path = f"{sale.path}/parties/seller"

    found = refused(
        seller.client, "PUT", path, {"parties": [seller.party(), {**other.party(), "mobile": seller.mobile}]}, **match
    )

    assert found == Refusal(
        422,
        "contract.mobile_duplicate",
        "当事人手机号重复，每位签署人须填写本人的手机号。",
        "Two parties have the same mobile; each signer gives their own.",
    )
    assert sale.view(seller)["cautions"] == []
    seller.client.put(
        path,
        {"parties": [seller.party(), other.party()]},
        headers={"If-Match": f'"{sale.view(seller)["revision"]}"'},
    )


# ---- papers ----------------------------------------------------------------------------------------------------------
class Unprepared(Sale):
    """Its sellers bring nothing before they are asked."""

    def publish(self) -> None:
        seller, co_owner = self.cast.seller, self.cast.seller_co_owner
        self._put(seller, "parties/seller", {"parties": [seller.party(), co_owner.party()]})
        self.save_terms()


class Noted:
    """A sale of a house with all these notes, confirmed by all and without the papers."""

    def __init__(self, stage: Stage) -> None:
        self.sale = sale = Unprepared(stage.cast(with_face=False), quiet)
        sale.sign_up()
        sale.search()  # so that the title is known; the case is given up, and the house searched again with its notes
        sale.cast.seller.client.post(f"{sale.path}/revocation", {"reason": "重新办理"})
        for one in NOTED:
            stage.ask(NoteTitle(title_id=sale.title_id, note=one))
        self.title = self._found()
        sale.search()
        sale.edit()
        sale.confirm()

    def _found(self) -> dict[str, Any]:
        seller = self.sale.cast.seller
        body = {
            "city": "huangshi",
            "certificate_no": self.sale.cast.certificate_no,
            "owner_name": seller.name,
            "owner_id_number": seller.id_number,
        }
        (title,) = seller.client.post("/v1/title-searches", body)["titles"]
        return dict(title)

    def rows(self, one: Citizen) -> dict[str, dict[str, Any]]:
        """The list's rows for papers."""
        rows = one.client.get(f"{self.sale.path}/materials")["materials"]
        return {row["material_id"]: row for row in rows if row["material_id"].startswith("paper_")}

    def place(self, material_id: str, kind: str) -> dict[str, str]:
        """What stands beside a file for such a row."""
        view = self.sale.view(self.sale.cast.seller)
        person = next(one["person_id"] for one in view["parties"] if one["is_viewer"])
        return {"person_id": person, "material_id": material_id, "kind": kind, "version": str(view["version"])}

    def bring(self, one: Citizen, material_id: str, kind: str) -> dict[str, Any]:
        """Upload; returns the reference. Raises Refused."""
        place = self.place(material_id, kind)
        headers = {"Content-Type": "image/jpeg"}
        data = picture("GUOHU TEST DOCUMENT", kind)
        sent = one.client.call("POST", f"{self.sale.path}/materials", params=place, data=data, headers=headers)
        found: dict[str, Any] = sent.json()
        return found

    def start(self, one: Citizen) -> Refusal:
        """Try to start the signing."""
        version = self.sale.view(one)["version"]
        return refused(one.client, "POST", f"{self.sale.path}/signing", {"version": version})


@pytest.fixture(scope="module")
def noted(stage: Stage) -> Noted:
    return Noted(stage)


def test_the_title_search_says_which_papers_the_notes_ask_for(noted: Noted) -> None:
    assert (noted.title["saleable"], noted.title["barred_by"]) == (True, [])
    assert set(noted.title["papers_needed"]) == {paper for paper, _, _ in NOTED.values()}
    assert set(noted.title["paper_details"]) == {name for _, _, name in NOTED.values()}


def test_the_case_lists_each_paper_with_what_will_do_on_a_row_of_the_seller(noted: Noted) -> None:
    seller, buyer = noted.sale.cast.seller, noted.sale.cast.buyer

    rows = noted.rows(seller)

    assert {(row["name"], *row["any_of"]) for row in rows.values()} == {
        (name, kind) for _, kind, name in NOTED.values()
    }
    assert {(row["required"], row["status"], row["may_upload"]) for row in rows.values()} == {(True, "TODO", True)}
    assert {row["may_upload"] for row in noted.rows(buyer).values()} == {False}


def test_neither_side_starts_the_signing_without_them(noted: Noted) -> None:
    seller = noted.sale.cast.seller
    view = noted.sale.view(seller)

    refusal = noted.start(seller)

    assert (refusal.status, refusal.code) == (409, "contract.papers_missing")
    assert "材料清单" in refusal.zh
    assert "checklist" in refusal.en
    assert {one["act"]: one["reason"] for one in view["barred_acts"]}["start_signing"] == "contract.papers_missing"
    assert {one["paper"]: one["provided"] for one in view["papers"]} == {paper: False for paper, _, _ in NOTED.values()}


def test_another_document_on_the_row_is_refused_and_the_other_side_brings_none(noted: Noted) -> None:
    seller, buyer = noted.sale.cast.seller, noted.sale.cast.buyer
    row = "paper_tenant_waiver"

    with pytest.raises(Exception, match=r"contract\.kind_not_accepted"):
        noted.bring(seller, row, "OTHER")
    with pytest.raises(Exception, match=r"contract\.not_allowed"):
        noted.bring(buyer, row, "TENANT_WAIVER")


def test_with_the_papers_signing_starts_the_reviewer_sees_them_and_one_taken_away_bars_the_submission(
    noted: Noted,
) -> None:
    sale = noted.sale
    seller = sale.cast.seller
    brought = {row: noted.bring(seller, row, one["any_of"][0]) for row, one in noted.rows(seller).items()}
    assert {one["provided"] for one in sale.view(seller)["papers"]} == {True}
    sale.start_signing()
    sale.sign_all()
    waiver = f"{sale.path}/materials/{brought['paper_tenant_waiver']['file_id']}"

    upload_required(seller.client, sale.path)
    seller.client.call("DELETE", waiver)
    withdrawn = refused(seller.client, "POST", f"{sale.path}/submission")
    noted.bring(seller, "other", "TENANT_WAIVER")  # on another row it will do as well
    sale.submit()
    sale.claim()
    reviewer = sale.cast.reviewer
    files = {row: one["files"] for row, one in noted.rows(reviewer).items()}  # type: ignore[arg-type]
    dossier = reviewer.client.get(f"/v1/review/submissions/{sale.review_id}")
    reviewer.client.post("/v1/review/decisions", {"review_id": sale.review_id, "decision": "APPROVE"})
    go_on(sale, to="push", after="review")

    assert withdrawn.code == "contract.papers_missing"
    assert {row: len(found) for row, found in files.items()} == {
        row: 0 if row == "paper_tenant_waiver" else 1 for row in brought
    }
    assert {one["status"] for one in noted.rows(seller).values()} == {"DONE"}
    assert [one["status"] for one in dossier["checks"] if one["rule"] == "PAPER_MISSING"] == ["CLEAR"]
