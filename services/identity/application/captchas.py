"""Make, show and ask for captchas."""

from __future__ import annotations

import base64
import datetime as dt

from services.common.kit.calls import Call
from services.common.kit.errors import InvalidValue
from services.common.messages import identity as messages
from services.identity.application.means import Means
from services.identity.application.ports import CaptchaPictures, Captchas, Registers
from services.identity.domain import captcha
from services.identity.domain.errors import CaptchaNeeded, CaptchaWrong, TooSoon
from services.identity.domain.lock import ACCOUNT
from services.identity.domain.sms_code import HOUR

MAX_SOURCE = 128
MEDIA_TYPES = {messages.CaptchaKind.IMAGE: "image/png", messages.CaptchaKind.SOUND: "audio/wav"}
LANGUAGES = ("zh", "en")


def create_captcha(means: Means, message: messages.CreateCaptcha, call: Call) -> messages.CaptchaReference:
    """Keep a new one. Raises TooSoon at the limit of the address, InvalidValue."""
    if not 0 < len(message.source) <= MAX_SOURCE:
        raise InvalidValue("identity.source_missing", field="source")
    if message.language not in LANGUAGES:
        raise InvalidValue("identity.captcha_language_unknown", field="language")
    now = means.now()
    with means.works(call) as work:
        made = sorted(work.captchas.made_for(message.source, now - HOUR))
        if len(made) >= captcha.PER_SOURCE_HOUR:
            raise TooSoon("identity.captcha_limit", made[-captcha.PER_SOURCE_HOUR] + HOUR, now)
        answer = captcha.draw_answer(means.randbelow)
        one = captcha.Captcha(means.new_id(), message.kind, message.language, answer, message.source, now)
        work.captchas.add(one)
        reference = messages.CaptchaReference(captcha_id=one.captcha_id)
        work.commit(reference)
    return reference


def show_captcha(means: Means, pictures: CaptchaPictures, reference: messages.CaptchaReference) -> messages.Captcha:
    """Draw or speak it; nothing is stored of that. Raises InvalidValue where it was tried already, Unavailable."""
    with means.read() as registers:
        one = registers.captchas.find(reference.captcha_id)
    if one is None:
        raise CaptchaWrong
    is_image = one.kind is messages.CaptchaKind.IMAGE
    content = pictures.draw(one.answer) if is_image else pictures.speak(one.answer, one.language)
    return messages.Captcha(
        captcha_id=one.captcha_id,
        media_type=MEDIA_TYPES[one.kind],
        content=base64.b64encode(content).decode(),
        expires_at=one.expires_at,
    )


def is_asked_for(registers: Registers, subjects: frozenset[str], now: dt.datetime) -> bool:
    """Whether one of these failed so often that a person must show to be one."""
    since = now - ACCOUNT.memory
    return any(len(registers.failures.of(subject, since)) >= captcha.AFTER_FAILURES for subject in subjects)


def use_captcha(means: Means, call: Call, solved: messages.SolvedCaptcha, source: str) -> None:
    """Use one up in a transaction of its own, before anything slow. Raises CaptchaNeeded without one, CaptchaWrong."""
    if not solved.captcha_id:
        raise CaptchaNeeded
    with means.works(call) as work:
        right = _take(work.captchas, solved, source, means.now())
        work.keep_refusal()
    if not right:
        raise CaptchaWrong


def _take(captchas: Captchas, solved: messages.SolvedCaptcha, source: str, now: dt.datetime) -> bool:
    one = captchas.find(solved.captcha_id)
    if one is None:
        return False
    captchas.delete(one.captcha_id)
    return one.is_right(solved.answer, source, now)
