import pytest

from services.common.kit import tokens
from services.common.kit.errors import DomainError
from services.common.messages.identity import CodePurpose, RefreshSession, Session, SessionReference, SignIn, SignOut
from services.common.values import Mobile
from services.identity.application.refresh_session import refresh_session
from services.identity.application.show_session import show_session
from services.identity.application.sign_in import sign_in
from services.identity.application.sign_out import sign_out
from tests.unit.identity.world import ACCESS_PUBLIC, World, anonymous, as_person, id_number, refused

PHONE = "13800000001"


def enter(
    world: World, *, tail: str | None = None, digits: str | None = None, source: str = "", phone: str = PHONE
) -> SessionReference:
    code_id, right = world.code(phone, CodePurpose.SIGN_IN)
    message = SignIn(mobile=Mobile(phone), code_id=code_id, code=digits or right, id_tail=tail, source=source)
    return sign_in(world.means, message, anonymous())


def wrong(right: str) -> str:
    return "000000" if right != "000000" else "000001"


@pytest.fixture
def session(world: World) -> Session:
    world.register(id_number())
    return show_session(world.means, enter(world))


def renew(world: World, token: str) -> Session:
    return show_session(world.means, refresh_session(world.means, RefreshSession(refresh_token=token), anonymous()))


def test_signing_in_gives_an_access_token_the_gateway_can_read(
    world: World, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "LEEWAY", tokens.LEEWAY * 10**8)  # the world's clock is not the machine's
    claims = tokens.verify(session.access_token, ACCESS_PUBLIC, audience="gateway")

    assert (claims["sub"], claims["sid"], claims["kind"]) == (session.person_id, session.session_id, "PERSON")
    assert claims["exp"] - claims["iat"] == 15 * 60


def test_the_kept_answer_holds_no_token(world: World, session: Session) -> None:
    assert session.refresh_token not in repr(world.store.answers)
    assert session.refresh_token not in repr(world.store.memory.sessions)


def test_showing_the_same_answer_again_gives_the_same_refresh_token(world: World) -> None:
    world.register(id_number())
    reference = enter(world)

    assert show_session(world.means, reference).refresh_token == show_session(world.means, reference).refresh_token


def test_a_code_signs_in_once(world: World) -> None:
    world.register(id_number())
    code_id, digits = world.code(PHONE, CodePurpose.SIGN_IN)
    message = SignIn(mobile=Mobile(PHONE), code_id=code_id, code=digits)
    sign_in(world.means, message, anonymous())

    with refused("identity.sms_code_used_up"):
        sign_in(world.means, message, anonymous())


def test_a_mobile_without_account_is_told_only_after_the_right_code(world: World) -> None:
    with refused("identity.account_missing"):
        enter(world)
    world.pass_time(minutes=2)
    with refused("identity.sms_code_wrong"):
        enter(world, digits="xxxxxx")


def test_codes_that_never_went_to_a_phone_cannot_lock_it(world: World) -> None:
    world.register(id_number())
    foreign, _ = world.code("13911111111", CodePurpose.SIGN_IN, source="attacker")
    for code_id in ["none"] * 10 + [foreign] * 10:
        with pytest.raises(DomainError, match=r"identity\.sms_code"):
            sign_in(world.means, SignIn(mobile=Mobile(PHONE), code_id=code_id, code="123456"), anonymous())

    assert enter(world)


def test_five_wrong_codes_lock_the_mobile_for_fifteen_minutes(world: World) -> None:
    world.register(id_number())
    locked(world)
    code_id, digits = world.code(PHONE, CodePurpose.SIGN_IN)
    with refused("identity.sms_code_wrong"):
        sign_in(world.means, SignIn(mobile=Mobile(PHONE), code_id=code_id, code=wrong(digits)), anonymous())
    world.pass_time(minutes=2)

    with refused("identity.locked") as refusal:  # even with the right digits: this code was failed at
        sign_in(world.means, SignIn(mobile=Mobile(PHONE), code_id=code_id, code=digits), anonymous())
    world.pass_time(minutes=13)

    assert refusal.value.context["retry_after"] == 13 * 60
    assert enter(world)


def test_the_holder_of_a_locked_phone_gets_in_by_a_fresh_code_typed_right_at_once(world: World) -> None:
    world.register(id_number())
    locked(world)

    assert enter(world)


def locked(world: World) -> None:
    """Somebody fails at a code of the phone until it is used up."""
    code_id, digits = world.code(PHONE, CodePurpose.SIGN_IN)
    for _ in range(5):
        with refused("identity.sms_code_wrong"):
            sign_in(world.means, SignIn(mobile=Mobile(PHONE), code_id=code_id, code=wrong(digits)), anonymous())
    with refused("identity.locked"):
        sign_in(world.means, SignIn(mobile=Mobile(PHONE), code_id=code_id, code=digits), anonymous())
    world.pass_time(minutes=2)


