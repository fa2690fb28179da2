"""The tables walked: every act in every state does what its row says, and nothing where there is no row."""

from __future__ import annotations

import copy

import pytest

from services.common.kit.errors import DomainError
from services.signing.domain.errors import AlreadySigned, EnvelopeEndedAlready
from services.signing.domain.lifecycle import DONE, ENDED, ENVELOPE_MOVES, TASK_MOVES, Act, EnvelopeState, TaskState
from tests.unit.signing.builders import envelope, perform

OF_TASK = (Act.NOTIFY, Act.OPEN, Act.IDENTIFY, Act.OPEN_DOCUMENT, Act.SIGN, Act.REFUSE, Act.APPLY)
OF_ENVELOPE = (Act.SEAL, Act.RECALL, Act.EXPIRE)
LIVE = (
    TaskState.CREATED,
    TaskState.NOTIFIED,
    TaskState.OPENED,
    TaskState.IDENTIFIED,
    TaskState.READ,
    TaskState.SIGNING,
    TaskState.SIGNED,
)
READY = {
    Act.OPEN_DOCUMENT: TaskState.IDENTIFIED,
    Act.SIGN: TaskState.READ,
    Act.REFUSE: TaskState.READ,
    Act.APPLY: TaskState.SIGNING,
}
"""The task state in which an act of a signer fails only for the envelope's sake."""


def tried(found: object, act: Act) -> bool:
    """Whether the act was carried out; False for a refusal and for `nothing changed`."""
    try:
        return perform(found, act) is not False
    except DomainError:
        return False


@pytest.mark.parametrize("state", LIVE)
@pytest.mark.parametrize("act", OF_TASK)
def test_a_signers_act_follows_its_row_or_changes_nothing(state: TaskState, act: Act) -> None:
    found = envelope(EnvelopeState.SIGNING, state)
    before = copy.deepcopy(found)

    done = tried(found, act)

    row = TASK_MOVES.get((state, act), frozenset())
    if row:
        assert done or act is Act.APPLY  # apply says whether it was the last
        assert found.tasks[0].state in row
    else:
        assert not done
        assert found == before


@pytest.mark.parametrize("state", EnvelopeState)
@pytest.mark.parametrize("act", Act)
def test_an_act_on_an_envelope_follows_its_row_or_changes_nothing(state: EnvelopeState, act: Act) -> None:
    found = envelope(state, READY.get(act, TaskState.NOTIFIED))
    before = copy.deepcopy(found)

    done = tried(found, act)

    row = ENVELOPE_MOVES.get((state, act), frozenset())
    if row:
        assert done or act is Act.APPLY
        assert found.state in row
    else:
        assert not done
        assert found == before


@pytest.mark.parametrize("state", EnvelopeState)
def test_every_state_of_an_envelope_is_an_end_or_has_a_way_to_one(state: EnvelopeState) -> None:
    found, waiting = {state}, [state]
    while waiting:
        here = waiting.pop()
        there = {to for (start, _), row in ENVELOPE_MOVES.items() if start is here for to in row} - found
        found |= there
        waiting += there

    assert found & (ENDED | {EnvelopeState.SEALED})


@pytest.mark.parametrize("state", sorted(ENDED | {EnvelopeState.SEALED}))
def test_nothing_leads_out_of_an_end(state: EnvelopeState) -> None:
    assert not [act for start, act in ENVELOPE_MOVES if start is state]


@pytest.mark.parametrize("state", sorted(DONE))
@pytest.mark.parametrize("act", [Act.NOTIFY, Act.IDENTIFY, Act.OPEN_DOCUMENT, Act.SIGN, Act.REFUSE])
def test_whoever_has_signed_hears_so_and_never_that_the_envelope_has_ended(state: TaskState, act: Act) -> None:
    for found in (envelope(EnvelopeState.SIGNING, state), envelope(EnvelopeState.ALL_SIGNED, state)):
        with pytest.raises(AlreadySigned):
            perform(found, act)


@pytest.mark.parametrize("state", sorted(ENDED))
def test_the_refusal_after_an_end_names_the_end(state: EnvelopeState) -> None:
    with pytest.raises(EnvelopeEndedAlready) as refused:
        perform(envelope(state, TaskState.VOIDED), Act.IDENTIFY)

    assert refused.value.context == {"state": state.value}
