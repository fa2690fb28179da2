"""How every use case ends: the case kept, its facts told, the answer kept with the request, in one commit."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from services.common.kit.calls import Call
from services.common.messages.contract import CaseReference
from services.common.values import CaseNo
from services.contract.application.ports import Work, Works
from services.contract.domain.case import Case

CHINA = ZoneInfo("Asia/Shanghai")


def reference(case: Case) -> CaseReference:
    """Return the case as kept with a request."""
    return CaseReference(case_no=case.no, state=case.state.value, revision=case.revision, version=case.version)


def tell(work: Work, case: Case) -> None:
    """Emit what the case has to tell."""
    for fact in case.take_told():
        work.emit(fact, aggregate_id=str(case.no), case_no=case.no)


def keep(work: Work, case: Case) -> CaseReference:
    """Save, tell, commit; return the reference."""
    work.cases.save(case)
    tell(work, case)
    answer = reference(case)
    work.commit(answer)
    return answer


def remember(works: Works, call: Call, no: CaseNo, note: Callable[[Case], None]) -> None:
    """Keep what was refused in a transaction of its own, which leaves the caller's request open to be tried again."""
    with works(dataclasses.replace(call, ticket=None)) as work:
        case = work.cases.get(no)
        note(case)
        work.cases.save(case)
        work.commit()


def day_of(now: dt.datetime) -> dt.date:
    """Return the calendar day in China, where all cities are."""
    return now.astimezone(CHINA).date()
