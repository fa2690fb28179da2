"""Who may see a case and whose details unmasked (decision 16), and who may ask the internal questions."""

from __future__ import annotations

import pytest

from services.common.kit.calls import Actor, ActorKind, Call
from services.common.kit.errors import DomainError, Forbidden, NotAuthenticated
from services.common.messages.contract import (
    CaseView,
    DownloadContract,
    GetCase,
    GetContacts,
    GetSigners,
    PreviewContract,
    ReopenCase,
    Side,
)
from services.contract.domain.errors import CaseNotFound, StaleVersion
from tests.support import contract_builders as make
from tests.support.contract_world import World

OUTSIDERS = {
    "another citizen": make.call_of(make.STRANGER),
    "a reviewer of another office": make.staff_call("yangquan-housing"),
    "a clerk of the office": make.staff_call("huangshi-housing", "COUNTER_CLERK"),
}


def view(world: World, call: Call) -> CaseView:
    """Look at the case."""
    return world.get_case(GetCase(case_no=world.case.no), call)


def names(shown: CaseView) -> list[str]:
    """The names as shown."""
    return [one.name for one in shown.parties]


@pytest.mark.parametrize("who", OUTSIDERS)
def test_to_outsiders_the_case_does_not_exist(who: str) -> None:
    world = World()
    world.signed()

    for ask in (
        lambda: view(world, OUTSIDERS[who]),
        lambda: world.download_contract(DownloadContract(case_no=world.case.no), OUTSIDERS[who]),
        lambda: world.preview_contract(PreviewContract(case_no=world.case.no), OUTSIDERS[who]),
    ):
        with pytest.raises(CaseNotFound) as refused:
            ask()
        assert refused.value.context == {}


def test_an_unknown_case_is_refused_exactly_like_a_foreign_one() -> None:
    with pytest.raises(CaseNotFound):
        World().get_case(GetCase(case_no=make.NO), make.call_of(make.SELLER))


def test_without_sign_in_nothing_is_shown() -> None:
    world = World()
    world.opened()

    with pytest.raises(NotAuthenticated):
        view(world, Call(Actor(ActorKind.ANONYMOUS, ""), "corr"))


def test_before_generating_each_side_sees_the_other_masked() -> None:
    world = World()
    world.published()
    world.joined()

    assert names(view(world, make.call_of(make.SELLER))) == ["赵一", "孙*"]
    shown = view(world, make.call_of(make.BUYER))
    assert names(shown) == ["赵*", "孙三"]
    assert shown.parties[0].id_number == "420202********" + make.SELLER.id_number.value[-4:]
    assert shown.parties[0].mobile == "138****0001"
    assert (shown.parties[0].address, shown.parties[0].marital) == ("黄石市***", "")


def test_after_generating_every_party_sees_everybody_unmasked() -> None:
    world = World()
    world.generated(sellers=(make.SELLER, make.SELLER_2), buyers=(make.BUYER, make.BUYER_2))

    for one in (make.SELLER, make.SELLER_2, make.BUYER, make.BUYER_2):
        assert names(view(world, make.call_of(one))) == ["赵一", "钱二", "孙三", "李四"]


def test_a_reopened_case_is_masked_again_until_its_next_text() -> None:
    world = World()
    world.generated()
    message = ReopenCase(case_no=world.case.no, revision=world.case.revision)
    world.reopen_case(message, make.call_of(make.BUYER))
    world.save_side(Side.BUYER, make.BUYER, make.BUYER_2)

    (seller, *buyers) = world.get_case(GetCase(case_no=world.case.no), make.call_of(make.SELLER)).parties
    (other, *_) = world.get_case(GetCase(case_no=world.case.no), make.call_of(make.BUYER_2)).parties

    assert seller.name == str(make.SELLER.name)
    assert [one.name for one in buyers] == [make.BUYER.name.masked, make.BUYER_2.name.masked]
    assert (other.name, other.mobile) == (make.SELLER.name.masked, make.SELLER.mobile.masked)


def test_a_reviewer_of_the_city_sees_everybody_unmasked_and_has_no_acts() -> None:
    world = World()
    world.submitted()

    shown = view(world, make.staff_call())

    assert names(shown) == ["赵一", "孙三"]
    assert (shown.allowed_acts, shown.barred_acts, shown.missing) == ((), (), ())


def test_a_service_sees_people_masked_but_can_recognise_them() -> None:
    world = World()
    world.submitted()

    shown = view(world, make.service_call_of("review"))

    assert names(shown) == ["赵*", "孙*"]
    assert shown.parties[0].person_id == make.SELLER.person_id


def test_a_coowner_finds_the_case_by_the_number_somebody_else_typed() -> None:
    world = World()
    world.generated(buyers=(make.BUYER, make.BUYER_2))

    shown = view(world, make.call_of(make.BUYER_2))

    (me,) = [one for one in shown.parties if one.is_viewer]
    assert (me.person_id, me.must_confirm) == (make.BUYER_2.person_id, True)
    assert "confirm" in shown.allowed_acts


@pytest.mark.parametrize("name", ["signing", "review"])
def test_signing_and_review_get_the_signers_in_the_order_of_their_fields(name: str) -> None:
    world = World()
    world.generated(sellers=(make.SELLER, make.SELLER_2), buyers=(make.BUYER, make.BUYER_2))

    signers = world.get_signers(GetSigners(case_no=world.case.no, version=1), make.service_call_of(name))

    assert [(one.field, one.name.value, one.is_main) for one in signers.signers] == [
        ("signer_1", "赵一", True),
        ("signer_2", "钱二", False),
        ("signer_3", "孙三", True),
        ("signer_4", "李四", False),
    ]
    assert (signers.seal_field, signers.office_name) == ("seal", "黄石市存量房网签备案主管部门")


@pytest.mark.parametrize("call", [make.call_of(make.SELLER), make.staff_call(), make.service_call_of("notice")])
def test_nobody_else_gets_the_signers(call: Call) -> None:
    world = World()
    world.generated()

    with pytest.raises(Forbidden):
        world.get_signers(GetSigners(case_no=world.case.no, version=1), call)


def test_signers_of_an_old_version_are_not_given() -> None:
    world = World()
    world.generated()

    with pytest.raises(StaleVersion):
        world.get_signers(GetSigners(case_no=world.case.no, version=2), make.service_call_of("signing"))


def test_notice_alone_gets_the_mobiles() -> None:
    world = World()
    world.generated()

    contacts = world.get_contacts(GetContacts(case_no=world.case.no), make.service_call_of("notice")).contacts

    assert [one.mobile for one in contacts] == [make.SELLER.mobile, make.BUYER.mobile]
    for call in (make.call_of(make.SELLER), make.staff_call(), make.service_call_of("signing")):
        with pytest.raises(DomainError):
            world.get_contacts(GetContacts(case_no=world.case.no), call)
