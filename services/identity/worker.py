"""Identity's engine process on the bus: takes portraits and frames, which it alone opens, and never stores."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import eventlet
from eventlet import tpool
from prometheus_client import Gauge

from services.common.kit.calls import Call, service_call
from services.common.kit.entrypoints import Wired, rpc
from services.common.messages import identity as messages
from services.common.messages.shapes import Nothing
from services.identity.adapters.captchas import ENGINE as CAPTCHA_ENGINE
from services.identity.adapters.captchas import EngineCaptchas
from services.identity.adapters.faces import ENGINE, EmbeddedFaces
from services.identity.adapters.prompts import EnginePrompts
from services.identity.application.captchas import create_captcha, show_captcha
from services.identity.application.enrol_portrait import enrol_portrait
from services.identity.application.face_ports import Faces, Prompts
from services.identity.application.face_reviews import request_face_review
from services.identity.application.forget_expired import forget_expired
from services.identity.application.get_face_prompt import get_face_prompt
from services.identity.application.keep_audit import keep_audit
from services.identity.application.means import Means
from services.identity.application.ports import CaptchaPictures
from services.identity.application.show_face_check import show_face_check
from services.identity.application.submit_frame import submit_frame
from services.identity.config import FaceEngineConfig
from services.identity.wiring import means_of

log = logging.getLogger(__name__)
SWEEP_SECONDS = 60.0
UNSEALED = Gauge("guohu_audit_unsealed_seconds", "Age of the oldest act of staff that is not sealed into the chain")


@dataclass(frozen=True)
class Parts:
    """What the worker works with."""

    means: Means
    faces: Faces
    captchas: CaptchaPictures
    prompts: Prompts


def build(resources: Any) -> Parts:
    """Start the engines and build the tools, once per process."""
    config = FaceEngineConfig.read(resources.settings)
    engines = resources.engines(ENGINE, {}, config.size, str(config.python))
    speaking = resources.engines(CAPTCHA_ENGINE, {}, 1)
    parts = Parts(
        means_of(resources, tpool.execute), EmbeddedFaces(engines), EngineCaptchas(speaking), EnginePrompts(speaking)
    )
    eventlet.spawn(_sweep_for_ever, parts.means)
    return parts


def _sweep_for_ever(means: Means) -> None:
    """Delete what is expired and seal the audit, whatever else happens: a database that is away is tried again a minute later."""

    def seal(call: Call) -> None:
        UNSEALED.set(keep_audit(means, call).total_seconds())

    jobs: dict[str, Callable[[Call], object]] = {"keep_audit": seal, "forget_expired": partial(forget_expired, means)}
    while True:
        for name, work in jobs.items():
            try:
                work(service_call("identity", seconds=SWEEP_SECONDS))
            except Exception:
                log.exception("sweep failed", extra={"job": name})
        eventlet.sleep(SWEEP_SECONDS)


class IdentityWorker:
    """Process `worker`."""

    name = "identity"
    parts = Wired(build)

    @rpc(messages.EnrolPortrait)
    def enrol_portrait(self, message: messages.EnrolPortrait, call: Call) -> Nothing:
        """Keep a card's template."""
        return enrol_portrait(self.parts.means, self.parts.faces, message, call)

    @rpc(messages.CreateCaptcha, present="show_captcha")
    def create_captcha(self, message: messages.CreateCaptcha, call: Call) -> messages.CaptchaReference:
        """Make a captcha."""
        return create_captcha(self.parts.means, message, call)

    def show_captcha(self, reference: messages.CaptchaReference, message: object, call: Call) -> messages.Captcha:
        """Draw or speak it."""
        del message, call
        return show_captcha(self.parts.means, self.parts.captchas, reference)

    @rpc(messages.SubmitFrame, present="show_face_check")
    def submit_frame(self, message: messages.SubmitFrame, call: Call) -> messages.FaceCheckReference:
        """Judge a frame."""
        return submit_frame(self.parts.means, self.parts.faces, message, call)

    @rpc(messages.GetFacePrompt)
    def get_face_prompt(self, message: messages.GetFacePrompt, call: Call) -> messages.FacePrompt:
        """Speak a step."""
        return get_face_prompt(self.parts.prompts, message, call)

    @rpc(messages.RequestFaceReview, present="show_face_check")
    def request_face_review(self, message: messages.RequestFaceReview, call: Call) -> messages.FaceCheckReference:
        """Queue a doubtful check."""
        return request_face_review(self.parts.means, self.parts.faces, message, call)

    def show_face_check(
        self, reference: messages.FaceCheckReference, message: object, call: Call
    ) -> messages.FaceCheck:
        """Show the check as it stands."""
        del message
        return show_face_check(self.parts.means, reference, call)
