import datetime as dt

from services.common.messages.identity import CheckAtCounter, FaceCheck, ProofMethod, ProofPurpose, UseAlternative
from services.common.values import PersonId, PersonName
from services.identity.application.check_at_counter import check_at_counter
from services.identity.application.show_face_check import show_face_check
from services.identity.application.use_alternative import use_alternative
from tests.unit.identity.told_faces import Booth
from tests.unit.identity.world import (
    World,
    anonymous,
    as_person,
    as_service,
    as_staff,
    id_number,
    person_id_of,
    refused,
)


def see(world: World, sequence: int = 1, name: str = "测试甲", clerk: str = "") -> None:
    clerk = clerk or world.staff("COUNTER_CLERK", login=f"clerk.{len(world.store.memory.staff)}x")
    message = CheckAtCounter(name=PersonName(name), id_number=id_number(sequence))
    check_at_counter(world.means, message, as_staff(clerk, "COUNTER_CLERK"))


def at_counter(world: World, check: FaceCheck, person: PersonId) -> FaceCheck:
    message = UseAlternative(check_id=check.check_id, method=ProofMethod.COUNTER)
    return show_face_check(world.means, use_alternative(world.means, message, as_person(person)), as_person(person))


def test_a_counter_check_covers_every_purpose_for_a_day(booth: Booth) -> None:
    person = booth.world.register(id_number())
    see(booth.world)

    for purpose in ProofPurpose:
        ended = at_counter(booth.world, booth.start(as_person(person), purpose, "task-1"), person)
        assert (ended.state, bool(ended.proof)) == ("ACCEPTED", True)
    booth.world.pass_time(hours=24)
    with refused("identity.counter_check_missing"):
        at_counter(booth.world, booth.start(as_person(person)), person)


def test_the_validity_is_a_setting(booth: Booth) -> None:
    person = booth.world.with_rules(counter_validity=dt.timedelta(hours=168)).register(id_number())
    see(booth.world)
    booth.world.pass_time(hours=167)

    assert at_counter(booth.world, booth.start(as_person(person)), person).proof


def test_the_counter_ends_a_check_whose_face_failed(booth: Booth) -> None:
    person = booth.ready_person()
    see(booth.world)
    booth.faces.card_distance = 0.7
    failed = booth.carry_through(as_person(person), booth.start(as_person(person)))

    ended = at_counter(booth.world, failed, person)

    assert (ended.state, ended.reason) == ("ACCEPTED", None)


def test_using_the_counter_twice_gives_the_same_proof(booth: Booth) -> None:
    person = booth.world.register(id_number())
    see(booth.world)
    check = booth.start(as_person(person))

    assert at_counter(booth.world, check, person).proof == at_counter(booth.world, check, person).proof


def test_without_a_counter_check_nothing_is_accepted(booth: Booth) -> None:
    person = booth.world.register(id_number())

    with refused("identity.counter_check_missing"):
        at_counter(booth.world, booth.start(as_person(person)), person)


def test_a_counter_check_of_somebody_else_does_not_help(booth: Booth) -> None:
    person = booth.world.register(id_number(1))
    see(booth.world, 2)

    with refused("identity.counter_check_missing"):
        at_counter(booth.world, booth.start(as_person(person)), person)


def test_a_check_begun_by_link_is_ended_at_the_counter_only_by_its_signed_in_person(booth: Booth) -> None:
    person = booth.world.register(id_number(1))
    other = booth.world.register(id_number(2), mobile="13800000002")
    see(booth.world)
    check = booth.start(anonymous(), ProofPurpose.SIGN, "task-1", person)
    message = UseAlternative(check_id=check.check_id, method=ProofMethod.COUNTER)

    with refused("actor.sign_in_required"):
        use_alternative(booth.world.means, message, anonymous())
    with refused("identity.face_check_unknown"):
        use_alternative(booth.world.means, message, as_person(other))
    assert at_counter(booth.world, check, person).proof


def test_an_old_check_cannot_be_ended_at_the_counter(booth: Booth) -> None:
    person = booth.world.register(id_number())
    check = booth.start(as_person(person))
    booth.world.pass_time(minutes=30)
    see(booth.world)

    with refused("identity.face_check_over"):
        at_counter(booth.world, check, person)


def test_face_is_no_alternative_to_itself(booth: Booth) -> None:
    person = booth.ready_person()
    check = booth.start(as_person(person))

    with refused("identity.method_invalid"):
        use_alternative(
            booth.world.means, UseAlternative(check_id=check.check_id, method=ProofMethod.FACE), as_person(person)
        )


def test_only_a_counter_clerk_checks(world: World) -> None:
    message = CheckAtCounter(name=PersonName("测试甲"), id_number=id_number())

    with refused("actor.role_missing"):
        check_at_counter(world.means, message, as_staff("s1", "REVIEWER", "OPERATOR"))
    for nobody in (anonymous(), as_person(person_id_of(id_number())), as_service("cli")):
        with refused("actor.staff_only"):
            check_at_counter(world.means, message, nobody)


def test_a_clerk_cannot_vouch_for_himself(world: World) -> None:
    clerk = world.staff("COUNTER_CLERK", number=id_number(1))

    with refused("identity.counter_check_of_oneself"):
        see(world, 1, clerk=clerk)
    see(world, 2, clerk=clerk)


def test_a_card_with_another_name_than_the_accounts_is_refused(world: World) -> None:
    world.register(id_number(), name="测试甲")

    with refused("identity.name_mismatch"):
        see(world, name="测试乙")


def test_a_child_is_not_checked(world: World) -> None:
    message = CheckAtCounter(name=PersonName("测试甲"), id_number=id_number(1, "20150101"))

    with refused("identity.under_age"):
        check_at_counter(world.means, message, as_staff("s1", "COUNTER_CLERK"))


def shown_card(world: World, last_day: dt.date | None) -> None:
    message = CheckAtCounter(name=PersonName("测试甲"), id_number=id_number(), card_valid_until=last_day)
    check_at_counter(world.means, message, as_staff("s1", "COUNTER_CLERK"))


def test_an_expired_card_proves_nothing_and_one_on_its_last_day_does(world: World) -> None:
    today = world.now.date()
    with refused("identity.id_card_expired"):
        shown_card(world, today - dt.timedelta(days=1))
    assert not world.store.memory.counter_checks

    shown_card(world, today)
    shown_card(world, None)
    assert len(world.store.memory.counter_checks) == 2
