import datetime as dt

import pyotp
import pytest

from services.common.kit.calls import Call
from services.common.messages.identity import (
    AddStaff,
    GetStaff,
    RefreshSession,
    SessionReference,
    SetStaffRoles,
    SignInStaff,
)
from services.identity.application.add_staff import add_staff
from services.identity.application.get_staff import get_staff
from services.identity.application.refresh_session import refresh_session
from services.identity.application.set_staff_roles import set_staff_roles
from services.identity.application.show_session import show_session
from services.identity.application.sign_in_staff import sign_in_staff
from services.identity.domain.session import EndReason
from services.identity.domain.staff import Role
from tests.unit.identity.world import (
    PASSWORD,
    TOTP_SECRET,
    World,
    anonymous,
    as_person,
    as_service,
    as_staff,
    id_number,
    person_id_of,
    refused,
)


def totp(world: World, **shift: float) -> str:
    world.pass_time(**shift)
    return pyotp.TOTP(TOTP_SECRET).at(world.now)


def enter(
    world: World, *, login: str = "clerk.one", password: str = PASSWORD, digits: str | None = None, source: str = ""
) -> str:
    digits = totp(world) if digits is None else digits
    solved = world.solved(source)
    message = SignInStaff(login=login, password=password, totp=digits, source=source, captcha=solved)
    return sign_in_staff(world.means, message, anonymous()).session_id


def new(**changes: object) -> AddStaff:
    fields: dict[str, object] = {
        "login": "clerk.one",
        "password": PASSWORD,
        "totp_secret": TOTP_SECRET,
        "roles": ("REVIEWER",),
        "office": "huangshi-1",
    }
    return AddStaff(**{**fields, **changes})  # type: ignore[arg-type]


def test_the_command_creates_staff_whose_password_is_kept_hashed(world: World) -> None:
    staff_id = add_staff(world.means, new(), as_service("cli")).staff_id

    assert world.store.memory.staff[staff_id].password_hash != PASSWORD


@pytest.mark.parametrize(
    "who", [anonymous(), as_service("gateway"), as_staff("s1", "OPERATOR"), as_person(person_id_of(id_number()))]
)
def test_nobody_but_the_command_creates_staff(world: World, who: object) -> None:
    with refused("actor.service_only"):
        add_staff(world.means, new(), who)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("login", "a", "identity.login_invalid"),
        ("login", "张三", "identity.login_invalid"),
        ("password", "elevenchars", "identity.password_too_weak"),
        ("password", "x" * 201, "identity.password_too_weak"),
        ("totp_secret", "GEZDGNBVGY3TQOJQ", "identity.totp_secret_invalid"),
        ("totp_secret", "not base32!", "identity.totp_secret_invalid"),
        ("roles", (), "identity.role_unknown"),
        ("roles", ("KING",), "identity.role_unknown"),
        ("office", "", "identity.office_invalid"),
    ],
)
def test_a_wrong_field_is_named(world: World, field: str, value: object, code: str) -> None:
    with refused(code):
        add_staff(world.means, new(**{field: value}), as_service("cli"))


def test_a_login_is_given_once(world: World) -> None:
    world.staff("REVIEWER")

    with refused("identity.login_taken"):
        add_staff(world.means, new(login=" Clerk.One "), as_service("cli"))


def test_password_and_one_time_password_open_a_session_with_roles_and_office(world: World) -> None:
    staff_id = world.staff("REVIEWER", "OPERATOR")

    session_id = enter(world)

    session = world.store.memory.sessions[session_id]
    assert (session.kind, session.subject_id, session.roles, session.office) == (
        "STAFF",
        staff_id,
        ("REVIEWER", "OPERATOR"),
        "huangshi-1",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "wrong horse battery"},
        {"digits": "000000"},
        {"login": "nobody.here"},
        {"password": "", "digits": ""},
    ],
)
def test_whatever_is_wrong_the_refusal_is_the_same_and_costs_the_same(world: World, wrong: dict[str, str]) -> None:
    world.staff("REVIEWER")

    with refused("identity.staff_sign_in_refused"):
        enter(world, **wrong)
    assert world.passwords.checked == 1


