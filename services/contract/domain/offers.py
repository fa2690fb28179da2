"""What a party is shown: steps, acts open to it, acts barred and why, what is still to be filled in."""

from __future__ import annotations

from services.common.messages.contract import Barred, Side, StepView
from services.common.profiles import StepId
from services.contract.domain.core import CaseCore
from services.contract.domain.errors import ActBarred, NotAllowed
from services.contract.domain.lifecycle import ENDED, FILED, PARTY_ACTS, Act, State, ever, step_of
from services.contract.domain.materials import MaterialsMissing
from services.contract.domain.papers import missing_papers
from services.contract.domain.parties import Party
from services.contract.domain.sellers import registered_sellers

_FILED_AT_REST = FILED - {State.CANCEL_PENDING}
_DOWNLOADABLE = frozenset({State.SIGNED, State.SUBMITTED, State.REVIEWING, State.RETURNED, State.FILING} | FILED)


_REVIEW_NOTES = {
    State.SUBMITTED: "待审核",
    State.REVIEWING: "审核中",
    State.RETURNED: "退回",
    State.FILING: "备案中",
    State.FILED: "已备案",
    State.PUSHED: "已推送",
    State.CANCEL_PENDING: "注销审核中",
    State.CANCELLED: "已注销",
}
"""What stands beside the last step (decision 13)."""


def steps(case: CaseCore) -> tuple[StepView, ...]:
    """Return the five steps with their state; an ended case stays at the step it had reached."""
    current = _step_reached(case)
    order = list(StepId)
    at = len(order) if current is None else order.index(current)
    return tuple(
        StepView(
            name=case.rules.step_name(step),
            status="DONE" if index < at else "CURRENT" if index == at else "TODO",
            note=_REVIEW_NOTES.get(case.state, "") if step is StepId.REVIEW else "",
        )
        for index, step in enumerate(order)
    )


def _step_reached(case: CaseCore) -> StepId | None:
    if case.state in FILED or case.state is State.CANCELLED:
        return None
    reached = [State(one.state) for one in case.history if State(one.state) not in ENDED]
    return step_of(case.state) or step_of(reached[-1])


def offered(case: CaseCore, party: Party) -> tuple[tuple[str, ...], tuple[Barred, ...]]:
    """Return the acts open to a party, and those of its role that are barred now with the reason."""
    allowed: list[str] = []
    barred: list[Barred] = []
    for act in PARTY_ACTS:
        if not ever(act, party.role, case.rules) or (act is Act.ACKNOWLEDGE and not case.to_acknowledge(party)):
            continue
        barrier = _barrier(case, party, act)
        if barrier is None:
            allowed.append(act.value)
        else:
            barred.append(barrier)
    reading = (("preview", case.terms is not None and case.state not in ENDED, "contract.terms_missing"),)
    downloading = (("download", downloadable(case), "contract.not_all_signed"),)
    for name, possible, why_not in reading + downloading:
        if possible:
            allowed.append(name)
        else:
            barred.append(Barred(act=name, reason=why_not if case.state not in ENDED else "contract.case_ended"))
    return tuple(allowed), tuple(barred)


def _barrier(case: CaseCore, party: Party, act: Act) -> Barred | None:
    """Return what bars an act of this party now; None where nothing does."""
    if already := _done_by(case, party, act):
        return Barred(act=act.value, reason=already)
    drawing = case.drawing
    if act is Act.START_SIGNING and drawing.refused_by and case.state is State.READY_TO_SIGN:
        return Barred(
            act=act.value,
            reason=drawing.refused_by,
            character=drawing.refused_character,
            field=drawing.refused_field,
        )
    try:
        case.find_move(act, party.role)
    except MaterialsMissing as missing:
        return Barred(act=act.value, reason=missing.code, materials=missing.names)
    except (ActBarred, NotAllowed) as refused:
        return Barred(act=act.value, reason=refused.code)
    code = _unread(case, party, act) or _unbrought(case, act)
    return Barred(act=act.value, reason=code) if code else None


def _unread(case: CaseCore, party: Party, act: Act) -> str:
    waits = act in {Act.CONFIRM, Act.START_SIGNING} and case.to_acknowledge(party)
    return "contract.acknowledgement_missing" if waits else ""


def _unbrought(case: CaseCore, act: Act) -> str:
    waits = act in {Act.START_SIGNING, Act.SUBMIT} and missing_papers(case.title.papers_needed, case.brought)
    return "contract.papers_missing" if waits else ""


def _done_by(case: CaseCore, party: Party, act: Act) -> str | None:
    """Return why an act that the table allows is not this party's or side's to do again."""
    applied = party.side in case.cancellation.agreed
    filed = case.state in _FILED_AT_REST
    unsaid = party.side not in case.rescinding
    answers = (
        (Act.CONFIRM, case.confirmed_at(party.person_id) is not None, "contract.already_confirmed"),
        (Act.RESCIND, party.side in case.rescinding, "contract.waiting_for_other_side"),
        (Act.WITHDRAW_RESCISSION, case.state not in ENDED and unsaid, "contract.no_consent_given"),
        (Act.APPLY_CANCEL, filed and applied, "contract.waiting_for_other_side"),
        (Act.TAKE_BACK_CANCEL, filed and not applied, "contract.cancellation_not_applied"),
    )
    return next((code for known, true, code in answers if known is act and true), None)


def downloadable(case: CaseCore) -> bool:
    """Whether a signed copy exists: from SIGNED on, and kept in every end state reached from there (decision 17)."""
    return case.state in _DOWNLOADABLE or (case.state in ENDED and case.drawing.signed_at is not None)


def missing(case: CaseCore, party: Party) -> tuple[str, ...]:
    """Return the paths of the fields still to be filled on a party's side."""
    required = case.rules.required
    side, saved = (case.sellers, case.sellers_saved) if party.side is Side.SELLER else (case.buyers, case.buyers_saved)
    found: list[str] = []
    if not saved:
        entered = {one.id_number for one in side}
        found += [
            f"parties[0].{name}"
            for name in ("address", "marital")
            if name in required.party and not getattr(side[0], name) and not (name == "marital" and side[0].uscc)
        ]
        if party.side is Side.SELLER and any(one.id_number not in entered for one in registered_sellers(case.title)):
            found.append("parties")
        found = found or ["parties"]
    if party.side is Side.SELLER and case.terms is None:
        found += [f"terms.{name}" for name in required.terms]
    return tuple(found)
