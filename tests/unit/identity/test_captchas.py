"""Captchas: asked for after three failures, one try each, five minutes, for the address that asked."""

import base64

import pytest

from services.common.messages import identity as messages
from services.common.values import PersonId
from services.identity.application.captchas import create_captcha, show_captcha
from services.identity.application.forget_expired import forget_expired
from services.identity.application.sign_in_staff import sign_in_staff
from services.identity.domain.captcha import AFTER_FAILURES, DIGITS, LENGTH, PER_SOURCE_HOUR
from tests.unit.identity.test_passwords import choose, sign_in
from tests.unit.identity.world import World, anonymous, as_service, id_number, refused

PHONE = "13800000001"


class ToldPictures:
    """Pictures that are their digits."""

    def draw(self, digits: str) -> bytes:
        return f"picture {digits}".encode()

    def speak(self, digits: str, language: str) -> bytes:
        return f"{language} {digits}".encode()


def ask(world: World, kind: str = "IMAGE", language: str = "zh", source: str = "home") -> tuple[messages.Captcha, str]:
    message = messages.CreateCaptcha(kind=messages.CaptchaKind(kind), language=language, source=source)
    reference = create_captcha(world.means, message, anonymous())
    answer = world.store.memory.captchas[reference.captcha_id].answer
    return show_captcha(world.means, ToldPictures(), reference), answer


def solved(shown: tuple[messages.Captcha, str]) -> messages.SolvedCaptcha:
    return messages.SolvedCaptcha(captcha_id=shown[0].captcha_id, answer=shown[1])


@pytest.fixture
def doubtful(world: World) -> PersonId:
    """Somebody with a password, at whose account three attempts failed."""
    person = world.register(id_number())
    choose(world, person)
    for _ in range(AFTER_FAILURES):
        with refused("identity.sign_in_refused"):
            sign_in(world, PHONE, "wrong password", source="home")
    return person


def test_after_three_failures_not_even_the_right_password_is_looked_at_without_a_captcha(
    world: World, doubtful: PersonId
) -> None:
    checked = world.passwords.checked

    with refused("identity.captcha_needed"):
        sign_in(world, PHONE, source="home")

    assert world.passwords.checked == checked
    assert sign_in(world, PHONE, source="home", captcha=solved(ask(world))).generation == 1


def test_a_right_captcha_works_once(world: World, doubtful: PersonId) -> None:
    one = solved(ask(world))
    with refused("identity.sign_in_refused"):
        sign_in(world, PHONE, "wrong password", source="home", captcha=one)

    with refused("identity.captcha_wrong"):
        sign_in(world, PHONE, source="home", captcha=one)


def test_a_wrong_answer_uses_it_up_and_counts_no_failure(world: World, doubtful: PersonId) -> None:
    shown = ask(world)
    wrong = messages.SolvedCaptcha(captcha_id=shown[0].captcha_id, answer="00000")
    before = list(world.store.memory.failures)
    with refused("identity.captcha_wrong"):
        sign_in(world, PHONE, source="home", captcha=wrong)

    with refused("identity.captcha_wrong"):
        sign_in(world, PHONE, source="home", captcha=solved(shown))
    assert world.store.memory.failures == before


def test_a_captcha_is_good_for_five_minutes_and_for_its_own_address(world: World, doubtful: PersonId) -> None:
    elsewhere = solved(ask(world, source="solvers"))
    with refused("identity.captcha_wrong"):
        sign_in(world, PHONE, source="home", captcha=elsewhere)

    late = solved(ask(world))
    world.pass_time(minutes=5)
    with refused("identity.captcha_wrong"):
        sign_in(world, PHONE, source="home", captcha=late)


def test_what_people_type_around_the_digits_does_not_matter(world: World, doubtful: PersonId) -> None:
    shown = ask(world)
    typed = " ".join(shown[1]).translate({ord(str(n)): 0xFF10 + n for n in range(10)})

    answer = messages.SolvedCaptcha(captcha_id=shown[0].captcha_id, answer=f" {typed} ")
    assert sign_in(world, PHONE, source="home", captcha=answer).generation == 1


def test_staff_are_asked_too(world: World) -> None:
    world.staff("REVIEWER")
    entry = messages.SignInStaff(login="clerk.one", password="wrong horse battery", totp="000000")
    for _ in range(AFTER_FAILURES):
        with refused("identity.staff_sign_in_refused"):
            sign_in_staff(world.means, entry, anonymous())

    with refused("identity.captcha_needed"):
        sign_in_staff(world.means, entry, anonymous())


def test_the_same_digits_are_shown_again_as_picture_or_sound(world: World) -> None:
    seen, digits = ask(world)
    heard, spoken = ask(world, "SOUND", "en")

    assert (seen.media_type, base64.b64decode(seen.content)) == ("image/png", f"picture {digits}".encode())
    assert (heard.media_type, base64.b64decode(heard.content)) == ("audio/wav", f"en {spoken}".encode())
    assert len(digits) == LENGTH
    assert set(digits) <= set(DIGITS)


def test_the_kept_answer_of_the_request_holds_no_digits(world: World) -> None:
    _, digits = ask(world)

    assert digits not in repr(world.store.answers[-1])


def test_an_address_gets_so_many_an_hour(world: World) -> None:
    for _ in range(PER_SOURCE_HOUR):
        ask(world)

    with refused("identity.captcha_limit"):
        ask(world)
    assert ask(world, source="elsewhere")
    world.pass_time(hours=1)
    assert ask(world)


def test_a_language_nobody_speaks_here_is_refused(world: World) -> None:
    with refused("identity.captcha_language_unknown"):
        ask(world, "SOUND", "xx")


def test_captchas_are_forgotten_after_an_hour(world: World) -> None:
    ask(world)
    world.pass_time(hours=1, seconds=1)

    forget_expired(world.means, as_service("identity"))

    assert (world.store.memory.captchas, world.store.memory.captchas_made) == ({}, [])
