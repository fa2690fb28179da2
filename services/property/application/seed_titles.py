"""Fills the embedded register with generated titles, for demonstrations and tests."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from services.common.kit.calls import Call
from services.common.kit.errors import Forbidden
from services.common.messages.property import SeedTitles, TitlesSeeded
from services.property.application.ports import Cities, Works
from services.property.domain.generated.titles import make_up_titles

BATCH = 1_000


@dataclass(frozen=True)
class SeedGeneratedTitles:
    """The same seed adds the same titles, so seeding twice adds nothing, and a larger count adds the rest."""

    works: Works
    cities: Cities
    person_key: bytes
    allowed: bool  # not in production: a real register holds no made-up titles

    def __call__(self, message: SeedTitles, call: Call) -> TitlesSeeded:
        """Return how many are new, and how many there are. Raises SeedRefused, NotFound; Forbidden unless the operators' command asks."""
        call.actor.require_service("cli")
        if not self.allowed:
            raise Forbidden("property.seeding_off")
        style, numbers = self.cities.style(message.city), range(message.first, message.first + message.count)
        titles = make_up_titles(message.city, style, numbers, message.seed, self.person_key)
        with self.works(call) as work:
            added = 0
            while batch := list(islice(titles, BATCH)):
                added += work.titles.add_missing(batch)
            answer = TitlesSeeded(added=added, total=work.titles.count())
            work.commit(answer)
        return answer
