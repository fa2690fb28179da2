"""WeChat as a way in, and staff accounts that are closed."""

import pyotp
import pytest

from services.common.messages import identity as messages
from services.identity.application.block_staff import block_staff
from services.identity.application.end_sessions import list_ended_sessions
from services.identity.application.refresh_session import refresh_session
from services.identity.application.sign_in_staff import sign_in_staff
from services.identity.application.sign_in_with_wechat import bind_wechat, sign_in_with_wechat, unbind_wechat
from tests.unit.identity.world import (
    PASSWORD,
    TOTP_SECRET,
    World,
    anonymous,
    as_person,
    as_service,
    id_number,
    refused,
)


def enter(world: World, code: str) -> messages.SessionReference:
    return sign_in_with_wechat(world.means, messages.SignInWithWechat(code=code, source="home"), anonymous())


def test_bound_wechat_signs_in_and_unbound_does_not(world: World) -> None:
    person = world.register(id_number(1))
    world.wechat.openids = {"code-1": "openid-a", "code-2": "openid-a", "code-3": "openid-a"}
    with refused("identity.wechat_not_bound"):
        enter(world, "code-1")

    bind_wechat(world.means, messages.BindWechat(code="code-2"), as_person(person))
    signed = enter(world, "code-3")
    assert world.store.memory.sessions[signed.session_id].subject_id == str(person)

    unbind_wechat(world.means, messages.UnbindWechat(), as_person(person))
    with refused("identity.wechat_not_bound"):
        enter(world, "code-3")


def test_one_wechat_account_signs_in_the_last_person_who_bound_it(world: World) -> None:
    first, second = world.register(id_number(1)), world.register(id_number(2), mobile="13800000002")
    world.wechat.openids = {"code-1": "openid-a"}
    for person in (first, second):
        bind_wechat(world.means, messages.BindWechat(code="code-1"), as_person(person))

    signed = enter(world, "code-1")

    assert world.store.memory.sessions[signed.session_id].subject_id == str(second)


def test_codes_wechat_refuses_close_the_address(world: World) -> None:
    for _ in range(30):
        with refused("identity.wechat_code_wrong"):
            enter(world, "made up")

    with refused("identity.locked"):
        enter(world, "made up")


def test_closing_a_staff_account_ends_its_sessions_and_lets_nobody_in_until_opened(world: World) -> None:
    world.staff("REVIEWER")
    entry = messages.SignInStaff(login="clerk.one", password=PASSWORD, totp=pyotp.TOTP(TOTP_SECRET).at(world.now))
    session = sign_in_staff(world.means, entry, anonymous()).session_id

    block_staff(world.means, messages.BlockStaff(login="clerk.one", blocked=True), as_service("cli"))

    assert list_ended_sessions(world.means, messages.ListEndedSessions(), anonymous()).session_ids == (session,)
    token = world.means.tokens.refresh(session, 1)
    with refused("identity.session_over"):
        refresh_session(world.means, messages.RefreshSession(refresh_token=token), anonymous())
    world.pass_time(minutes=1)
    again = messages.SignInStaff(login="clerk.one", password=PASSWORD, totp=pyotp.TOTP(TOTP_SECRET).at(world.now))
    with refused("identity.staff_blocked"):
        sign_in_staff(world.means, again, anonymous())
    block_staff(world.means, messages.BlockStaff(login="clerk.one", blocked=False), as_service("cli"))
    assert sign_in_staff(world.means, again, anonymous()).generation == 1


@pytest.mark.parametrize("service", ["gateway", "notice"])
def test_only_the_operators_command_closes_accounts(service: str, world: World) -> None:
    world.staff("REVIEWER")

    with refused("actor.service_only"):
        block_staff(world.means, messages.BlockStaff(login="clerk.one", blocked=True), as_service(service))
