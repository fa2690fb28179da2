import pytest

from services.common.kit.errors import Forbidden
from services.common.messages.property import GetTitle
from services.property.application.get_title import GetTitleInFull
from services.property.domain.errors import TitleNotFound
from services.property.domain.hold import HouseHold
from services.property.domain.title import Encumbrance
from tests.unit.property.builders import CASE, OTHER_CASE, citizen, person, service, title
from tests.unit.property.fakes import Memory, MemoryRegister


def getting(*notes: Encumbrance, held_by_case: bool = False) -> GetTitleInFull:
    holds = {CASE: HouseHold.taken(CASE, "t1")} if held_by_case else {}
    return GetTitleInFull(MemoryRegister(Memory(titles={"t1": title(*notes, owners=2)}, holds=holds)))


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
