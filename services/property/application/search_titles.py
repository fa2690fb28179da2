"""房源核验: certificate, name and ID number of one owner, asked by an owner. Decides what counts as a failure."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.property import SearchTitles, TitlesFound
from services.property.application.ports import Cities, Clock, PropertyWork, Works
from services.property.application.views import summary_of
from services.property.domain.errors import TitleNotFound
from services.property.domain.search_limit import WINDOW, refuse_if_exhausted


@dataclass(frozen=True)
class SearchForTitles:
    """The caller names any owner of a title he owns himself (he may be another owner of it); several hits are all shown."""

    works: Works
    cities: Cities
    now: Clock

    def __call__(self, message: SearchTitles, call: Call) -> TitlesFound:
        """Return what was found. Raises TitleNotFound, which counts, or TooManySearches; needs a signed-in person."""
        caller = call.actor.person_id
        with self.works(call) as work:
            self._refuse_if_exhausted(work, caller.value, message)
            hits = work.titles.search(message.city, message.certificate_no, message.owner_name, message.owner_id_number)
            own = [held for held in hits if held.title.owned_by(caller)]
            if not own:
                work.failures.record(self.now(), caller.value, message.source)
            work.commit()
        if not own:
            raise TitleNotFound(registry_phone=self.cities.registry_phone(message.city))
        return TitlesFound(titles=tuple(summary_of(held) for held in own))

    def _refuse_if_exhausted(self, work: PropertyWork, account: str, message: SearchTitles) -> None:
        now, allowed = self.now(), self.cities.failures_per_hour(message.city)
        work.failures.lock(account, message.source)
        for failed_at in work.failures.since(now - WINDOW, account, message.source):
            refuse_if_exhausted(failed_at, allowed, now)
