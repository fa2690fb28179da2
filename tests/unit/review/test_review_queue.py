import base64
import datetime as dt

import pytest

from services.common.kit.errors import Forbidden, InvalidValue, NotAuthenticated
from services.common.messages.review import ListQueue, ReviewQueue
from services.common.values import CaseNo
from services.review.domain.errors import AlreadyClaimed, AlreadyDecided
from services.review.domain.review import State
from tests.unit.review.desk import OFFICE, Desk, desk_with_claim, service, staff, submitted


def listed(desk: Desk, state: str = "", *, cursor: str = "", limit: int = 10, office: str = OFFICE) -> ReviewQueue:
    return desk.list(ListQueue(state=state, cursor=cursor, limit=limit), staff("anna", office))


def place(text: str) -> str:
    """A cursor as somebody else would write it."""
    return base64.urlsafe_b64encode(text.encode(errors="surrogatepass")).decode()


def test_a_submission_waits_in_the_queue_of_its_office() -> None:
    desk = Desk()

    desk.queue()

    assert [(one.review_id, one.state, one.round) for one in listed(desk).items] == [("r1", "QUEUED", 1)]
    assert listed(desk, office="yangquan-housing").items == ()


def test_a_submission_that_arrives_twice_waits_once() -> None:
    desk = Desk()

    desk.queue()
    desk.queue()

    assert len(listed(desk).items) == 1


def test_a_second_round_waits_after_the_first_was_returned() -> None:
    desk = desk_with_claim()
    desk.return_(("合同", "OTHER", "附件缺页"))

    desk.queue(submitted(round_=2))

    assert [(one.review_id, one.round) for one in listed(desk).items] == [("r2", 2)]


def test_a_second_round_ends_a_first_that_is_still_open() -> None:
    desk = Desk()
    desk.queue()

    desk.queue(submitted(round_=2))

    assert desk.review("r1").state is State.WITHDRAWN
    assert [one.round for one in listed(desk).items] == [2]


def test_an_older_round_that_arrives_late_does_not_queue() -> None:
    desk = Desk()
    desk.queue(submitted(round_=2))

    desk.queue(submitted(round_=1))

    assert [one.round for one in listed(desk).items] == [2]


def test_the_queue_is_walked_in_pages_oldest_first_without_loss_or_repeat() -> None:
    desk = Desk()
    for number in range(5):
        desk.queue(submitted(CaseNo("huangshi", f"2026112200{number:03d}")))
        desk.wait(seconds=1)

    seen: list[str] = []
    cursor = ""
    while True:
        page = listed(desk, cursor=cursor, limit=2)
        seen += [one.review_id for one in page.items]
        cursor = page.next_cursor
        if not cursor:
            break

    assert seen == ["r1", "r2", "r3", "r4", "r5"]


def test_a_claim_that_ran_out_shows_as_queued_by_nobody() -> None:
    desk = desk_with_claim()
    assert [one.claimed_by for one in listed(desk, "CLAIMED").items] == ["anna"]

    desk.wait(minutes=30)

    found = listed(desk, "QUEUED").items[0]
    assert (found.state, found.claimed_by, found.claimed_until) == ("QUEUED", "", None)
    assert listed(desk, "CLAIMED").items == ()


@pytest.mark.parametrize(
    ("state", "cursor"),
    [
        ("GONE", ""),
        ("", "nonsense"),
        ("", "bm9uc2Vuc2U="),
        ("", "MjAyNi0xMS0yMiByMQ=="),
        ("", place("2026-11-22T00:00:00+00:00 r1\0")),
        ("", place("2026-11-22T00:00:00+00:00 \ud800")),
        ("", place("2026-11-22T00:00:00+00:00 " + "r" * 65)),
        ("", "\ud800"),
    ],
)
def test_unknown_states_and_cursors_are_refused(state: str, cursor: str) -> None:
    with pytest.raises(InvalidValue):
        listed(Desk(), state, cursor=cursor)


def test_only_reviewers_see_the_queue() -> None:
    query = ListQueue(state="", cursor="", limit=10)

    with pytest.raises(Forbidden):
        Desk().list(query, staff("olaf", role="OPERATOR"))
    with pytest.raises(NotAuthenticated):
        Desk().list(query, service("contract"))


def test_the_seller_takes_back_what_nobody_has_claimed() -> None:
    desk = Desk()
    desk.queue()

    assert desk.withdraw().state == "WITHDRAWN"
    assert desk.withdraw().state == "WITHDRAWN"
    assert listed(desk).items == ()


def test_a_withdrawal_that_overtakes_the_submission_keeps_it_out_of_the_queue() -> None:
    desk = Desk()

    desk.withdraw()
    desk.queue()

    assert listed(desk).items == ()
    desk.queue(submitted(round_=2))
    assert [one.round for one in listed(desk).items] == [2]


def test_nothing_is_withdrawn_under_a_reviewers_hands() -> None:
    desk = desk_with_claim()

    with pytest.raises(AlreadyClaimed):
        desk.withdraw()


def test_a_claim_that_ran_out_does_not_stop_a_withdrawal() -> None:
    desk = desk_with_claim()
    desk.time += dt.timedelta(minutes=30)

    assert desk.withdraw().state == "WITHDRAWN"


def test_what_is_decided_is_not_withdrawn() -> None:
    desk = desk_with_claim()
    desk.return_(("合同", "OTHER", "附件缺页"))

    with pytest.raises(AlreadyDecided):
        desk.withdraw()


def test_only_contract_withdraws() -> None:
    desk = Desk()
    desk.queue()

    for call in (service("signing"), staff("anna")):
        with pytest.raises(Forbidden):
            desk.withdraw(call=call)
