"""What a party is shown: steps, acts, what is missing, documents, lists, previews, downloads."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from services.common.kit.errors import InvalidValue
from services.common.messages.contract import (
    CaseView,
    DownloadContract,
    GetCase,
    ListCases,
    PreviewContract,
    RevokeCase,
    Side,
)
from services.common.messages.identity import Person
from services.contract.domain.document_kinds import LandObtain, OwnershipMode, PaymentMethod
from services.contract.domain.drafted import contract_document
from services.contract.domain.errors import ActBarred
from tests.support import contract_builders as make
from tests.support.contract_world import World

NAMES = ("房源核验", "合同信息", "合同预览", "合同签订", "提交审核")


def view(world: World, who: Person = make.SELLER) -> CaseView:
    """Look at the case."""
    return world.get_case(GetCase(case_no=world.case.no), make.call_of(who))


@pytest.mark.parametrize(
    ("stage", "statuses"),
    [
        ("opened", "DONE CURRENT TODO TODO TODO"),
        ("published", "DONE CURRENT TODO TODO TODO"),
        ("generated", "DONE DONE CURRENT TODO TODO"),
        ("signing", "DONE DONE DONE CURRENT TODO"),
        ("signed", "DONE DONE DONE DONE CURRENT"),
        ("submitted", "DONE DONE DONE DONE CURRENT"),
    ],
)
def test_the_five_steps_are_named_by_the_city_and_follow_the_state(stage: str, statuses: str) -> None:
    world = World()
    getattr(world, stage)()

    steps = view(world).steps

    assert tuple(one.name for one in steps) == NAMES
    assert " ".join(one.status for one in steps) == statuses


def test_the_last_step_says_how_far_the_review_is() -> None:
    world, notes = World(), []
    world.signed()
    for act in (world.submit, world.claimed, world.approved, world.sealed, world.pushed):
        notes.append(view(world).steps[-1].note)
        act()
    notes.append(view(world).steps[-1].note)

    assert notes == ["", "待审核", "审核中", "备案中", "已备案", "已推送"]
    assert {one.note for one in view(world).steps[:-1]} == {""}


def test_a_filed_case_has_all_steps_done_and_shows_its_filing() -> None:
    world = World()
    world.submitted()
    world.approved()
    assert view(world).filing_no == ""
    world.sealed()

    shown = view(world)

    assert {one.status for one in shown.steps} == {"DONE"}
    assert shown.filing_no == "42HS20261122000001"
    assert [(one.status, one.sha256) for one in shown.documents] == [("FILED", "f" * 64)]


def test_a_revoked_case_stays_at_the_step_it_had_reached() -> None:
    world = World()
    world.generated()
    world.revoke_case(RevokeCase(case_no=world.case.no, reason="不买了"), make.call_of(make.BUYER))

    assert [one.status for one in view(world).steps] == ["DONE", "DONE", "CURRENT", "TODO", "TODO"]


def test_allowed_and_barred_acts_carry_the_reason() -> None:
    world = World()
    world.generated()

    shown = view(world)

    assert shown.allowed_acts == ("confirm", "reopen", "revoke", "preview")
    assert {one.act: one.reason for one in shown.barred_acts} == {
        "save_sellers": "contract.reopen_first",
        "save_terms": "contract.reopen_first",
        "start_signing": "contract.confirmation_missing",
        "submit": "contract.not_all_signed",
        "withdraw_submission": "contract.not_submitted",
        "rescind": "contract.revoke_instead",
        "withdraw_rescission": "contract.no_consent_given",
        "apply_cancel": "contract.not_filed",
        "take_back_cancel": "contract.not_filed",
        "download": "contract.not_all_signed",
    }


def test_what_is_shown_as_allowed_works_and_what_is_barred_is_refused_with_that_reason() -> None:
    world = World()
    world.signed()
    shown = view(world)

    assert "submit" in shown.allowed_acts
    barred = {one.act: one.reason for one in shown.barred_acts}
    with pytest.raises(ActBarred) as refused:
        world.revoke_case(RevokeCase(case_no=world.case.no, reason="不卖了"), make.call_of(make.SELLER))
    assert barred["revoke"] == refused.value.code
    assert world.submit().state == "SUBMITTED"


def test_somebody_who_has_confirmed_is_not_offered_it_again() -> None:
    world = World()
    world.generated(buyers=(make.BUYER, make.BUYER_2))
    world.confirm(make.BUYER)

    shown = view(world, make.BUYER)

    assert "confirm" not in shown.allowed_acts
    assert [one.reason for one in shown.barred_acts if one.act == "confirm"] == ["contract.already_confirmed"]


def test_what_is_missing_is_told_for_the_viewers_own_side() -> None:
    world = World()
    world.opened(make.SELLER, make.SELLER_2)

    missing = view(world).missing

    assert missing[:3] == ("parties[0].address", "parties[0].marital", "parties")
    assert "terms.total_price" in missing
    world.save_side(Side.SELLER, make.SELLER, make.SELLER_2)
    world.agree()
    assert view(world).missing == ()


def test_documents_count_signatures() -> None:
    world = World()
    world.signed()

    (document,) = view(world).documents

    assert (document.kind, document.status, document.signatures, document.pages) == ("sale_contract", "SIGNED", 2, 9)


def test_every_party_lists_the_case_under_the_own_role() -> None:
    world = World()
    world.generated(sellers=(make.SELLER, make.SELLER_2), buyers=(make.BUYER, make.BUYER_2))
    whole = ListCases(side="", state="", cursor="", limit=20)

    rows = [
        world.list_cases(whole, make.call_of(one)).cases[0].role for one in (make.SELLER, make.SELLER_2, make.BUYER_2)
    ]

    assert rows == ["SELLER_MAIN", "SELLER_CO_OWNER", "BUYER_CO_OWNER"]
    assert world.list_cases(whole, make.call_of(make.STRANGER)).cases == ()
    assert world.list_cases(replace(whole, side="BUYER"), make.call_of(make.SELLER)).cases == ()
    assert world.list_cases(replace(whole, state="SIGNED"), make.call_of(make.SELLER)).cases == ()


def test_a_list_is_paged_by_a_cursor_newest_first() -> None:
    world = World()
    numbers = []
    for index in range(5):
        numbers.append(world.opened(title_id=f"title-{index}", jti=f"j{index}").case_no.number)
        world.at += dt.timedelta(seconds=1)
    seen: list[str] = []
    cursor = ""

    while True:
        page = world.list_cases(ListCases(side="", state="", cursor=cursor, limit=2), make.call_of(make.SELLER))
        seen += [one.case_no.number for one in page.cases]
        cursor = page.next_cursor
        if not cursor:
            break

    assert seen == numbers[::-1]


def place(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "äöü",
        "MjAyNi0xMS0yMg==",
        "fHw=",
        place("2026-11-22T00:00:00+00:00|huangshi-2026112200001\0"),
        place("2026-11-22T00:00:00+00:00|' OR 1=1"),
        place("2026-11-22T00:00:00|huangshi-2026112200001"),
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidValue):
        World().list_cases(ListCases(side="", state="", cursor=cursor, limit=2), make.call_of(make.SELLER))


@pytest.mark.parametrize("field", ["side", "state"])
def test_an_unknown_filter_is_refused(field: str) -> None:
    message = replace(ListCases(side="", state="", cursor="", limit=2), **{field: "NOWHERE"})

    with pytest.raises(InvalidValue):
        World().list_cases(message, make.call_of(make.SELLER))


def test_a_preview_is_drawn_marked_and_stored_for_the_viewers_side() -> None:
    world = World()
    world.published()
    world.joined()

    link = world.preview_contract(PreviewContract(case_no=world.case.no), make.call_of(make.BUYER)).link

    document, preview = world.renderer.drawn[-1]
    assert preview
    assert [one.name for one in document.parties] == ["赵*", "孙三"]
    assert link == f"link:contract/previews/{make.NO}/{world.case.revision}-buyer.pdf"


def test_after_generating_the_preview_shows_what_will_be_signed() -> None:
    world = World()
    world.generated()

    world.preview_contract(PreviewContract(case_no=world.case.no), make.call_of(make.BUYER))

    document, _ = world.renderer.drawn[-1]
    assert [one.name for one in document.parties] == ["赵一", "孙三"]
    assert [one.id_number for one in document.parties] == [str(make.SELLER.id_number), str(make.BUYER.id_number)]


def test_without_terms_there_is_nothing_to_preview() -> None:
    world = World()
    world.opened()

    with pytest.raises(ActBarred) as refused:
        world.preview_contract(PreviewContract(case_no=world.case.no), make.call_of(make.SELLER))

    assert refused.value.code == "contract.terms_missing"


def test_the_signed_copy_is_named_as_not_filed_until_it_is() -> None:
    world = World()
    world.signed()
    ask = DownloadContract(case_no=world.case.no)

    before = world.download_contract(ask, make.call_of(make.BUYER))
    world.submit()
    world.approved()
    world.sealed()
    after = world.download_contract(ask, make.call_of(make.BUYER))

    assert before.file_name == "存量房买卖合同_2026112200001_未备案.pdf"
    assert after.file_name == "存量房买卖合同_2026112200001_42HS20261122000001.pdf"
    assert before.link == "link:envelope-1:sale_contract"


def test_before_all_have_signed_there_is_no_copy() -> None:
    world = World()
    world.signing()

    with pytest.raises(ActBarred) as refused:
        world.download_contract(DownloadContract(case_no=world.case.no), make.call_of(make.SELLER))

    assert refused.value.code == "contract.not_all_signed"


def test_the_drawn_contract_says_what_was_typed_and_registered() -> None:
    world = World()
    world.generated(buyers=(make.BUYER, make.BUYER_2))

    document = contract_document(world.case, code="C", url="https://v.example/C", drafted_on=make.TODAY)

    assert (document.price, document.payment.deposit) == (Decimal("1000000.00"), Decimal("100000.00"))
    assert document.payment.method is PaymentMethod.ONE_OFF
    assert document.ownership_mode is OwnershipMode.JOINT
    assert document.house.land_obtain is LandObtain.GRANTED
    assert document.encumbrances.mortgage is None
    assert (document.case_no, document.version) == ("2026112200001", 1)


def test_a_registered_mortgage_stands_in_the_contract_and_is_released_by_the_transfer_at_the_latest() -> None:
    world = World()
    world.opened(mortgaged=True, habitation_right=True)
    world.agree()

    encumbrances = contract_document(world.case, code="", url="", drafted_on=make.TODAY).encumbrances

    assert encumbrances.mortgage is not None
    assert encumbrances.mortgage.release_by == dt.date(2027, 1, 10)
    assert encumbrances.habitation
