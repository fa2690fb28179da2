"""The buyer's search, answered masked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseFound, LookUpCase
from services.contract.application.search_by_triple import Triple, TripleSearch
from services.contract.domain.lifecycle import State


@dataclass(frozen=True)
class CaseLookup:
    """Answers the search; `ready` is False while the seller is still writing."""

    search: TripleSearch

    def __call__(self, message: LookUpCase, call: Call) -> CaseFound:
        """Return the case masked. Raises CaseNotFound for whatever is wrong, DomainError `contract.too_many_lookups`."""
        triple = Triple.of(message.city, message.number, message)
        case = self.search(triple, call.actor.person_id, message.source, call)
        return CaseFound(
            case_no=case.no,
            state=case.state.value,
            seller_name_masked=(case.sellers[0].company or case.sellers[0].name).masked,
            location=re.sub(r"\d", "*", case.title.house.location),
            ready=case.state is State.WAIT_BUYER,
        )
