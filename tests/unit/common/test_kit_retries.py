"""When an event that was not handled is tried again, and when it is given up."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.kit.errors import Conflict, DomainError, Unavailable
from services.common.kit.retries import ATTEMPTS, FIRST_PAUSE, LONGEST_PAUSE, OWN_FAULTS, PATIENCE, Limits, is_away

FAULTS = (RuntimeError("anything"), Conflict("contract.fact_too_early"), *map(Unavailable, sorted(OWN_FAULTS)))
AWAY = Unavailable("bus.no_answer")
SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize("wrong", FAULTS, ids=repr)
def test_a_fault_is_dead_at_the_last_attempt_and_not_before(wrong: Exception) -> None:
    judged = [Limits().judge(wrong, attempt, SECOND).dead for attempt in range(1, ATTEMPTS + 1)]

    assert judged == [False] * (ATTEMPTS - 1) + [True]


@given(st.integers(1, ATTEMPTS), st.timedeltas(dt.timedelta(0), PATIENCE - dt.timedelta.resolution))
def test_somebody_away_uses_up_no_attempt_within_the_patience(attempt: int, waited: dt.timedelta) -> None:
    verdict = Limits().judge(AWAY, attempt, waited)

    assert (verdict.dead, verdict.attempts) == (False, attempt - 1)


def test_somebody_away_for_the_whole_patience_is_given_up() -> None:
    assert Limits().judge(AWAY, 1, PATIENCE).dead


@given(st.integers(1, ATTEMPTS), st.timedeltas(dt.timedelta(0), PATIENCE), st.sampled_from((*FAULTS, AWAY)))
def test_a_pause_is_never_none_and_never_longer_than_a_minute(
    attempt: int, waited: dt.timedelta, wrong: DomainError
) -> None:
    assert FIRST_PAUSE <= Limits().judge(wrong, attempt, waited).pause <= LONGEST_PAUSE


def test_an_outage_of_an_hour_is_tried_some_dozens_of_times() -> None:
    tries, waited = 0, 0.0
    while waited < 3600:
        waited += Limits().judge(AWAY, 1, dt.timedelta(seconds=waited)).pause
        tries += 1

    assert 50 <= tries <= 100


def test_an_engine_that_is_busy_is_somebody_away_and_one_that_died_is_not() -> None:
    assert is_away(Unavailable("engine.busy"))
    assert not is_away(Unavailable("engine.died"))
