"""Answers the public question behind the QR code: is the stored document whole, and who signed it when."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.signing import Verification, VerifyCode
from services.signing.application.ports import Objects, Reading, VerifyingEngine
from services.signing.application.verification import answer, expected_of


@dataclass(frozen=True)
class CodeVerifying:
    """Checks what the platform keeps; whether the asker's copy is that one, its hash or an upload tells."""

    reading: Reading
    objects: Objects
    engine: VerifyingEngine

    def __call__(self, message: VerifyCode, call: Call) -> Verification:
        """Check the first document of the envelope with that code; names are masked. Raises EnvelopeNotFound, Unavailable.

        The bytes are not compared with their record before: a document that was tampered with is an answer here, no error.
        """
        del call
        envelope = self.reading.by_code(message.code)
        document = envelope.documents[0]
        found = self.engine.verify(self.objects.get(document.key), expected_of(envelope, document))
        over = self.reading.case_over(envelope.case_no)
        return answer(envelope, document, found, message.code, case_over=over)