def test_a_success_forgets_earlier_failures(world: World) -> None:
    world.register(id_number())
    for _ in range(2):
        code_id, digits = world.code(PHONE, CodePurpose.SIGN_IN)
        for _ in range(4):
            with refused("identity.sms_code_wrong"):
                sign_in(world.means, SignIn(mobile=Mobile(PHONE), code_id=code_id, code=wrong(digits)), anonymous())
        sign_in(world.means, SignIn(mobile=Mobile(PHONE), code_id=code_id, code=digits), anonymous())
        world.pass_time(minutes=2)

    assert len(world.store.memory.sessions) == 2


def test_one_address_trying_many_mobiles_is_locked_too(world: World) -> None:
    for number in range(30):
        message = SignIn(mobile=Mobile(f"138000000{number:02d}"), code_id="none", code="123456", source="attacker")
        with refused("identity.sms_code_wrong"):
            sign_in(world.means, message, anonymous())

    with refused("identity.locked"):
        enter(world, phone="13911111111", source="attacker")


def test_people_sharing_a_mobile_are_asked_for_the_tail_and_keep_their_code(world: World) -> None:
    world.register(id_number(1))
    world.pass_time(minutes=2)
    second = world.register(id_number(2))
    code_id, digits = world.code(PHONE, CodePurpose.SIGN_IN)
    message = SignIn(mobile=Mobile(PHONE), code_id=code_id, code=digits)
    with refused("identity.id_tail_needed"):
        sign_in(world.means, message, anonymous())

    tail = id_number(2).value[-4:].lower()
    reference = sign_in(
        world.means, SignIn(mobile=Mobile(PHONE), code_id=code_id, code=digits, id_tail=tail), anonymous()
    )

    assert show_session(world.means, reference).person_id == str(second)


def test_a_wrong_tail_counts_like_a_wrong_code(world: World) -> None:
    world.register(id_number(1))
    world.pass_time(minutes=2)
    world.register(id_number(2))
    code_id, digits = world.code(PHONE, CodePurpose.SIGN_IN)
    message = SignIn(mobile=Mobile(PHONE), code_id=code_id, code=digits, id_tail="0000")
    for _ in range(5):
        with refused("identity.sms_code_wrong"):
            sign_in(world.means, message, anonymous())

    with refused("identity.locked"):
        sign_in(world.means, message, anonymous())
    assert world.store.memory.codes[code_id].digits is None


def test_a_refresh_token_turns_over(world: World, session: Session) -> None:
    world.pass_time(minutes=14)

    second = renew(world, session.refresh_token)

    assert second.session_id == session.session_id
    assert second.refresh_token != session.refresh_token


def test_a_refresh_token_used_twice_ends_the_session_for_both(world: World, session: Session) -> None:
    second = renew(world, session.refresh_token)

    with refused("identity.refresh_token_reused"):
        renew(world, session.refresh_token)
    with refused("identity.session_over"):
        renew(world, second.refresh_token)


def test_a_repeated_old_sign_in_shows_no_tokens_of_a_session_renewed_since(world: World) -> None:
    world.register(id_number())
    reference = enter(world)
    renew(world, show_session(world.means, reference).refresh_token)

    with refused("identity.session_over"):
        show_session(world.means, reference)


@pytest.mark.parametrize("token", ["", "r1", "r1.0.1.x", "r1." + "0" * 32 + ".1." + "A" * 43])
def test_a_made_up_refresh_token_is_refused(world: World, token: str) -> None:
    with refused("identity.refresh_token_invalid"):
        refresh_session(world.means, RefreshSession(refresh_token=token), anonymous())


def test_a_refresh_token_with_another_generation_written_in_is_refused(world: World, session: Session) -> None:
    with refused("identity.refresh_token_invalid"):
        renew(world, session.refresh_token.replace(".1.", ".2.", 1))


def test_half_an_hour_without_renewal_ends_the_session(world: World, session: Session) -> None:
    world.pass_time(minutes=30)

    with refused("identity.session_over"):
        renew(world, session.refresh_token)


def test_a_session_renewed_all_day_is_over_after_a_day(world: World, session: Session) -> None:
    token = session.refresh_token
    for _ in range(71):
        world.pass_time(minutes=20)
        token = renew(world, token).refresh_token
    world.pass_time(minutes=20)

    with refused("identity.session_over"):
        renew(world, token)


def test_signing_out_ends_the_session_and_may_be_repeated(world: World, session: Session) -> None:
    person = next(iter(world.store.memory.accounts))
    for _ in range(2):
        sign_out(world.means, SignOut(), as_person(person, session.session_id))

    with refused("identity.session_over"):
        renew(world, session.refresh_token)


def test_nobody_ends_another_persons_session(world: World, session: Session) -> None:
    world.pass_time(minutes=2)
    other = world.register(id_number(2))

    sign_out(world.means, SignOut(), as_person(other, session.session_id))

    assert renew(world, session.refresh_token)


def test_signing_out_needs_a_session(world: World) -> None:
    with refused("actor.sign_in_required"):
        sign_out(world.means, SignOut(), anonymous())
