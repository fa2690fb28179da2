"""确认合同: who confirms which version, what voids it, and who may start the signing."""

from __future__ import annotations

import pytest

from services.common.kit.errors import Kind
from services.common.messages.contract import (
    CaseAdvanced,
    ConfirmContract,
    GenerateContract,
    ReopenCase,
    SaveTerms,
    Side,
    StartSigning,
)
from services.common.values import Money
from services.contract.domain.errors import ActBarred, CaseNotFound, NotAllowed, StaleVersion
from services.contract.domain.lifecycle import State
from tests.support import contract_builders as make
from tests.support.contract_world import World


def confirming(*, coowners: bool = False) -> World:
    """A generated text."""
    world = World()
    if coowners:
        world.generated(sellers=(make.SELLER, make.SELLER_2), buyers=(make.BUYER, make.BUYER_2))
    else:
        world.generated()
    return world


def reopen(world: World, who: object) -> None:
    """Take it back to one's draft."""
    message = ReopenCase(case_no=world.case.no, revision=world.case.revision)
    world.reopen_case(message, make.call_of(who))  # type: ignore[arg-type]


def test_generating_needs_the_buyers_side() -> None:
    world = World()
    world.published()
    world.joined()

    with pytest.raises(ActBarred) as refused:
        world.generate()

    assert refused.value.code == "contract.buyers_side_incomplete"


def test_signing_cannot_start_before_everybody_has_confirmed() -> None:
    world = confirming(coowners=True)
    world.confirm(make.BUYER, make.BUYER_2)

    with pytest.raises(ActBarred) as refused:
        world.start()

    assert refused.value.code == "contract.confirmation_missing"


def test_confirming_twice_changes_nothing() -> None:
    world = confirming(coowners=True)
    first = world.confirm(make.BUYER)

    assert world.confirm(make.BUYER) == first


@pytest.mark.parametrize("version", [0, 2])
def test_another_version_than_the_present_cannot_be_confirmed(version: int) -> None:
    world = confirming()

    with pytest.raises(StaleVersion):
        world.confirm_contract(ConfirmContract(case_no=world.case.no, version=version), make.call_of(make.BUYER))


def test_confirmations_of_two_people_need_no_common_revision() -> None:
    world = confirming(coowners=True)
    version = world.case.version

    for one in (make.SELLER_2, make.BUYER_2):
        world.confirm_contract(ConfirmContract(case_no=world.case.no, version=version), make.call_of(one))

    assert len(world.case.drawing.confirmed) == 2


def test_a_stranger_cannot_confirm() -> None:
    with pytest.raises(CaseNotFound):
        confirming().confirm(make.STRANGER)


def test_an_edit_after_generating_makes_a_new_version_and_voids_confirmations() -> None:
    world = confirming(coowners=True)
    world.confirm(make.BUYER, make.SELLER_2)
    reopen(world, make.SELLER)
    world.agree(make.terms(total_price=Money.parse("900000"), deposit=Money.parse("0")))

    answer = world.generate()

    assert (answer.version, answer.state) == (2, "CONFIRMING")
    assert not world.case.drawing.confirmed


def test_the_old_version_cannot_be_confirmed_while_the_text_is_edited_again() -> None:
    world = confirming()
    reopen(world, make.BUYER)

    with pytest.raises(StaleVersion):
        world.confirm_contract(ConfirmContract(case_no=world.case.no, version=1), make.call_of(make.BUYER))

    assert world.case.state is State.BUYER_DRAFT


def test_terms_cannot_be_edited_under_the_confirming_people_without_reopening() -> None:
    world = confirming()

    with pytest.raises(ActBarred) as refused:
        world.agree()

    assert refused.value.code == "contract.reopen_first"


def test_a_reopened_sellers_draft_returns_to_the_buyer_when_saved() -> None:
    world = confirming()
    reopen(world, make.SELLER)

    assert world.agree().state == "BUYER_DRAFT"


def test_reopening_on_an_old_revision_is_refused() -> None:
    world = confirming()

    with pytest.raises(StaleVersion):
        world.reopen_case(ReopenCase(case_no=world.case.no, revision=1), make.call_of(make.BUYER))


