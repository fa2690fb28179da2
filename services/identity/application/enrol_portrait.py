"""Keep the template of the portrait on the caller's ID card (录入身份证照片), once, after separate consent."""

from __future__ import annotations

import datetime as dt

from services.common.kit.calls import Call
from services.common.kit.errors import DomainError, InvalidValue, Kind
from services.common.messages.identity import EnrolPortrait
from services.common.messages.shapes import Nothing
from services.common.values import PersonId
from services.identity.application.face_access import CONSENT_MISSING, OTHER_METHODS, PORTRAIT_MISSING, has_face_consent
from services.identity.application.face_ports import CardReading, Faces, UnusablePicture
from services.identity.application.get_sealing_key import KEPT
from services.identity.application.means import Means
from services.identity.application.ports import Registers
from services.identity.domain.face_errors import FaceRefused, PortraitExists
from services.identity.domain.face_policy import judge_card

MAX_BOX = 4 * (3 * 1024 * 1024) // 3 + 200
"""Base64 characters of a sealed picture of 3 MiB."""


def enrol_portrait(means: Means, faces: Faces, message: EnrolPortrait, call: Call) -> Nothing:
    """Measure the card in memory and keep the template alone.

    Raises FaceRefused `identity.face_consent_missing`, PortraitExists, InvalidValue for a box or picture that is no use,
    Unavailable from the engine, also when too many cards wait.
    """
    person_id = call.actor.person_id
    _require_box(message.image, "image", MAX_BOX)
    with means.read() as registers:
        _require_allowed(registers, person_id, means.now())
    with faces.card_place():  # before anything is opened
        reading = read_portrait(means, faces, open_portrait(means, message.image, "image", MAX_BOX), "image")
    with means.works(call) as work:
        _require_allowed(work, person_id, means.now())
        work.portraits.put(person_id, reading.template, means.now())
        work.commit(Nothing())
    return Nothing()


def _require_allowed(registers: Registers, person_id: PersonId, now: dt.datetime) -> None:
    if not has_face_consent(registers, person_id):
        raise FaceRefused(CONSENT_MISSING, OTHER_METHODS)
    if registers.portraits.find(person_id) is None:
        return
    seen = registers.counter_checks.latest(person_id)
    # a stolen session must not put another face under this name; someone a clerk has just seen may start afresh
    if seen is None or seen.valid_until <= now:
        raise PortraitExists


def _require_box(box: str, field: str, longest: int) -> None:
    if len(box) > longest:
        raise InvalidValue("identity.image_too_large", field=field)


def template_gone() -> FaceRefused:
    """Return the refusal where there is no portrait to compare with."""
    return FaceRefused(PORTRAIT_MISSING, OTHER_METHODS)


def open_portrait(means: Means, box: str, field: str, longest: int) -> bytes:
    """Open a picture sealed to the portrait key of the day or the one before. Raises InvalidValue naming `field`."""
    _require_box(box, field, longest)
    with means.read() as registers:
        private = [pair.private for pair in registers.portrait_keys.made_after(means.now() - KEPT)]
    for key in private:
        try:
            return means.sealing.open(box, key)
        except InvalidValue:
            continue
    raise InvalidValue("sealing.unreadable", field=field)


def read_portrait(means: Means, faces: Faces, image: bytes, field: str) -> CardReading:
    """Measure a card's portrait. Raises DomainError with the card's fault, Unavailable from the engine."""
    try:
        reading = faces.read_card(image)
    except UnusablePicture as unusable:
        raise DomainError(unusable.code, Kind.INVALID, field=field) from unusable
    reasons = judge_card(means.rules.face_policy, reading.metrics)
    if reasons:
        raise DomainError(str(reasons[0]), Kind.INVALID, field=field, reasons=[str(one) for one in reasons])
    return reading
