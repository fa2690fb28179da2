"""What the rules see of a case just now: asked freshly of contract and the register, never stored."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import ActorKind, Call
from services.common.messages.contract import CaseView
from services.common.messages.review import Check, Findings, PreviewFindings
from services.common.values import CaseNo
from services.review.application.ports import Clock, Parties, Register
from services.review.domain.errors import ReviewNotFound
from services.review.domain.filing_number import day_of
from services.review.domain.rules import CATALOGUE, Rule, Seen, Use

FOUND, CLEAR, TO_CHECK = "FOUND", "CLEAR", "TO_CHECK"


@dataclass(frozen=True)
class Looking:
    """Contract and register side by side."""

    parties: Parties
    register: Register
    now: Clock

    def __call__(self, case_no: CaseNo, call: Call) -> Seen:
        """Return both. Raises the neighbours' NotFound, Unavailable."""
        case = self.parties.view(case_no, call)
        return self.beside(case, call)

    def beside(self, case: CaseView, call: Call) -> Seen:
        """Return the case with its title as it is now."""
        title = self.register.title(case.title_id, case.case_no, call)
        return Seen(case, title, day_of(self.now()))


def checklist(seen: Seen) -> tuple[Check, ...]:
    """Return every reason for a return: what the system sees by itself, and what is left to a person."""
    return tuple(_check(rule, seen) for rule in CATALOGUE if Use.RETURN in rule.uses and rule.id != "OTHER")


def _check(rule: Rule, seen: Seen) -> Check:
    if rule.sees is None:
        return Check(rule=rule.id, subject=rule.subject.value, status=TO_CHECK)
    details = rule.sees(seen)
    return Check(rule=rule.id, subject=rule.subject.value, status=FOUND if details else CLEAR, details=details)


@dataclass(frozen=True)
class FindingsPreview:
    """The parties are told before they submit what would come back anyway."""

    parties: Parties
    look: Looking

    def __call__(self, message: PreviewFindings, call: Call) -> Findings:
        """Return what is found. Raises ReviewNotFound for anybody but a party of the case, Unavailable."""
        if call.actor.kind is not ActorKind.PERSON:
            raise ReviewNotFound
        case = self.parties.view(message.case_no, call)
        if call.actor.person_id not in {one.person_id for one in case.parties}:
            raise ReviewNotFound
        found = checklist(self.look.beside(case, call))
        return Findings(findings=tuple(one for one in found if one.status == FOUND))
