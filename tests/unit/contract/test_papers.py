"""Papers a note of the register asks for: which row of the list takes them, what waits for them, who brings them."""

from __future__ import annotations

import dataclasses

import pytest

from services.common.messages.contract import GetCase, ListMaterials, MaterialView, Side
from services.common.messages.identity import Person
from services.common.profiles import DocumentKind
from services.contract.application.list_materials import MaterialListing
from services.contract.domain.papers import MADE_OF, PapersMissing, missing_papers, parts_of
from tests.support import contract_builders as make
from tests.support.contract_fakes import FakeReader
from tests.support.contract_materials import file_of
from tests.support.contract_world import World


def confirmed(*papers: str) -> World:
    """A text confirmed by the buyer, about a house whose notes ask for these papers; nothing of them is there."""
    one = World()
    one.opened(make.SELLER, papers_needed=papers)
    one.save_side(Side.SELLER, make.SELLER)
    case = one.store.cases[one.case.no]
    case.files = tuple(file for file in case.files if not file.material_id.startswith("paper_"))
    one.agree()
    one.joined()
    one.save_side(Side.BUYER, make.BUYER)
    one.generate()
    one.confirm(make.BUYER)
    return one


def listed(one: World, who: Person = make.SELLER) -> dict[str, MaterialView]:
    """The rows for papers, as that person sees them."""
    listing = MaterialListing(FakeReader(one.store), make.profiles())
    rows = listing(ListMaterials(case_no=one.case.no), make.call_of(who)).materials
    return {row.material_id: row for row in rows if row.material_id.startswith("paper_")}


def bring(one: World, material_id: str, kind: str, serial: int = 1) -> None:
    case = one.store.cases[one.case.no]
    case.files = (*case.files, file_of(make.SELLER.person_id, material_id, kind, serial))


def barred(one: World, who: Person = make.SELLER) -> dict[str, str]:
    view = one.get_case(GetCase(case_no=one.case.no), make.call_of(who))
    return {act.act: act.reason for act in view.barred_acts}


@pytest.mark.parametrize(
    "paper", [one for one in MADE_OF if one not in {"ENTERPRISE_PAPERS", "REPLACEMENT_CERTIFICATE"}]
)
def test_the_list_has_a_row_of_the_main_seller_for_each_paper_with_what_will_do(paper: str) -> None:
    one = confirmed(paper)

    (row,) = listed(one).values()

    assert (row.person_id, row.required, row.status, row.may_upload) == (make.SELLER.person_id, True, "TODO", True)
    assert set(row.any_of) == {kind.value for kind in MADE_OF[paper][0].kinds}
    assert row.name == MADE_OF[paper][0].name
    assert not listed(one, make.BUYER)[row.material_id].may_upload


def test_what_the_citys_list_asks_for_anyway_has_no_second_row() -> None:
    assert listed(confirmed("REPLACEMENT_CERTIFICATE")) == {}


def test_two_papers_made_of_one_document_ask_for_it_once() -> None:
    assert list(listed(confirmed("MORTGAGEE_CONSENT", "MORTGAGEE_NOTIFIED"))) == ["paper_mortgagee_paper"]
    assert [one.name for one in parts_of(("MORTGAGEE_CONSENT", "MORTGAGEE_NOTIFIED"))] == ["抵押权人同意转让的书面材料"]


@pytest.mark.parametrize("row", ["paper_tenant_waiver", "other"])
def test_signing_starts_when_the_document_is_there_whichever_row_it_was_brought_on(row: str) -> None:
    one = confirmed("TENANT_WAIVER")
    with pytest.raises(PapersMissing) as refused:
        one.start()
    before = barred(one)
    bring(one, row, "TENANT_WAIVER")

    assert "start_signing" not in barred(one)
    assert listed(one)["paper_tenant_waiver"].status == "DONE"
    assert one.start().state == "FREEZING"
    assert (refused.value.code, refused.value.context["papers"]) == ("contract.papers_missing", ["TENANT_WAIVER"])
    assert before["start_signing"] == "contract.papers_missing"


def test_another_document_on_the_row_of_the_city_is_no_paper() -> None:
    one = confirmed("TENANT_WAIVER")
    bring(one, "other", "OTHER")

    with pytest.raises(PapersMissing):
        one.start()


def test_a_document_of_somebody_who_left_the_case_is_no_paper() -> None:
    one = confirmed("TENANT_WAIVER")
    case = one.store.cases[one.case.no]
    case.files = (*case.files, file_of(make.STRANGER.person_id, "other", "TENANT_WAIVER"))

    with pytest.raises(PapersMissing):
        one.start()
    assert listed(one)["paper_tenant_waiver"].status == "TODO"


def test_when_the_note_is_gone_the_row_stays_as_long_as_a_file_is_on_it() -> None:
    one = confirmed("TENANT_WAIVER")
    bring(one, "paper_tenant_waiver", "TENANT_WAIVER")
    case = one.store.cases[one.case.no]
    case.title = dataclasses.replace(case.title, papers_needed=())
    assert not listed(one)["paper_tenant_waiver"].required

    case.detach(make.SELLER.person_id, case.files[-1].file_id)

    assert listed(one) == {}


def test_papers_taken_away_again_bar_the_submission() -> None:
    one = World()
    one.signed()
    case = one.store.cases[one.case.no]
    case.title = dataclasses.replace(case.title, papers_needed=("ENTERPRISE_PAPERS",))

    with pytest.raises(PapersMissing):
        one.submit()
    assert one.case.state == "SIGNED"
    assert barred(one)["submit"] == "contract.papers_missing"


@pytest.mark.parametrize("paper", MADE_OF)
def test_every_paper_is_there_with_one_document_of_each_part_and_not_before(paper: str) -> None:
    whole = frozenset(next(iter(part.kinds)) for part in MADE_OF[paper])

    assert missing_papers((paper,), whole) == ()
    for one in whole:
        assert missing_papers((paper,), whole - {one}) == (paper,)


def test_a_paper_nobody_knows_is_never_there() -> None:
    assert missing_papers(("NEW_PAPER",), frozenset(DocumentKind)) == ("NEW_PAPER",)
