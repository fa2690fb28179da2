import pytest

from services.common.messages.identity import (
    FaceCheckReference,
    ProofPurpose,
)
from services.identity.application.show_face_check import show_face_check
from tests.unit.identity.told_faces import Booth, claims, send
from tests.unit.identity.world import (
    anonymous,
    as_person,
    as_staff,
    id_number,
    person_id_of,
    refused,
)

OPEN, JOIN, SIGN = ProofPurpose.OPEN_CASE, ProofPurpose.JOIN_CASE, ProofPurpose.SIGN


def test_a_signer_by_link_without_session_gets_a_proof_for_that_task_alone(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = booth.ready_person()
    check = booth.start(anonymous(), SIGN, "task-1", person)

    read = claims(booth.carry_through(anonymous(), check), "signing", monkeypatch)

    assert (read["sub"], read["subject"], read["purpose"]) == (str(person), "task-1", "SIGN")


@pytest.mark.parametrize("purpose", [OPEN, JOIN])
def test_without_a_session_nothing_but_signing_can_be_proven(booth: Booth, purpose: ProofPurpose) -> None:
    person = booth.ready_person()

    with refused("actor.sign_in_required"):
        booth.start(anonymous(), purpose, "task-1", person)


def test_signing_needs_the_task_it_is_for(booth: Booth) -> None:
    person = booth.ready_person()

    with refused("identity.subject_missing"):
        booth.start(anonymous(), SIGN, "", person)
    with refused("identity.subject_missing"):
        booth.start(as_person(person), SIGN, "")


def test_without_a_session_and_without_a_person_named_nothing_starts(booth: Booth) -> None:
    with refused("actor.sign_in_required"):
        booth.start(anonymous(), SIGN, "task-1")


def test_a_signed_in_person_cannot_start_a_check_of_another(booth: Booth) -> None:
    one, other = booth.ready_person(1), booth.ready_person(2)

    with refused("identity.not_yours"):
        booth.start(as_person(one), SIGN, "task-1", other)


def test_staff_cannot_start_a_check(booth: Booth) -> None:
    person = booth.ready_person()

    with refused("actor.sign_in_required"):
        booth.start(as_staff("s1", "COUNTER_CLERK"), SIGN, "task-1", person)


def test_a_foreign_check_does_not_exist(booth: Booth) -> None:
    one, other = booth.ready_person(1), booth.ready_person(2)
    check = booth.start(as_person(one))
    reference = FaceCheckReference(check_id=check.check_id)

    for stranger in (as_person(other), anonymous(), as_staff("s1", "OPERATOR")):
        with refused("identity.face_check_unknown"):
            show_face_check(booth.world.means, reference, stranger)
        with refused("identity.face_check_unknown"):
            send(booth, stranger, check, "neutral:1")


def test_a_link_checks_another_person_than_the_one_signed_in_only_as_nobody(booth: Booth) -> None:
    one, other = booth.ready_person(1), booth.ready_person(2)
    check = booth.start(anonymous(), SIGN, "task-1", one)

    with refused("identity.face_check_unknown"):
        send(booth, as_person(other), check, "neutral:1")


def test_an_unknown_person_named_by_a_link_is_offered_the_counter(booth: Booth) -> None:
    check = booth.start(anonymous(), SIGN, "task-1", person_id_of(id_number(77)))

    assert (check.methods, check.reason) == (("COUNTER",), "identity.face_consent_missing")


def test_where_the_embedded_face_may_not_sign_it_still_opens_cases(booth: Booth) -> None:
    person = booth.ready_person()
    booth.world.with_rules(face_may_sign=False)

    assert booth.start(as_person(person), SIGN, "task-1").reason == "identity.face_not_for_signing"
    assert booth.start(as_person(person), OPEN).methods == ("FACE", "COUNTER", "BANK_CARD")
