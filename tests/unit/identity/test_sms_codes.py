import datetime as dt
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.kit.errors import DomainError
from services.common.messages.identity import (
    CodePurpose,
    GetSmsCode,
    RequestSmsCode,
    SignIn,
    SmsCodeIssued,
    SolvedCaptcha,
)
from services.common.values import Mobile
from services.identity.application.get_sms_code import get_sms_code
from services.identity.application.request_sms_code import request_sms_code
from services.identity.application.sign_in import sign_in
from services.identity.domain.sms_code import LIFETIME, MAX_TRIES, CodeLimits, Issued, SmsCode, draw_digits
from tests.unit.identity.test_account_changes import by_sms
from tests.unit.identity.test_passwords import choose
from tests.unit.identity.test_passwords import sign_in as by_password
from tests.unit.identity.world import NOON, World, anonymous, as_service, id_number, refused

PHONE = Mobile("13800000001")
NO_CAPTCHA = SolvedCaptcha()


def fresh() -> SmsCode:
    return SmsCode("c1", PHONE, CodePurpose.SIGN_IN, "home", "042137", NOON)


def ask(
    world: World,
    mobile: str = "13800000001",
    purpose: CodePurpose = CodePurpose.SIGN_IN,
    source: str = "home",
    *,
    solved: bool = False,
) -> None:
    message = RequestSmsCode(
        mobile=Mobile(mobile), purpose=purpose, source=source, captcha=world.solved(source) if solved else NO_CAPTCHA
    )
    request_sms_code(world.means, message, anonymous())


def test_a_code_is_kept_and_told_without_digits_or_mobile(world: World) -> None:
    code_id, digits = world.code("13800000001", CodePurpose.SIGN_IN)

    assert world.store.events == [SmsCodeIssued(code_id=code_id)]
    assert digits not in repr(world.store.answers)
    assert world.store.memory.codes[code_id].expires_at == NOON + LIFETIME


def test_the_answer_is_the_same_for_a_mobile_without_account(world: World) -> None:
    ask(world, "13900000009")

    assert len(world.store.events) == 1


def test_a_second_code_within_a_minute_is_refused_and_says_when(world: World) -> None:
    ask(world)
    world.pass_time(seconds=20)

    with refused("identity.sms_code_too_soon") as refusal:
        ask(world)

    assert refusal.value.context["retry_after"] == 40


def test_registering_and_signing_in_may_follow_at_once(world: World) -> None:
    ask(world, purpose=CodePurpose.REGISTER)

    ask(world, purpose=CodePurpose.SIGN_IN)

    assert len(world.store.memory.codes) == 2


def test_a_sixth_code_within_an_hour_is_refused(world: World) -> None:
    for _ in range(5):
        ask(world, solved=True)
        world.pass_time(minutes=2)

    with refused("identity.sms_code_limit"):
        ask(world)


def test_an_eleventh_code_within_a_day_is_refused(world: World) -> None:
    for _ in range(10):
        ask(world)
        world.pass_time(hours=1.5)

    with refused("identity.sms_code_limit"):
        ask(world)


def test_one_address_cannot_write_to_many_phones(world: World) -> None:
    world.with_rules(code_limits=CodeLimits(per_source_hour=3))
    for last in range(3):
        ask(world, f"1380000000{last}")

    with refused("identity.sms_source_limit"):
        ask(world, "13800000009")
    ask(world, "13800000009", source="elsewhere")


def test_a_request_without_source_is_refused(world: World) -> None:
    with refused("identity.source_missing"):
        ask(world, source="")


def test_notice_gets_the_digits(world: World) -> None:
    code_id, digits = world.code("13800000001", CodePurpose.SIGN_IN)

    assert get_sms_code(world.means, GetSmsCode(code_id=code_id), as_service("notice")).code == digits


@pytest.mark.parametrize("who", [anonymous(), as_service("contract"), as_service("gateway")])
def test_nobody_else_gets_the_digits(world: World, who: object) -> None:
    code_id, _ = world.code("13800000001", CodePurpose.SIGN_IN)

    with refused("actor.service_only"):
        get_sms_code(world.means, GetSmsCode(code_id=code_id), who)  # type: ignore[arg-type]


def test_an_expired_code_is_not_sent_any_more(world: World) -> None:
    code_id, _ = world.code("13800000001", CodePurpose.SIGN_IN)
    world.pass_time(minutes=5)

    with refused("identity.sms_code_gone"):
        get_sms_code(world.means, GetSmsCode(code_id=code_id), as_service("notice"))


def test_an_unknown_code_is_gone(world: World) -> None:
    with refused("identity.sms_code_gone"):
        get_sms_code(world.means, GetSmsCode(code_id="none"), as_service("notice"))


def test_the_right_digits_for_another_mobile_or_purpose_are_wrong() -> None:
    with refused("identity.sms_code_wrong"):
        fresh().try_digits(Mobile("13800000002"), CodePurpose.SIGN_IN, "042137", NOON)
    with refused("identity.sms_code_wrong"):
        fresh().try_digits(PHONE, CodePurpose.REGISTER, "042137", NOON)


def test_right_digits_after_five_minutes_are_expired() -> None:
    with refused("identity.sms_code_expired"):
        fresh().try_digits(PHONE, CodePurpose.SIGN_IN, "042137", NOON + LIFETIME)


def test_a_spent_code_is_used_up_and_its_digits_are_forgotten() -> None:
    code = fresh()
    code.spend(NOON)

    assert code.digits is None
    with refused("identity.sms_code_used_up"):
        code.try_digits(PHONE, CodePurpose.SIGN_IN, "042137", NOON)