@pytest.mark.parametrize("revision", [0, 99])
def test_saving_terms_and_generating_on_another_revision_than_the_present_are_refused(revision: int) -> None:
    selling, buying = World(), World()
    selling.published()
    buying.published()
    buying.joined()
    buying.save_side(Side.BUYER, make.BUYER)

    with pytest.raises(StaleVersion) as stale_terms:
        selling.save_terms(SaveTerms(case_no=make.NO, revision=revision, terms=make.terms()), make.call_of(make.SELLER))
    with pytest.raises(StaleVersion):
        buying.generate_contract(GenerateContract(case_no=make.NO, revision=revision), make.call_of(make.BUYER))

    assert (stale_terms.value.kind, stale_terms.value.context) == (Kind.STALE, {"revision": selling.case.revision})


def test_a_coowner_cannot_reopen() -> None:
    with pytest.raises(NotAllowed):
        reopen(confirming(coowners=True), make.BUYER_2)


def test_the_main_sellers_start_counts_as_his_confirmation() -> None:
    world = confirming()
    world.confirm(make.BUYER)

    world.start()

    assert world.case.state is State.FREEZING
    assert world.case.confirmed_at(make.SELLER.person_id) == make.NOW


def test_if_the_buyer_starts_the_main_seller_is_asked_first() -> None:
    world = confirming()
    world.confirm(make.BUYER)

    asked = world.start(make.BUYER)

    assert asked.state == "CONFIRMING"
    (seller, _) = world.case.parties
    assert world.case.must_confirm(seller)
    assert world.told(CaseAdvanced)[-1] == CaseAdvanced(case_no=make.NO, state="CONFIRMING")
    assert world.confirm(make.SELLER).state == "READY_TO_SIGN"
    assert world.start(make.BUYER).state == "FREEZING"


def test_a_main_seller_who_has_confirmed_is_not_asked_again() -> None:
    world = confirming()
    world.confirm(make.SELLER, make.BUYER)

    assert world.start(make.BUYER).state == "FREEZING"


def test_a_coowner_cannot_start_the_signing() -> None:
    world = confirming(coowners=True)
    world.confirm(make.BUYER, make.BUYER_2, make.SELLER_2)

    with pytest.raises(NotAllowed):
        world.start(make.BUYER_2)


def test_signing_starts_only_on_the_present_version() -> None:
    world = confirming()
    world.confirm(make.BUYER)

    with pytest.raises(StaleVersion):
        world.start_signing(StartSigning(case_no=world.case.no, version=9), make.call_of(make.SELLER))


def test_the_register_is_asked_again_with_this_cases_own_lock_left_out() -> None:
    world = confirming()
    world.confirm(make.BUYER)

    world.start()

    assert world.register.asked[-1] == (make.TITLE_ID, make.NO)


def test_a_house_sealed_since_freezes_the_case_and_starting_again_later_goes_on() -> None:
    world = confirming()
    world.confirm(make.BUYER)
    world.register.bar(make.TITLE_ID, "HOUSE_SEALED")

    frozen = world.start()

    assert (frozen.state, world.case.frozen_by) == ("FROZEN", ("HOUSE_SEALED",))
    world.register.bar(make.TITLE_ID)
    assert world.start().state == "FREEZING"
    assert world.case.frozen_by == ()


def test_a_house_with_other_owners_than_at_the_opening_freezes_the_case() -> None:
    world = confirming()
    world.confirm(make.BUYER)
    world.register.titles[make.TITLE_ID] = make.title(make.STRANGER)

    world.start()

    assert (world.case.state, world.case.frozen_by) == (State.FROZEN, ("OWNERS_CHANGED",))


def test_the_seller_may_still_edit_while_no_buyer_has_joined() -> None:
    world = World()
    world.published()
    message = SaveTerms(case_no=world.case.no, revision=world.case.revision, terms=make.terms(extra_terms="家具留下"))

    assert world.save_terms(message, make.call_of(make.SELLER)).state == "WAIT_BUYER"


def test_a_seller_who_reopens_before_anybody_joined_has_a_draft_nobody_can_join() -> None:
    world = World()
    world.published()
    reopen(world, make.SELLER)

    with pytest.raises(ActBarred) as refused:
        world.joined()

    assert refused.value.code == "contract.seller_not_ready"


def test_what_the_buyer_typed_survives_the_sellers_reopening() -> None:
    world = World()
    world.published()
    world.joined()
    world.save_side(Side.BUYER, make.BUYER, make.BUYER_2)
    reopen(world, make.SELLER)
    world.agree()

    assert world.generate().state == "CONFIRMING"
    assert len(world.case.buyers) == 2
