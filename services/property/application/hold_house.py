"""Follows which live case holds which house, from the events of contract."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseEnded, CaseOpened
from services.property.application.ports import Works
from services.property.domain.hold import HouseHold


@dataclass(frozen=True)
class HoldHouse:
    """A repeat changes nothing; an end that comes first leaves a released hold, so that the late opening cannot take the house."""

    works: Works

    def __call__(self, event: CaseOpened | CaseEnded, call: Call) -> None:
        """Take or release the house for the event's case."""
        with self.works(call) as work:
            hold = work.holds.find(event.case_no)
            if hold is None:
                hold = HouseHold.taken(event.case_no, event.title_id)
            work.holds.save(hold.end() if isinstance(event, CaseEnded) else hold)
            work.commit()
