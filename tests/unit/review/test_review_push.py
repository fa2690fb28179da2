import datetime as dt

import pytest

from services.common.messages.review import FilingPushed
from services.review.domain.errors import NotApproved
from services.review.domain.push import LONGEST_PAUSE, LOUD_AFTER, next_attempt
from services.review.domain.review import State
from tests.unit.review.desk import CASE, OTHER_CASE, Desk, approved_desk, desk_with_claim


def sealed_desk() -> tuple[Desk, str]:
    desk, filing_no = approved_desk()
    desk.seal(filing_no)
    return desk, filing_no


def test_a_sealed_filing_is_pushed_and_told_with_its_receipt() -> None:
    desk, filing_no = sealed_desk()

    assert desk.push() == 0

    assert (desk.review().state, desk.review().receipt_no) == (State.PUSHED, "R000001")
    assert desk.told(FilingPushed) == [FilingPushed(case_no=CASE, filing_no=filing_no, receipt_no="R000001")]
    assert not desk.memory.pushes


def test_nothing_is_pushed_before_the_seal() -> None:
    desk, _ = approved_desk()

    desk.push()

    assert not desk.register.receipts


def test_a_register_out_of_reach_is_asked_again_later_until_it_answers() -> None:
    desk, _ = sealed_desk()
    desk.register.away = True
    for _ in range(20):
        assert desk.push() == 1
        assert desk.push() == 0  # not before its time
        desk.wait(minutes=6)
    desk.register.away = False

    assert desk.push() == 0

    assert desk.review().state is State.PUSHED
    assert len(desk.told(FilingPushed)) == 1


def test_the_first_repeat_follows_after_two_seconds_and_trouble_that_lasts_is_an_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk, _ = sealed_desk()
    desk.register.away = True
    for attempt in range(1, LOUD_AFTER + 1):
        assert desk.push() == 1
        assert desk.memory.pushes["r1"].attempts == attempt
        desk.wait(seconds=2**attempt)

    assert [record.levelname for record in caplog.records] == ["WARNING"] * (LOUD_AFTER - 1) + ["ERROR"]


def test_a_push_whose_answer_was_lost_gets_the_first_receipt_again() -> None:
    desk, _ = sealed_desk()
    desk.register.receipts["push:r1"] = "R-first"

    desk.push()

    assert desk.review().receipt_no == "R-first"


def test_a_seal_that_arrives_twice_is_pushed_once() -> None:
    desk, filing_no = sealed_desk()
    desk.seal(filing_no)
    desk.push()

    desk.seal(filing_no)

    assert not desk.memory.pushes, "nothing is owed any more"
    assert desk.push() == 0
    assert len(desk.told(FilingPushed)) == 1
    assert desk.review().state is State.PUSHED


def test_a_sweep_that_died_leaves_the_filing_to_a_later_one() -> None:
    desk, _ = sealed_desk()
    desk.memory.pushes["r1"].due_at = desk.time + dt.timedelta(seconds=60)  # as a sweep that claimed it left it

    desk.push()
    assert desk.review().state is State.APPROVED
    desk.wait(seconds=60)
    desk.push()

    assert desk.review().state is State.PUSHED


def test_a_seal_before_the_approval_or_with_another_number_is_refused_and_so_tried_again() -> None:
    desk = desk_with_claim()
    for number in ("42HS20261122000001", ""):
        with pytest.raises(NotApproved):
            desk.seal(number)
    filing_no = desk.approve().filing_no

    with pytest.raises(NotApproved):
        desk.seal(filing_no, OTHER_CASE)


def test_pauses_grow_to_five_minutes_and_no_further() -> None:
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

    pauses = [(next_attempt(attempts, now) - now).total_seconds() for attempts in (1, 2, 3, 9, 1000)]

    assert pauses == [2, 4, 8, LONGEST_PAUSE.total_seconds(), LONGEST_PAUSE.total_seconds()]
