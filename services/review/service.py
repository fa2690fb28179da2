"""Review's answers on the bus: the queue and the reviewers' acts."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.kit.entrypoints import Wired, rpc
from services.common.messages import review as messages
from services.review.application.list_reasons import list_reasons
from services.review.wiring import ServiceParts, build_service


class ReviewService:
    """The queue and the decisions."""

    name = "review"
    parts: ServiceParts = Wired(build_service)

    @rpc(messages.ListQueue)
    def list_queue(self, message: messages.ListQueue, call: Call) -> messages.ReviewQueue:
        """Return a page of the office's queue."""
        return self.parts.list_queue(message, call)

    @rpc(messages.Claim)
    def claim(self, message: messages.Claim, call: Call) -> messages.ReviewReference:
        """Take a submission."""
        return self.parts.claim(message, call)

    @rpc(messages.ReleaseClaim)
    def release_claim(self, message: messages.ReleaseClaim, call: Call) -> messages.ReviewReference:
        """Give it back."""
        return self.parts.release(message, call)

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
        """不予备案, 不予注销."""
        return self.parts.reject(message, call)

    @rpc(messages.GetDossier)
    def get_dossier(self, message: messages.GetDossier, call: Call) -> messages.Dossier:
        """Show what is to be checked."""
        return self.parts.get_dossier(message, call)

    @rpc(messages.ListReasons)
    def list_reasons(self, message: messages.ListReasons, call: Call) -> messages.ReasonCatalogue:
        """Return the catalogue of reasons."""
        return list_reasons(message, call)

    @rpc(messages.PreviewFindings)
    def preview_findings(self, message: messages.PreviewFindings, call: Call) -> messages.Findings:
        """Tell a party what would come back."""
        return self.parts.preview_findings(message, call)

    @rpc(messages.RetryPush)
    def retry_push(self, message: messages.RetryPush, call: Call) -> messages.ReviewReference:
        """Push again."""
        return self.parts.retry_push(message, call)

    @rpc(messages.GetStatistics)
    def get_statistics(self, message: messages.GetStatistics, call: Call) -> messages.Statistics:
        """审核统计."""
        return self.parts.get_statistics(message, call)

    @rpc(messages.DeclareRelative)
    def declare_relative(self, message: messages.DeclareRelative, call: Call) -> messages.RecusalsKept:
        """回避申报."""
        return self.parts.declare_relative(message, call)
