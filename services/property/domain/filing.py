"""A filed contract as the register keeps it (备案). Decides the receipt number's form and what a repeat may say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.common.values import CaseNo
from services.property.domain.errors import FilingDiffers

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Filing:
    """A filing: while it is live its house cannot be signed again. `document_sha256` is that of the sealed file.

    `receipt_no` is empty until the register has acknowledged it, `cancel_receipt_no` until it has taken the cancellation.
    """

    case_no: CaseNo
    title_id: str
    filing_no: str
    document_sha256: str
    filed_at: dt.datetime
    receipt_no: str
    live: bool = True
    cancel_receipt_no: str = ""

    def refuse_other(self, title_id: str, filing_no: str, document_sha256: str) -> None:
        """Raise FilingDiffers unless the same filing is pushed again."""
        if (title_id, filing_no, document_sha256) != (self.title_id, self.filing_no, self.document_sha256):
            raise FilingDiffers(case_no=str(self.case_no))

    def refuse_unless(self, title_id: str, filing_no: str) -> None:
        """Raise FilingDiffers unless this is the filing that is to be cancelled."""
        if (title_id, filing_no) != (self.title_id, self.filing_no):
            raise FilingDiffers(case_no=str(self.case_no))


def day_of(now: dt.datetime) -> dt.date:
    """Return the day a receipt is numbered under: the office's, not UTC's."""
    return now.astimezone(SHANGHAI).date()


def receipt_no(day: dt.date, number: int) -> str:
    """`R20261122000001`: the register's day and its daily sequence."""
    return f"R{day:%Y%m%d}{number:06d}"
