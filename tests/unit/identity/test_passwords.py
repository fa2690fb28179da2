"""Passwords of citizens: what signs in, what is never told apart, what locks, what a change ends."""

import pytest

from services.common.kit.calls import Call
from services.common.messages import identity as messages
from services.common.values import PersonId
from services.identity.application.end_sessions import list_ended_sessions, sign_out_everywhere
from services.identity.application.set_password import set_password
from services.identity.application.sign_in_with_password import sign_in_with_password
from services.identity.domain.proof import IdentityProof
from tests.unit.identity.world import World, anonymous, as_person, id_number, person_id_of, refused

SECRET = "eight ch"
LOGIN = "wang.xiaoming"


def choose(world: World, person: PersonId, password: str = SECRET, session: str = "", **more: str) -> None:
    set_password(world.means, messages.SetPassword(password=password, **more), as_person(person, session))


def sign_in(world: World, name: str, password: str = SECRET, **more: object) -> messages.SessionReference:
    return sign_in_with_password(
        world.means, messages.SignInWithPassword(name=name, password=password, **more), anonymous()
    )


def proof(world: World, person: PersonId, **changes: object) -> str:
    told = {
        "proof_id": world.means.new_id(),
        "person_id": person,
        "purpose": messages.ProofPurpose.ACCOUNT,
        "method": messages.ProofMethod.FACE,
        "assurance": messages.Assurance.BASIC,
        "subject": "",
        "issued_at": world.now,
        **changes,
    }
    return world.means.tokens.proof(IdentityProof(**told))


@pytest.fixture
def person(world: World) -> PersonId:
    return world.register(id_number(1))


@pytest.mark.parametrize("name", [LOGIN, "WANG.XiaoMing ", "13800000001", str(id_number(1)), "１３８０００００００１"])
def test_login_mobile_and_id_number_sign_in_with_the_password(name: str, world: World, person: PersonId) -> None:
    choose(world, person, login=LOGIN)

    reference = sign_in(world, name)

    assert world.store.memory.sessions[reference.session_id].subject_id == str(person)


@pytest.mark.parametrize("name", ["nobody.here", "13800000009", str(id_number(9)), "13800000001", "", "测" * 60])
def test_wrong_name_missing_password_and_wrong_password_are_one_refusal_at_the_same_cost(
    name: str, world: World, person: PersonId
) -> None:
    with refused("identity.sign_in_refused"):
        sign_in(world, name)

    assert world.passwords.checked == 1


def test_five_wrong_passwords_lock_the_account_under_every_name(world: World, person: PersonId) -> None:
    choose(world, person, login=LOGIN)
    for name in (LOGIN, "13800000001", str(id_number(1)), LOGIN, LOGIN):
        with refused("identity.sign_in_refused"):
            sign_in(world, name, "wrong password", captcha=world.solved())

    with refused("identity.locked"):
        sign_in(world, str(id_number(1)))
    world.pass_time(minutes=15)
    assert sign_in(world, LOGIN, captcha=world.solved()).generation == 1


def test_a_success_forgets_the_failures_of_the_account_but_not_of_the_address(world: World, person: PersonId) -> None:
    choose(world, person)
    with refused("identity.sign_in_refused"):
        sign_in(world, "13800000001", "wrong password", source="home")

    sign_in(world, "13800000001", source="home")

    assert [subject for subject, _ in world.store.memory.failures] == ["source:home"]


def test_failures_from_elsewhere_do_not_lock_out_whoever_comes_from_a_usual_address(
    world: World, person: PersonId
) -> None:
    choose(world, person, login=LOGIN)
    sign_in(world, LOGIN, source="home")
    for place in range(5):
        source = f"somewhere {place}"
        with refused("identity.sign_in_refused"):
            sign_in(world, LOGIN, "wrong password", source=source, captcha=world.solved(source))

    with refused("identity.locked"):
        sign_in(world, LOGIN, source="a new place")
    assert sign_in(world, LOGIN, source="home")


def test_thirty_failures_from_an_address_close_it_for_names_nobody_has(world: World) -> None:
    for n in range(30):
        with refused("identity.sign_in_refused"):
            sign_in(world, f"nobody{n}", source="home")

    with refused("identity.locked"):
        sign_in(world, "another", source="home")
    with refused("identity.sign_in_refused"):
        sign_in(world, "another", source="elsewhere")


def test_people_who_share_a_phone_are_told_apart_by_the_tail_only_after_a_right_password(world: World) -> None:
    first, second = world.register(id_number(1)), None
    world.pass_time(minutes=2)
    second = world.register(id_number(2))
    choose(world, first)
    choose(world, second, "another one")

    with refused("identity.sign_in_refused"):
        sign_in(world, "13800000001", "neither of them")
    with refused("identity.id_tail_needed"):
        sign_in(world, "13800000001", "another one")
    signed = sign_in(world, "13800000001", "another one", id_tail=str(id_number(2))[-4:])
    with refused("identity.sign_in_refused"):
        sign_in(world, "13800000001", "another one", id_tail=str(id_number(1))[-4:])

    assert world.store.memory.sessions[signed.session_id].subject_id == str(second)