def test_a_one_time_password_opens_one_session(world: World) -> None:
    world.staff("REVIEWER")
    digits = totp(world)
    enter(world, digits=digits)

    with refused("identity.totp_already_used"):
        enter(world, digits=digits)
    assert enter(world, digits=totp(world, seconds=30))


def test_a_clock_may_differ_by_one_step_but_not_two(world: World) -> None:
    world.staff("REVIEWER")
    digits = totp(world)
    world.pass_time(seconds=60)

    with refused("identity.staff_sign_in_refused"):
        enter(world, digits=digits)
    digits = totp(world)
    world.pass_time(seconds=30)
    assert enter(world, digits=digits)


def test_an_older_one_time_password_than_the_last_used_is_refused(world: World) -> None:
    world.staff("REVIEWER")
    older = totp(world)
    enter(world, digits=totp(world, seconds=30))

    with refused("identity.totp_already_used"):
        enter(world, digits=older)


def test_five_failures_lock_the_login_whatever_comes_next_and_no_password_is_hashed_any_more(world: World) -> None:
    world.staff("REVIEWER")
    for _ in range(5):
        with refused("identity.staff_sign_in_refused"):
            enter(world, password="wrong horse battery")

    with refused("identity.locked"):
        enter(world)
    assert world.passwords.checked == 5
    world.pass_time(minutes=15)
    assert enter(world)


def test_failures_from_elsewhere_do_not_lock_out_whoever_comes_from_a_usual_address(world: World) -> None:
    world.staff("REVIEWER")
    enter(world, source="the office")
    for place in range(5):
        with refused("identity.staff_sign_in_refused"):
            enter(world, password="wrong horse battery", source=f"somewhere {place}")
    world.pass_time(minutes=1)

    with refused("identity.locked"):
        enter(world, source="home")
    assert enter(world, source="the office")


def test_a_usual_address_is_locked_by_its_own_failures_and_usual_for_a_month_alone(world: World) -> None:
    world.staff("REVIEWER")
    enter(world, source="the office")
    for _ in range(5):
        with refused("identity.staff_sign_in_refused"):
            enter(world, password="wrong horse battery", source="the office")
    with refused("identity.locked"):
        enter(world, source="the office")
    world.pass_time(days=31)
    for place in range(5):
        with refused("identity.staff_sign_in_refused"):
            enter(world, password="wrong horse battery", source=f"somewhere {place}")

    with refused("identity.locked"):
        enter(world, source="the office")


def test_a_lock_that_falls_while_the_password_is_hashed_holds(world: World) -> None:
    world.staff("REVIEWER")
    fallen = [("login:clerk.one", world.now)] * 5
    world.passwords.meanwhile = lambda: world.store.memory.failures.extend(fallen)

    with refused("identity.locked"):
        enter(world)


def test_a_login_that_does_not_exist_locks_like_any_other(world: World) -> None:
    for _ in range(5):
        with refused("identity.staff_sign_in_refused"):
            enter(world, login="nobody.here")

    with refused("identity.locked"):
        enter(world, login="nobody.here")


def test_one_address_trying_many_logins_is_locked_too(world: World) -> None:
    world.staff("REVIEWER")
    for number in range(30):
        with refused("identity.staff_sign_in_refused"):
            enter(world, login=f"guess.{number}", source="attacker")

    with refused("identity.locked"):
        enter(world, source="attacker")
    assert enter(world, source="office")


def test_a_renewed_staff_session_has_the_roles_of_today(world: World) -> None:
    staff_id = world.staff("REVIEWER")
    message = SignInStaff(login="clerk.one", password=PASSWORD, totp=totp(world))
    session = show_session(world.means, sign_in_staff(world.means, message, anonymous()))
    world.store.memory.staff[staff_id].roles = ("COUNTER_CLERK",)

    renewed = refresh_session(world.means, RefreshSession(refresh_token=session.refresh_token), anonymous())

    assert show_session(world.means, renewed).roles == ("COUNTER_CLERK",)


