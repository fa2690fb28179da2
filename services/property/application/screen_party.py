"""买受人核验: is the party a 失信被执行人, and may he buy in this city."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.property import PartyScreened, ScreenParty
from services.property.application.ports import Cities, NamedOwner, PartyScreening


@dataclass(frozen=True)
class ScreenOneParty:
    """Contract asks when a buyer joins and before signing, review before it approves. Nothing is kept of it."""

    screening: PartyScreening
    cities: Cities

    def __call__(self, message: ScreenParty, call: Call) -> PartyScreened:
        """Return what is known. Raises Unavailable where nobody can say; Forbidden for anybody else; NotFound `city.unknown`."""
        call.actor.require_service("contract", "review")
        self.cities.restrictions(message.city)  # an unknown city has nobody to ask
        standing = self.screening.standing(message.city, NamedOwner(message.name, message.id_number))
        return PartyScreened(
            defaulter=standing.defaulter, eligibility=standing.eligibility.value, barred_by=standing.barred_by
        )
