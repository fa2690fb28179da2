"""备案注销: a filing is given up by both sides, or by one with a judgment; the office decides (domain 1.9).

Decides who has to apply and when; whether a judgment is one, a reviewer decides.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from services.common.messages.contract import Judgment, Side
from services.common.profiles.materials import DocumentKind
from services.common.values import PersonId
from services.contract.domain.core import CancelConsent, CaseCore
from services.contract.domain.errors import ActBarred, CancelNeedsBoth, Fault, InputRefused
from services.contract.domain.lifecycle import Act, By, Guard, State
from services.contract.domain.texts import faults_of, tidy

AGREED, JUDGMENT = "AGREED", "JUDGMENT"
RULINGS = frozenset({DocumentKind.COURT_JUDGMENT.value, DocumentKind.COURT_MEDIATION.value})
LONGEST = 60


class Cancelling(CaseCore):
    """A filed case that may be given up."""

    def require_cancellable(self, by: PersonId) -> None:
        """Raise ActBarred, NotAllowed or CaseNotFound unless this party may apply now: before anybody else is asked."""
        self.find_move(Act.APPLY_CANCEL, self.role_of(by))

    def apply_cancel(
        self, by: PersonId, ground: str, judgment: Judgment | None, proof_id: str, now: dt.datetime
    ) -> bool:
        """Apply for one side, with the proof of who did; False when this side already has.

        Raises CancelNeedsBoth for one side alone that names no judgment, InputRefused for one badly named.
        """
        role, side = self.role_of(by), self._side(by)
        self.find_move(Act.APPLY_CANCEL, role)
        kept = _checked(ground, judgment)
        told = self.cancellation
        if side in told.agreed and kept is None:
            return False
        consent = CancelConsent(person_id=by, side=side, at=now, proof_id=proof_id)
        others = tuple(one for one in told.consents if one.side is not side)
        complete = kept is not None or bool(others)
        self.cancellation = replace(
            told, ground=ground, judgment=kept, consents=(*others, consent), round=told.round + complete
        )
        self.move(Act.APPLY_CANCEL, role, now, **{Guard.BOTH_APPLIED_OR_JUDGMENT.value: complete})
        return True

    def take_back_cancel(self, by: PersonId, now: dt.datetime) -> bool:
        """Take one side's application back; False when it has made none."""
        role, side = self.role_of(by), self._side(by)
        self.find_move(Act.TAKE_BACK_CANCEL, role)
        if side not in self.cancellation.agreed:
            return False
        left = tuple(one for one in self.cancellation.consents if one.side is not side)
        self.cancellation = replace(self.cancellation, consents=left)
        self.move(Act.TAKE_BACK_CANCEL, role, now)
        return True

    def filing_cancelled(self, review_id: str, at: dt.datetime, now: dt.datetime) -> bool:
        """End the case: its filing lives no more, the house is free. False for an echo."""
        if not self._pending(review_id):
            return False
        self.cancellation = replace(self.cancellation, cancelled_at=at)
        self._closed(review_id)
        self.move(Act.CANCEL_APPROVED, By.REVIEW, now)
        return True

    def cancellation_refused(self, review_id: str, rule: str, reason: str, remedies: str, now: dt.datetime) -> bool:
        """Go back to where the filing was; the consents are used up. False for an echo."""
        if not self._pending(review_id):
            return False
        self.cancellation = replace(
            self.cancellation,
            consents=(),
            judgment=None,
            refusal_rule=rule,
            refusal_reason=reason,
            refusal_remedies=remedies,
        )
        self._closed(review_id)
        pushed = bool(self.submission.receipt_no)
        self.move(Act.CANCEL_REFUSED, By.REVIEW, now, **{Guard.REGISTER_HAS_FILING.value: pushed})
        return True

    def _side(self, by: PersonId) -> Side:
        party = self.party(by)
        if party is None:  # role_of has refused strangers before
            raise ActBarred("contract.not_possible_now")
        return party.side

    def _pending(self, review_id: str) -> bool:
        return self.state is State.CANCEL_PENDING and review_id not in self.cancellation.closed_reviews

    def _closed(self, review_id: str) -> None:
        closed = (*self.cancellation.closed_reviews, review_id)
        self.cancellation = replace(self.cancellation, closed_reviews=closed)


def _checked(ground: str, judgment: Judgment | None) -> Judgment | None:
    if ground not in {AGREED, JUDGMENT}:
        raise InputRefused([Fault("ground", "ground_unknown")])
    if ground == AGREED:
        return None
    if judgment is None or not (tidy(judgment.number) and tidy(judgment.court)):
        raise CancelNeedsBoth
    kept = Judgment(kind=judgment.kind, number=tidy(judgment.number), court=tidy(judgment.court))
    faults = [*([] if kept.kind in RULINGS else [Fault("judgment.kind", "ruling_unknown")])]
    faults += faults_of("judgment.number", kept.number, LONGEST)
    faults += faults_of("judgment.court", kept.court, LONGEST)
    if faults:
        raise InputRefused(faults)
    return kept
