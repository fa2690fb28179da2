"""Registration checked with an authority: what it says, what it does not know, who is blocked."""

import pytest

from services.common.messages import identity as messages
from services.common.values import Mobile, PersonId, PersonName
from services.identity.application.block_id_number import block_id_number
from services.identity.application.check_at_counter import check_at_counter
from services.identity.application.ports import NameVerdict
from services.identity.application.register import register
from services.identity.application.start_face_check import start_face_check
from services.identity.domain.account import NameCheck
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


def entry(world: World, *, digits: str | None = None, code_id: str | None = None) -> messages.Register:
    issued, right = world.code(PHONE, messages.CodePurpose.REGISTER) if code_id is None else (code_id, "")
    return messages.Register(
        name=PersonName("测试甲"), id_number=id_number(), mobile=Mobile(PHONE), code_id=issued, code=digits or right
    )


def seen(world: World, name: str = "测试甲", mobile: str | None = None) -> None:
    clerk = as_staff("clerk", "COUNTER_CLERK")
    phone = Mobile(mobile) if mobile else None
    check_at_counter(
        world.means, messages.CheckAtCounter(name=PersonName(name), id_number=id_number(), mobile=phone), clerk
    )


def reason_of_a_check(world: World, person: PersonId) -> str | None:
    start = messages.StartFaceCheck(purpose=messages.ProofPurpose.OPEN_CASE, subject="")
    reference = start_face_check(world.means, start, as_person(person))
    return world.store.memory.face_checks[reference.check_id].reason


def test_the_authority_is_asked_once_under_the_requests_own_name_and_only_for_a_proven_phone(world: World) -> None:
    with refused("identity.sms_code_wrong"):
        register(world.means, entry(world, digits="999999"), anonymous())
    assert world.authority.asked == []
    world.pass_time(minutes=2)

    register(world.means, entry(world), anonymous())

    assert world.authority.asked == [("request", "测试甲", str(id_number()))]


def test_a_name_the_authority_knows_otherwise_is_refused_and_costs_a_try_of_the_code(world: World) -> None:
    world.authority.verdict = NameVerdict.MISMATCH
    message = entry(world)
    for _ in range(5):
        with refused("identity.name_number_mismatch"):
            register(world.means, message, anonymous())

    with refused("identity.sms_code_used_up"):
        register(world.means, message, anonymous())
    assert world.store.memory.accounts == {}


def test_a_number_the_authority_does_not_know_waits_for_a_clerk_and_may_not_use_the_face(world: World) -> None:
    world.authority.verdict = NameVerdict.UNKNOWN
    person = register(world.means, entry(world), anonymous()).person_id
    world.consent(person)

    assert world.store.memory.accounts[person].name_check is NameCheck.IN_REVIEW
    assert reason_of_a_check(world, person) == "identity.name_unchecked"


def test_a_clerk_who_reads_the_same_name_ends_the_review(world: World) -> None:
    world.authority.verdict = NameVerdict.UNKNOWN
    person = register(world.means, entry(world), anonymous()).person_id

    with refused("identity.name_mismatch"):
        seen(world, "另有其人")
    assert world.store.memory.accounts[person].name_check is NameCheck.IN_REVIEW
    seen(world)

    assert world.store.memory.accounts[person].name_check is NameCheck.MATCHED
    assert reason_of_a_check(world, person) == "identity.face_consent_missing"


def test_a_card_a_clerk_has_read_before_outweighs_not_knowing(world: World) -> None:
    world.authority.verdict = NameVerdict.UNKNOWN
    seen(world)

    person = register(world.means, entry(world), anonymous()).person_id

    assert world.store.memory.accounts[person].name_check is NameCheck.MATCHED


def block(world: World, *, blocked: bool, service: str = "cli", reason: str = "LOST_CARD") -> None:
    block_id_number(
        world.means,
        messages.BlockIdNumber(id_number=id_number(), blocked=blocked, reason=reason),
        as_service(service),
    )


def test_a_blocked_number_is_not_registered_until_opened_and_the_authority_is_not_asked(world: World) -> None:
    block(world, blocked=True)
    message = entry(world)
    with refused("identity.id_number_blocked"):
        register(world.means, message, anonymous())
    assert world.authority.asked == []

    block(world, blocked=False)

    assert register(world.means, message, anonymous()).person_id == person_id_of(id_number())


@pytest.mark.parametrize("service", ["gateway", "contract"])
def test_only_the_operators_command_blocks(service: str, world: World) -> None:
    with refused("actor.service_only"):
        block(world, blocked=True, service=service)


@pytest.mark.parametrize("reason", ["", "lost card", "因为"])
def test_a_reason_is_a_code(reason: str, world: World) -> None:
    with refused("identity.block_reason_invalid"):
        block(world, blocked=True, reason=reason)
