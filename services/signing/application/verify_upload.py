"""Verifies a file that somebody brought: is it one of ours, whole, unchanged, the last of its kind, and who signed it when."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from services.common.kit.calls import Call
from services.common.kit.errors import NotFound
from services.common.messages.signing import Verification, VerifyUpload
from services.signing.application.ports import Now, Objects, Reading, VerifyingEngine
from services.signing.application.verification import answer, expected_of, unknown
from services.signing.domain.errors import UploadNotFound

EARLIER = "earlier_revision"
"""The file is genuine as far as it goes: a copy given out before a later signature, the seal or the long-term proof."""


@dataclass(frozen=True)
class UploadVerifying:
    """The file is found by the hashes of its revisions, never by what it says about itself, and is not kept."""

    reading: Reading
    objects: Objects
    engine: VerifyingEngine
    now: Now

    def __call__(self, message: VerifyUpload, call: Call) -> Verification:
        """Check and remove the file; names are masked. Raises UploadNotFound, Unavailable (then the file waits for a repeat)."""
        del call
        upload = self.reading.upload(message.ticket)
        if upload.is_over(self.now()):
            raise UploadNotFound
        try:
            data = self.objects.get(upload.key)
        except NotFound as gone:
            raise UploadNotFound from gone
        found = self._verified(data)
        self.objects.delete(upload.key)
        return found

    def _verified(self, data: bytes) -> Verification:
        sha256 = hashlib.sha256(data).hexdigest()
        known = self.reading.by_revision(self.engine.revisions(data))
        if known is None:
            return unknown(self.engine.verify(data, None), sha256)
        envelope, document = known
        found = self.engine.verify(data, expected_of(envelope, document))
        told = answer(envelope, document, found, "", case_over=self.reading.case_over(envelope.case_no))
        earlier = (EARLIER,) if sha256 in document.revisions[:-1] else ()
        return replace(told, sha256=sha256, reasons=(*earlier, *told.reasons))
