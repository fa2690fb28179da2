import datetime as dt

import pytest

from services.common.kit.errors import DomainError, Unavailable
from services.common.messages.contract import DeadlineNear, RescissionAsked, RescissionWithdrawn
from services.notice.application.tell_parties import CaseNews
from services.notice.domain.message import MOST_ATTEMPTS, State
from tests.unit.notice.post_office import CASE, OTHER_PHONE, PHONE, URL, PostOffice, contacts

DUE = dt.datetime(2026, 12, 22, 4, 0, tzinfo=dt.UTC)


def test_a_code_goes_to_its_phone() -> None:
    office = PostOffice()
    office.has_code()

    office.send_code()
    office.deliver()

    assert [(one.mobile, one.state, one.reference) for one in office.messages] == [(PHONE, State.SENT, "ref-m1")]
    assert "135790" in office.texting.taken["m1"].text


def test_a_code_whose_event_arrives_twice_is_sent_once() -> None:
    office = PostOffice()
    office.has_code()

    office.send_code()
    office.send_code()
    office.deliver()

    assert len(office.texting.taken) == 1


def test_a_code_that_is_gone_or_has_expired_is_not_sent() -> None:
    office = PostOffice()
    office.has_code(minutes=0)

    office.send_code()
    office.send_code("never issued")

    assert office.messages == []


def test_a_code_waits_for_identity_to_answer() -> None:
    office = PostOffice()
    office.neighbours.away = True

    with pytest.raises(Unavailable):
        office.send_code()


def test_a_refusal_that_is_no_end_is_tried_again() -> None:
    office = PostOffice()

    def refuse(code_id: str, call: object) -> None:
        raise DomainError("actor.service_only")

    office.neighbours.sms_code = refuse  # type: ignore[assignment]
    with pytest.raises(DomainError):
        office.send_code()


def test_every_signer_gets_the_link_to_his_own_task() -> None:
    office = PostOffice()
    office.neighbours.tasks = {"task1": PHONE, "task2": OTHER_PHONE}

    office.invite("task1", "task2")

    assert [(one.mobile, one.recipient) for one in office.messages] == [(PHONE, "task1"), (OTHER_PHONE, "task2")]
    assert f"{URL}/s/token1" in office.messages[0].text
    assert f"{URL}/s/token2" in office.messages[1].text
    assert CASE.number in office.messages[0].text


def test_two_signers_with_one_phone_get_two_links() -> None:
    office = PostOffice()
    office.neighbours.tasks = {"task1": PHONE, "task2": PHONE}

    office.invite("task1", "task2")

    assert len({one.text for one in office.messages}) == 2


def test_an_invitation_that_arrives_twice_does_not_replace_the_link_already_sent() -> None:
    office = PostOffice()
    office.neighbours.tasks = {"task1": PHONE}
    office.invite("task1")

    office.invite("task1")

    assert office.neighbours.issued == 1
    assert len(office.messages) == 1


def test_a_task_that_has_ended_is_not_invited_and_the_others_are() -> None:
    office = PostOffice()
    office.neighbours.tasks = {"task2": PHONE}

    office.invite("task1", "task2")

    assert [one.recipient for one in office.messages] == ["task2"]


def test_a_link_that_is_wanted_again_goes_out_as_a_message_more_each_time() -> None:
    office = PostOffice()
    office.neighbours.tasks["task1"] = PHONE
    office.invite("task1")

    office.invite_again("task1", "wish1")
    office.invite_again("task1", "wish2")

    assert len(office.messages) == 3
    assert len({dict(one.parameters)["link"] for one in office.messages}) == 3


def test_a_wish_that_arrives_twice_does_not_replace_the_link_already_sent() -> None:
    office = PostOffice()
    office.neighbours.tasks["task1"] = PHONE

    office.invite_again("task1", "wish1")
    office.invite_again("task1", "wish1")

    assert (len(office.messages), office.neighbours.issued) == (1, 1)


def test_a_link_wanted_again_for_a_task_that_has_ended_is_not_sent() -> None:
    office = PostOffice()

    office.invite_again("gone", "wish1")

    assert office.messages == []


def test_no_link_is_written_while_signing_does_not_answer() -> None:
    office = PostOffice()
    office.neighbours.away = True

    with pytest.raises(Unavailable):
        office.invite("task1")

    assert office.messages == []


