"""What review refuses, and with which code."""

from __future__ import annotations

from services.common.kit.errors import Conflict, Forbidden, InvalidValue, NotFound


class ReviewNotFound(NotFound):
    """No such review, or another office's: the two are never told apart."""

    code = "review.not_found"


class AlreadyClaimed(Conflict):
    """Another reviewer works on it; for the seller: it can no longer be withdrawn."""

    code = "review.already_claimed"


class AlreadyDecided(Conflict):
    """It was approved, returned, rejected or withdrawn."""

    code = "review.already_decided"


class NotClaimed(Conflict):
    """Nobody, or somebody else, holds the claim: claim it first."""

    code = "review.not_claimed"


class ClaimExpired(Conflict):
    """The claim's half hour is over: claim it again."""

    code = "review.claim_expired"


class ConflictOfInterest(Forbidden):
    """`CONFLICT_OF_INTEREST`; `why`: PARTY of the case, RELATIVE of one, SAME_REVIEWER as at the first of two approvals."""

    code = "review.conflict_of_interest"


class ReasonRequired(InvalidValue):
    """A return names at least one item with its reason, a rejection its reason and remedies (`REASON_REQUIRED`)."""

    code = "review.reason_required"


class ReasonUnknown(InvalidValue):
    """The rule is not one of the catalogue, or none for this decision."""

    code = "review.reason_unknown"


class ReasonUnfit(InvalidValue):
    """A text is too long, or holds an ID or mobile number: reasons travel in events."""

    code = "review.reason_unfit"


class HouseBarred(Conflict):
    """The re-check of the house before the approval found reasons against it; `barred_by` lists them."""

    code = "review.house_barred"


class BuyerBarred(Conflict):
    """The re-check of the buyers before the approval found one who may not buy; `reasons` are the screening's codes."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        """Take the screening's codes, the gravest first."""
        super().__init__(f"review.{reasons[0].lower()}", reasons=list(reasons))


class HouseAlreadyFiled(Conflict):
    """Another case's live filing is on the house (`DUPLICATE_HOUSE`)."""

    code = "review.house_already_filed"


class NotApproved(Conflict):
    """Sealed documents of a case that was not approved, or under another filing number."""

    code = "review.not_approved"


class AlreadyTransferred(Conflict):
    """The sellers own the house no more: its filing cannot be cancelled (`ALREADY_TRANSFERRED`)."""

    code = "review.already_transferred"


class NotReturnable(Conflict):
    """An application to cancel a filing is approved or rejected, there is nothing to mend."""

    code = "review.not_returnable"


class NothingToPush(Conflict):
    """The register owes no acknowledgement for it."""

    code = "review.nothing_to_push"


class PeriodInvalid(InvalidValue):
    """A period ends before it begins, or is longer than a year."""

    code = "review.period_invalid"
