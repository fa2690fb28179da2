"""CaseEnded: what is open of the case is recalled, and nothing of it is opened any more."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseEnded
from services.signing.application.ending import keep_ended
from services.signing.application.ports import Now, Works


@dataclass(frozen=True)
class EnvelopeVoiding:
    """The event may overtake DocumentsReady: the end of the case is remembered, so that the latecomer opens nothing."""

    works: Works
    now: Now

    def __call__(self, event: CaseEnded, call: Call) -> None:
        """Recall; no envelope, or one that has ended or is sealed, is no error."""
        with self.works(call) as work:
            work.envelopes.hold_case(event.case_no)
            work.envelopes.end_case(event.case_no)
            for envelope in work.envelopes.of_case(event.case_no):
                if envelope.recall(event.state, self.now()):
                    keep_ended(work, envelope)
            work.commit()
