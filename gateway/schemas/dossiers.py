"""What is checked in a review, as reviewers and parties see it: catalogue, checklist, differences, changes, earlier rounds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Self

from gateway.schemas.base import Say
from gateway.schemas.case_views import CaseReply
from gateway.schemas.review import ReviewItemReply, words_of
from services.common.messages import contract, review


@dataclass(frozen=True, kw_only=True)
class ReasonRuleReply:
    """A reason of the catalogue; `uses`: RETURN, REJECT, REJECT_CANCELLATION."""

    rule: str
    words: str
    subject: str
    uses: tuple[str, ...]
    automatic: bool
    text_needed: bool


@dataclass(frozen=True, kw_only=True)
class ReasonsReply:
    """The catalogue."""

    rules: tuple[ReasonRuleReply, ...]

    @classmethod
    def of(cls, found: review.ReasonCatalogue, say: Say) -> Self:
        """Build from the message."""
        return cls(
            rules=tuple(
                ReasonRuleReply(
                    rule=one.rule,
                    words=words_of(one.rule, say),
                    subject=one.subject,
                    uses=one.uses,
                    automatic=one.automatic,
                    text_needed=one.text_needed,
                )
                for one in found.rules
            )
        )


@dataclass(frozen=True, kw_only=True)
class CheckReply:
    """A line of the checklist: FOUND wrong, CLEAR, or TO_CHECK by a person; `details` are fields, papers or register codes."""

    rule: str
    words: str
    subject: str
    status: str
    details: tuple[str, ...]

    @classmethod
    def of(cls, one: review.Check, say: Say) -> Self:
        """Build from the message."""
        return cls(
            rule=one.rule, words=words_of(one.rule, say), subject=one.subject, status=one.status, details=one.details
        )


@dataclass(frozen=True, kw_only=True)
class FindingsReply:
    """What would be returned: mend it before submitting. Empty where the system sees nothing."""

    findings: tuple[CheckReply, ...]

    @classmethod
    def of(cls, found: review.Findings, say: Say) -> Self:
        """Build from the message."""
        return cls(findings=tuple(CheckReply.of(one, say) for one in found.findings))


@dataclass(frozen=True, kw_only=True)
class DifferenceReply:
    """A fact of the house that the register tells otherwise."""

    field: str
    contract: str
    register: str


@dataclass(frozen=True, kw_only=True)
class ChangeReply:
    """A part that is not what it was when the round before was returned: ADDED, REMOVED, CHANGED."""

    part: str
    change: str


@dataclass(frozen=True, kw_only=True)
class PointReply:
    """What was to be mended."""

    item: str
    rule: str
    words: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RoundReply:
    """An earlier round."""

    round: int
    kind: str
    state: str
    queued_at: dt.datetime
    decided_at: dt.datetime | None
    decided_by: str
    points: tuple[PointReply, ...]


@dataclass(frozen=True, kw_only=True)
class DossierReply:
    """Everything to be checked in one submission, the case itself with it. The documents are those of the case."""

    submission: ReviewItemReply
    case: CaseReply
    checks: tuple[CheckReply, ...]
    differences: tuple[DifferenceReply, ...]
    changes: tuple[ChangeReply, ...]
    rounds: tuple[RoundReply, ...]

    @classmethod
    def of(cls, found: review.Dossier, case: contract.CaseView, say: Say) -> Self:
        """Build from both messages."""
        return cls(
            submission=ReviewItemReply.of(found.submission),
            case=CaseReply.of(case, say),
            checks=tuple(CheckReply.of(one, say) for one in found.checks),
            differences=tuple(
                DifferenceReply(field=one.field, contract=one.contract, register=one.register)
                for one in found.differences
            ),
            changes=tuple(ChangeReply(part=one.part, change=one.change) for one in found.changes),
            rounds=tuple(_round(one, say) for one in found.rounds),
        )


def _round(one: review.ReviewRound, say: Say) -> RoundReply:
    return RoundReply(
        round=one.round,
        kind=one.kind,
        state=one.state,
        queued_at=one.queued_at,
        decided_at=one.decided_at,
        decided_by=one.decided_by,
        points=tuple(
            PointReply(item=point.item, rule=point.rule, words=words_of(point.rule, say), reason=point.reason)
            for point in one.points
        ),
    )
