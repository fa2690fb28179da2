"""Which documents were brought to a case."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.profiles.materials import DocumentKind
from services.common.values import CaseNo


@dataclass(frozen=True)
class NothingBrought:
    """A deployment that takes no uploads: a case for which the register asks for a paper ends at the counter."""

    def provided(self, case_no: CaseNo) -> frozenset[DocumentKind]:
        """Return nothing: what nobody could bring is never taken as brought."""
        del case_no
        return frozenset()
