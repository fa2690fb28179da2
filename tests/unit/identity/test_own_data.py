"""What a person is told of everything kept about them."""

from services.common.messages.identity import ExportOwnData
from services.identity.application.export_own_data import export_own_data
from tests.unit.identity.test_passwords import choose
from tests.unit.identity.told_faces import Booth
from tests.unit.identity.world import anonymous, as_person, as_staff, id_number, person_id_of, refused


def test_a_person_sees_all_of_it_and_of_nobody_else(booth: Booth) -> None:
    person = booth.ready_person()
    choose(booth.world, person, login="wang.one")
    other = booth.world.register(id_number(2), mobile="13800000009")

    mine = export_own_data(booth.world.means, ExportOwnData(), as_person(person))
    theirs = export_own_data(booth.world.means, ExportOwnData(), as_person(other))

    assert (mine.id_number, mine.login, mine.has_password, mine.has_portrait) == (id_number(1), "wang.one", True, True)
    assert [one.kind for one in mine.records] == ["CONSENT"]
    assert (theirs.id_number, theirs.login, theirs.has_password, theirs.records) == (id_number(2), None, False, ())


def test_nobody_else_is_told(booth: Booth) -> None:
    for who in (anonymous(), as_staff("s1", "OPERATOR")):
        with refused("actor.sign_in_required"):
            export_own_data(booth.world.means, ExportOwnData(), who)
    with refused("identity.person_unknown"):
        export_own_data(booth.world.means, ExportOwnData(), as_person(person_id_of(id_number(5))))
