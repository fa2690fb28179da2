"""Remembers that review has approved, so that a seal is owed even when the event that asked for it was given up."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.review import ReviewApproved
from services.signing.application.ports import Works


@dataclass(frozen=True)
class ApprovalNoting:
    """Beside the sealing, which may fail for long: this needs nothing but the database."""

    works: Works

    def __call__(self, event: ReviewApproved, call: Call) -> None:
        """Keep it; a repeat changes nothing."""
        with self.works(call) as work:
            work.envelopes.keep_approval(event)
            work.commit()
