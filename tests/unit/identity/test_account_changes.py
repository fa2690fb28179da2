"""Another mobile, an occupied number won back, and what the former phone is told."""

import pytest

from services.common.messages import identity as messages
from services.common.values import Mobile, PersonId, PersonName
from services.identity.application.change_mobile import change_mobile
from services.identity.application.recover_account import recover_account
from services.identity.application.sign_in import sign_in
from services.identity.application.tell_change import get_account_change
from services.identity.domain.account import SharedMobile
from services.identity.domain.consent import ConsentPurpose
from tests.unit.identity.test_name_checks import seen
from tests.unit.identity.test_passwords import choose, proof
from tests.unit.identity.test_passwords import sign_in as by_password
from tests.unit.identity.world import World, anonymous, as_person, as_service, id_number, person_id_of, refused

OLD, NEW = "13800000001", "13900000002"


@pytest.fixture
def person(world: World) -> PersonId:
    return world.register(id_number(), mobile=OLD)


def change(world: World, person: PersonId, *, token: str | None = None, session: str = "", mobile: str = NEW) -> None:
    code_id, digits = world.code(mobile, messages.CodePurpose.CHANGE_MOBILE)
    message = messages.ChangeMobile(
        mobile=Mobile(mobile), code_id=code_id, code=digits, proof=token or proof(world, person)
    )
    change_mobile(world.means, message, as_person(person, session))


def recover(world: World, *, mobile: str = NEW, name: str = "测试甲", digits: str | None = None) -> PersonId:
    code_id, right = world.code(mobile, messages.CodePurpose.RECOVER)
    message = messages.RecoverAccount(
        name=PersonName(name),
        id_number=id_number(),
        mobile=Mobile(mobile),
        code_id=code_id,
        code=digits or right,
        source="home",
    )
    return recover_account(world.means, message, anonymous()).person_id


def told(world: World) -> messages.AccountChange:
    """What notice learns from the last event."""
    event = world.store.events[-1]
    assert isinstance(event, messages.AccountChanged)
    return get_account_change(world.means, messages.GetAccountChange(change_id=event.change_id), as_service("notice"))


def by_sms(world: World, mobile: str) -> str:
    code_id, digits = world.code(mobile, messages.CodePurpose.SIGN_IN)
    entry = messages.SignIn(mobile=Mobile(mobile), code_id=code_id, code=digits)
    return sign_in(world.means, entry, anonymous()).session_id


def test_the_new_mobile_signs_in_and_the_old_one_is_told_and_does_not(world: World, person: PersonId) -> None:
    change(world, person)

    assert told(world) == messages.AccountChange(
        mobile=Mobile(OLD), kind=messages.ChangeKind.MOBILE_CHANGED, changed_at=world.now
    )
    assert by_sms(world, NEW)
    with refused("identity.account_missing"):
        by_sms(world, OLD)


def test_a_change_of_mobile_ends_the_other_sessions(world: World, person: PersonId) -> None:
    here = by_sms(world, OLD)
    world.pass_time(minutes=2)
    there = by_sms(world, OLD)

    change(world, person, session=here)

    sessions = world.store.memory.sessions
    assert (sessions[here].ended_at, sessions[there].ended_at) == (None, world.now)


def test_a_proof_changes_one_mobile_once_and_its_own_persons_alone(world: World, person: PersonId) -> None:
    token = proof(world, person)
    with refused("identity.not_yours"):
        change(world, person, token=proof(world, person_id_of(id_number(2))))
    change(world, person, token=token, mobile="13900000004")

    with refused("proof.already_spent"):
        change(world, person, token=token, mobile="13900000003")
    assert world.store.memory.accounts[person].mobile == Mobile("13900000004")


