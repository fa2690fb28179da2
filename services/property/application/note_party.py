"""Writes a standing into the embedded table, where a city has no screening of its own connected."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.property import NoteParty, PartyNoted
from services.property.application.ports import Cities, Works
from services.property.domain.errors import StandingUnknown
from services.property.domain.standing import Eligibility, Standing


@dataclass(frozen=True)
class NoteStanding:
    """For the operators' command alone; the last note counts."""

    works: Works
    cities: Cities

    def __call__(self, message: NoteParty, call: Call) -> PartyNoted:
        """Keep it. Raises Forbidden for anybody else, NotFound `city.unknown`, StandingUnknown."""
        call.actor.require_service("cli")
        self.cities.restrictions(message.city)
        if message.eligibility not in set(Eligibility):
            raise StandingUnknown(field="eligibility")
        standing = Standing(message.defaulter, Eligibility(message.eligibility))
        with self.works(call) as work:
            work.standings.note(message.city, message.id_number, standing)
            answer = PartyNoted(barred_by=standing.barred_by)
            work.commit(answer)
        return answer
