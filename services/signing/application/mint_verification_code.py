"""Mints the verification code that contract prints into the documents of a version."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.signing import MintVerificationCode, VerificationCode
from services.signing.application.ports import Works

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 16


@dataclass(frozen=True)
class CodeMinting:
    """The same case and version get the same code, whoever asks again."""

    works: Works
    public_url: str

    def __call__(self, message: MintVerificationCode, call: Call) -> VerificationCode:
        """Return the code: 79 random bits, in characters nobody confuses. Raises Forbidden to all but contract."""
        call.actor.require_service("contract")
        fresh = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        with self.works(call) as work:
            code = work.envelopes.code_for(message.case_no, message.version, fresh)
            answer = VerificationCode(code=code, url=f"{self.public_url}/v/{code}")
            work.commit(answer)
        return answer
