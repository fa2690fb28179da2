import pytest

from services.common.kit.errors import Forbidden
from services.common.messages.property import NoteParty, ScreenParty
from services.property.application.note_party import NoteStanding
from services.property.application.screen_party import ScreenOneParty
from services.property.domain.errors import StandingUnknown
from tests.unit.property.builders import citizen, person, service
from tests.unit.property.fakes import MemoryScreening, MemoryWorks, OneCity

ASKED = ScreenParty(city="huangshi", name=person(0).name, id_number=person(0).id_number)


def noted(*, defaulter: bool = False, eligibility: str = "NOT_REQUIRED") -> ScreenOneParty:
    works = MemoryWorks()
    message = NoteParty(city="huangshi", id_number=person(0).id_number, defaulter=defaulter, eligibility=eligibility)
    NoteStanding(works, OneCity())(message, service("cli"))
    return ScreenOneParty(MemoryScreening(works.memory), OneCity())


@pytest.mark.parametrize(
    ("defaulter", "eligibility", "bars"),
    [
        (False, "NOT_REQUIRED", ()),
        (False, "PASS", ()),
        (False, "FAIL", ("BUYER_NOT_ELIGIBLE",)),
        (True, "PASS", ("BUYER_DEFAULTER",)),
        (True, "FAIL", ("BUYER_DEFAULTER", "BUYER_NOT_ELIGIBLE")),
    ],
)
def test_a_defaulter_and_whoever_may_not_buy_here_are_barred(
    defaulter: bool, eligibility: str, bars: tuple[str, ...]
) -> None:
    found = noted(defaulter=defaulter, eligibility=eligibility)(ASKED, service("contract"))

    assert (found.defaulter, found.eligibility, found.barred_by) == (defaulter, eligibility, bars)


def test_of_whom_nothing_is_noted_may_buy() -> None:
    screen = ScreenOneParty(MemoryScreening(MemoryWorks().memory), OneCity())

    assert screen(ASKED, service("review")).barred_by == ()


def test_only_contract_and_review_screen_and_only_operators_note() -> None:
    for call in (service("gateway"), service("notice"), citizen(0)):
        with pytest.raises(Forbidden):
            noted()(ASKED, call)
    message = NoteParty(city="huangshi", id_number=person(0).id_number, defaulter=True, eligibility="PASS")
    for call in (service("contract"), citizen(0)):
        with pytest.raises(Forbidden):
            NoteStanding(MemoryWorks(), OneCity())(message, call)


def test_a_word_that_is_not_known_is_refused() -> None:
    with pytest.raises(StandingUnknown):
        noted(eligibility="PERHAPS")
