"""复核: what the decision rests on is asked for once more, just before it, so that it is never older than that."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import Side
from services.review.application.ports import Parties, Register
from services.review.domain.errors import AlreadyTransferred, BuyerBarred, HouseBarred
from services.review.domain.review import Kind, Review
from services.review.domain.rules import owners_of


@dataclass(frozen=True)
class Recheck:
    """Domain 8.6 lets a re-check be a day old; asking at the approval itself keeps that with nothing to store."""

    parties: Parties
    register: Register

    def __call__(self, review: Review, call: Call) -> None:
        """Raise HouseBarred, BuyerBarred or AlreadyTransferred with what was found; Unavailable where nobody can say."""
        if review.kind is Kind.FILING:
            self._require_saleable(review, call)
        else:
            self._require_not_transferred(review, call)

    def _require_saleable(self, review: Review, call: Call) -> None:
        if bars := self.register.bars(review.title_id, review.case_no, call):
            raise HouseBarred(barred_by=list(bars))
        for name, id_number in self.parties.buyers_of(review.case_no, call):
            if reasons := self.register.party_bars(review.case_no.city, name, id_number, call):
                raise BuyerBarred(reasons)

    def _require_not_transferred(self, review: Review, call: Call) -> None:
        parties = self.parties.view(review.case_no, call).parties
        sellers = {one.person_id for one in parties if one.side is Side.SELLER}
        if sellers != owners_of(self.register.title(review.title_id, review.case_no, call)):
            raise AlreadyTransferred
