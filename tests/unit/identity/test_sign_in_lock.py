import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from services.identity.domain.lock import ACCOUNT, locked_until
from tests.unit.identity.world import NOON

MINUTE = dt.timedelta(minutes=1)


def test_four_failures_leave_the_door_open() -> None:
    assert locked_until(ACCOUNT, [NOON] * 4, NOON) is None


def test_five_failures_lock_for_fifteen_minutes_from_the_last() -> None:
    failures = [NOON + n * MINUTE for n in range(5)]

    assert locked_until(ACCOUNT, failures, NOON + 5 * MINUTE) == NOON + 19 * MINUTE
    assert locked_until(ACCOUNT, failures, NOON + 19 * MINUTE) is None


def test_failures_far_apart_do_not_lock() -> None:
    failures = [NOON + n * 4 * MINUTE for n in range(5)]

    assert locked_until(ACCOUNT, failures, failures[-1]) is None


@given(st.lists(st.integers(min_value=0, max_value=7200), max_size=40))
def test_whoever_waits_out_every_lock_never_fails_more_than_five_times_in_fifteen_minutes(offsets: list[int]) -> None:
    failures: list[dt.datetime] = []
    for offset in sorted(offsets):
        moment = NOON + dt.timedelta(seconds=offset)
        if locked_until(ACCOUNT, failures, moment) is None:
            failures.append(moment)

    for last in failures:
        assert sum(last - ACCOUNT.window < one <= last for one in failures) <= ACCOUNT.failures


@given(st.permutations([0, 60, 120, 600, 660]))
def test_the_order_of_failures_does_not_matter(offsets: list[int]) -> None:
    failures = [NOON + dt.timedelta(seconds=one) for one in offsets]

    assert locked_until(ACCOUNT, failures, NOON + 11 * MINUTE) == NOON + 26 * MINUTE
