"""备案注销 over HTTP: what a party sends, and how far it has come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Self

from gateway.schemas.base import Say, one_of, text
from services.common.messages import contract
from services.common.messages.contract import Side
from services.common.values import CaseNo

LONGEST_PROOF = 2000


@dataclass(frozen=True, kw_only=True)
class JudgmentBody:
    """生效法律文书: COURT_JUDGMENT (判决书) or COURT_MEDIATION (调解书), its 案号, the court."""

    kind: str = text(40)
    number: str = text(60)
    court: str = text(60)


@dataclass(frozen=True, kw_only=True)
class CancellationBody:
    """Why the filing is to be cancelled: AGREED with the other side, or JUDGMENT, which one side brings alone."""

    proof: str = text(LONGEST_PROOF)
    ground: str = one_of("AGREED", "JUDGMENT")
    judgment: JudgmentBody | None = None

    def message(self, case_no: CaseNo) -> contract.ApplyCancellation:
        """Return the command."""
        told = self.judgment
        ruling = contract.Judgment(kind=told.kind, number=told.number, court=told.court) if told else None
        return contract.ApplyCancellation(case_no=case_no, proof=self.proof, ground=self.ground, judgment=ruling)


@dataclass(frozen=True, kw_only=True)
class JudgmentReply:
    """The judgment one side has named."""

    kind: str
    number: str
    court: str


@dataclass(frozen=True, kw_only=True)
class CancellationReply:
    """Who has applied on what ground; `refusal_` is what the office answered to the last application, a code and its words."""

    ground: str
    judgment: JudgmentReply | None
    agreed: tuple[Side, ...]
    refusal_rule: str
    refusal_detail: str
    refusal_reason: str
    refusal_remedies: str
    cancelled_at: dt.datetime | None

    @classmethod
    def of(cls, one: contract.CancellationView, say: Say) -> Self:
        """Build from the message."""
        told = one.judgment
        return cls(
            ground=one.ground,
            judgment=JudgmentReply(kind=told.kind, number=told.number, court=told.court) if told else None,
            agreed=one.agreed,
            refusal_rule=one.refusal_rule,
            refusal_detail=say(f"review.rule.{one.refusal_rule.lower()}") if one.refusal_rule else "",
            refusal_reason=one.refusal_reason,
            refusal_remedies=one.refusal_remedies,
            cancelled_at=one.cancelled_at,
        )
