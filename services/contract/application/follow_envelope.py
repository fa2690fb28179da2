"""What signing reports of an envelope, applied to the case. Echoes and late facts change nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from services.common.kit.calls import Call
from services.common.messages.signing import EnvelopeEnded, EnvelopeOpened, EnvelopeSealed, EnvelopeSigned, SignerSigned
from services.contract.application.keeping import keep
from services.contract.application.ports import Now, Works
from services.contract.domain.case import Case

EnvelopeEvent: TypeAlias = EnvelopeOpened | SignerSigned | EnvelopeSigned | EnvelopeSealed | EnvelopeEnded


@dataclass(frozen=True)
class EnvelopeFollowing:
    """Brings the case to where its envelope is."""

    works: Works
    now: Now

    def __call__(self, event: EnvelopeEvent, call: Call) -> None:
        """Apply. Raises NotYet for a fact that overtook the one it follows from, to be tried again."""
        with self.works(call) as work:
            case = work.cases.get(event.case_no)
            if self._apply(case, event):
                keep(work, case)

    def _apply(self, case: Case, event: EnvelopeEvent) -> bool:
        now = self.now()
        match event:
            case EnvelopeOpened():
                return case.envelope_opened(event.envelope_id, event.version, now)
            case SignerSigned():
                return case.signer_signed(event.envelope_id, event.person_id, now)
            case EnvelopeSigned():
                return case.all_signed(event.envelope_id, now)
            case EnvelopeSealed():
                return case.sealed(event.envelope_id, event.filing_no, event.document_sha256, now)
            case EnvelopeEnded():
                return case.envelope_ended(event.version, event.state, now)
