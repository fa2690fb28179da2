"""Which live case holds a house, as told by the case's own events. Decides nothing about cases: contract does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from services.common.values import CaseNo


@dataclass(frozen=True)
class HouseHold:
    """One case's hold on a house. Once released it is never taken up again: a case does not reopen."""

    case_no: CaseNo
    title_id: str
    released: bool

    @classmethod
    def taken(cls, case_no: CaseNo, title_id: str) -> Self:
        """Return the hold of a case that has opened."""
        return cls(case_no, title_id, released=False)

    def end(self) -> Self:
        """Return it released: the case has ended without a filing."""
        return replace(self, released=True)
