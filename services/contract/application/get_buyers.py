"""Who buys, in full, for review: it screens them once more before it approves."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import BuyerIdentity, Buyers, GetBuyers
from services.contract.application.ports import CaseReader


@dataclass(frozen=True)
class BuyerListing:
    """Lists names and numbers of the buyers, to review alone."""

    reader: CaseReader

    def __call__(self, message: GetBuyers, call: Call) -> Buyers:
        """Return the buyers. Raises Forbidden to all but review, CaseNotFound."""
        call.actor.require_service("review")
        case = self.reader.get(message.case_no)
        return Buyers(buyers=tuple(BuyerIdentity(name=one.name, id_number=one.id_number) for one in case.buyers))
