"""The model's neighbours and clock: what signing, review and our own worker report, and what time does."""

from __future__ import annotations

import datetime as dt

from tests.unit.contract.machine.core import DRAFTS, ENDS, FILED, LEFT_TO_BOTH, NOTHING, REFUSED, UNDER_REVIEW
from tests.unit.contract.machine.people import People

DAY = dt.timedelta(days=1)


class CaseModel(People):
    """The whole model."""

    def draw(self, version: int) -> str:
        if self.state != "FREEZING" or version != self.version or self.drawn:
            return NOTHING
        self.drawn = True
        return self._to("FREEZING", ("DocumentsReady", ""), tell=False)

    def drawing_refused(self, version: int) -> str:
        """The text holds a character no font has: it has to be edited."""
        if self.state != "FREEZING" or version != self.version or self.drawn:
            return NOTHING
        self.unprintable = True
        self.confirmed -= self.by_start
        self.by_start = set()
        return self._to("READY_TO_SIGN")

    def opened(self, version: int) -> str:
        if self.state != "FREEZING" or version != self.version:
            return NOTHING
        return self._to("SIGNING")

    def one_signed(self, version: int, who: str) -> str:
        if self.state == "FREEZING" and self.drawn:
            return REFUSED  # it overtook the opening, and is tried again
        if self.state != "SIGNING" or version != self.version or who in self.signed:
            return NOTHING
        self.signed.add(who)
        return self._to("SIGNING", tell=False)

    def all_signed(self, version: int) -> str:
        if self.state == "FREEZING" and self.drawn:
            return REFUSED
        if self.state != "SIGNING" or version != self.version:
            return NOTHING
        self.signed = set(self.parties)
        return self._to("SIGNED")

    def ended(self, version: int, outcome: str) -> str:
        if self.state not in {"FREEZING", "SIGNING"} or version != self.version:
            return NOTHING
        kept = set() if outcome == "REFUSED" else self.confirmed - self.by_start
        self._fresh_text()
        self.generated, self.version, self.confirmed = True, self.version + 1, kept
        return self._to("CONFIRMING" if outcome == "REFUSED" else "READY_TO_SIGN")

    def claimed(self, review: str) -> str:
        return self._to("REVIEWING") if self.state == "SUBMITTED" and review not in self.closed else NOTHING

    def decided(self, review: str, decision: str) -> str:
        if self.state not in UNDER_REVIEW or review in self.closed:
            return NOTHING
        self.closed.add(review)
        if decision == "REJECTED":
            return self._end("REJECTED")
        return self._to(decision, tell=decision == "RETURNED")

    def sealed(self, version: int) -> str:
        if self.state in {*FILED, "CANCEL_PENDING", *ENDS} or version != self.version or not self.drawn:
            return NOTHING
        return self._to("FILED") if self.state == "FILING" else REFUSED

    def pushed(self) -> str:
        if self.in_register or self.state in ENDS:
            return NOTHING
        if self.state not in {"FILED", "CANCEL_PENDING"}:
            return REFUSED
        self.in_register = True
        return self._to("PUSHED") if self.state == "FILED" else self._to(self.state, tell=False)

    def cancellation_decided(self, review: str, *, approved: bool) -> str:
        if self.state != "CANCEL_PENDING" or review in self.cancel_closed:
            return NOTHING
        self.cancel_closed.add(review)
        if approved:
            return self._end("CANCELLED")
        self.applied = set()
        return self._to("PUSHED" if self.in_register else "FILED", ("CaseAdvanced", "CANCEL_REFUSED"), tell=False)

    # ---- the clock -------------------------------------------------------------------------------------------------
    def clock(self, days: int) -> None:
        """Time passes, then the clock looks once."""
        self.now += days * DAY
        if self.state in DRAFTS:
            self._draft_clock()
        elif self.state == "SIGNING":
            if not self._told_since(self.entered) and self.now >= self.entered + 5 * DAY:
                self._near()
        elif self.state in LEFT_TO_BOTH:
            last = self.warned if self._told_since(self.entered) and self.warned else self.entered
            if self.now >= last + 7 * DAY:
                self._near()

    def _draft_clock(self) -> None:
        if not self._told_since(self.touched):
            if self.now >= self.touched + 23 * DAY:
                self._near()
        elif self.warned and self.now >= max(self.touched + 30 * DAY, self.warned + 7 * DAY):
            self._end("EXPIRED")

    def _told_since(self, moment: dt.datetime) -> bool:
        return self.warned is not None and self.warned > moment

    def _near(self) -> None:
        self.warned = self.now
        self.facts.append(("DeadlineNear", self.state))
