"""The form of a case for one viewer: what to fill in, with limits and values, and what is wrong with it (decision 14)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import CaseForm, GetForm, PartyInput, Side, Terms
from services.common.messages.contract_form import FormFault
from services.common.profiles import Profiles
from services.contract.application.keeping import day_of
from services.contract.application.ports import CaseReader, Now, Pseudonym
from services.contract.application.viewers import Viewer, viewer_of
from services.contract.domain.case import Case
from services.contract.domain.errors import Fault
from services.contract.domain.form.builder import Filled, sections_of
from services.contract.domain.form.party_fields import PartyFields
from services.contract.domain.lifecycle import Act
from services.contract.domain.offers import offered
from services.contract.domain.sides import faults_of_typed
from services.contract.domain.terms import TermsCheck

_SAVES = {"terms": (Act.SAVE_TERMS,), "parties": (Act.SAVE_SELLERS, Act.SAVE_BUYERS), "holding": (Act.SAVE_BUYERS,)}
"""Part of the form -> the acts that save it."""


@dataclass(frozen=True)
class FormShowing:
    """Shows one's own side's persons, the house, the terms; what was typed and refused comes back with its faults."""

    reader: CaseReader
    profiles: Profiles
    pseudonym: Pseudonym
    now: Now

    def __call__(self, message: GetForm, call: Call) -> CaseForm:
        """Return the form. Raises CaseNotFound: for others the case does not exist."""
        case = self.reader.get(message.case_no)
        viewer = viewer_of(case, call.actor, self.profiles)
        today = day_of(self.now())
        editable = _editable(case, viewer)
        check = TermsCheck(case.title, case.rules, today)
        unsaved = case.typed.terms if "terms" in editable else None
        terms = check.normalised(unsaved) if unsaved else case.terms
        fields = (*PartyFields(case.rules, today).all, *check.fields(terms))
        filled = _filled(case, viewer, terms, editable)
        side = viewer.party.side if viewer.party else None
        refused = side is not None and "parties" in editable and bool(_typed(case, side))
        found = check.faults(terms) if terms and "terms" in editable else []
        return CaseForm(
            case_no=case.no,
            state=case.state.value,
            revision=case.revision,
            sections=sections_of(fields, filled),
            faults=_lines([*found, *self._side_faults(case, side, today, refused=refused)]),
            cautions=_lines(check.cautions(terms) if terms else []),
            unsaved=(*(("terms",) if unsaved else ()), *(("parties",) if refused else ())),
        )

    def _side_faults(self, case: Case, side: Side | None, today: dt.date, *, refused: bool) -> tuple[Fault, ...]:
        return faults_of_typed(case, side, today, self.pseudonym) if side is not None and refused else ()


def _editable(case: Case, viewer: Viewer) -> frozenset[str]:
    allowed = offered(case, viewer.party)[0] if viewer.party else ()
    return frozenset(part for part, acts in _SAVES.items() if any(act.value in allowed for act in acts))


def _filled(case: Case, viewer: Viewer, terms: Terms | None, editable: frozenset[str]) -> Filled:
    """Return what the viewer sees filled in: what was typed last on the own side, otherwise what is kept."""
    side = viewer.party.side if viewer.party else None
    kept = () if side is None else case.sellers if side is Side.SELLER else case.buyers
    typed = _typed(case, side) if side is not None and "parties" in editable else ()
    holding = case.typed.holding if typed else case.holding
    return Filled(
        number=case.no.number,
        title=case.title,
        people=typed or kept,
        holding=holding if side is Side.BUYER else viewer.shown_holding(case),
        terms=viewer.shown_terms(case, terms),
        editable=editable,
    )


def _typed(case: Case, side: Side) -> tuple[PartyInput, ...]:
    return case.typed.sellers if side is Side.SELLER else case.typed.buyers


def _lines(faults: list[Fault]) -> tuple[FormFault, ...]:
    return tuple(FormFault(path=one.field, code=f"contract.{one.code}") for one in faults)
