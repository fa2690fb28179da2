"""Every state has a deadline and an owner; the clock warns once, reminds, expires, and operators see what is stuck (decision 15)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from services.common.messages.contract import CaseEnded, DeadlineNear, GetCase, RescindCase, Side
from services.common.messages.review import ReviewReturned
from services.contract.domain.deadlines import DEADLINES, Then
from services.contract.domain.lifecycle import ENDED, REACHED, TABLE, Act, State
from tests.support import contract_builders as make
from tests.support.contract_world import World

DAY = dt.timedelta(days=1)
CLOCK = make.service_call_of("contract")


def passed(world: World, days: float) -> int:
    """Time passes, and the clock looks; returns how much it did."""
    world.at += days * DAY
    return world.keep_deadlines(CLOCK)


def near(world: World) -> list[tuple[str, str, dt.datetime]]:
    """What the parties were told of deadlines."""
    return [(one.state, one.then_code, one.due_at) for one in world.told(DeadlineNear)]  # type: ignore[attr-defined]


def overdue(world: World) -> dict[str, int]:
    """States with cases past their deadline."""
    return {one.state: one.count for one in world.count_overdue() if one.count}


def test_every_state_that_is_no_end_has_a_row() -> None:
    assert set(DEADLINES) == set(State) - ENDED - REACHED


def test_what_expires_in_one_table_expires_in_the_other() -> None:
    expiring = {row.state for row in TABLE if row.act is Act.EXPIRE}

    assert {state for state, row in DEADLINES.items() if row.then is Then.EXPIRE} == expiring


@pytest.mark.parametrize("stage", ["opened", "published", "joined", "generated", "ready"])
def test_an_untouched_draft_is_warned_once_seven_days_before_and_then_expires(stage: str) -> None:
    world = World()
    if stage in {"joined", "ready"}:
        world.generated() if stage == "ready" else world.published()
    if stage == "ready":
        world.confirm(make.BUYER)
    else:
        getattr(world, stage)()
    begun, state = world.at, world.case.state
    revision, history = world.case.revision, world.case.history

    assert passed(world, 22.9) == 0
    assert passed(world, 0.1) == 1
    assert near(world) == [(state.value, "EXPIRE", begun + 30 * DAY)]
    assert (world.case.revision, world.case.history) == (revision, history), "a warning refuses nobody's edit"
    assert passed(world, 1) == 0, "told once"
    assert passed(world, 5.9) == 0
    assert passed(world, 0.1) == 1

    assert world.case.state is State.EXPIRED
    assert [one.state for one in world.told(CaseEnded)] == ["EXPIRED"]  # type: ignore[attr-defined]
    assert len(near(world)) == 1
    assert passed(world, 100) == 0


def test_a_house_whose_draft_expired_is_free() -> None:
    world = World()
    world.opened()
    passed(world, 23)
    passed(world, 7)

    world.opened(jti="p9")

    assert sorted(one.state.value for one in world.store.cases.values()) == ["EXPIRED", "SELLER_DRAFT"]


def test_who_touches_a_draft_after_the_warning_is_warned_anew_before_the_next_deadline() -> None:
    world = World()
    world.published()
    passed(world, 24)
    world.save_side(Side.SELLER, make.SELLER)
    touched = world.at

    assert passed(world, 22) == 0
    assert passed(world, 1) == 1

    assert near(world)[-1] == ("WAIT_BUYER", "EXPIRE", touched + 30 * DAY)
    assert len(near(world)) == 2


def test_after_an_outage_nobodys_draft_expires_without_the_warning_and_its_time() -> None:
    world = World()
    world.published()

    assert passed(world, 60) == 1
    assert world.case.state is State.WAIT_BUYER
    assert near(world) == [("WAIT_BUYER", "EXPIRE", world.at + 7 * DAY)]
    assert world.get_case(GetCase(case_no=world.case.no), make.call_of(make.SELLER)).duty.by == world.at + 7 * DAY  # type: ignore[union-attr]
    assert passed(world, 6.9) == 0
    assert passed(world, 0.1) == 1

    assert world.case.state is State.EXPIRED


def test_signers_are_reminded_once_two_days_before_signing_lapses() -> None:
    world = World()
    world.signing()
    opened = world.at

    assert passed(world, 4.9) == 0
    assert passed(world, 0.1) == 1
    assert passed(world, 1) == 0

    assert near(world) == [("SIGNING", "RETURN", opened + 7 * DAY)]
    assert world.case.state is State.SIGNING, "signing ends the envelope, and the case follows"


def test_a_signing_that_does_not_lapse_alarms() -> None:
    world = World()
    world.signing()
    passed(world, 6.9)
    assert overdue(world) == {}

    passed(world, 0.2)

    assert overdue(world) == {"SIGNING": 1}


@pytest.mark.parametrize("state", [State.SIGNED, State.RETURNED])
def test_who_does_not_submit_is_reminded_every_seven_days_and_never_loses_the_contract(state: State) -> None:
    world = World()
    world.signed()
    if state is State.RETURNED:
        world.submit()
        world.review(ReviewReturned(case_no=world.case.no, review_id="v1", items=()))
    begun = world.at

    told = [passed(world, 1) for _ in range(70)]

    assert sum(told) == 10
    assert set(near(world)) == {(state.value, "REMIND", begun + 30 * DAY)}
    assert world.case.state is state
    assert overdue(world) == {state.value: 1}


def test_the_time_to_submit_does_not_begin_anew_with_a_word_about_giving_up() -> None:
    world = World()
    world.signed()
    begun = world.at
    world.at += 10 * DAY
    world.rescind_case(RescindCase(case_no=world.case.no), make.call_of(make.BUYER))

    assert world.get_case(GetCase(case_no=world.case.no), make.call_of(make.SELLER)).duty.by == begun + 30 * DAY  # type: ignore[union-attr]


def test_a_text_not_drawn_a_seal_not_put_on_and_a_filing_not_pushed_alarm_after_a_minute() -> None:
    world = World()
    world.frozen()
    assert overdue(world) == {}
    world.at += dt.timedelta(seconds=61)

    (late,) = [one for one in world.count_overdue() if one.count]

    assert (late.state, late.oldest) == ("FREEZING", 1.0)
    assert passed(world, 30) == 0, "the clock cannot draw"
    assert near(world) == []


@pytest.mark.parametrize("state", [State.FREEZING, State.FILING, State.FILED])
def test_each_job_of_ours_is_watched(state: State) -> None:
    world = World()
    world.signing()
    case = world.case
    case.state = state
    world.store.cases[case.no] = case
    world.at += dt.timedelta(minutes=2)

    assert overdue(world) == {state.value: 1}


def test_a_review_not_answered_in_the_citys_days_alarms_also_while_somebody_works_on_it() -> None:
    world = World()
    world.submitted()
    world.at += 2 * DAY
    world.claimed()
    world.at += 1.1 * DAY

    assert overdue(world) == {"REVIEWING": 1}


def test_an_upload_touches_a_draft() -> None:
    world = World()
    world.published()
    world.at += 20 * DAY
    case = world.case
    case.files = tuple(replace(one, uploaded_at=world.at) for one in case.files)
    world.store.cases[case.no] = case
    touched = world.at

    assert passed(world, 10) == 0
    assert world.get_case(GetCase(case_no=case.no), make.call_of(make.SELLER)).duty.by == touched + 30 * DAY  # type: ignore[union-attr]
