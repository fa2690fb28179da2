from services.common.messages.contract import CaseEnded, CaseOpened
from services.common.profiles.restrictions import Restrictions
from services.property.application.hold_house import HoldHouse
from services.property.domain.verdict import Reason
from tests.unit.property.builders import CASE, NOW, OTHER_CASE, service, title
from tests.unit.property.fakes import Memory, MemoryRegister, MemoryWorks

OPENED = CaseOpened(case_no=CASE, title_id="t1")
ENDED = CaseEnded(case_no=CASE, title_id="t1", state="REVOKED", envelope_id="")


def bars_after(*events: CaseOpened | CaseEnded) -> tuple[Reason, ...]:
    works = MemoryWorks(Memory(titles={"t1": title()}))
    for event in events:
        HoldHouse(works)(event, service("property"))
    held = MemoryRegister(works.memory).find("t1")
    assert held is not None
    return held.title.judged(Restrictions(), NOW.date(), held.holders).barred_by


def test_an_opened_case_holds_the_house() -> None:
    assert bars_after(OPENED) == (Reason.DUPLICATE_HOUSE,)


def test_an_ended_case_frees_it() -> None:
    assert bars_after(OPENED, ENDED) == ()


def test_each_event_twice_changes_nothing_more() -> None:
    assert bars_after(OPENED, OPENED) == (Reason.DUPLICATE_HOUSE,)
    assert bars_after(OPENED, ENDED, ENDED) == ()


def test_an_end_that_arrives_first_leaves_the_house_free() -> None:
    assert bars_after(ENDED, OPENED) == ()


def test_the_end_of_one_case_does_not_free_the_house_of_another() -> None:
    assert bars_after(OPENED, CaseOpened(case_no=OTHER_CASE, title_id="t1"), ENDED) == (Reason.DUPLICATE_HOUSE,)
