"""Ends drafts nobody has touched for the city's number of days, so that their houses are free (decision 15)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.profiles import Profiles
from services.contract.application.keeping import keep
from services.contract.application.ports import CaseReader, Now, Works
from services.contract.domain.lifecycle import EXPIRING

BATCH = 200


@dataclass(frozen=True)
class DraftExpiry:
    """Run now and then by the worker; running it twice at once is harmless."""

    works: Works
    reader: CaseReader
    profiles: Profiles
    now: Now

    def __call__(self, call: Call) -> int:
        """Expire what is due, at most `BATCH` cases; return how many."""
        now = self.now()
        days = min(profile.case_type.limits.draft_days for profile in self.profiles)
        expired = 0
        for no in self.reader.untouched(now - dt.timedelta(days=days), frozenset(EXPIRING), BATCH):
            with self.works(call) as work:
                case = work.cases.get(no)
                if case.expire(now):
                    keep(work, case)
                    expired += 1
        return expired
