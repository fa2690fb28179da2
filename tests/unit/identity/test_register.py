import pytest

from services.common.messages.identity import CheckAtCounter, CodePurpose, GetPerson, Register
from services.common.values import Mobile, PersonName
from services.identity.application.check_at_counter import check_at_counter
from services.identity.application.get_person import get_person
from services.identity.application.register import register
from services.identity.domain.account import SharedMobile
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

PHONE = "13800000001"


def entry(code_id: str, code: str, *, sequence: int = 1, name: str = "测试甲", born: str = "19800101") -> Register:
    return Register(
        name=PersonName(name), id_number=id_number(sequence, born), mobile=Mobile(PHONE), code_id=code_id, code=code
    )


def test_an_adult_with_the_right_code_gets_an_account_under_the_pseudonym_of_the_number(world: World) -> None:
    code_id, digits = world.code(PHONE, CodePurpose.REGISTER)

    reference = register(world.means, entry(code_id, digits), anonymous())

    assert reference.person_id == person_id_of(id_number())
    account = world.store.memory.accounts[reference.person_id]
    assert (str(account.name), account.mobile_shared) == ("测试甲", False)


def test_the_code_is_spent_by_registering(world: World) -> None:
    code_id, digits = world.code(PHONE, CodePurpose.REGISTER)
    register(world.means, entry(code_id, digits), anonymous())

    with refused("identity.sms_code_used_up"):
        register(world.means, entry(code_id, digits, sequence=2), anonymous())


def test_a_number_with_an_account_is_refused_clearly(world: World) -> None:
    world.register(id_number())
    world.pass_time(minutes=2)
    code_id, digits = world.code(PHONE, CodePurpose.REGISTER)

    with refused("identity.id_number_taken"):
        register(world.means, entry(code_id, digits), anonymous())


def test_one_code_cannot_ask_for_more_than_five_numbers(world: World) -> None:
    world.register(id_number())
    world.pass_time(minutes=2)
    code_id, digits = world.code(PHONE, CodePurpose.REGISTER)
    for _ in range(5):
        with refused("identity.id_number_taken"):
            register(world.means, entry(code_id, digits), anonymous())

    with refused("identity.sms_code_used_up"):
        register(world.means, entry(code_id, digits), anonymous())


def test_without_the_right_code_nobody_learns_whether_a_number_has_an_account(world: World) -> None:
    world.register(id_number())
    world.pass_time(minutes=2)
    code_id, digits = world.code(PHONE, CodePurpose.REGISTER)

    with refused("identity.sms_code_wrong"):
        register(world.means, entry(code_id, "000000" if digits != "000000" else "000001"), anonymous())


def test_a_wrong_code_is_counted_although_the_command_is_refused(world: World) -> None:
    code_id, digits = world.code(PHONE, CodePurpose.REGISTER)
    with refused("identity.sms_code_wrong"):
        register(world.means, entry(code_id, "000001" if digits != "000001" else "000002"), anonymous())

    assert world.store.memory.codes[code_id].tries == 1


@pytest.mark.parametrize(("born", "allowed"), [("20081122", True), ("20081123", False)])
def test_eighteen_is_counted_to_the_day(world: World, born: str, *, allowed: bool) -> None:
    code_id, digits = world.code(PHONE, CodePurpose.REGISTER)

    if allowed:
        assert register(world.means, entry(code_id, digits, born=born), anonymous())
    else:
        with refused("identity.under_age"):
            register(world.means, entry(code_id, digits, born=born), anonymous())


def test_a_birthday_begins_at_midnight_in_china(world: World) -> None:
    code_id, digits = world.code(PHONE, CodePurpose.REGISTER)
    world.now = world.now.replace(hour=16)  # midnight of the 23rd in China
    world.store.memory.codes[code_id].issued_at = world.now

    assert register(world.means, entry(code_id, digits, born="20081123"), anonymous())


def test_a_name_other_than_the_clerk_saw_on_the_card_is_refused(world: World) -> None:
    clerk = world.staff("COUNTER_CLERK")
    seen = CheckAtCounter(name=PersonName("测试乙"), id_number=id_number())
    check_at_counter(world.means, seen, as_staff(clerk, "COUNTER_CLERK"))
    code_id, digits = world.code(PHONE, CodePurpose.REGISTER)

    with refused("identity.name_mismatch"):
        register(world.means, entry(code_id, digits), anonymous())


def test_couples_may_share_a_mobile_and_it_is_recorded(world: World) -> None:
    world.register(id_number(1))
    world.pass_time(minutes=2)

    second = world.register(id_number(2))

    assert world.store.memory.accounts[second].mobile_shared


def test_a_deployment_may_refuse_shared_mobiles(world: World) -> None:
    world.with_rules(shared_mobile=SharedMobile.REFUSE).register(id_number(1))
    world.pass_time(minutes=2)

    with refused("identity.mobile_shared"):
        world.register(id_number(2))


def test_a_person_sees_their_own_data(world: World) -> None:
    person = world.register(id_number())

    assert get_person(world.means, GetPerson(person_id=person), as_person(person)).id_number == id_number()


@pytest.mark.parametrize("service", ["contract", "signing", "review"])
def test_services_that_write_documents_see_a_persons_data(world: World, service: str) -> None:
    person = world.register(id_number())

    assert get_person(world.means, GetPerson(person_id=person), as_service(service)).mobile == Mobile(PHONE)


def test_nobody_sees_another_persons_data(world: World) -> None:
    person = world.register(id_number())
    other = person_id_of(id_number(2))

    with refused("identity.not_yours"):
        get_person(world.means, GetPerson(person_id=person), as_person(other))
    for service in ("office", "notice", "property", "gateway"):
        with refused("actor.service_only"):
            get_person(world.means, GetPerson(person_id=person), as_service(service))
    for stranger in (anonymous(), as_staff("s1", "REVIEWER")):
        with refused("actor.sign_in_required"):
            get_person(world.means, GetPerson(person_id=person), stranger)


def test_a_person_without_account_is_unknown(world: World) -> None:
    with refused("identity.person_unknown"):
        get_person(world.means, GetPerson(person_id=person_id_of(id_number())), as_service("contract"))
