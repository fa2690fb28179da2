"""Review's answers on the bus: the queue and the reviewers' acts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from services.common.kit.calls import Call, new_id
from services.common.kit.entrypoints import Wired, rpc
from services.common.messages import review as messages
from services.review.adapters.neighbours import NeighbourParties, NeighbourRegister
from services.review.adapters.offices import ProfiledOffices
from services.review.adapters.repository import StoredQueue, review_works
from services.review.application.approve import ApproveReview
from services.review.application.claim import ClaimReview
from services.review.application.list_queue import ListOfficeQueue
from services.review.application.recheck import Recheck
from services.review.application.reject import RejectReview
from services.review.application.return_case import ReturnReview
from services.review.application.withdraw import Withdraw


@dataclass(frozen=True)
class Parts:
    """The use cases somebody waits for."""

    list_queue: ListOfficeQueue
    claim: ClaimReview
    withdraw: Withdraw
    approve: ApproveReview
    return_case: ReturnReview
    reject: RejectReview


def build(resources: Any) -> Parts:
    """Put the use cases together from the runner's resources."""
    works, queue = review_works(resources.database), StoredQueue(resources.database)
    offices = ProfiledOffices(resources.profiles)
    parties, register = NeighbourParties(resources.client), NeighbourRegister(resources.client)
    return Parts(
        list_queue=ListOfficeQueue(queue, _now),
        claim=ClaimReview(works, queue, offices, parties, _now),
        withdraw=Withdraw(works, _now, new_id),
        approve=ApproveReview(works, queue, offices, Recheck(parties, register), _now),
        return_case=ReturnReview(works, _now),
        reject=RejectReview(works, _now),
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class ReviewService:
    """The queue and the decisions."""

    name = "review"
    parts: Parts = Wired(build)

    @rpc(messages.ListQueue)
    def list_queue(self, message: messages.ListQueue, call: Call) -> messages.ReviewQueue:
        """Return a page of the office's queue."""
        return self.parts.list_queue(message, call)

    @rpc(messages.Claim)
    def claim(self, message: messages.Claim, call: Call) -> messages.ReviewReference:
        """Take a submission."""
        return self.parts.claim(message, call)

    @rpc(messages.WithdrawFromReview)
    def withdraw(self, message: messages.WithdrawFromReview, call: Call) -> messages.ReviewReference:
        """Take it back for the seller."""
        return self.parts.withdraw(message, call)

    @rpc(messages.Approve)
    def approve(self, message: messages.Approve, call: Call) -> messages.ReviewReference:
        """审核通过."""
        return self.parts.approve(message, call)

    @rpc(messages.ReturnCase)
    def return_case(self, message: messages.ReturnCase, call: Call) -> messages.ReviewReference:
        """退回."""
        return self.parts.return_case(message, call)

    @rpc(messages.Reject)
    def reject(self, message: messages.Reject, call: Call) -> messages.ReviewReference:
        """不予备案."""
        return self.parts.reject(message, call)
