"""Speak a step of the face check (语音提示): the same words as on the screen, in Chinese or English."""

from __future__ import annotations

import base64

from services.common.kit.calls import Call
from services.common.kit.errors import InvalidValue
from services.common.messages.identity import FacePrompt, GetFacePrompt
from services.identity.application.face_ports import Prompts
from services.identity.domain.face_challenge import DONE, PROMPTS, Action

MEDIA_TYPE = "audio/wav"


def get_face_prompt(prompts: Prompts, message: GetFacePrompt, call: Call) -> FacePrompt:
    """Return the sound; anybody may ask. Raises InvalidValue for an action or language that is none, Unavailable."""
    del call
    spoken = {str(action): PROMPTS[action] for action in Action} | {"done": DONE}
    prompt = spoken.get(message.action)
    if prompt is None:
        raise InvalidValue("identity.face_prompt_unknown", field="action")
    if message.language not in ("zh", "en"):
        raise InvalidValue("identity.face_prompt_unknown", field="language")
    sound = prompts.speak(prompt.zh if message.language == "zh" else prompt.en, message.language)
    return FacePrompt(media_type=MEDIA_TYPE, content=base64.b64encode(sound).decode())
