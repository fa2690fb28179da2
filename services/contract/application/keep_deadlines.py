"""The clock of all cases: warns, reminds and expires what is due, and counts what is overdue (decision 15)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.contract.application.keeping import keep
from services.contract.application.ports import CaseReader, Now, Works
from services.contract.domain.deadlines import DEADLINES, Then

BATCH = 200
ALARMING = frozenset(state for state, row in DEADLINES.items() if row.then is not Then.EXPIRE)
"""States in which a case past its deadline does not end by itself: somebody has to look."""


@dataclass(frozen=True)
class DeadlineKeeping:
    """Run now and then by the worker; running it twice at once is harmless: the case is looked at again under its lock."""

    works: Works
    reader: CaseReader
    now: Now

    def __call__(self, call: Call) -> int:
        """Do what is due, at most `BATCH` cases; return how many were warned, reminded or expired."""
        now, done = self.now(), 0
        for no in self.reader.to_attend(now, BATCH):
            with self.works(call) as work:
                case = work.cases.get(no)
                done += case.attend(now)
                keep(
                    work, case
                )  # also where nothing was due by now, after an upload: the next time to look is kept with the case
        return done


@dataclass(frozen=True)
class Overdue:
    """Cases of one state past their deadline: how many, and how long the longest is (seconds)."""

    state: str
    count: int
    oldest: float


@dataclass(frozen=True)
class OverdueCounting:
    """What operators are alarmed by: jobs of ours not done, reviews not answered, signings that did not lapse."""

    reader: CaseReader
    now: Now

    def __call__(self) -> tuple[Overdue, ...]:
        """Return every alarming state, also those in which all is well."""
        now = self.now()
        late = self.reader.overdue(now, frozenset(ALARMING))
        return tuple(_counted(state.value, late.get(state.value), now) for state in sorted(ALARMING))


def _counted(state: str, late: tuple[int, dt.datetime] | None, now: dt.datetime) -> Overdue:
    if late is None:
        return Overdue(state, 0, 0.0)
    count, since = late
    return Overdue(state, count, (now - since).total_seconds())
