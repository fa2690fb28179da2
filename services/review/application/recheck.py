"""复核: house and buyers are asked for once more, just before the approval, so that what is approved is never older than that."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.review.application.ports import Parties, Register
from services.review.domain.errors import BuyerBarred, HouseBarred
from services.review.domain.review import Review


@dataclass(frozen=True)
class Recheck:
    """Domain 8.6 lets a re-check be a day old; asking at the approval itself keeps that with nothing to store."""

    parties: Parties
    register: Register

    def __call__(self, review: Review, call: Call) -> None:
        """Raise HouseBarred or BuyerBarred with what was found; Unavailable where nobody can say: that is no approval."""
        if bars := self.register.bars(review.title_id, review.case_no, call):
            raise HouseBarred(barred_by=list(bars))
        for name, id_number in self.parties.buyers_of(review.case_no, call):
            if reasons := self.register.party_bars(review.case_no.city, name, id_number, call):
                raise BuyerBarred(reasons)
