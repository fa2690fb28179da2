"""Tells the audit that a member of staff saw a case, before the case is shown: no audit, no look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from services.common.kit.calls import ActorKind, Call
from services.common.messages.operations import StaffActed
from services.common.values import CaseNo
from services.contract.application.ports import Works

T = TypeVar("T")
SHOWN, PREVIEWED, DOWNLOADED = "contract.case_shown", "contract.contract_previewed", "contract.contract_downloaded"


@dataclass(frozen=True)
class StaffReads:
    """Lets a read through; what was shown to staff is told in a commit of its own, parties' own looks are not."""

    works: Works
    now: Callable[[], dt.datetime]

    def audited(self, act: str, case_no: CaseNo, call: Call, shown: T) -> T:
        """Return what is to be shown, once the audit has it. Refused reads never come here."""
        if call.actor.kind is not ActorKind.STAFF:
            return shown
        with self.works(call) as work:
            told = StaffActed(
                staff_id=call.actor.id,
                office_id=call.actor.office,
                act_code=act,
                subject_id=str(case_no),
                acted_at=self.now(),
            )
            work.emit(told, aggregate_id=str(case_no), case_no=case_no)
            work.commit()
        return shown
