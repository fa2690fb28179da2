"""Why an act is not possible in a state: the codes people are shown beside a barred act."""

from __future__ import annotations

from services.contract.domain.lifecycle import ENDED, FILED, Act, Guard, State

_BEFORE_TEXT = frozenset({State.SELLER_DRAFT, State.WAIT_BUYER, State.BUYER_DRAFT})
_TEXT_OPEN = frozenset({State.CONFIRMING, State.READY_TO_SIGN})
_UNDER_SIGNATURE = frozenset({State.FREEZING, State.SIGNING})
_WITH_REVIEW = frozenset({State.SUBMITTED, State.REVIEWING, State.FILING})
_EDITS = frozenset({Act.SAVE_SELLERS, Act.SAVE_TERMS, Act.SAVE_BUYERS, Act.GENERATE, Act.REOPEN})

GUARD_REASONS = {
    Guard.BUYERS_SIDE_COMPLETE: "contract.buyers_side_incomplete",
    Guard.BUYERS_SIDE_COMPLETE_AND_NOBODY_CONFIRMS: "contract.buyers_side_incomplete",
    Guard.RELEASED_BY_REVIEW: "contract.review_claimed",
}
"""The code when the last row of an act is refused by its guard."""


def reason(state: State, act: Act) -> str:
    """Return the code of the refusal of an act that has no row in this state."""
    if state in ENDED:
        return "contract.case_ended"
    if state is State.FROZEN:
        return "contract.case_frozen"
    if act in {Act.WITHDRAW_RESCISSION, Act.APPLY_CANCEL, Act.TAKE_BACK_CANCEL}:
        return _word_reason(state, act)
    if act in _EDITS:
        return _edit_reason(state, act)
    if act in {Act.JOIN, Act.CONFIRM, Act.ACKNOWLEDGE, Act.START_SIGNING}:
        return _opening_reason(state, act)
    return _late_reason(state, act)


def _word_reason(state: State, act: Act) -> str:
    if act is Act.WITHDRAW_RESCISSION:
        return "contract.no_consent_given"
    return "contract.cancellation_pending" if state is State.CANCEL_PENDING else "contract.not_filed"


def _opening_reason(state: State, act: Act) -> str:
    if act is Act.JOIN:
        return "contract.seller_not_ready" if state is State.SELLER_DRAFT else "contract.buyer_already_joined"
    if state in _BEFORE_TEXT:
        return "contract.not_generated"
    waiting = act is Act.START_SIGNING and state is State.CONFIRMING
    return "contract.confirmation_missing" if waiting else "contract.signing_started"


def _edit_reason(state: State, act: Act) -> str:
    if act is Act.SAVE_BUYERS and state in {State.SELLER_DRAFT, State.WAIT_BUYER}:
        return "contract.seller_not_ready"
    if act is Act.GENERATE and state in {State.SELLER_DRAFT, State.WAIT_BUYER}:
        return "contract.seller_not_ready"
    if act is Act.GENERATE and state in _TEXT_OPEN:
        return "contract.already_generated"
    if act is Act.REOPEN and state is State.SELLER_DRAFT:
        return "contract.already_open"
    if state in _BEFORE_TEXT | _TEXT_OPEN:
        return "contract.reopen_first"
    return "contract.signing_started" if state in _UNDER_SIGNATURE else "contract.signed_locked"


def _late_reason(state: State, act: Act) -> str:
    before_signed = state in _BEFORE_TEXT | _TEXT_OPEN | _UNDER_SIGNATURE
    if act is Act.SUBMIT:
        return "contract.not_all_signed" if before_signed else "contract.already_submitted"
    if act is Act.WITHDRAW_SUBMISSION:
        return "contract.already_filed" if state in FILED | {State.FILING} else "contract.not_submitted"
    if act is Act.RESCIND:
        if before_signed:
            return "contract.revoke_instead"
    elif act is Act.REVOKE and state in {State.SIGNED, State.RETURNED}:
        return "contract.mutual_consent_required"
    if state in _WITH_REVIEW:
        return "contract.withdraw_submission_first" if state is not State.FILING else "contract.already_filed"
    return "contract.already_filed" if state in FILED else "contract.not_possible_now"
