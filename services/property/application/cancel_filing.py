"""备案注销: review tells that a filing lives no more; its house may be filed again."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.property import CancelFiling, FilingAcknowledged
from services.property.application.ports import Clock, PropertyWork, Register, Works
from services.property.domain.filing import Filing, day_of, receipt_no


@dataclass(frozen=True)
class CancelFilingInRegister:
    """Told to the register that keeps the title, then settled: what is lost on the way is sent again.

    A filing that never arrived here needs no cancelling; review sees to it that one still on its way is cancelled after it.
    """

    works: Works
    register: Register
    now: Clock

    def __call__(self, message: CancelFiling, call: Call) -> FilingAcknowledged:
        """Return the receipt, empty where there was no filing. Raises FilingDiffers, HouseTransferred, Unavailable."""
        call.actor.require_service("review")
        filing = self._find(message, dataclasses.replace(call, ticket=None))
        told = ""
        if filing is not None and filing.live and filing.receipt_no:
            told = self.register.cancel(filing) or ""
        with self.works(call) as work:
            answer = FilingAcknowledged(receipt_no=self._settled(work, message, told))
            work.commit(answer)
        return answer

    def _find(self, message: CancelFiling, call: Call) -> Filing | None:
        with self.works(call) as work:
            filing = work.filings.find_by_case(message.case_no)
        if filing is not None:
            filing.refuse_unless(message.title_id, message.filing_no)
        return filing

    def _settled(self, work: PropertyWork, message: CancelFiling, told: str) -> str:
        work.filings.lock(message.title_id)
        kept = work.filings.find_by_case(message.case_no)
        if kept is None or not kept.live:
            return "" if kept is None else kept.cancel_receipt_no
        day = day_of(self.now())
        number = told or receipt_no(day, work.filings.next_receipt(day))
        work.filings.end(message.case_no, number)
        return number