def test_all_parties_are_told_of_a_new_state_each_phone_once() -> None:
    office = PostOffice()
    office.neighbours.contacts = contacts(PHONE, OTHER_PHONE, PHONE)

    office.tell("FILED")

    assert [one.mobile for one in office.messages] == [PHONE, OTHER_PHONE]
    assert office.messages[0].template == "case_filed"


def test_the_same_event_twice_tells_once_and_the_same_state_again_tells_again() -> None:
    office = PostOffice()
    office.neighbours.contacts = contacts(PHONE)

    office.tell("RETURNED", "e1")
    office.tell("RETURNED", "e1")
    office.tell("RETURNED", "e2")

    assert len(office.messages) == 2


def test_the_end_of_a_case_is_told() -> None:
    office = PostOffice()
    office.neighbours.contacts = contacts(PHONE)

    office.tell_end("REVOKED")

    assert office.messages[0].text.endswith("已撤销。")


def test_a_state_without_words_asks_nobody_for_contacts() -> None:
    office = PostOffice()
    office.neighbours.away = True

    office.tell("FREEZING")

    assert office.messages == []


def test_events_out_of_order_are_told_as_they_come() -> None:
    office = PostOffice()
    office.neighbours.contacts = contacts(PHONE)

    office.tell("PUSHED", "e2")
    office.tell("FILED", "e1")

    assert {one.template for one in office.messages} == {"case_pushed", "case_filed"}


def test_a_provider_out_of_reach_gets_the_message_later() -> None:
    office = PostOffice()
    office.has_code()
    office.send_code()
    office.texting.away = True
    office.deliver()
    assert (office.messages[0].state, office.messages[0].attempts) == (State.QUEUED, 1)
    office.texting.away = False
    office.deliver()
    assert not office.texting.taken  # its time has not come
    office.wait(seconds=2)

    done = office.deliver()

    assert done.sent == (("sms_code", 2.0),)
    assert office.messages[0].state is State.SENT


def test_a_message_no_provider_takes_is_given_up_in_the_end() -> None:
    office = PostOffice()
    office.neighbours.tasks = {"task1": PHONE}
    office.invite("task1")
    office.texting.away = True

    failed = 0
    for _ in range(MOST_ATTEMPTS):
        failed += office.deliver().failed
        office.wait(minutes=10)

    assert failed == 1
    assert office.messages[0].state is State.FAILED
    assert office.deliver().failed == 0


def test_a_code_that_expired_in_the_queue_is_given_up_not_sent() -> None:
    office = PostOffice()
    office.has_code()
    office.send_code()
    office.wait(minutes=5)

    done = office.deliver()

    assert (done.failed, office.texting.taken) == (1, {})


def test_what_a_dead_sweep_had_claimed_is_handed_over_by_a_later_one_under_the_same_id() -> None:
    office = PostOffice()
    office.neighbours.contacts = contacts(PHONE)
    office.tell("FILED")
    office.texting.hand_over(office.messages[0])  # the sweep died between hand-over and commit
    office.wait(seconds=61)

    office.deliver()

    assert list(office.texting.taken) == [office.messages[0].message_id]
    assert office.messages[0].state is State.SENT


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (DeadlineNear(case_no=CASE, state="WAIT_BUYER", then_code="EXPIRE", due_at=DUE), "将于2026-12-22 12:00失效"),
        (DeadlineNear(case_no=CASE, state="SIGNING", then_code="RETURN", due_at=DUE), "签署将于2026-12-22 12:00截止"),
        (DeadlineNear(case_no=CASE, state="SIGNED", then_code="REMIND", due_at=DUE), "尚未提交审核"),
        (RescissionAsked(case_no=CASE), "有一方同意解除"),
        (RescissionWithdrawn(case_no=CASE), "已收回同意"),
    ],
)
def test_parties_are_told_once_of_deadlines_and_of_words_about_giving_up(event: CaseNews, words: str) -> None:
    office = PostOffice()
    office.neighbours.contacts = contacts(PHONE, OTHER_PHONE)

    office.tell_news(event)
    office.tell_news(event)

    assert [one.mobile for one in office.messages] == [PHONE, OTHER_PHONE]
    assert all(words in one.text for one in office.messages)