@pytest.mark.parametrize("password", ["seven c", "x" * 201])
def test_password_of_wrong_length_is_refused(password: str, world: World, person: PersonId) -> None:
    with refused("identity.password_too_weak"):
        choose(world, person, password)


@pytest.mark.parametrize("login", ["13800000001", "abc", "has blank", "张三张三"])
def test_login_that_could_be_taken_for_something_else_is_refused(login: str, world: World, person: PersonId) -> None:
    with refused("identity.login_invalid"):
        choose(world, person, login=login)


def test_login_of_another_is_taken(world: World, person: PersonId) -> None:
    choose(world, person, login=LOGIN)
    other = world.register(id_number(2), mobile="13800000002")

    with refused("identity.login_taken"):
        choose(world, other, login=LOGIN)


def test_a_change_needs_the_current_password_or_a_proof(world: World, person: PersonId) -> None:
    choose(world, person, login=LOGIN)

    with refused("identity.account_proof_missing"):
        choose(world, person, "changed password")
    with refused("identity.password_wrong"):
        choose(world, person, "changed password", current="not this one")
    choose(world, person, "changed password", current=SECRET)

    assert sign_in(world, LOGIN, "changed password").generation == 1


def test_guessing_the_current_password_locks(world: World, person: PersonId) -> None:
    choose(world, person)
    for _ in range(5):
        with refused("identity.password_wrong"):
            choose(world, person, "changed password", current="not this one")

    with refused("identity.locked"):
        choose(world, person, "changed password", current=SECRET)


def test_a_forgotten_password_is_reset_by_an_identity_proof_once(world: World, person: PersonId) -> None:
    choose(world, person)
    token = proof(world, person)

    choose(world, person, "changed password", proof=token)

    assert sign_in(world, "13800000001", "changed password").generation == 1
    with refused("proof.already_spent"):
        choose(world, person, "once more please", proof=token)


def test_a_proof_of_another_person_purpose_or_time_resets_nothing(world: World, person: PersonId) -> None:
    choose(world, person)

    with refused("identity.not_yours"):
        choose(world, person, "changed password", proof=proof(world, person_id_of(id_number(2))))
    with refused("token.invalid"):
        choose(world, person, "changed password", proof=proof(world, person, purpose=messages.ProofPurpose.SIGN))
    with refused("token.invalid"):
        choose(world, person, "changed password", proof="not.a.token")
    old = proof(world, person)
    world.pass_time(minutes=10)
    with refused("token.expired"):
        choose(world, person, "changed password", proof=old)
    assert sign_in(world, "13800000001").generation == 1


def test_a_changed_password_ends_the_other_sessions_and_tells_the_gateway(world: World, person: PersonId) -> None:
    choose(world, person)
    here, there = sign_in(world, "13800000001"), sign_in(world, "13800000001")

    choose(world, person, "changed password", session=here.session_id, current=SECRET)

    told = list_ended_sessions(world.means, messages.ListEndedSessions(), anonymous())
    assert told.session_ids == (there.session_id,)


def test_signing_out_everywhere_ends_all_sessions_of_the_caller_alone(world: World, person: PersonId) -> None:
    choose(world, person)
    other = world.register(id_number(2), mobile="13800000002")
    choose(world, other)
    mine = {sign_in(world, "13800000001").session_id for _ in range(2)}
    sign_in(world, "13800000002")

    caller: Call = as_person(person, min(mine))
    sign_out_everywhere(world.means, messages.SignOutEverywhere(), caller)
    sign_out_everywhere(world.means, messages.SignOutEverywhere(), caller)

    assert set(list_ended_sessions(world.means, messages.ListEndedSessions(), anonymous()).session_ids) == mine


def test_ended_sessions_are_told_until_their_tokens_are_expired_and_from_a_moment_with_some_overlap(
    world: World, person: PersonId
) -> None:
    choose(world, person)
    session = sign_in(world, "13800000001").session_id
    sign_out_everywhere(world.means, messages.SignOutEverywhere(), as_person(person, session))
    ended_at = world.now

    def told(since: object) -> tuple[str, ...]:
        return list_ended_sessions(world.means, messages.ListEndedSessions(since=since), anonymous()).session_ids

    world.pass_time(seconds=10)
    assert told(world.now) == (session,)
    world.pass_time(seconds=6)
    assert told(world.now) == ()
    assert told(ended_at) == (session,)
    world.pass_time(minutes=16)
    assert told(None) == ()
