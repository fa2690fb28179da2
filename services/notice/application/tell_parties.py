"""A case has moved on: its parties are told, where there is something to tell."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseAdvanced, CaseEnded
from services.notice.application.ports import Clock, Neighbours, NewId, Works
from services.notice.domain import templates
from services.notice.domain.message import Message

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TellParties:
    """Each phone once per event, also where a couple shares one (decision 5)."""

    works: Works
    neighbours: Neighbours
    now: Clock
    new_id: NewId

    def __call__(self, event: CaseAdvanced | CaseEnded, call: Call) -> None:
        """Queue a message per phone. Raises Unavailable while contract does not answer."""
        wording = templates.case_state(event.case_no, event.state)
        if wording is None:
            log.info("nothing to tell", extra={"case_no": str(event.case_no), "state": event.state})
            return
        mobiles = dict.fromkeys(self.neighbours.mobiles_of(event.case_no, call))
        now, occasion = self.now(), call.request_id or self.new_id()  # kit gives the event's id as request_id
        with self.works(call) as work:
            for mobile in mobiles:
                message = Message.queued(
                    wording,
                    mobile,
                    message_id=self.new_id(),
                    occasion=occasion,
                    recipient="",
                    now=now,
                )
                work.messages.add(message)
            work.commit()
