import pytest

from services.common.kit.sealing import seal
from services.common.messages.identity import (
    FaceCheckReference,
    ProofPurpose,
    SubmitFrame,
    WithdrawConsent,
)
from services.identity.application.show_face_check import show_face_check
from services.identity.application.submit_frame import MAX_FRAME, submit_frame
from services.identity.application.withdraw_consent import withdraw_consent
from tests.unit.identity.told_faces import Booth, claims, send
from tests.unit.identity.world import (
    as_person,
    id_number,
    refused,
)

OPEN, JOIN, SIGN = ProofPurpose.OPEN_CASE, ProofPurpose.JOIN_CASE, ProofPurpose.SIGN


def test_a_person_who_does_what_is_asked_gets_a_proof(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    person = booth.ready_person()
    check = booth.start(as_person(person))

    ended = booth.carry_through(as_person(person), check)

    read = claims(ended, "contract", monkeypatch)
    assert (ended.state, ended.reason) == ("ACCEPTED", None)
    assert {name: read[name] for name in ("iss", "sub", "purpose", "method", "assurance", "subject")} == {
        "iss": "identity",
        "sub": str(person),
        "purpose": "OPEN_CASE",
        "method": "FACE",
        "assurance": "BASIC",
        "subject": "",
    }


@pytest.mark.parametrize(
    ("purpose", "audience", "minutes"), [(OPEN, "contract", 30), (JOIN, "contract", 30), (SIGN, "signing", 10)]
)
def test_a_proof_is_for_one_service_and_its_time(
    booth: Booth, monkeypatch: pytest.MonkeyPatch, purpose: ProofPurpose, audience: str, minutes: int
) -> None:
    person = booth.ready_person()
    ended = booth.carry_through(
        as_person(person), booth.start(as_person(person), purpose, "task-1" if purpose is SIGN else "")
    )

    read = claims(ended, audience, monkeypatch)
    assert int(str(read["exp"])) - int(str(read["iat"])) == minutes * 60


def test_showing_an_accepted_check_again_gives_the_same_proof_until_it_expires(booth: Booth) -> None:
    person = booth.ready_person()
    ended = booth.carry_through(as_person(person), booth.start(as_person(person)))
    reference = FaceCheckReference(check_id=ended.check_id)

    assert show_face_check(booth.world.means, reference, as_person(person)).proof == ended.proof
    booth.world.pass_time(minutes=30)
    assert show_face_check(booth.world.means, reference, as_person(person)).proof is None


def test_all_ways_are_offered_before_the_first_frame_and_only_one_step_is_told(booth: Booth) -> None:
    person = booth.ready_person()

    check = booth.start(as_person(person))

    assert check.methods == ("FACE", "COUNTER", "BANK_CARD")
    assert check.step is not None
    assert (check.step.number, check.step.action) == (1, "neutral")
    assert check.step.text_zh
    assert check.step.text_en


def test_no_frame_and_no_template_outlives_the_check(booth: Booth) -> None:
    person = booth.ready_person()
    check = booth.start(as_person(person))
    booth.carry_through(as_person(person), check)

    kept = booth.world.store.memory.face_checks[check.check_id]
    assert (kept.secrets, kept.neutral, kept.accepted) == (None, None, ())
    assert kept.verdict is not None


def test_without_consent_the_check_offers_the_counter_and_says_why(booth: Booth) -> None:
    person = booth.world.register(id_number())

    check = booth.start(as_person(person))

    assert (check.methods, check.reason, check.step, check.sealing_key) == (
        ("COUNTER", "BANK_CARD"), "identity.face_consent_missing", None, None
    )  # fmt: skip


def test_without_portrait_the_check_offers_the_counter_and_says_why(booth: Booth) -> None:
    person = booth.world.register(id_number())
    booth.world.consent(person)

    assert booth.start(as_person(person)).reason == "identity.face_portrait_missing"


def test_a_frame_that_does_not_show_the_action_asks_again_with_a_new_token(booth: Booth) -> None:
    person = booth.ready_person()
    check = booth.shoot(as_person(person), booth.start(as_person(person)))

    again = booth.shoot(as_person(person), check, "neutral:still")

    assert check.step is not None
    assert again.step is not None
    assert (again.state, again.reason) == ("RUNNING", "identity.face_action_not_seen")
    assert again.step.action == check.step.action
    assert again.step.step_token != check.step.step_token


def test_a_step_token_lets_one_frame_in(booth: Booth) -> None:
    person = booth.ready_person()
    first = booth.start(as_person(person))
    booth.shoot(as_person(person), first)

    with refused("identity.face_step_token_invalid"):
        send(booth, as_person(person), first, "neutral:again")


def test_of_two_frames_under_way_at_once_for_one_step_only_one_counts(booth: Booth) -> None:
    person = booth.ready_person()
    check = booth.start(as_person(person))
    booth.world.pass_time(seconds=2)
    booth.faces.meanwhile = lambda: send(booth, as_person(person), check, "neutral:faster")

    with refused("identity.face_step_token_invalid"):
        send(booth, as_person(person), check, "neutral:slower")

    assert len(booth.world.store.memory.face_checks[check.check_id].accepted) == 1


def test_a_consent_withdrawn_while_a_frame_is_measured_ends_the_check(booth: Booth) -> None:
    person = booth.ready_person()
    check = booth.start(as_person(person))
    withdrawal = WithdrawConsent(purpose="FACE")
    booth.faces.meanwhile = lambda: withdraw_consent(booth.world.means, withdrawal, as_person(person))

    with refused("identity.face_check_over"):
        send(booth, as_person(person), check, "neutral:1")


def test_a_step_token_of_another_check_is_worthless(booth: Booth) -> None:
    one, other = booth.ready_person(1), booth.ready_person(2)
    mine, theirs = booth.start(as_person(one)), booth.start(as_person(other))
    assert theirs.step is not None

    with refused("identity.face_step_token_invalid"):
        send(booth, as_person(one), mine, "neutral:1", theirs.step.step_token)
    with refused("identity.face_step_token_invalid"):
        send(booth, as_person(one), mine, "neutral:1", "1.forged")


def test_a_frame_sealed_to_another_check_cannot_be_opened_and_uses_up_nothing(booth: Booth) -> None:
    one, other = booth.ready_person(1), booth.ready_person(2)
    mine, theirs = booth.start(as_person(one)), booth.start(as_person(other))
    assert mine.step is not None
    assert theirs.sealing_key is not None
    message = SubmitFrame(
        check_id=mine.check_id, step_token=mine.step.step_token, frame=seal(b"neutral:1", theirs.sealing_key)
    )

    with refused("sealing.unreadable"):
        submit_frame(booth.world.means, booth.faces, message, as_person(one))
    assert booth.world.store.memory.face_checks[mine.check_id].frames == 0


def test_a_frame_of_more_than_a_mebibyte_is_refused_unopened(booth: Booth) -> None:
    person = booth.ready_person()
    check = booth.start(as_person(person))

    with refused("identity.frame_too_large"):
        send(booth, as_person(person), check, "neutral:" + "x" * MAX_FRAME)
    assert booth.faces.frames == 0


def test_a_frame_seen_in_an_earlier_check_is_a_replay(booth: Booth) -> None:
    person = booth.ready_person()
    booth.shoot(as_person(person), booth.start(as_person(person)), "neutral:recorded")

    replayed = booth.shoot(as_person(person), booth.start(as_person(person)), "neutral:recorded")

    assert (replayed.state, replayed.reason, replayed.step) == ("REJECTED", "identity.face_frame_replayed", None)


def test_a_picture_without_face_asks_again_five_times_at_most(booth: Booth) -> None:
    person = booth.ready_person()
    check = booth.start(as_person(person))
    for _ in range(4):
        check = booth.shoot(as_person(person), check, "no_face")
        assert (check.state, check.reason) == ("RUNNING", "identity.face_no_face")

    check = booth.shoot(as_person(person), check, "no_face")

    assert (check.state, check.reason) == ("REJECTED", "identity.face_too_many_frames")


def test_after_ninety_seconds_the_challenge_is_expired(booth: Booth) -> None:
    person = booth.ready_person()
    check = booth.start(as_person(person))
    booth.world.pass_time(seconds=90)
    reference = FaceCheckReference(check_id=check.check_id)

    shown = show_face_check(booth.world.means, reference, as_person(person))

    assert (shown.state, shown.step) == ("EXPIRED", None)
    assert booth.shoot(as_person(person), check).state == "EXPIRED"


def test_another_face_than_the_cards_is_rejected(booth: Booth) -> None:
    person = booth.ready_person()
    booth.faces.card_distance = 0.7

    ended = booth.carry_through(as_person(person), booth.start(as_person(person)))

    assert (ended.state, ended.reason, ended.proof) == ("REJECTED", "identity.face_not_card_holder", None)


def test_a_doubtful_likeness_gives_no_proof_but_review(booth: Booth) -> None:
    person = booth.ready_person()
    booth.faces.card_distance = 0.48

    ended = booth.carry_through(as_person(person), booth.start(as_person(person)))

    assert (ended.state, ended.reason, ended.proof) == ("REVIEW", "identity.face_similarity_unsure", None)


def test_an_ended_check_takes_no_more_frames(booth: Booth) -> None:
    person = booth.ready_person()
    check = booth.start(as_person(person))
    booth.carry_through(as_person(person), check)

    with refused("identity.face_check_over"):
        send(booth, as_person(person), check, "neutral:9")


@pytest.mark.parametrize("distance", [0.7, 0.48])
def test_three_checks_that_did_not_pass_close_the_face_for_half_an_hour_but_not_the_counter(
    booth: Booth, distance: float
) -> None:
    person = booth.ready_person()
    booth.faces.card_distance = distance
    for _ in range(3):
        booth.carry_through(as_person(person), booth.start(as_person(person)))

    closed = booth.start(as_person(person))
    booth.world.pass_time(minutes=31)

    assert (closed.reason, closed.methods) == ("identity.face_cool_down", ("COUNTER", "BANK_CARD"))
    assert booth.start(as_person(person)).methods == ("FACE", "COUNTER", "BANK_CARD")


def test_a_challenge_left_without_a_frame_uses_up_no_try(booth: Booth) -> None:
    person = booth.ready_person()
    for _ in range(5):
        booth.start(as_person(person))

    assert "FACE" in booth.start(as_person(person)).methods


def test_a_challenge_left_after_a_frame_uses_up_a_try(booth: Booth) -> None:
    person = booth.ready_person()
    for _ in range(3):
        booth.shoot(as_person(person), booth.start(as_person(person)))

    assert booth.start(as_person(person)).reason == "identity.face_cool_down"


def test_a_new_check_ends_the_former_one(booth: Booth) -> None:
    person = booth.ready_person()
    first = booth.start(as_person(person))
    booth.start(as_person(person))

    with refused("identity.face_check_over"):
        send(booth, as_person(person), first, "neutral:1")


def test_withdrawing_the_consent_deletes_the_template_and_ends_the_check(booth: Booth) -> None:
    person = booth.ready_person()
    check = booth.start(as_person(person))

    for _ in range(2):
        withdraw_consent(booth.world.means, WithdrawConsent(purpose="FACE"), as_person(person))

    assert booth.world.store.memory.portraits == {}
    with refused("identity.face_check_over"):
        send(booth, as_person(person), check, "neutral:1")
    assert booth.start(as_person(person)).reason == "identity.face_consent_missing"
