import pytest

from services.common.kit.sealing import SealingPair, seal
from services.common.messages.identity import CheckAtCounter, EnrolPortrait, GetSealingKey, RecordConsent
from services.common.values import PersonName
from services.identity.application.check_at_counter import check_at_counter
from services.identity.application.enrol_portrait import MAX_BOX, enrol_portrait
from services.identity.application.forget_expired import forget_expired
from services.identity.application.get_sealing_key import get_sealing_key
from services.identity.application.record_consent import record_consent
from tests.unit.identity.told_faces import TEMPLATE, Booth
from tests.unit.identity.world import TEXT_HASH, World, anonymous, as_person, as_service, as_staff, id_number, refused


def consent(**changes: str) -> RecordConsent:
    fields = {"purpose": "FACE", "text_id": "face", "text_version": "1", "text_hash": TEXT_HASH, "channel": "app"}
    return RecordConsent(**{**fields, **changes})


def test_the_template_is_kept_after_consent(booth: Booth) -> None:
    person = booth.ready_person()

    assert booth.world.store.memory.portraits == {person: TEMPLATE}


def test_without_consent_no_picture_is_even_opened_and_the_other_way_is_named(booth: Booth) -> None:
    person = booth.world.register(id_number())

    with refused("identity.face_consent_missing") as refusal:
        booth.enrol(person)
    assert refusal.value.context["methods"] == ["COUNTER"]


def test_a_consent_to_something_else_is_no_consent_to_the_face(booth: Booth) -> None:
    person = booth.world.register(id_number())
    booth.world.consent(person, "NOTICE")

    with refused("identity.face_consent_missing"):
        booth.enrol(person)


def test_a_portrait_is_captured_once(booth: Booth) -> None:
    person = booth.ready_person()

    with refused("identity.portrait_exists"):
        booth.enrol(person, "another")


def test_whoever_a_clerk_has_just_seen_may_replace_the_portrait(booth: Booth) -> None:
    person = booth.ready_person()
    clerk = booth.world.staff("COUNTER_CLERK")
    seen = CheckAtCounter(name=PersonName("测试甲"), id_number=id_number(1))
    check_at_counter(booth.world.means, seen, as_staff(clerk, "COUNTER_CLERK"))

    booth.enrol(person, "another")
    booth.world.pass_time(hours=24)
    with refused("identity.portrait_exists"):
        booth.enrol(person, "a third")


@pytest.mark.parametrize(
    ("card", "code"), [("no_face", "identity.face_no_face"), ("small_card", "identity.face_too_small")]
)
def test_a_useless_card_is_refused_with_its_reason(booth: Booth, card: str, code: str) -> None:
    person = booth.world.register(id_number())
    booth.world.consent(person)

    with refused(code):
        booth.enrol(person, card)


def test_a_picture_sealed_to_another_key_is_unreadable(booth: Booth) -> None:
    person = booth.world.register(id_number())
    booth.world.consent(person)
    message = EnrolPortrait(image=seal(b"card", SealingPair.generate().public))

    with refused("sealing.unreadable"):
        enrol_portrait(booth.world.means, booth.faces, message, as_person(person))


def test_a_huge_picture_is_refused_unopened(booth: Booth) -> None:
    person = booth.world.register(id_number())

    with refused("identity.image_too_large"):
        enrol_portrait(booth.world.means, booth.faces, EnrolPortrait(image="A" * (MAX_BOX + 1)), as_person(person))


def test_enrolling_needs_a_session(booth: Booth) -> None:
    with refused("actor.sign_in_required"):
        enrol_portrait(booth.world.means, booth.faces, EnrolPortrait(image="AAAA"), anonymous())


def test_the_portrait_key_changes_daily_and_its_former_private_half_is_forgotten(world: World) -> None:
    first = get_sealing_key(world.means, GetSealingKey(), anonymous()).key
    world.pass_time(hours=23)
    same = get_sealing_key(world.means, GetSealingKey(), anonymous()).key
    world.pass_time(hours=3)
    second = get_sealing_key(world.means, GetSealingKey(), anonymous()).key
    forget_expired(world.means, as_service("identity"))

    assert (first == same, first == second) == (True, False)
    assert [pair.public for _, pair in world.store.memory.portrait_keys] == [second]


def test_a_portrait_sealed_just_before_the_key_changed_is_still_read(booth: Booth) -> None:
    person = booth.world.register(id_number())
    booth.world.consent(person)
    key = get_sealing_key(booth.world.means, GetSealingKey(), anonymous()).key
    booth.world.pass_time(hours=24, minutes=30)
    get_sealing_key(booth.world.means, GetSealingKey(), anonymous())
    forget_expired(booth.world.means, as_service("identity"))

    enrol_portrait(booth.world.means, booth.faces, EnrolPortrait(image=seal(b"card", key)), as_person(person))

    assert person in booth.world.store.memory.portraits


def test_a_consent_keeps_text_version_hash_purpose_channel_and_time(world: World) -> None:
    person = world.register(id_number())

    consent_id = record_consent(world.means, consent(), as_person(person)).consent_id

    kept = world.store.memory.consents[consent_id]
    assert (kept.text.text_id, kept.text.text_version, kept.text.text_hash) == ("face", "1", TEXT_HASH)
    assert (kept.purpose, kept.channel, kept.given_at, kept.withdrawn_at) == ("FACE", "app", world.now, None)


def test_the_same_words_agreed_to_twice_are_one_consent_and_new_words_another(world: World) -> None:
    person = world.register(id_number())

    ids = [
        record_consent(world.means, consent(text_version=version), as_person(person)).consent_id for version in "112"
    ]

    assert (ids[0] == ids[1], ids[1] == ids[2]) == (True, False)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("purpose", "MARKETING", "identity.consent_purpose_unknown"),
        ("text_id", "", "identity.consent_text_invalid"),
        ("text_version", "a b", "identity.consent_text_invalid"),
        ("text_hash", "AB" * 32, "identity.consent_text_invalid"),
        ("channel", "", "identity.consent_channel_invalid"),
    ],
)
def test_a_consent_to_no_certain_text_is_refused(world: World, field: str, value: str, code: str) -> None:
    person = world.register(id_number())

    with refused(code):
        record_consent(world.means, consent(**{field: value}), as_person(person))


def test_only_a_signed_in_person_consents(world: World) -> None:
    for nobody in (anonymous(), as_staff("s1", "COUNTER_CLERK")):
        with refused("actor.sign_in_required"):
            record_consent(world.means, consent(), nobody)