def test_a_mobile_of_somebody_else_is_recorded_or_refused_as_the_deployment_says(
    world: World, person: PersonId
) -> None:
    world.register(id_number(2), mobile=NEW)
    world.with_rules(shared_mobile=SharedMobile.REFUSE)
    with refused("identity.mobile_shared"):
        change(world, person)

    world.pass_time(minutes=2)
    world.with_rules(shared_mobile=SharedMobile.WARN)
    change(world, person)
    assert world.store.memory.accounts[person].mobile_shared


def test_a_password_reset_by_proof_is_told_to_the_phone_and_an_ordinary_change_is_not(
    world: World, person: PersonId
) -> None:
    choose(world, person)
    choose(world, person, "changed password", current="eight ch")
    assert not [one for one in world.store.events if isinstance(one, messages.AccountChanged)]

    choose(world, person, "once more changed", proof=proof(world, person))

    assert (told(world).mobile, told(world).kind) == (Mobile(OLD), messages.ChangeKind.PASSWORD_RESET)


def test_only_notice_learns_the_former_mobile(world: World, person: PersonId) -> None:
    change(world, person)
    event = world.store.events[-1]
    assert isinstance(event, messages.AccountChanged)

    with refused("actor.service_only"):
        get_account_change(world.means, messages.GetAccountChange(change_id=event.change_id), as_service("contract"))


def test_an_occupied_number_is_won_back_at_the_counter_and_nothing_of_the_occupant_stays(world: World) -> None:
    occupied = world.register(id_number(), name="占用者", mobile=OLD)
    choose(world, occupied, login="occupant")
    occupants = by_password(world, "occupant").session_id
    world.consent(occupied)
    with world.store.works(anonymous()) as work:
        work.portraits.put(occupied, b"the occupant's face", world.now)
        work.wechat_links.put("openid", occupied, world.now)
        work.commit()
    seen(world, "测试甲", NEW)

    assert recover(world) == occupied

    memory = world.store.memory
    account = memory.accounts[occupied]
    assert (str(account.name), account.mobile) == ("测试甲", Mobile(NEW))
    assert (memory.credentials, memory.portraits, memory.wechat_links) == ({}, {}, {})
    assert memory.sessions[occupants].ended_at == world.now
    with world.store.read() as registers:
        assert not registers.consents.live(occupied, ConsentPurpose.FACE)
    assert (told(world).mobile, told(world).kind) == (Mobile(OLD), messages.ChangeKind.ACCOUNT_RECOVERED)
    assert by_sms(world, NEW)


def test_naming_a_number_while_its_owner_is_at_the_counter_wins_nothing(world: World, person: PersonId) -> None:
    seen(world)
    with refused("identity.recovery_proof_missing"):
        recover(world)

    world.pass_time(minutes=2)
    seen(world, mobile="13900000009")
    with refused("identity.recovery_proof_missing"):
        recover(world)
    assert world.store.memory.accounts[person].mobile == Mobile(OLD)


def test_a_check_that_ran_out_or_of_another_name_wins_nothing(world: World, person: PersonId) -> None:
    seen(world, mobile=NEW)
    with refused("identity.recovery_proof_missing"):
        recover(world, name="测试乙")

    world.pass_time(hours=24)
    with refused("identity.recovery_proof_missing"):
        recover(world)


def test_a_number_nobody_registered_is_refused_like_one_without_proof(world: World) -> None:
    seen(world, mobile=NEW)

    with refused("identity.recovery_proof_missing"):
        recover(world)


def test_a_wrong_code_recovers_nothing(world: World, person: PersonId) -> None:
    seen(world, mobile=NEW)

    with refused("identity.sms_code_wrong"):
        recover(world, digits="999999")
    assert world.store.memory.accounts[person].mobile == Mobile(OLD)


def test_former_mobiles_are_forgotten_after_a_week(world: World, person: PersonId) -> None:
    from services.identity.application.forget_expired import forget_expired

    change(world, person)
    world.pass_time(days=7, seconds=1)

    forget_expired(world.means, as_service("identity"))

    assert world.store.memory.account_changes == {}
