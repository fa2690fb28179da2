"""How a case, its parties, history and signing are shown; its terms are in `case_terms`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from gateway.schemas.base import Say
from gateway.schemas.case_cancellation import CancellationReply
from gateway.schemas.case_notes import AgreementReply, CautionReply, PaperReply, WarningReply
from gateway.schemas.case_terms import HoldingReply, TermsReply
from gateway.schemas.materials import MaterialProgressReply
from services.common.messages import contract, signing
from services.common.messages.contract import Side
from services.common.values import CaseNo, PersonId


@dataclass(frozen=True, kw_only=True)
class PartyReply:
    """A party as the viewer may see them."""

    person_id: PersonId
    side: Side
    is_main: bool
    name: str
    id_number: str
    mobile: str
    address: str
    marital: str
    share: str
    must_confirm: bool
    confirmed_at: dt.datetime | None
    is_viewer: bool
    id_valid_until: dt.date | None
    id_valid_long: bool
    postcode: str
    born: dt.date | None
    sex: str
    nationality: str
    company: str
    uscc: str

    @classmethod
    def of(cls, party: contract.PartyView) -> Self:
        """Build from the message."""
        return cls(
            person_id=party.person_id,
            side=party.side,
            is_main=party.is_main,
            name=party.name,
            id_number=party.id_number,
            mobile=party.mobile,
            address=party.address,
            marital=party.marital,
            share=party.share,
            must_confirm=party.must_confirm,
            confirmed_at=party.confirmed_at,
            is_viewer=party.is_viewer,
            id_valid_until=party.id_valid_until,
            id_valid_long=party.id_valid_long,
            postcode=party.postcode,
            born=party.born,
            sex=party.sex,
            nationality=party.nationality,
            company=party.company,
            uscc=party.uscc,
        )


@dataclass(frozen=True, kw_only=True)
class BarredReply:
    """An act that is not possible now, and why: a code and its words.

    Where a character of the text cannot be printed, `character` is that one and `field` the place it stands in; where
    materials are missing, `materials` are their names.
    """

    act: str
    reason: str
    detail: str
    character: str
    field: str
    materials: tuple[str, ...]

    @classmethod
    def of(cls, one: contract.Barred, say: Say) -> Self:
        """Build from the message."""
        codepoint = f"U+{ord(one.character):04X}" if len(one.character) == 1 else ""
        names = "、".join(one.materials)
        words = say(one.reason, character=one.character, codepoint=codepoint, materials=names, missing=names)
        return cls(
            act=one.act,
            reason=one.reason,
            detail=words,
            character=one.character,
            field=one.field,
            materials=one.materials,
        )


@dataclass(frozen=True, kw_only=True)
class StepReply:
    """A step on top of the screen: DONE, CURRENT or TODO; `note` beside the last one says how far the review is."""

    name: str
    status: str
    note: str


@dataclass(frozen=True, kw_only=True)
class ActReply:
    """An entry of the history."""

    at: dt.datetime
    act: str
    by: str
    state: str


@dataclass(frozen=True, kw_only=True)
class ReturnItemReply:
    """A point to mend after a return by the reviewer: what, the rule and its words, what the reviewer added."""

    item: str
    reason: str
    rule: str
    detail: str

    @classmethod
    def of(cls, one: contract.ReturnItem, say: Say) -> Self:
        """Build from the message."""
        detail = say(f"review.rule.{one.rule.lower()}") if one.rule else ""
        return cls(item=one.item, reason=one.reason, rule=one.rule, detail=detail)


@dataclass(frozen=True, kw_only=True)
class ChecklistRowReply:
    """A row of what one's side brings or fills in: DONE 上传完成, UPLOAD 点击上传, FILL 请填写, FILLED 已填写."""

    id: str
    name: str
    status: str
    required: bool


@dataclass(frozen=True, kw_only=True)
class DutyReply:
    """Who must do what by when for the case to go on; `mine` if it is the caller."""

    act: str
    roles: tuple[str, ...]
    by: dt.datetime
    mine: bool

    @classmethod
    def of(cls, duty: contract.Duty | None) -> Self | None:
        """Build from the message."""
        return cls(act=duty.act, roles=duty.roles, by=duty.by, mine=duty.mine) if duty else None


@dataclass(frozen=True, kw_only=True)
class DocumentReply:
    """A document of the case."""

    kind: str
    status: str
    sha256: str
    pages: int
    signatures: int


