"""What a case holds, and the one way it moves: find the row, change, count, remember, tell.

Decides nothing about a single act; those are in `drafting`, `signing`, `reviewing` and `ending`, joined in `case`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from services.common.messages.contract import (
    Act as HistoryAct,
)
from services.common.messages.contract import (
    CancellationApplied,
    CaseAdvanced,
    CaseEnded,
    CaseOpened,
    CaseSubmitted,
    DocumentsFrozen,
    DocumentsReady,
    FrozenDocument,
    Holding,
    Judgment,
    PartyInput,
    RescissionAsked,
    RescissionWithdrawn,
    ReturnItem,
    Side,
    SubmissionWithdrawn,
    Terms,
)
from services.common.messages.property import Title
from services.common.profiles import BusinessType, DocumentKind, PartyRole
from services.common.values import CaseNo, PersonId
from services.contract.domain.acknowledgements import Acknowledged, still_to_acknowledge
from services.contract.domain.errors import ActBarred, CaseNotFound, NotAllowed, StaleVersion
from services.contract.domain.lifecycle import Act, By, Fact, Guard, Move, State, ever, moves, roles
from services.contract.domain.materials import MaterialFile, MaterialList, MaterialsMissing
from services.contract.domain.parties import Party
from services.contract.domain.reasons import GUARD_REASONS, reason
from services.contract.domain.shared_mobiles import SharedMobile


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """确认合同 by one person. `by_start`: a start of signing counted for it (decision 11), for that start alone."""

    person_id: PersonId
    at: dt.datetime
    by_start: bool = False


@dataclass(frozen=True, kw_only=True)
class Consent:
    """解除: one side's agreement to give a signed contract up, by whom and under which sign-in."""

    side: Side
    person_id: PersonId
    session: str
    at: dt.datetime


@dataclass(kw_only=True)
class Drawing:
    """The text being confirmed and signed. `generated_at` is empty while nothing is to be confirmed."""

    generated_at: dt.datetime | None = None
    confirmed: tuple[Confirmed, ...] = ()
    seller_asked: bool = False
    """Somebody else started the signing, so the main seller confirms like everybody (decision 11)."""
    documents: tuple[FrozenDocument, ...] = ()
    refused_by: str = ""
    """Why this text could not be drawn: it has to be edited before it is tried again."""
    refused_character: str = ""
    """Which character no font has, and in which field of the document it stands."""
    refused_field: str = ""
    verification_code: str = ""
    envelope_id: str = ""
    signed_by: tuple[PersonId, ...] = ()
    signed_at: dt.datetime | None = None


@dataclass(kw_only=True)
class Submission:
    """Review and filing."""

    round: int = 0
    closed_reviews: tuple[str, ...] = ()
    """Reviews that have ended, so that an echo or a late claim of one is none of the next round."""
    return_items: tuple[ReturnItem, ...] = ()
    rejection: str = ""
    filing_no: str = ""
    sealed_sha256: str = ""
    receipt_no: str = ""


@dataclass(frozen=True, kw_only=True)
class CancelConsent:
    """One side's application to cancel the filing; `proof_id` names the identity proof spent on it."""

    person_id: PersonId
    side: Side
    at: dt.datetime
    proof_id: str


