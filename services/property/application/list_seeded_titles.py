"""Generated titles with their generated owners: what a demonstration needs to play both sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from services.common.kit.calls import Call
from services.common.messages.property import ListSeededTitles, SeededTitle, SeededTitles
from services.property.application.ports import Cities, Clock, GeneratedTitles
from services.property.application.views import owners_of
from services.property.domain.errors import NoteUnknown
from services.property.domain.filing import day_of
from services.property.domain.title import Encumbrance, RegisteredTitle

MOST = 500
BATCH = 200


@dataclass(frozen=True)
class ListGeneratedTitles:
    """For the operators' command alone, and never a title that was not generated."""

    register: GeneratedTitles
    cities: Cities
    now: Clock

    def __call__(self, message: ListSeededTitles, call: Call) -> SeededTitles:
        """Return at most `MOST` saleable titles of people. Raises Forbidden, NotFound `city.unknown`, NoteUnknown."""
        call.actor.require_service("cli")
        if message.noted and message.noted not in set(Encumbrance):
            raise NoteUnknown(field="noted")
        wanted = frozenset({Encumbrance(message.noted)}) if message.noted else frozenset()
        limit = max(1, min(message.limit, MOST))
        titles = islice(self._saleable(message.city, message.owners, wanted), limit)
        return SeededTitles(
            titles=tuple(
                SeededTitle(title_id=title.title_id, certificate_no=title.certificate_no, owners=owners_of(title))
                for title in titles
            )
        )

    def _saleable(self, city: str, owners: int, noted: frozenset[Encumbrance]) -> Iterator[RegisteredTitle]:
        """Walk titles that bear these notes and no other, without a bar and without a paper to bring: a demonstration has none."""
        policies, today, seen = self.cities.restrictions(city), day_of(self.now()), 0
        while batch := self.register.list_generated(city, owners, seen, BATCH):
            seen += len(batch)
            for title in batch:
                verdict = title.judged(policies, today)
                if title.owners and title.encumbrances == noted and not verdict.barred_by and not verdict.papers_needed:
                    yield title