@dataclass(frozen=True, kw_only=True)
class CaseReply:
    """The case as the caller sees it; `missing` are the fields still to fill on the caller's side."""

    case_no: CaseNo
    city: str
    number: str
    state: str
    revision: int
    version: int
    title_id: str
    location: str
    certificate_no: str
    building_area: Decimal
    parties: tuple[PartyReply, ...]
    terms: TermsReply | None
    holding: HoldingReply | None
    steps: tuple[StepReply, ...]
    allowed_acts: tuple[str, ...]
    barred_acts: tuple[BarredReply, ...]
    duty: DutyReply | None
    missing: tuple[str, ...]
    checklist: tuple[ChecklistRowReply, ...]
    filing_no: str
    return_items: tuple[ReturnItemReply, ...]
    documents: tuple[DocumentReply, ...]
    materials: tuple[MaterialProgressReply, ...]
    history: tuple[ActReply, ...]
    warnings: tuple[WarningReply, ...]
    papers: tuple[PaperReply, ...]
    cautions: tuple[CautionReply, ...]
    rescission: tuple[AgreementReply, ...]
    end_reason: str
    cancellation: CancellationReply | None

    @classmethod
    def of(cls, case: contract.CaseView, say: Say) -> Self:
        """Build from the message."""
        return cls(
            case_no=case.case_no,
            city=case.case_no.city,
            number=case.case_no.number,
            state=case.state,
            revision=case.revision,
            version=case.version,
            title_id=case.title_id,
            location=case.location,
            certificate_no=case.certificate_no,
            building_area=case.building_area,
            parties=tuple(PartyReply.of(one) for one in case.parties),
            terms=TermsReply.of(case.terms) if case.terms else None,
            holding=HoldingReply.of(case.holding),
            steps=tuple(StepReply(name=one.name, status=one.status, note=one.note) for one in case.steps),
            allowed_acts=case.allowed_acts,
            barred_acts=tuple(BarredReply.of(one, say) for one in case.barred_acts),
            duty=DutyReply.of(case.duty),
            missing=case.missing,
            checklist=tuple(
                ChecklistRowReply(id=one.id, name=one.name, status=one.status, required=one.required)
                for one in case.checklist
            ),
            filing_no=case.filing_no,
            return_items=tuple(ReturnItemReply.of(one, say) for one in case.return_items),
            documents=documents_of(case),
            materials=tuple(MaterialProgressReply.of(one, say) for one in case.materials),
            history=history_of(case),
            warnings=tuple(WarningReply.of(one, say) for one in case.warnings),
            papers=tuple(PaperReply.of(one, say) for one in case.papers),
            cautions=tuple(CautionReply.of(one, say) for one in case.cautions),
            rescission=tuple(AgreementReply.of(one) for one in case.rescission),
            end_reason=case.end_reason,
            cancellation=CancellationReply.of(case.cancellation, say) if case.cancellation else None,
        )


def documents_of(case: contract.CaseView) -> tuple[DocumentReply, ...]:
    """Return the documents of a case."""
    return tuple(
        DocumentReply(kind=one.kind, status=one.status, sha256=one.sha256, pages=one.pages, signatures=one.signatures)
        for one in case.documents
    )


def history_of(case: contract.CaseView) -> tuple[ActReply, ...]:
    """Return the history of a case."""
    return tuple(ActReply(at=one.at, act=one.act, by=one.by, state=one.state) for one in case.history)


@dataclass(frozen=True, kw_only=True)
class HistoryReply:
    """What happened, oldest first, and where the case stands in its steps."""

    case_no: CaseNo
    state: str
    steps: tuple[StepReply, ...]
    history: tuple[ActReply, ...]

    @classmethod
    def of(cls, case: contract.CaseView) -> Self:
        """Build from the message."""
        steps = tuple(StepReply(name=one.name, status=one.status, note=one.note) for one in case.steps)
        return cls(case_no=case.case_no, state=case.state, steps=steps, history=history_of(case))


@dataclass(frozen=True, kw_only=True)
class OwnTaskReply:
    """The caller's own task in this case."""

    task_id: str
    state: str
    expires_at: dt.datetime
    allowed_acts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SigningReply:
    """How far signing is: `signatures` of each document, and one's own tasks. `envelope_state` is empty without a task."""

    case_no: CaseNo
    state: str
    version: int
    envelope_state: str
    own_tasks: tuple[OwnTaskReply, ...]
    documents: tuple[DocumentReply, ...]

    @classmethod
    def of(cls, case: contract.CaseView, tasks: tuple[signing.TaskView, ...]) -> Self:
        """Build from the messages."""
        own = tuple(
            OwnTaskReply(task_id=one.task_id, state=one.state, expires_at=one.expires_at, allowed_acts=one.allowed_acts)
            for one in tasks
        )
        return cls(
            case_no=case.case_no,
            state=case.state,
            version=case.version,
            envelope_state=tasks[0].envelope_state if tasks else "",
            own_tasks=own,
            documents=documents_of(case),
        )
