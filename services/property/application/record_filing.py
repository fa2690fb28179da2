"""备案推送: review pushes a filed contract; once per case, one live filing per house."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.property import FilingAcknowledged, FilingRecorded, RecordFiling
from services.property.application.ports import Cities, Clock, PropertyWork, Register, RestrictionSource, Works
from services.property.domain.errors import TitleNotFound
from services.property.domain.filing import Filing, day_of, receipt_no
from services.property.domain.title import RegisteredTitle


@dataclass(frozen=True)
class RecordFilingInRegister:
    """Kept first, then handed to the register, then settled: whatever is lost on the way is sent again under the same number.

    Repeats of the same filing return the first receipt, whatever their request_id.
    """

    works: Works
    register: Register
    restrictions: RestrictionSource
    cities: Cities
    now: Clock

    def __call__(self, message: RecordFiling, call: Call) -> FilingAcknowledged:
        """Return the receipt. Raises TitleNotFound, HouseBarred, HouseAlreadyFiled, FilingDiffers, Unavailable."""
        call.actor.require_service("review")
        filing = self._keep(message, dataclasses.replace(call, ticket=None))
        told = "" if filing.receipt_no else self.register.receipt(filing) or ""
        with self.works(call) as work:
            answer = FilingAcknowledged(receipt_no=self._settled(work, filing, told))
            work.commit(answer)
        return answer

    def _keep(self, message: RecordFiling, call: Call) -> Filing:
        """Keep the filing in a transaction of its own, which leaves the caller's request open to be tried again."""
        title = self._title(message)  # asked before the transaction, which waits for nobody outside
        with self.works(call) as work:
            work.filings.lock(message.title_id)  # two pushes of one filing wait for each other
            filing = work.filings.find_by_case(message.case_no)
            if filing is not None:
                filing.refuse_other(message.title_id, message.filing_no, message.document_sha256)
            if filing is None or not filing.receipt_no:
                title.refuse_if_barred(self.cities.restrictions(title.city), day_of(self.now()))
            if filing is None:
                filing = _filing_of(message)
                work.filings.add(filing)
                work.commit()
        return filing

    def _title(self, message: RecordFiling) -> RegisteredTitle:
        held = self.register.find(message.title_id)
        if held is None or held.title.city != message.case_no.city:
            raise TitleNotFound
        return held.title.noting(self.restrictions.noted(held.title.city, held.title.certificate_no))

    def _settled(self, work: PropertyWork, filing: Filing, told: str) -> str:
        """Return the receipt, noting it and telling of the filing if nobody has; ours is numbered here."""
        work.filings.lock(filing.title_id)
        kept = work.filings.find_by_case(filing.case_no)
        if kept is not None and kept.receipt_no:
            return kept.receipt_no
        day = day_of(self.now())
        number = told or receipt_no(day, work.filings.next_receipt(day))
        work.filings.settle(filing.case_no, number)
        event = FilingRecorded(
            case_no=filing.case_no, title_id=filing.title_id, filing_no=filing.filing_no, receipt_no=number
        )
        work.emit(event, aggregate_id=filing.title_id, case_no=filing.case_no)
        return number


def _filing_of(message: RecordFiling) -> Filing:
    return Filing(
        case_no=message.case_no,
        title_id=message.title_id,
        filing_no=message.filing_no,
        document_sha256=message.document_sha256,
        filed_at=message.filed_at,
        receipt_no="",
    )
