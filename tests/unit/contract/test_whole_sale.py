"""A sale from 创建合同 to 已推送 through the use cases, and what is told on the way."""

from __future__ import annotations

from services.common.messages.contract import (
    CaseAdvanced,
    CaseEnded,
    CaseOpened,
    CaseReference,
    CaseSubmitted,
    DocumentsFrozen,
    DocumentsReady,
    Side,
)
from services.contract.domain.lifecycle import State
from tests.support import contract_builders as make
from tests.support.contract_world import World


def test_a_sale_goes_from_opening_to_the_register() -> None:
    world = World()

    world.submitted()
    world.claimed()
    world.approved()
    world.sealed()
    world.pushed()

    assert world.case.state is State.PUSHED
    assert [one.state for one in world.told(CaseAdvanced)] == [  # type: ignore[attr-defined]
        "WAIT_BUYER",
        "BUYER_DRAFT",
        "CONFIRMING",
        "READY_TO_SIGN",
        "SIGNING",
        "SIGNED",
        "SUBMITTED",
        "REVIEWING",
        "FILED",
        "PUSHED",
    ]
    assert world.told(CaseOpened) == [CaseOpened(case_no=make.NO, title_id=make.TITLE_ID)]
    assert world.told(DocumentsFrozen) == [DocumentsFrozen(case_no=make.NO, version=1)]
    (submitted,) = world.told(CaseSubmitted)
    assert submitted == CaseSubmitted(
        case_no=make.NO, title_id=make.TITLE_ID, envelope_id="envelope-1", city="huangshi", round=1
    )
    assert not world.told(CaseEnded)


def test_a_sale_with_coowners_waits_for_every_one_of_them() -> None:
    world = World()
    world.generated(sellers=(make.SELLER, make.SELLER_2), buyers=(make.BUYER, make.BUYER_2))

    states = [world.confirm(one).state for one in (make.BUYER, make.SELLER_2, make.BUYER_2)]

    assert states == ["CONFIRMING", "CONFIRMING", "READY_TO_SIGN"]
    assert world.start().state == "FREEZING"


def test_the_documents_of_the_frozen_version_are_told_to_signing() -> None:
    world = World()
    world.frozen()

    world.draw()

    (ready,) = world.told(DocumentsReady)
    (document,) = ready.documents  # type: ignore[attr-defined]
    assert document.key == f"contract/documents/{make.NO}/1/sale_contract.pdf"
    assert document.fields == ("signer_1", "signer_2", "seal")
    assert document.key in world.documents.kept
    assert ready.verification_code == "CODE1"  # type: ignore[attr-defined]


def test_history_is_appended_and_names_roles_not_people() -> None:
    world = World()
    world.submitted()

    history = world.case.history

    assert [one.act for one in history][:6] == ["open", "save_sellers", "save_terms", "join", "save_buyers", "generate"]
    assert {one.by for one in history} == {"SELLER_MAIN", "BUYER_MAIN", "OUTSIDER", "CONTRACT", "SIGNING"}
    assert [one.state for one in history][-1] == "SUBMITTED"


def test_every_command_answers_with_ids_and_codes_only() -> None:
    world = World()

    answer = world.generated()

    assert answer == CaseReference(case_no=make.NO, state="CONFIRMING", revision=6, version=1)


def test_a_second_save_of_the_sellers_side_before_terms_publishes_nothing() -> None:
    world = World()
    world.opened()

    world.save_side(Side.SELLER, make.SELLER)
    world.save_side(Side.SELLER, make.SELLER)

    assert world.case.state is State.SELLER_DRAFT
    assert not world.told(CaseAdvanced)
