"""The title in full, for the services that decide on a sale."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.property import GetTitle, Title
from services.property.application.ports import Cities, Clock, Held, Register, RestrictionSource
from services.property.application.views import title_of
from services.property.domain.errors import TitleNotFound
from services.property.domain.filing import day_of


@dataclass(frozen=True)
class GetTitleInFull:
    """Contract asks when it opens a case and before signing, review before it approves."""

    register: Register
    restrictions: RestrictionSource
    cities: Cities
    now: Clock

    def __call__(self, message: GetTitle, call: Call) -> Title:
        """Return owners, house and bars. Raises TitleNotFound; Unavailable where restrictions cannot be asked; Forbidden for anybody else."""
        call.actor.require_service("contract", "review")
        held = self.register.find(message.title_id)
        if held is None:
            raise TitleNotFound
        title = held.title.noting(self.restrictions.noted(held.title.city, held.title.certificate_no))
        policies, today = self.cities.restrictions(held.title.city), day_of(self.now())
        return title_of(Held(title, held.holders), title.judged(policies, today, held.holders, message.except_case))
