import pytest

from services.common.kit.errors import Forbidden
from services.common.messages.property import ListSeededTitles, NoteTitle
from services.common.profiles.restrictions import Policy, Restrictions
from services.property.application.list_seeded_titles import ListGeneratedTitles
from services.property.application.note_title import NoteOnTitle
from services.property.domain.errors import NoteUnknown, TitleNotFound
from services.property.domain.title import Encumbrance
from tests.unit.property.builders import NOW, citizen, service, title
from tests.unit.property.fakes import MemoryRegister, MemoryWorks, OneCity


def register() -> tuple[MemoryWorks, NoteOnTitle]:
    works = MemoryWorks()
    works.memory.titles["t1"] = title()
    return works, NoteOnTitle(works, OneCity(), lambda: NOW)


def test_a_note_counts_from_the_next_question_on_and_can_be_cleared() -> None:
    works, note = register()

    assert note(NoteTitle(title_id="t1", note="SEAL"), service("cli")).barred_by == ("HOUSE_SEALED",)
    assert note(NoteTitle(title_id="t1", note="MORTGAGE"), service("cli")).warnings == ("MORTGAGED",)
    assert works.memory.titles["t1"].encumbrances == {Encumbrance.SEAL, Encumbrance.MORTGAGE}
    assert note(NoteTitle(title_id="t1", note="SEAL", cleared=True), service("cli")).barred_by == ()


def test_a_note_for_which_the_city_takes_a_paper_is_told_as_one() -> None:
    works, _ = register()
    city = OneCity(Restrictions(mortgage=Policy.NEED_PAPER))

    found = NoteOnTitle(works, city, lambda: NOW)(NoteTitle(title_id="t1", note="MORTGAGE"), service("cli"))

    assert found.papers_needed == ("MORTGAGEE_NOTIFIED",)


def test_twice_is_as_good_as_once() -> None:
    works, note = register()
    for _ in range(2):
        note(NoteTitle(title_id="t1", note="LEASE"), service("cli"))
    assert works.memory.titles["t1"].encumbrances == {Encumbrance.LEASE}
    for _ in range(2):
        note(NoteTitle(title_id="t1", note="LEASE", cleared=True), service("cli"))
    assert works.memory.titles["t1"].encumbrances == frozenset()


def test_an_unknown_note_an_unknown_title_and_anybody_else_are_refused() -> None:
    _, note = register()
    with pytest.raises(NoteUnknown):
        note(NoteTitle(title_id="t1", note="HAUNTED"), service("cli"))
    with pytest.raises(TitleNotFound):
        note(NoteTitle(title_id="t2", note="SEAL"), service("cli"))
    for call in (service("contract"), citizen(0)):
        with pytest.raises(Forbidden):
            note(NoteTitle(title_id="t1", note="SEAL"), call)


def test_titles_to_play_with_bear_no_note_unless_one_is_asked_for() -> None:
    works, _ = register()
    works.memory.titles |= {
        "t2": title(Encumbrance.MORTGAGE, title_id="t2"),
        "t3": title(Encumbrance.MORTGAGE, Encumbrance.LEASE, title_id="t3"),
        "t4": title(Encumbrance.SEAL, title_id="t4"),
    }
    listed = ListGeneratedTitles(MemoryRegister(works.memory), OneCity(), lambda: NOW)

    def ids(noted: str) -> list[str]:
        message = ListSeededTitles(city="huangshi", owners=1, limit=9, noted=noted)
        return [one.title_id for one in listed(message, service("cli")).titles]

    assert (ids(""), ids("MORTGAGE"), ids("SEAL")) == (["t1"], ["t2"], [])
    with pytest.raises(NoteUnknown):
        ids("HAUNTED")
