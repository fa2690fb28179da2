"""房源核验: certificate, name and ID number of one owner, asked by an owner. Decides what counts as a failure."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.property import SearchTitles, TitlesFound
from services.property.application.ports import (
    Cities,
    Clock,
    Held,
    NamedOwner,
    PropertyWork,
    Register,
    RestrictionSource,
    Works,
)
from services.property.application.views import summary_of
from services.property.domain.errors import SearchIncomplete, TitleNotFound
from services.property.domain.filing import day_of
from services.property.domain.search_limit import WINDOW, refuse_if_exhausted


@dataclass(frozen=True)
class SearchForTitles:
    """The caller names any owner of a title he owns himself (he may be another owner of it); several hits are all shown.

    The register is asked between two looks at the limit: the first spares it whoever has none left, the second, under a
    lock, lets parallel searches learn no more than the limit allows. No answer is no failure.
    """

    works: Works
    register: Register
    restrictions: RestrictionSource
    cities: Cities
    now: Clock

    def __call__(self, message: SearchTitles, call: Call) -> TitlesFound:
        """Return what was found. Raises TitleNotFound, which counts, TooManySearches, Unavailable; needs a signed-in person."""
        caller, owner = call.actor.person_id, _named(message)
        with self.works(call) as work:
            self._refuse_if_exhausted(work, caller.value, message)
        hits = self.register.search(message.city, message.certificate_no, owner)
        own = [held for held in hits if held.title.owned_by(caller)]
        with self.works(call) as work:
            self._refuse_if_exhausted(work, caller.value, message)
            if not own:
                work.failures.record(self.now(), caller.value, message.source)
            work.commit()
        if not own:
            raise TitleNotFound(registry_phone=self.cities.registry_phone(message.city))
        policies, today = self.cities.restrictions(message.city), day_of(self.now())
        further = self.restrictions.noted(message.city, message.certificate_no)
        noted = [Held(held.title.noting(further), held.holders) for held in own]
        judged = ((held, held.title.judged(policies, today, held.holders)) for held in noted)
        return TitlesFound(titles=tuple(summary_of(held, verdict) for held, verdict in judged))

    def _refuse_if_exhausted(self, work: PropertyWork, account: str, message: SearchTitles) -> None:
        now, allowed = self.now(), self.cities.failures_per_hour(message.city)
        work.failures.lock(account, message.source)
        for failed_at in work.failures.since(now - WINDOW, account, message.source):
            refuse_if_exhausted(failed_at, allowed, now)


def _named(message: SearchTitles) -> NamedOwner:
    """Return the one owner the search names. Raises SearchIncomplete unless it is a whole person or a whole enterprise."""
    person, enterprise = (
        (message.owner_name, message.owner_id_number),
        (message.enterprise_name, message.enterprise_uscc),
    )
    if person[0] and person[1] and enterprise == (None, None):
        return NamedOwner(person[0], person[1])
    if enterprise[0] and enterprise[1] and person == (None, None):
        return NamedOwner(enterprise[0], enterprise[1])
    raise SearchIncomplete
