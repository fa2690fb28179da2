"""What people find in the app: their own messages only, once each, until they have read them."""

from __future__ import annotations

import pytest

from services.common.kit.calls import Actor, ActorKind, Call
from services.common.kit.errors import NotAuthenticated
from services.common.messages.identity import AccountErased
from services.common.messages.notice import AppMessagePage, ListAppMessages, MarkMessagesRead
from services.notice.application.forget_person import ForgetPerson
from services.notice.domain.errors import MessageNotFound
from tests.unit.notice.fakes import MemoryWorks
from tests.unit.notice.post_office import CASE, OTHER_PHONE, PEOPLE, PHONE, PostOffice, contacts, event_call

ANNA, BODO = (Call(Actor(ActorKind.PERSON, str(one)), "c") for one in PEOPLE[:2])


def told(*states: str) -> PostOffice:
    office = PostOffice()
    office.neighbours.contacts = contacts(PHONE, OTHER_PHONE)
    for number, state in enumerate(states):
        office.tell(state, f"e{number}")
        office.wait(seconds=1)
    return office


def read(
    office: PostOffice, call: Call = ANNA, cursor: str = "", unread: bool = False, limit: int = 10
) -> AppMessagePage:
    return office.list_own(ListAppMessages(cursor=cursor, unread=unread, limit=limit), call)


def test_everybody_finds_news_of_the_case_in_both_languages() -> None:
    office = told("SIGNING")

    for call in (ANNA, BODO):
        (message,) = read(office, call).messages
        assert message.case_no == CASE
        assert "待签署" in message.text_zh
        assert "signing tasks" in message.text_en
    assert office.messages == []  # no phone rings for it


def test_the_same_event_twice_is_one_message() -> None:
    office = told("FILED")
    office.tell("FILED", "e0")

    assert len(read(office).messages) == 1


def test_pages_follow_each_other_without_gap_or_repetition() -> None:
    office = told("WAIT_BUYER", "CONFIRMING", "SIGNED", "FILED", "PUSHED")

    seen, cursor = [], ""
    while True:
        page = read(office, cursor=cursor, limit=2)
        seen += [one.template for one in page.messages]
        cursor = page.next_cursor
        if not cursor:
            break

    assert sorted(seen) == sorted(["case_wait_buyer", "case_confirming", "case_signed", "case_filed", "case_pushed"])


def test_read_messages_stay_and_are_no_longer_counted() -> None:
    office = told("FILED", "PUSHED")
    first = read(office).messages[0].message_id

    office.mark_read(MarkMessagesRead(message_id=first), ANNA)

    assert read(office).unread == 1
    assert len(read(office).messages) == 2
    assert len(read(office, unread=True).messages) == 1
    assert read(office, BODO).unread == 2


def test_all_can_be_marked_at_once() -> None:
    office = told("FILED", "PUSHED")

    office.mark_read(MarkMessagesRead(message_id=""), ANNA)

    assert (read(office).unread, read(office, BODO).unread) == (0, 2)


def test_another_persons_message_does_not_exist() -> None:
    office = told("FILED")
    not_his = read(office).messages[0].message_id

    with pytest.raises(MessageNotFound):
        office.mark_read(MarkMessagesRead(message_id=not_his), BODO)


def test_only_people_have_messages() -> None:
    with pytest.raises(NotAuthenticated):
        read(told("FILED"), Call(Actor(ActorKind.STAFF, "s", ("REVIEWER",)), "c"))


def test_an_erased_account_takes_its_messages_with_it() -> None:
    office = told("FILED")

    ForgetPerson(MemoryWorks(office.memory))(AccountErased(person_id=PEOPLE[0]), event_call("gone"))

    assert (len(read(office).messages), len(read(office, BODO).messages)) == (0, 1)
