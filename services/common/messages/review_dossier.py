"""What a reviewer decides by: the catalogue of reasons, the checklist beside the data, what the system finds by itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.contract import ReturnItem
from services.common.messages.review_queue import ReviewItem
from services.common.messages.shapes import query
from services.common.values import CaseNo


@dataclass(frozen=True, kw_only=True)
class ReasonRule:
    """A reason a reviewer can give. Its words in each language are the gateway's, under `review.rule.` and its id."""

    rule: str
    subject: str  # PARTIES TERMS HOUSE DOCUMENTS MATERIALS APPLICATION
    uses: tuple[str, ...]  # RETURN REJECT REJECT_CANCELLATION
    automatic: bool  # seen by the system itself
    text_needed: bool


@dataclass(frozen=True, kw_only=True)
class ReasonCatalogue:
    """All of them."""

    rules: tuple[ReasonRule, ...]


@query("review", "list_reasons", reply=ReasonCatalogue)
@dataclass(frozen=True, kw_only=True)
class ListReasons:
    """The catalogue of reasons, for reviewers."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """A line of the checklist: a rule, and whether the system found it broken, found it kept, or leaves it to the reviewer."""

    rule: str
    subject: str
    status: str  # FOUND CLEAR TO_CHECK
    details: tuple[str, ...] = ()  # fields, papers or register codes


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A fact of the house that the register now tells otherwise than the contract says."""

    field: str
    contract: str
    register: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """A part of the case that is not what it was when the round before was returned."""

    part: str  # terms, document:sale_contract, paper:ENTERPRISE_PAPERS ...
    change: str  # ADDED REMOVED CHANGED


@dataclass(frozen=True, kw_only=True)
class ReviewRound:
    """An earlier round, and what was decided."""

    round: int
    kind: str
    state: str
    queued_at: dt.datetime
    decided_at: dt.datetime | None
    decided_by: str
    points: tuple[ReturnItem, ...]


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """What a reviewer sees beside the case itself, asked for freshly."""

    submission: ReviewItem
    checks: tuple[Check, ...]
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]
    rounds: tuple[ReviewRound, ...]


@query("review", "get_dossier", reply=Dossier, deadline=10.0)
@dataclass(frozen=True, kw_only=True)
class GetDossier:
    """A submission of the reviewer's office, with everything to be checked."""

    review_id: str


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What the system itself would find wrong: to be mended before it is submitted."""

    findings: tuple[Check, ...]


@query("review", "preview_findings", reply=Findings, deadline=10.0)
@dataclass(frozen=True, kw_only=True)
class PreviewFindings:
    """Asked by a party of the case before it submits: the same rules the reviewer's checklist shows."""

    case_no: CaseNo