@given(st.lists(st.text(alphabet="0123456789", min_size=6, max_size=6), max_size=12))
def test_the_right_digits_open_only_before_the_fifth_wrong_ones(guesses: list[str]) -> None:
    code, wrong, opened = fresh(), 0, False
    for guess in guesses:
        try:
            code.try_digits(PHONE, CodePurpose.SIGN_IN, guess, NOON)
        except DomainError:
            wrong += 1
            continue
        opened = opened or wrong >= MAX_TRIES

    assert not opened
    assert (code.digits is None) == (code.tries >= MAX_TRIES)


@given(st.integers(min_value=0, max_value=10**6 - 1))
def test_drawn_codes_always_have_six_digits(number: int) -> None:
    digits = draw_digits(lambda _: number)

    assert len(digits) == 6
    assert int(digits) == number


@given(st.lists(st.integers(min_value=0, max_value=3 * 86400), max_size=60))
def test_no_sequence_of_requests_gets_more_than_the_limits_allow(offsets: list[int]) -> None:
    granted: list[Issued] = []
    for offset in sorted(offsets):
        moment = NOON + dt.timedelta(seconds=offset)
        try:
            CodeLimits().refuse_excess(CodePurpose.SIGN_IN, granted, [], moment)
        except DomainError as refusal:
            assert 1 <= int(refusal.context["retry_after"] or 0) <= 86400  # type: ignore[call-overload]
            continue
        granted.append(Issued(moment, CodePurpose.SIGN_IN))

    times = [one.issued_at for one in granted]
    for moment in times:
        assert sum(moment - dt.timedelta(hours=1) < one <= moment for one in times) <= 5
        assert sum(moment - dt.timedelta(days=1) < one <= moment for one in times) <= 10


def leave_unused(world: World, mobile: str = "13800000001", times: int = 3) -> None:
    for _ in range(times):
        ask(world, mobile)
        world.pass_time(minutes=2)


def test_a_phone_that_left_three_codes_unused_needs_a_captcha_for_the_fourth(world: World) -> None:
    leave_unused(world)

    with refused("identity.captcha_needed"):
        ask(world, source="from anywhere")
    ask(world, solved=True)

    assert len(world.store.memory.codes) == 4


def test_whoever_uses_the_codes_needs_none(world: World) -> None:
    world.register(id_number())
    for _ in range(4):
        by_sms(world, "13800000001")
        world.pass_time(minutes=2)

    assert len(world.store.memory.sessions) == 4


def test_unused_codes_matter_for_an_hour(world: World) -> None:
    leave_unused(world)
    world.pass_time(hours=1)

    ask(world)


def test_an_address_that_left_many_phones_unanswered_needs_a_captcha_and_others_do_not(world: World) -> None:
    world.with_rules(code_limits=CodeLimits(unused_per_source=3))
    for last in range(3):
        ask(world, f"1380000000{last}")

    with refused("identity.captcha_needed"):
        ask(world, "13800000009")
    ask(world, "13800000009", source="elsewhere")


def test_a_limit_is_told_before_a_captcha_is_used_up(world: World) -> None:
    leave_unused(world)
    ask(world, solved=True)
    solved = world.solved("home")
    message = RequestSmsCode(mobile=PHONE, purpose=CodePurpose.SIGN_IN, source="home", captcha=solved)

    with refused("identity.sms_code_too_soon"):
        request_sms_code(world.means, message, anonymous())

    assert solved.captcha_id in world.store.memory.captchas


def test_a_wrong_captcha_and_one_asked_for_elsewhere_bring_no_code(world: World) -> None:
    leave_unused(world)
    for captcha in (world.solved("elsewhere"), replace(world.solved("home"), answer="00000")):
        message = RequestSmsCode(mobile=PHONE, purpose=CodePurpose.SIGN_IN, source="home", captcha=captcha)
        with refused("identity.captcha_wrong"):
            request_sms_code(world.means, message, anonymous())

    assert len(world.store.memory.codes) == 3


@pytest.mark.parametrize("purpose", CodePurpose)
def test_no_answer_to_a_request_tells_whether_the_mobile_is_registered(purpose: CodePurpose) -> None:
    """The same requests for a registered and an unknown phone end alike, step by step."""
    ends = []
    for known in (True, False):
        world = World()
        world.register(id_number(), mobile="13800000001" if known else "13900000002")
        world.pass_time(hours=2)
        steps: list[str] = []
        for pause in (120, 10, 120, 120, 120, 120):
            try:
                ask(world, purpose=purpose)
                steps.append("sent")
            except DomainError as refusal:
                steps.append(f"{refusal.code} {refusal.context}")
            world.pass_time(seconds=pause)
        ends.append(steps)

    assert ends[0] == ends[1]
    assert "identity.captcha_needed" in " ".join(ends[0])


def test_wrong_digits_and_passwords_end_alike_for_a_registered_and_an_unknown_mobile() -> None:
    ends = []
    for known in (True, False):
        world = World()
        person = world.register(id_number(), mobile="13800000001" if known else "13900000002")
        choose(world, person)
        world.pass_time(hours=2)
        code_id, digits = world.code("13800000001", CodePurpose.SIGN_IN)
        wrong = SignIn(mobile=PHONE, code_id=code_id, code=f"{(int(digits) + 1) % 10**6:06d}", source="home")
        steps: list[str] = []
        for _ in range(6):
            for attempt in (
                partial(sign_in, world.means, wrong, anonymous()),
                partial(by_password, world, "13800000001", "wrong password"),
            ):
                with pytest.raises(DomainError) as refusal:
                    attempt()
                steps.append(f"{refusal.value.code} {refusal.value.context}")
        ends.append(steps)

    assert ends[0] == ends[1]
