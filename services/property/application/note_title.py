"""Writes a note on a title of the embedded register, or takes it away: what a registry's own system would do."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.property import NoteTitle, TitleNoted
from services.property.application.ports import Cities, Clock, Works
from services.property.domain.errors import NoteUnknown
from services.property.domain.filing import day_of
from services.property.domain.title import Encumbrance


@dataclass(frozen=True)
class NoteOnTitle:
    """For the operators' command alone: a note that is there already, or not there, changes nothing."""

    works: Works
    cities: Cities
    now: Clock

    def __call__(self, message: NoteTitle, call: Call) -> TitleNoted:
        """Write or clear it; return what the city makes of the title now. Raises NoteUnknown, TitleNotFound, Forbidden."""
        call.actor.require_service("cli")
        if message.note not in set(Encumbrance):
            raise NoteUnknown(field="note")
        with self.works(call) as work:
            work.titles.get(message.title_id)
            work.titles.note(message.title_id, Encumbrance(message.note), present=not message.cleared)
            title = work.titles.get(message.title_id)
            verdict = title.judged(self.cities.restrictions(title.city), day_of(self.now()))
            answer = TitleNoted(
                barred_by=tuple(one.value for one in verdict.barred_by),
                warnings=tuple(one.value for one in verdict.warnings),
                papers_needed=tuple(one.value for one in verdict.papers_needed),
            )
            work.commit(answer)
        return answer
