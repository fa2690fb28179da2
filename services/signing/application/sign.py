"""签署提交: takes the hand-drawn signature and the agreement; the worker puts it into the documents."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.signing import Sign, SignatureRequested, TaskReference
from services.signing.application.access import account_of, held, seen
from services.signing.application.ports import Now, Pictures, Reading, Works
from services.signing.application.views import reference
from services.signing.domain import handwriting, picture
from services.signing.domain.agreement import Agreement, words
from services.signing.domain.errors import HandwritingInvalid
from services.signing.domain.handwriting import Drawing


@dataclass(frozen=True)
class SignatureRequest:
    """Accepted once, whoever else signs at that moment: the ordered worker serialises who signs the file when.

    A picture is read and traced before it is accepted, so that nothing is left to be refused later; and only for whoever may
    sign now, so that strangers give the processes that read pictures nothing to do.
    """

    works: Works
    reading: Reading
    pictures: Pictures
    now: Now

    def __call__(self, message: Sign, call: Call) -> TaskReference:
        """Accept.

        Raises HandwritingInvalid, IntentInvalid, TaskNotFound, IdentityRequired, DocumentUnread, HashMismatch, AlreadySigned,
        EnvelopeEndedAlready; Unavailable when a picture cannot be read now.
        """
        words(message.intent)
        agreement = Agreement.given(message.document_hashes, self._drawing(message, call), message.intent)
        with self.works(call) as work:
            envelope, task = held(work.envelopes, message.handle, call.actor)
            envelope.sign(task, agreement, account_of(call.actor), self.now())
            work.envelopes.save(envelope)
            requested = SignatureRequested(envelope_id=envelope.envelope_id, task_id=task.task_id)
            work.emit(requested, aggregate_id=envelope.envelope_id, case_no=envelope.case_no)
            answer = reference(task)
            work.commit(answer)
        return answer

    def _drawing(self, message: Sign, call: Call) -> Drawing:
        drawn = message.handwriting
        if not message.picture:
            return handwriting.drawn(drawn.width, drawn.height, drawn.strokes)
        if drawn.strokes:
            raise HandwritingInvalid(field=picture.FIELD, reason="two_drawings")
        file = _bytes(message.picture)
        picture.require_size(file)
        envelope, task = seen(self.reading, message.handle, call.actor)
        envelope.require_signable(task, account_of(call.actor), self.now())
        return picture.accepted(file, self.pictures.trace(file))


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise HandwritingInvalid(field=picture.FIELD, reason="no_base64") from wrong
