"""The table itself: every state has a way to an end, nothing happens outside it, every act is offered somewhere."""

from __future__ import annotations

import pytest

from services.common.messages.contract import Side
from services.common.profiles import PartyRole
from services.contract.domain.core import CaseCore
from services.contract.domain.errors import ActBarred, NotAllowed
from services.contract.domain.lifecycle import ENDED, PARTY_ACTS, REACHED, TABLE, Act, By, State, moves, roles
from services.contract.domain.parties import main_party
from services.contract.domain.reasons import reason
from tests.support import contract_builders as make

GOALS = ENDED | REACHED


def case_in(state: State) -> CaseCore:
    """A case put into a state."""
    return CaseCore(
        no=make.NO,
        rules=make.rules(),
        title=make.title(make.SELLER),
        opened_at=make.NOW,
        updated_at=make.NOW,
        state=state,
        sellers=(main_party(Side.SELLER, make.SELLER),),
    )


def reachable(start: State) -> set[State]:
    """All states the table leads to from one."""
    found, waiting = {start}, [start]
    while waiting:
        state = waiting.pop()
        fresh = {row.to for row in TABLE if row.state is state} - found
        found |= fresh
        waiting += fresh
    return found


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_way_to_an_end(state: State) -> None:
    assert reachable(state) & GOALS


def test_every_state_is_reached_from_the_first() -> None:
    assert reachable(State.SELLER_DRAFT) == set(State)


@pytest.mark.parametrize("state", sorted(ENDED))
def test_nothing_leads_out_of_an_end(state: State) -> None:
    assert not [row for row in TABLE if row.state is state]


@pytest.mark.parametrize("state", sorted(REACHED))
def test_only_a_cancellation_of_its_filing_leads_away_from_the_goal(state: State) -> None:
    assert {row.to for row in TABLE if row.state is state} == {state, State.CANCEL_PENDING}


def test_a_filing_ends_only_by_the_offices_decision() -> None:
    assert {(row.state, row.by) for row in TABLE if row.to is State.CANCELLED} == {(State.CANCEL_PENDING, By.REVIEW)}


@pytest.mark.parametrize("act", [one for one in Act if one is not Act.OPEN])
def test_every_act_has_a_row(act: Act) -> None:
    assert [row for row in TABLE if row.act is act]


@pytest.mark.parametrize(
    ("state", "act"), [(state, act) for state in State for act in PARTY_ACTS if not moves(state, act)]
)
def test_an_act_without_a_row_is_barred_with_a_reason_and_changes_nothing(state: State, act: Act) -> None:
    case = case_in(state)

    for role in PartyRole:
        with pytest.raises((ActBarred, NotAllowed)) as refused:
            case.move(act, role, make.NOW)
        assert refused.value.code.startswith("contract.")

    assert (case.state, case.revision, case.history, case.told) == (state, 0, (), [])


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("act", PARTY_ACTS)
def test_no_role_outside_the_row_can_do_it(state: State, act: Act) -> None:
    allowed = {role for row in moves(state, act) for role in roles(row.by, make.rules())}
    for role in set(PartyRole) - allowed:
        with pytest.raises((ActBarred, NotAllowed)):
            case_in(state).move(act, role, make.NOW)


def test_rows_behind_an_unguarded_row_of_the_same_role_would_never_be_used() -> None:
    for state in State:
        for act in Act:
            closed: set[By] = set()
            for row in moves(state, act):
                assert row.by not in closed, row
                if row.guard.value == "always":
                    closed.add(row.by)


def test_a_live_case_can_be_given_up_by_a_party_until_it_is_with_the_authority() -> None:
    party_ends = {row.state for row in TABLE if row.to is State.REVOKED}
    assert party_ends == set(State) - GOALS - {
        State.SUBMITTED,
        State.REVIEWING,
        State.FILING,
        State.FILED,
        State.CANCEL_PENDING,
    }


@pytest.mark.parametrize(
    ("state", "act", "code"),
    [
        (State.READY_TO_SIGN, Act.SAVE_TERMS, "contract.reopen_first"),
        (State.SIGNING, Act.SAVE_TERMS, "contract.signing_started"),
        (State.SIGNED, Act.SAVE_TERMS, "contract.signed_locked"),
        (State.RETURNED, Act.SAVE_BUYERS, "contract.signed_locked"),
        (State.CONFIRMING, Act.START_SIGNING, "contract.confirmation_missing"),
        (State.SIGNING, Act.SUBMIT, "contract.not_all_signed"),
        (State.SIGNED, Act.REVOKE, "contract.mutual_consent_required"),
        (State.RETURNED, Act.REVOKE, "contract.mutual_consent_required"),
        (State.SUBMITTED, Act.REVOKE, "contract.withdraw_submission_first"),
        (State.FILED, Act.REVOKE, "contract.already_filed"),
        (State.SELLER_DRAFT, Act.JOIN, "contract.seller_not_ready"),
        (State.BUYER_DRAFT, Act.JOIN, "contract.buyer_already_joined"),
        (State.REVOKED, Act.SUBMIT, "contract.case_ended"),
        (State.FROZEN, Act.CONFIRM, "contract.case_frozen"),
        (State.SELLER_DRAFT, Act.GENERATE, "contract.seller_not_ready"),
        (State.CONFIRMING, Act.GENERATE, "contract.already_generated"),
        (State.SELLER_DRAFT, Act.REOPEN, "contract.already_open"),
        (State.PUSHED, Act.WITHDRAW_SUBMISSION, "contract.already_filed"),
        (State.SIGNING, Act.RESCIND, "contract.revoke_instead"),
        (State.REVIEWING, Act.APPLY_CANCEL, "contract.not_filed"),
        (State.CANCEL_PENDING, Act.APPLY_CANCEL, "contract.cancellation_pending"),
        (State.CANCELLED, Act.APPLY_CANCEL, "contract.case_ended"),
    ],
)
def test_the_reason_names_what_stands_in_the_way(state: State, act: Act, code: str) -> None:
    assert reason(state, act) == code
