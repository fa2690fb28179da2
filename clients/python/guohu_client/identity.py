"""Proving who one is: the face step by step, a bank card, a check at the counter; in the end a proof to spend on one act.

A proof is good for one purpose (OPEN_CASE, JOIN_CASE, SIGN, ACCOUNT) and, for SIGN, for one signing task.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .client import Client

JPEG = "image/jpeg"
RUNNING = "RUNNING"


@dataclass(frozen=True)
class FaceStep:
    """What the person is asked to do now. Show the text, play the sound (a path of the server), take one JPEG, send it."""

    number: int
    action: str
    text_zh: str
    text_en: str
    audio_zh: str
    audio_en: str
    token: str = field(repr=False)


@dataclass
class IdentityCheck:
    """One check. `told` is the server's newest answer."""

    client: Client
    told: dict[str, Any]

    @classmethod
    def start(cls, client: Client, purpose: str, task: str = "") -> IdentityCheck:
        """Begin. `task`: for SIGN, the token of the link in the SMS, or the task's id."""
        body = {"purpose": purpose} | ({"signing_task": task} if task else {})
        return cls(client, client.read("start_face_check", body=body))

    @property
    def check_id(self) -> str:
        """The check's name in paths."""
        return str(self.told["check_id"])

    @property
    def methods(self) -> tuple[str, ...]:
        """All ways offered; an app shows them before the first try and after a failure, never the face alone."""
        return tuple(self.told["methods"])

    @property
    def proof(self) -> str:
        """The proof, empty until there is one."""
        return str(self.told.get("proof") or "")

    @property
    def reason(self) -> str:
        """Why there is none, as a code; its words are in `told["detail"]`."""
        return str(self.told.get("reason") or "")

    @property
    def step(self) -> FaceStep | None:
        """The step asked for now; None when the check is over. The next is told only after this one was done."""
        step = self.told.get("step")
        if self.told["state"] != RUNNING or not step:
            return None
        return FaceStep(
            number=step["number"],
            action=step["action"],
            text_zh=step["text_zh"],
            text_en=step["text_en"],
            audio_zh=step["audio_zh"],
            audio_en=step["audio_en"],
            token=step["step_token"],
        )

    def send_frame(self, jpeg: bytes) -> FaceStep | None:
        """Send the picture of the step asked for; returns the next step. Raises Refused where the check is over."""
        step = self.step
        if step is None:
            raise RuntimeError("this check asks for no picture")
        self.told = self.client.read(
            "submit_frame", data=jpeg, media=JPEG, headers={"X-Step-Token": step.token}, check=self.check_id
        )
        return self.step

    def at_counter(self) -> str:
        """Use the check a clerk made within the last day; returns the proof."""
        return self._ended("use_alternative", {"method": "COUNTER"})

    def by_bank_card(self, card_number: str, mobile: str, *, code_id: str, code: str) -> str:
        """Use a bank card and a code (purpose BANK_CARD) to the mobile reserved with it; returns the proof."""
        body = {"card_number": card_number, "mobile": mobile, "code_id": code_id, "code": code}
        return self._ended("prove_by_bank_card", body)

    def fetch_result(self) -> str:
        """Ask what became of a provider's page (`told["url"]`) or of a clerk's look; returns the proof or nothing yet."""
        self.told = self.client.read("fetch_face_result", check=self.check_id)
        return self.proof

    def _ended(self, operation: str, body: dict[str, Any]) -> str:
        self.told = self.client.read(operation, body=body, check=self.check_id)
        return self.proof


def enrol_portrait(client: Client, jpeg: bytes) -> None:
    """Hand in the portrait of the ID card, once, before the first face check; needs the consent FACE."""
    client.do("enrol_portrait", data=jpeg, media=JPEG)