@dataclass(frozen=True, kw_only=True)
class Cancellation:
    """备案注销. `round` counts the applications handed to the office."""

    round: int = 0
    ground: str = ""
    judgment: Judgment | None = None
    consents: tuple[CancelConsent, ...] = ()
    closed_reviews: tuple[str, ...] = ()
    refusal_rule: str = ""
    refusal_reason: str = ""
    refusal_remedies: str = ""
    cancelled_at: dt.datetime | None = None

    @property
    def agreed(self) -> tuple[Side, ...]:
        """The sides that have applied."""
        return tuple(one.side for one in self.consents)


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What was typed and refused: nothing people wrote is lost, the form shows it again with its faults."""

    terms: Terms | None = None
    sellers: tuple[PartyInput, ...] = ()
    buyers: tuple[PartyInput, ...] = ()
    holding: Holding | None = None


@dataclass(kw_only=True)
class CaseCore:
    """业务件: one sale of one house. `revision` counts every change, `version` the generated texts."""

    no: CaseNo
    rules: BusinessType
    title: Title
    opened_at: dt.datetime
    updated_at: dt.datetime
    state: State
    sellers: tuple[Party, ...]
    sellers_saved: bool = False
    buyers: tuple[Party, ...] = ()
    buyers_saved: bool = False
    holding: Holding | None = None
    terms: Terms | None = None
    typed: Typed = field(default_factory=Typed)
    revision: int = 0
    version: int = 0
    drawing: Drawing = field(default_factory=Drawing)
    submission: Submission = field(default_factory=Submission)
    frozen_by: tuple[str, ...] = ()
    consents: tuple[Consent, ...] = ()
    reminded_at: dt.datetime | None = None
    """When the clock last told the parties of a deadline; not an act of theirs, so neither history nor revision know of it."""
    cancellation: Cancellation = field(default_factory=Cancellation)
    end_reason: str = ""
    acknowledged: tuple[Acknowledged, ...] = ()
    shared_mobiles: tuple[SharedMobile, ...] = ()
    """Saves after which parties had a mobile in common: appended, kept when they have not any more."""
    history: tuple[HistoryAct, ...] = ()
    files: tuple[MaterialFile, ...] = ()
    """Uploaded materials as they stand. They are outside the signed text: changing them moves and voids nothing (decision 18)."""
    told: list[object] = field(default_factory=list)

    # ---- who -----------------------------------------------------------------------------------------------------
    @property
    def parties(self) -> tuple[Party, ...]:
        """All parties in signing order: sellers, then buyers, the main party of a side first."""
        return (*self.sellers, *self.buyers)

    def party(self, person_id: PersonId) -> Party | None:
        """Return the party who is that person, if any."""
        return next((one for one in self.parties if one.person_id == person_id), None)

    def role_of(self, person_id: PersonId) -> PartyRole:
        """Return the caller's place. Raises CaseNotFound: to others the case does not exist."""
        party = self.party(person_id)
        if party is None:
            raise CaseNotFound
        return party.role

    # ---- what guards ask -------------------------------------------------------------------------------------------
    @property
    def sellers_side_complete(self) -> bool:
        """Whether the seller's part can be shown to a buyer."""
        return self.sellers_saved and self.terms is not None

    @property
    def buyers_side_complete(self) -> bool:
        """Whether a text can be generated."""
        return self.sellers_side_complete and self.buyers_saved

    @property
    def rescinding(self) -> tuple[Side, ...]:
        """Return the sides that have agreed to give the signed contract up."""
        return tuple(one.side for one in self.consents)

    def must_confirm(self, party: Party) -> bool:
        """Whether signing waits for that party's confirmation."""
        asked = self.drawing.seller_asked and party.role in self.rules.confirmation.start_counts_for
        return party.role in self.rules.confirmation.by or asked

    def confirmed_at(self, person_id: PersonId) -> dt.datetime | None:
        """Return when that person confirmed the present version."""
        return next((one.at for one in self.drawing.confirmed if one.person_id == person_id), None)

    def to_acknowledge(self, party: Party) -> tuple[str, ...]:
        """Return the register's notes this party has not acknowledged yet."""
        return still_to_acknowledge(self.title, party.side, party.person_id, self.acknowledged)

    @property
    def all_confirmed(self) -> bool:
        """Whether everybody who must has confirmed the present version."""
        return all(self.confirmed_at(one.person_id) for one in self.parties if self.must_confirm(one))

    def holds(self, guard: Guard, **told: bool) -> bool:
        """Answer a guard; `told` are the facts only the act itself knows (`house_barred`, `released`, ...)."""
        nobody = not any(self.must_confirm(one) for one in self.parties)
        answers: dict[Guard, Callable[[], bool]] = {
            Guard.ALWAYS: lambda: True,
            Guard.SELLERS_SIDE_COMPLETE: lambda: self.sellers_side_complete,
            Guard.SELLERS_SIDE_COMPLETE_AND_BUYER_JOINED: lambda: self.sellers_side_complete and bool(self.buyers),
            Guard.BUYERS_SIDE_COMPLETE: lambda: self.buyers_side_complete,
            Guard.BUYERS_SIDE_COMPLETE_AND_NOBODY_CONFIRMS: lambda: self.buyers_side_complete and nobody,
            Guard.ALL_CONFIRMED: lambda: self.all_confirmed,
        }
        return answers[guard]() if guard in answers else told.get(guard.value, False)

    # ---- moving ----------------------------------------------------------------------------------------------------
    def find_move(self, act: Act, role: PartyRole | By, **told: bool) -> Move:
        """Return the row that fits. Raises NotAllowed (never this role's act) or ActBarred (not now, with the reason)."""
        if isinstance(role, PartyRole) and not ever(act, role, self.rules):
            raise NotAllowed(act=act.value)
        rows = moves(self.state, act)
        if not rows:
            raise ActBarred(reason(self.state, act), act=act.value, state=self.state.value)
        mine = [row for row in rows if row.by is role or role in roles(row.by, self.rules)]
        if not mine:
            raise NotAllowed(act=act.value)
        for row in mine:
            if self.holds(row.guard, **told):
                self._require_materials(act)
                return row
        raise ActBarred(
            GUARD_REASONS.get(mine[-1].guard, "contract.not_possible_now"), act=act.value, state=self.state.value
        )

    @property
    def materials(self) -> MaterialList:
        """What is asked of whom, with what is there: by the list of the day the case was opened."""
        return MaterialList(self.rules, self.title, self.terms, self.parties, self.files, self.opened_at)

    @property
    def brought(self) -> frozenset[DocumentKind]:
        """The kinds of documents that are there, whoever of the parties brought them."""
        return frozenset(one.kind for one in self.files if self.party(one.person_id))

    def _require_materials(self, act: Act) -> None:
        """Raise MaterialsMissing naming each person and material an act waits for."""
        waited_for = {
            Act.GENERATE: frozenset(self.rules.required.materials_to_generate),
            Act.SUBMIT: frozenset(PartyRole),
        }
        missing = self.materials.missing(waited_for.get(act, frozenset()))
        if missing:
            raise MaterialsMissing(act.value, self.state.value, missing)

    def move(self, act: Act, role: PartyRole | By, now: dt.datetime, **told: bool) -> Move:
        """Take the row that fits: next state, revision, history, facts."""
        row = self.find_move(act, role, **told)
        self.state = row.to
        self.revision += 1
        self.updated_at = now
        self.history = (*self.history, HistoryAct(at=now, act=act.value, by=role.value, state=row.to.value))
        for fact in row.facts:
            self.told.append(self._message(fact))
        return row

    def require_revision(self, revision: int) -> None:
        """Raise StaleVersion unless the caller edits what it has read (If-Match)."""
        if revision != self.revision:
            raise StaleVersion(revision=self.revision)

    def require_version(self, version: int) -> None:
        """Raise StaleVersion unless this is the text now to be confirmed or signed."""
        if self.drawing.generated_at is None or version != self.version:
            raise StaleVersion(version=self.version)

    def take_told(self) -> tuple[object, ...]:
        """Return the facts to be emitted with the change, once."""
        told, self.told = tuple(self.told), []
        return told

    def _message(self, fact: Fact) -> object:
        no, title_id, envelope_id = self.no, self.title.title_id, self.drawing.envelope_id
        builders: dict[Fact, Callable[[], object]] = {
            Fact.OPENED: lambda: CaseOpened(case_no=no, title_id=title_id),
            Fact.ADVANCED: lambda: CaseAdvanced(case_no=no, state=self.state.value),
            Fact.FROZEN_DOCUMENTS: lambda: DocumentsFrozen(case_no=no, version=self.version),
            Fact.READY_DOCUMENTS: lambda: DocumentsReady(
                case_no=no,
                version=self.version,
                verification_code=self.drawing.verification_code,
                documents=self.drawing.documents,
            ),
            Fact.SUBMITTED: lambda: CaseSubmitted(
                case_no=no, title_id=title_id, envelope_id=envelope_id, city=no.city, round=self.submission.round
            ),
            Fact.WITHDRAWN: lambda: SubmissionWithdrawn(case_no=no, round=self.submission.round),
            Fact.RESCISSION_ASKED: lambda: RescissionAsked(case_no=no),
            Fact.RESCISSION_WITHDRAWN: lambda: RescissionWithdrawn(case_no=no),
            Fact.ENDED: lambda: CaseEnded(
                case_no=no, title_id=title_id, state=self.state.value, envelope_id=envelope_id
            ),
            Fact.CANCELLATION: lambda: CancellationApplied(
                case_no=no,
                title_id=title_id,
                envelope_id=envelope_id,
                city=no.city,
                round=self.cancellation.round,
                ground=self.cancellation.ground,
            ),
            Fact.CANCEL_ASKED: lambda: CaseAdvanced(case_no=no, state="CANCEL_ASKED"),
            Fact.CANCEL_REFUSED: lambda: CaseAdvanced(case_no=no, state="CANCEL_REFUSED"),
        }
        return builders[fact]()
