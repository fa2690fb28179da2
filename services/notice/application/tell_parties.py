"""A case has moved on: its parties are told, in the app and on their phones, where there is something to tell."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from services.common.kit.calls import Call
from services.common.messages.contract import (
    CaseAdvanced,
    CaseEnded,
    DeadlineNear,
    PartyContact,
    RescissionAsked,
    RescissionWithdrawn,
)
from services.notice.application.ports import Cities, Clock, Neighbours, NewId, NoticeWork, Works
from services.notice.domain import wording
from services.notice.domain.app_message import AppMessage
from services.notice.domain.voice import Voice
from services.notice.domain.wording import Wording

log = logging.getLogger(__name__)
DAY = dt.timedelta(days=1)
CaseNews: TypeAlias = CaseAdvanced | CaseEnded | DeadlineNear | RescissionAsked | RescissionWithdrawn


@dataclass(frozen=True)
class TellParties:
    """Each person in the app, each phone once per event, also where a couple shares one (decision 5)."""

    works: Works
    neighbours: Neighbours
    cities: Cities
    now: Clock
    new_id: NewId

    def __call__(self, event: CaseNews, call: Call) -> None:
        """Queue a message per phone and keep one per person. Raises Unavailable while contract does not answer."""
        told = _worded(event)
        voice = self.cities.voice(event.case_no.city)
        if voice.catalogue.in_app(told, voice.manner.language) is None:
            log.info("nothing to tell", extra={"case_no": str(event.case_no), "kind": told.template})
            return
        contacts = self.neighbours.contacts_of(event.case_no, call)
        occasion = call.request_id or self.new_id()  # kit gives the event's id as request_id
        with self.works(call) as work:
            self._tell_in_app(work, event, told, contacts, occasion)
            self._tell_phones(work, told, contacts, occasion, voice)
            work.commit()

    def _tell_in_app(
        self,
        work: NoticeWork,
        event: CaseNews,
        told: Wording,
        contacts: Sequence[PartyContact],
        occasion: str,
    ) -> None:
        for person_id in dict.fromkeys(one.person_id for one in contacts):
            message = AppMessage(
                message_id=self.new_id(),
                occasion=occasion,
                person_id=person_id,
                case_no=event.case_no,
                wording=told,
                created_at=self.now(),
            )
            work.app_messages.add(message)

    def _tell_phones(
        self, work: NoticeWork, told: Wording, contacts: Sequence[PartyContact], occasion: str, voice: Voice
    ) -> None:
        now = self.now()
        for mobile in dict.fromkeys(one.mobile for one in contacts):
            if not told.urgent and work.messages.waiting_texts(mobile, now - DAY) >= voice.manner.most_a_day:
                log.info("phone has had enough for a day", extra={"kind": told.template})
                continue
            message = voice.write(told, mobile, message_id=self.new_id(), occasion=occasion, recipient="", now=now)
            if message is not None:
                work.messages.add(message)


def _worded(event: CaseNews) -> Wording:
    match event:
        case DeadlineNear():
            return wording.deadline(event.case_no, event.then_code, event.state, event.due_at)
        case RescissionAsked():
            return wording.rescission(event.case_no, "asked")
        case RescissionWithdrawn():
            return wording.rescission(event.case_no, "withdrawn")
        case _:
            return wording.case_state(event.case_no, event.state)
