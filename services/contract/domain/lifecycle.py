"""The case's state machine as one table: state -> act -> by whom -> guard -> next state -> facts told.

Decides every move of a case (Huangshi's straight way, withdrawal, return, cancellation). Leaves to the aggregate what an act changes
besides the state, and to the city profile who confirms, starts and submits. Where several rows fit, the first wins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from services.common.profiles import BusinessType, PartyRole, StepId


class State(StrEnum):
    """Where a case stands."""

    SELLER_DRAFT = "SELLER_DRAFT"  # 卖方填写
    WAIT_BUYER = "WAIT_BUYER"  # 待买方
    BUYER_DRAFT = "BUYER_DRAFT"  # 买方填写
    CONFIRMING = "CONFIRMING"  # 待确认
    READY_TO_SIGN = "READY_TO_SIGN"  # 可发起签署
    FREEZING = "FREEZING"  # 文件生成中: drawn, and the envelope not yet open
    SIGNING = "SIGNING"  # 签署中
    SIGNED = "SIGNED"  # 已签署
    SUBMITTED = "SUBMITTED"  # 待审核
    REVIEWING = "REVIEWING"  # 审核中
    RETURNED = "RETURNED"  # 退回
    FILING = "FILING"  # 备案中: approved, and the seal not yet on
    FILED = "FILED"  # 已备案
    PUSHED = "PUSHED"  # 已推送
    CANCEL_PENDING = "CANCEL_PENDING"  # 注销备案申请中
    FROZEN = "FROZEN"  # 冻结: the house may not be sold now
    REVOKED = "REVOKED"  # 已撤销
    REJECTED = "REJECTED"  # 不予备案
    EXPIRED = "EXPIRED"  # 已失效
    CANCELLED = "CANCELLED"  # 备案已注销


ENDED = frozenset({State.REVOKED, State.REJECTED, State.EXPIRED, State.CANCELLED})
"""States that free the house."""
REACHED = frozenset({State.PUSHED})
"""Where the straight way leads; the house stays held by its filing."""
FILED = frozenset({State.FILED, State.PUSHED, State.CANCEL_PENDING})
"""The filing lives."""


class Act(StrEnum):
    """What people do, and facts other services report."""

    OPEN = "open"
    SAVE_SELLERS = "save_sellers"
    SAVE_TERMS = "save_terms"
    JOIN = "join"
    SAVE_BUYERS = "save_buyers"
    GENERATE = "generate"
    CONFIRM = "confirm"
    START_SIGNING = "start_signing"
    ACKNOWLEDGE = "acknowledge"
    REOPEN = "reopen"
    SUBMIT = "submit"
    WITHDRAW_SUBMISSION = "withdraw_submission"
    REVOKE = "revoke"
    RESCIND = "rescind"
    WITHDRAW_RESCISSION = "withdraw_rescission"
    EXPIRE = "expire"
    APPLY_CANCEL = "apply_cancel"
    TAKE_BACK_CANCEL = "take_back_cancel"
    CANCEL_APPROVED = "cancel_approved"
    CANCEL_REFUSED = "cancel_refused"
    DOCUMENTS_DRAWN = "documents_drawn"
    DRAWING_REFUSED = "drawing_refused"
    ENVELOPE_OPENED = "envelope_opened"
    SIGNER_SIGNED = "signer_signed"
    ALL_SIGNED = "all_signed"
    ENVELOPE_REFUSED = "envelope_refused"
    ENVELOPE_LAPSED = "envelope_lapsed"
    CLAIMED = "claimed"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    SEALED = "sealed"
    PUSHED = "pushed"


class By(StrEnum):
    """Who does it. All up to SUBMITTER are resolved to party roles by the profile, the others are no parties."""

    MAIN_SELLER = "MAIN_SELLER"
    MAIN_BUYER = "MAIN_BUYER"
    MAIN_PARTY = "MAIN_PARTY"
    ANY_PARTY = "ANY_PARTY"
    CONFIRMER = "CONFIRMER"
    STARTER = "STARTER"
    SUBMITTER = "SUBMITTER"
    OUTSIDER = "OUTSIDER"
    CONTRACT = "CONTRACT"
    SIGNING = "SIGNING"
    REVIEW = "REVIEW"
    CLOCK = "CLOCK"


class Guard(StrEnum):
    """What must hold for a row; the aggregate answers."""

    ALWAYS = "always"
    SELLERS_SIDE_COMPLETE = "sellers_side_complete"
    SELLERS_SIDE_COMPLETE_AND_BUYER_JOINED = "sellers_side_complete_and_buyer_joined"
    BUYERS_SIDE_COMPLETE = "buyers_side_complete"
    BUYERS_SIDE_COMPLETE_AND_NOBODY_CONFIRMS = "buyers_side_complete_and_nobody_confirms"
    ALL_CONFIRMED = "all_confirmed"
    HOUSE_BARRED = "house_barred"
    REGISTER_CHANGED = "register_changed"
    MAIN_SELLER_TO_BE_ASKED = "main_seller_to_be_asked"
    RELEASED_BY_REVIEW = "released_by_review"
    OTHER_SIDE_AGREED = "other_side_agreed"
    BOTH_APPLIED_OR_JUDGMENT = "both_applied_or_judgment"
    REGISTER_HAS_FILING = "register_has_filing"


class Fact(StrEnum):
    """What is told to other services with the move."""

    OPENED = "case_opened"
    ADVANCED = "case_advanced"
    FROZEN_DOCUMENTS = "documents_frozen"
    READY_DOCUMENTS = "documents_ready"
    SUBMITTED = "case_submitted"
    WITHDRAWN = "submission_withdrawn"
    ENDED = "case_ended"
    RESCISSION_ASKED = "rescission_asked"
    RESCISSION_WITHDRAWN = "rescission_withdrawn"
    CANCELLATION = "cancellation_applied"
    CANCEL_ASKED = "cancel_asked"
    CANCEL_REFUSED = "cancel_refused"


@dataclass(frozen=True)
class Move:
    """One row of the table."""

    state: State
    act: Act
    by: By
    guard: Guard
    to: State
    facts: tuple[Fact, ...] = ()


_TOLD = (Fact.ADVANCED,)


S, A, B, G = State, Act, By, Guard  # short names keep a row on a line


def _drafting() -> Iterator[Move]:
    for save in (A.SAVE_SELLERS, A.SAVE_TERMS):  # decision 21: a complete save publishes by itself
        yield Move(S.SELLER_DRAFT, save, B.MAIN_SELLER, G.SELLERS_SIDE_COMPLETE_AND_BUYER_JOINED, S.BUYER_DRAFT, _TOLD)
        yield Move(S.SELLER_DRAFT, save, B.MAIN_SELLER, G.SELLERS_SIDE_COMPLETE, S.WAIT_BUYER, _TOLD)
        yield Move(S.SELLER_DRAFT, save, B.MAIN_SELLER, G.ALWAYS, S.SELLER_DRAFT)
        yield Move(S.WAIT_BUYER, save, B.MAIN_SELLER, G.ALWAYS, S.WAIT_BUYER)
    yield Move(S.WAIT_BUYER, A.JOIN, B.OUTSIDER, G.ALWAYS, S.BUYER_DRAFT, _TOLD)
    yield Move(S.BUYER_DRAFT, A.SAVE_BUYERS, B.MAIN_BUYER, G.ALWAYS, S.BUYER_DRAFT)
    yield Move(
        S.BUYER_DRAFT, A.GENERATE, B.MAIN_BUYER, G.BUYERS_SIDE_COMPLETE_AND_NOBODY_CONFIRMS, S.READY_TO_SIGN, _TOLD
    )
    yield Move(S.BUYER_DRAFT, A.GENERATE, B.MAIN_BUYER, G.BUYERS_SIDE_COMPLETE, S.CONFIRMING, _TOLD)
    yield Move(S.CONFIRMING, A.CONFIRM, B.CONFIRMER, G.ALL_CONFIRMED, S.READY_TO_SIGN, _TOLD)
    yield Move(S.CONFIRMING, A.CONFIRM, B.CONFIRMER, G.ALWAYS, S.CONFIRMING)
    yield Move(S.READY_TO_SIGN, A.CONFIRM, B.CONFIRMER, G.ALWAYS, S.READY_TO_SIGN)
    for state in (S.SELLER_DRAFT, S.WAIT_BUYER, S.BUYER_DRAFT, S.CONFIRMING, S.READY_TO_SIGN, S.FROZEN):
        yield Move(state, A.ACKNOWLEDGE, B.ANY_PARTY, G.ALWAYS, state)
    yield Move(S.WAIT_BUYER, A.REOPEN, B.MAIN_SELLER, G.ALWAYS, S.SELLER_DRAFT)
    for state in (S.BUYER_DRAFT, S.CONFIRMING, S.READY_TO_SIGN):
        yield Move(state, A.REOPEN, B.MAIN_SELLER, G.ALWAYS, S.SELLER_DRAFT, _TOLD)
    for state in (S.CONFIRMING, S.READY_TO_SIGN):
        yield Move(state, A.REOPEN, B.MAIN_BUYER, G.ALWAYS, S.BUYER_DRAFT, _TOLD)


def _signing() -> Iterator[Move]:
    for state in (S.READY_TO_SIGN, S.FROZEN):  # a frozen case is tried again by starting again
        yield Move(state, A.START_SIGNING, B.STARTER, G.HOUSE_BARRED, S.FROZEN, _TOLD)
        yield Move(state, A.START_SIGNING, B.STARTER, G.REGISTER_CHANGED, S.BUYER_DRAFT, _TOLD)
        yield Move(state, A.START_SIGNING, B.STARTER, G.MAIN_SELLER_TO_BE_ASKED, S.CONFIRMING, _TOLD)
        yield Move(state, A.START_SIGNING, B.STARTER, G.ALWAYS, S.FREEZING, (Fact.FROZEN_DOCUMENTS,))
    yield Move(S.FREEZING, A.DOCUMENTS_DRAWN, B.CONTRACT, G.ALWAYS, S.FREEZING, (Fact.READY_DOCUMENTS,))
    yield Move(S.FREEZING, A.DRAWING_REFUSED, B.CONTRACT, G.ALWAYS, S.READY_TO_SIGN, _TOLD)
    yield Move(S.FREEZING, A.ENVELOPE_OPENED, B.SIGNING, G.ALWAYS, S.SIGNING, _TOLD)
    yield Move(S.SIGNING, A.SIGNER_SIGNED, B.SIGNING, G.ALWAYS, S.SIGNING)
    yield Move(S.SIGNING, A.ALL_SIGNED, B.SIGNING, G.ALWAYS, S.SIGNED, _TOLD)
    for state in (S.FREEZING, S.SIGNING):
        yield Move(state, A.ENVELOPE_REFUSED, B.SIGNING, G.ALWAYS, S.CONFIRMING, _TOLD)
        yield Move(state, A.ENVELOPE_LAPSED, B.SIGNING, G.ALWAYS, S.READY_TO_SIGN, _TOLD)


def _reviewing() -> Iterator[Move]:
    for state in (S.SIGNED, S.RETURNED):
        yield Move(state, A.SUBMIT, B.SUBMITTER, G.ALWAYS, S.SUBMITTED, (Fact.SUBMITTED, Fact.ADVANCED))
    withdrawn = (Fact.WITHDRAWN, Fact.ADVANCED)
    yield Move(S.SUBMITTED, A.WITHDRAW_SUBMISSION, B.SUBMITTER, G.ALWAYS, S.SIGNED, withdrawn)
    yield Move(S.REVIEWING, A.WITHDRAW_SUBMISSION, B.SUBMITTER, G.RELEASED_BY_REVIEW, S.SIGNED, withdrawn)
    yield Move(S.SUBMITTED, A.CLAIMED, B.REVIEW, G.ALWAYS, S.REVIEWING, _TOLD)
    for state in (S.SUBMITTED, S.REVIEWING):
        yield Move(state, A.APPROVED, B.REVIEW, G.ALWAYS, S.FILING)
        yield Move(state, A.RETURNED, B.REVIEW, G.ALWAYS, S.RETURNED, _TOLD)
        yield Move(state, A.REJECTED, B.REVIEW, G.ALWAYS, S.REJECTED, (Fact.ENDED,))
    yield Move(S.FILING, A.SEALED, B.SIGNING, G.ALWAYS, S.FILED, _TOLD)
    yield Move(S.FILED, A.PUSHED, B.REVIEW, G.ALWAYS, S.PUSHED, _TOLD)


def _ending() -> Iterator[Move]:
    # decision 20: the seller before SIGNED, a buyer from CONFIRMING on; afterwards both sides together (解除)
    for state in (S.SELLER_DRAFT, S.WAIT_BUYER, S.BUYER_DRAFT):
        yield Move(state, A.REVOKE, B.MAIN_SELLER, G.ALWAYS, S.REVOKED, (Fact.ENDED,))
    for state in (S.CONFIRMING, S.READY_TO_SIGN, S.FREEZING, S.SIGNING, S.FROZEN):
        yield Move(state, A.REVOKE, B.MAIN_PARTY, G.ALWAYS, S.REVOKED, (Fact.ENDED,))
    for state in (S.SIGNED, S.RETURNED):
        yield Move(state, A.RESCIND, B.MAIN_PARTY, G.OTHER_SIDE_AGREED, S.REVOKED, (Fact.ENDED,))
        yield Move(state, A.RESCIND, B.MAIN_PARTY, G.ALWAYS, state, (Fact.RESCISSION_ASKED,))
        yield Move(state, A.WITHDRAW_RESCISSION, B.MAIN_PARTY, G.ALWAYS, state, (Fact.RESCISSION_WITHDRAWN,))
    for state in (S.SELLER_DRAFT, S.WAIT_BUYER, S.BUYER_DRAFT, S.CONFIRMING, S.READY_TO_SIGN, S.FROZEN):
        yield Move(state, A.EXPIRE, B.CLOCK, G.ALWAYS, S.EXPIRED, (Fact.ENDED,))


def _cancelling() -> Iterator[Move]:
    # domain 1.9: both sides together, or one with a judgment; the office decides
    applied = (Fact.CANCELLATION, Fact.ADVANCED)
    for state in (S.FILED, S.PUSHED):
        yield Move(state, A.APPLY_CANCEL, B.MAIN_PARTY, G.BOTH_APPLIED_OR_JUDGMENT, S.CANCEL_PENDING, applied)
        yield Move(state, A.APPLY_CANCEL, B.MAIN_PARTY, G.ALWAYS, state, (Fact.CANCEL_ASKED,))
        yield Move(state, A.TAKE_BACK_CANCEL, B.MAIN_PARTY, G.ALWAYS, state)
    yield Move(S.CANCEL_PENDING, A.PUSHED, B.REVIEW, G.ALWAYS, S.CANCEL_PENDING)
    yield Move(S.CANCEL_PENDING, A.CANCEL_APPROVED, B.REVIEW, G.ALWAYS, S.CANCELLED, (Fact.ENDED,))
    refused = (Fact.CANCEL_REFUSED,)
    yield Move(S.CANCEL_PENDING, A.CANCEL_REFUSED, B.REVIEW, G.REGISTER_HAS_FILING, S.PUSHED, refused)
    yield Move(S.CANCEL_PENDING, A.CANCEL_REFUSED, B.REVIEW, G.ALWAYS, S.FILED, refused)


TABLE: tuple[Move, ...] = (*_drafting(), *_signing(), *_reviewing(), *_ending(), *_cancelling())

PARTY_ACTS: tuple[Act, ...] = (
    Act.SAVE_SELLERS,
    Act.SAVE_TERMS,
    Act.SAVE_BUYERS,
    Act.GENERATE,
    Act.ACKNOWLEDGE,
    Act.CONFIRM,
    Act.START_SIGNING,
    Act.REOPEN,
    Act.SUBMIT,
    Act.WITHDRAW_SUBMISSION,
    Act.REVOKE,
    Act.RESCIND,
    Act.WITHDRAW_RESCISSION,
    Act.APPLY_CANCEL,
    Act.TAKE_BACK_CANCEL,
)
"""What a party of the case can be offered, in the order of the screens."""

_STEPS: dict[State, StepId] = {
    State.SELLER_DRAFT: StepId.DRAFT,
    State.WAIT_BUYER: StepId.DRAFT,
    State.BUYER_DRAFT: StepId.DRAFT,
    State.CONFIRMING: StepId.PREVIEW,
    State.READY_TO_SIGN: StepId.PREVIEW,
    State.FROZEN: StepId.PREVIEW,
    State.FREEZING: StepId.SIGNING,
    State.SIGNING: StepId.SIGNING,
    State.SIGNED: StepId.REVIEW,
    State.SUBMITTED: StepId.REVIEW,
    State.REVIEWING: StepId.REVIEW,
    State.RETURNED: StepId.REVIEW,
    State.FILING: StepId.REVIEW,
}


def step_of(state: State) -> StepId | None:
    """Return the step people are at; None where all are done, and for ends, which keep the step they were reached from."""
    return _STEPS.get(state)


def roles(by: By, rules: BusinessType) -> frozenset[PartyRole]:
    """Return the party roles that may do it under a city's rules; empty for those who are no parties."""
    main = {PartyRole.SELLER_MAIN, PartyRole.BUYER_MAIN}
    known: dict[By, set[PartyRole]] = {
        By.MAIN_SELLER: {PartyRole.SELLER_MAIN},
        By.MAIN_BUYER: {PartyRole.BUYER_MAIN},
        By.MAIN_PARTY: main,
        By.ANY_PARTY: set(PartyRole),
        By.CONFIRMER: {*rules.confirmation.by, *rules.confirmation.start_counts_for},
        By.STARTER: set(rules.signing.start_by),
        By.SUBMITTER: set(rules.filing.submit_by),
    }
    return frozenset(known.get(by, set()))


def moves(state: State, act: Act) -> tuple[Move, ...]:
    """Return the rows of an act in a state, in order."""
    return tuple(row for row in TABLE if row.state is state and row.act is act)


def ever(act: Act, role: PartyRole, rules: BusinessType) -> bool:
    """Whether that role does the act in any state."""
    return any(role in roles(row.by, rules) for row in TABLE if row.act is act)