def test_review_learns_which_person_a_member_of_staff_is(world: World) -> None:
    staff_id = world.staff("REVIEWER", number=id_number())

    known = get_staff(world.means, GetStaff(staff_id=staff_id), as_service("review"))

    assert known.person_id == person_id_of(id_number())
    with refused("identity.staff_unknown"):
        get_staff(world.means, GetStaff(staff_id="none"), as_service("review"))
    for nobody in (anonymous(), as_service("notice"), as_staff(staff_id, "REVIEWER")):
        with refused("actor.service_only"):
            get_staff(world.means, GetStaff(staff_id=staff_id), nobody)


def test_a_second_sign_in_ends_the_first_session(world: World) -> None:
    world.staff("REVIEWER")
    first = enter(world)
    second = enter(world, digits=totp(world, seconds=30))

    sessions = world.store.memory.sessions
    assert (sessions[first].end_reason, sessions[second].ended_at) == (EndReason.REPLACED, None)


def test_staff_are_signed_out_after_fifteen_idle_minutes_and_not_while_they_work(world: World) -> None:
    world.staff("REVIEWER")
    shown = show_session(world.means, SessionReference(session_id=enter(world)))
    for _ in range(4):
        world.pass_time(minutes=14)
        shown = show_session(
            world.means,
            refresh_session(world.means, RefreshSession(refresh_token=shown.refresh_token), anonymous()),
        )

    assert shown.access_expires_at == world.now + dt.timedelta(minutes=5)
    world.pass_time(minutes=15)
    with refused("identity.session_over"):
        refresh_session(world.means, RefreshSession(refresh_token=shown.refresh_token), anonymous())


def test_every_role_can_be_given_and_the_auditor_holds_no_other(world: World) -> None:
    for number, role in enumerate(Role):
        assert world.staff(role, login=f"clerk.{number}")

    with refused("identity.role_stands_alone"):
        world.staff("AUDITOR", "REVIEWER", login="clerk.both")


def other_roles(**changes: object) -> SetStaffRoles:
    return SetStaffRoles(**{"login": "clerk.one", "roles": ("TAX_OFFICER",), **changes})  # type: ignore[arg-type]


def test_other_roles_and_another_office_end_the_session_and_stand_in_the_next(world: World) -> None:
    world.staff("REVIEWER")
    before = enter(world)
    set_staff_roles(world.means, other_roles(office="huangshi-2"), as_service("cli"))
    after = enter(world, digits=totp(world, seconds=30))

    sessions = world.store.memory.sessions
    assert sessions[before].end_reason is EndReason.ROLES_CHANGED
    assert (sessions[after].roles, sessions[after].office) == (("TAX_OFFICER",), "huangshi-2")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"login": "nobody"}, "identity.staff_unknown"),
        ({"roles": ()}, "identity.role_unknown"),
        ({"roles": ("KING",)}, "identity.role_unknown"),
        ({"roles": ("AUDITOR", "OPERATOR")}, "identity.role_stands_alone"),
        ({"office": "Not An Office"}, "identity.office_invalid"),
    ],
)
def test_roles_that_cannot_be_given_are_refused(changes: dict[str, object], code: str, world: World) -> None:
    world.staff("REVIEWER")

    with refused(code):
        set_staff_roles(world.means, other_roles(**changes), as_service("cli"))


@pytest.mark.parametrize("who", [anonymous(), as_service("gateway"), as_staff("s1", "OFFICE_ADMIN")])
def test_nobody_but_the_command_gives_roles(world: World, who: Call) -> None:
    world.staff("REVIEWER")

    with refused("actor.service_only"):
        set_staff_roles(world.means, other_roles(), who)
