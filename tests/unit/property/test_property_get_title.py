import pytest

from services.common.kit.errors import Forbidden, Unavailable
from services.common.messages.property import GetTitle
from services.common.profiles.restrictions import Policy, Restrictions
from services.property.application.get_title import GetTitleInFull
from services.property.domain.errors import TitleNotFound
from services.property.domain.hold import HouseHold
from services.property.domain.title import Encumbrance
from tests.unit.property.builders import (
    CASE,
    NOW,
    OTHER_CASE,
    citizen,
    enterprise,
    enterprise_title,
    person,
    person_id,
    service,
    title,
)
from tests.unit.property.fakes import Memory, MemoryRegister, OneCity, OtherAuthority


def getting(
    *notes: Encumbrance, held_by_case: bool = False, cities: OneCity | None = None, others: OtherAuthority | None = None
) -> GetTitleInFull:
    holds = {CASE: HouseHold.taken(CASE, "t1")} if held_by_case else {}
    register = MemoryRegister(Memory(titles={"t1": title(*notes, owners=2), "t2": enterprise_title("t2")}, holds=holds))
    return GetTitleInFull(register, others or OtherAuthority(), cities or OneCity(), lambda: NOW)


@pytest.mark.parametrize("asker", ["contract", "review"])
def test_contract_and_review_see_the_title_in_full(asker: str) -> None:
    found = getting(Encumbrance.MORTGAGE)(GetTitle(title_id="t1"), service(asker))

    assert [(one.name, one.id_number) for one in found.owners] == [
        (person(n).name, person(n).id_number) for n in (0, 1)
    ]
    assert (found.mortgaged, found.leased, found.barred_by) == (True, False, ())
    assert found.house.certificate_no == title().certificate_no


def test_nobody_else_does() -> None:
    for call in (service("notice"), service("gateway"), citizen(0)):
        with pytest.raises(Forbidden):
            getting()(GetTitle(title_id="t1"), call)


def test_an_unknown_title_is_not_found() -> None:
    with pytest.raises(TitleNotFound):
        getting()(GetTitle(title_id="t9"), service("contract"))


def test_a_live_case_bars_every_case_but_itself() -> None:
    get = getting(held_by_case=True)

    assert get(GetTitle(title_id="t1"), service("contract")).barred_by == ("DUPLICATE_HOUSE",)
    assert get(GetTitle(title_id="t1", except_case=OTHER_CASE), service("contract")).barred_by == ("DUPLICATE_HOUSE",)
    assert get(GetTitle(title_id="t1", except_case=CASE), service("review")).barred_by == ()


def test_warnings_and_papers_follow_the_citys_policy() -> None:
    takes_consent = OneCity(Restrictions(mortgage_with_ban=Policy.NEED_PAPER))

    found = getting(Encumbrance.MORTGAGE_WITH_BAN, Encumbrance.LEASE, cities=takes_consent)(
        GetTitle(title_id="t1"), service("contract")
    )

    assert (found.barred_by, found.warnings, found.papers_needed) == ((), ("LEASED",), ("MORTGAGEE_CONSENT",))


def test_an_enterprise_is_told_with_its_representative() -> None:
    found = getting()(GetTitle(title_id="t2"), service("contract"))

    assert found.owners == ()
    assert [(one.name, one.uscc, one.representative_id) for one in found.enterprise_owners] == [
        (enterprise(0).name, enterprise(0).uscc, person_id(0))
    ]
    assert found.barred_by == ("ENTERPRISE_OWNER",)


def test_what_another_authority_notes_bars_the_sale_too() -> None:
    sealed_elsewhere = getting(others=OtherAuthority(frozenset({Encumbrance.SEAL})))

    assert sealed_elsewhere(GetTitle(title_id="t1"), service("contract")).barred_by == ("HOUSE_SEALED",)


def test_an_authority_that_does_not_answer_is_no_clear_title() -> None:
    with pytest.raises(Unavailable):
        getting(others=OtherAuthority(silent=True))(GetTitle(title_id="t1"), service("contract"))
