"""A face engine that reads what it should see from the picture's text, and the steps of a check over it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

import pytest

from services.common.kit import tokens
from services.common.kit.calls import Call
from services.common.kit.sealing import seal
from services.common.messages import identity as messages
from services.common.values import PersonId
from services.identity.application.enrol_portrait import enrol_portrait
from services.identity.application.face_ports import CardReading, UnusablePicture
from services.identity.application.get_sealing_key import get_sealing_key
from services.identity.application.show_face_check import show_face_check
from services.identity.application.start_face_check import start_face_check
from services.identity.application.submit_frame import submit_frame
from services.identity.domain.face_challenge import Action, Fingerprint, FrameMetrics
from services.identity.domain.face_check_parts import Measured, Neutral
from services.identity.domain.face_policy import CardMetrics
from tests.unit.identity.world import PROOF_PUBLIC, World, anonymous, as_person, id_number

NEUTRAL = FrameMetrics(0.02, 0.1, 2.0, 0.30, 0.05, 130.0, 150.0, 200.0, 0, Fingerprint("", "", ""))
ACTING = replace(NEUTRAL, distance_to_neutral=0.27, flat_residual=0.05)
SHOWN = {
    Action.NEUTRAL: NEUTRAL,
    Action.TURN_LEFT: replace(ACTING, yaw=0.40),
    Action.TURN_RIGHT: replace(ACTING, yaw=-0.40),
    Action.OPEN_MOUTH: replace(ACTING, mar=0.45),
    Action.BLINK: replace(ACTING, ear=0.10),
}
TEMPLATE = b"card template"


def fingerprint(image: bytes) -> Fingerprint:
    digest = hashlib.sha256(image).hexdigest()
    return Fingerprint(digest, digest, digest[::-1])


class ToldFaces:
    """A picture is `<what it shows>:<anything>`: an action, `no_face`, `small_card`, or any text for a good card."""

    def __init__(self) -> None:
        self.card_distance = 0.33
        self.frames = 0
        self.meanwhile: Callable[[], object] = lambda: None

    def card_place(self) -> AbstractContextManager[None]:
        return nullcontext()

    def read_card(self, image: bytes) -> CardReading:
        shown = image.decode().partition(":")[0]
        if shown == "no_face":
            raise UnusablePicture("identity.face_no_face")
        return CardReading(CardMetrics(30.0 if shown == "small_card" else 120.0, 130.0, 80.0), TEMPLATE)

    def read_frame(self, image: bytes, action: str, neutral: Neutral | None) -> Measured:
        self.frames += 1
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        shown = image.decode().partition(":")[0]
        if shown == "no_face":
            raise UnusablePicture("identity.face_no_face")
        assert (neutral is None) == (action == Action.NEUTRAL)
        seen = SHOWN[Action(shown)]
        metrics = replace(seen, fingerprint=fingerprint(image), distance_to_neutral=None if neutral is None else 0.27)
        return Measured(metrics, b"template of " + image, b"landmarks")

    def distance(self, one: bytes, other: bytes) -> float:
        assert one == TEMPLATE
        assert other == TEMPLATE or other.startswith(b"template of neutral")
        return self.card_distance


class Booth:
    """Carries one person through checks."""

    def __init__(self, world: World, faces: ToldFaces) -> None:
        self.world, self.faces = world, faces
        self._shots = 0

    def enrol(self, person_id: PersonId, card: str = "card") -> None:
        key = get_sealing_key(self.world.means, messages.GetSealingKey(), anonymous()).key
        message = messages.EnrolPortrait(image=seal(card.encode(), key))
        enrol_portrait(self.world.means, self.faces, message, as_person(person_id))

    def ready_person(self, sequence: int = 1) -> PersonId:
        """Registered, consented, enrolled."""
        person_id = self.world.register(id_number(sequence), mobile=f"138000000{sequence:02d}")
        self.world.consent(person_id)
        self.enrol(person_id)
        return person_id

    def start(
        self,
        who: Call,
        purpose: messages.ProofPurpose = messages.ProofPurpose.OPEN_CASE,
        subject: str = "",
        person_id: PersonId | None = None,
    ) -> messages.FaceCheck:
        message = messages.StartFaceCheck(purpose=purpose, subject=subject, person_id=person_id)
        return show_face_check(self.world.means, start_face_check(self.world.means, message, who), who)

    def shoot(self, who: Call, check: messages.FaceCheck, image: str | None = None) -> messages.FaceCheck:
        """Send a frame, two seconds after the last one; by default of what is asked."""
        assert check.step is not None
        assert check.sealing_key is not None
        self._shots += 1
        self.world.pass_time(seconds=2)
        picture = image or f"{check.step.action}:{self._shots}"
        message = messages.SubmitFrame(
            check_id=check.check_id, step_token=check.step.step_token, frame=seal(picture.encode(), check.sealing_key)
        )
        return show_face_check(self.world.means, submit_frame(self.world.means, self.faces, message, who), who)

    def carry_through(self, who: Call, check: messages.FaceCheck) -> messages.FaceCheck:
        while check.step is not None:
            check = self.shoot(who, check)
        return check


def claims(check: messages.FaceCheck, audience: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the service that spends the proof reads; the world's clock is not the machine's."""
    monkeypatch.setattr(tokens, "LEEWAY", tokens.LEEWAY * 10**8)
    assert check.proof is not None
    return tokens.verify(check.proof, PROOF_PUBLIC, audience=audience)


def send(
    booth: Booth, who: Call, check: messages.FaceCheck, image: str, token: str | None = None
) -> messages.FaceCheckReference:
    assert check.step is not None
    assert check.sealing_key is not None
    message = messages.SubmitFrame(
        check_id=check.check_id,
        step_token=token or check.step.step_token,
        frame=seal(image.encode(), check.sealing_key),
    )
    return submit_frame(booth.world.means, booth.faces, message, who)
