"""备案推送: review pushes a filed contract; once per case, one live filing per house."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.property import FilingAcknowledged, FilingRecorded, RecordFiling
from services.property.application.ports import Cities, Clock, PropertyWork, Register, RestrictionSource, Works
from services.property.domain.errors import TitleNotFound
from services.property.domain.filing import Filing, day_of, receipt_no
from services.property.domain.title import Encumbrance, RegisteredTitle


@dataclass(frozen=True)
class RecordFilingInRegister:
    """Repeats of the same filing return the first receipt, whatever their request_id."""

    works: Works
    register: Register
    restrictions: RestrictionSource
    cities: Cities
    now: Clock

    def __call__(self, message: RecordFiling, call: Call) -> FilingAcknowledged:
        """Return the receipt. Raises TitleNotFound, HouseBarred, HouseAlreadyFiled, FilingDiffers."""
        call.actor.require_service("review")
        further = self._noted_elsewhere(
            message.title_id
        )  # asked before the transaction, which waits for nobody outside
        with self.works(call) as work:
            title = work.titles.get(message.title_id)  # locked: two pushes of one filing wait for each other
            filing = work.filings.find_by_case(message.case_no)
            if filing is None:
                filing = self._take(work, title.noting(further), message)
            else:
                filing.refuse_other(message.title_id, message.filing_no, message.document_sha256)
            answer = FilingAcknowledged(receipt_no=filing.receipt_no)
            work.commit(answer)
        return answer

    def _noted_elsewhere(self, title_id: str) -> frozenset[Encumbrance]:
        held = self.register.find(title_id)
        if held is None:
            raise TitleNotFound
        return self.restrictions.noted(held.title.city, held.title.certificate_no)

    def _take(self, work: PropertyWork, title: RegisteredTitle, message: RecordFiling) -> Filing:
        if title.city != message.case_no.city:
            raise TitleNotFound
        day = day_of(self.now())
        title.refuse_if_barred(self.cities.restrictions(title.city), day)
        filing = Filing(
            case_no=message.case_no,
            title_id=message.title_id,
            filing_no=message.filing_no,
            document_sha256=message.document_sha256,
            filed_at=message.filed_at,
            receipt_no=receipt_no(day, work.filings.next_receipt(day)),
        )
        work.filings.add(filing)
        told = FilingRecorded(
            case_no=filing.case_no, title_id=filing.title_id, filing_no=filing.filing_no, receipt_no=filing.receipt_no
        )
        work.emit(told, aggregate_id=filing.title_id, case_no=filing.case_no)
        return filing
