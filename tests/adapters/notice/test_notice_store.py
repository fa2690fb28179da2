"""Stored messages and those in memory keep the same promises."""

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import text

from services.common.kit.calls import Call
from services.common.kit.fields import FieldCipher
from services.notice.adapters.repository import MessageRows, StoredAppBox, StoredOutbox, notice_works
from services.notice.domain.app_message import AppMessage
from services.notice.domain.channel import Channel
from services.notice.domain.errors import MessageNotFound
from services.notice.domain.message import Message, State
from services.notice.domain.wording import Wording
from tests.adapters.stored import database_of, emptied
from tests.unit.notice.fakes import Memory, MemoryAppBox, MemoryOutbox, MemoryWorks
from tests.unit.notice.post_office import CASE, OTHER_PHONE, PEOPLE, PHONE, event_call

CALL = event_call()
NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
ONE = Message(
    message_id="m1",
    occasion="e1",
    recipient="task1",
    mobile=PHONE,
    template="sms_code",
    text="验证码135790",
    parameters=(("code", "135790"), ("minutes", "5")),
    language="zh",
    created_at=NOW,
    channel=Channel.RCS,
    fallback=(Channel.SMS,),
    useless_after=NOW + SECOND * 300,
    next_attempt_at=NOW,
)


@dataclass
class Kept:
    """Messages: their units of work and their reads."""

    works: Callable[[Call], Any]
    outbox: Any
    app_box: Any


def stored() -> Kept:
    database = emptied("notice", "messages", "app_messages")
    rows = MessageRows(FieldCipher(b"f" * 32), b"k" * 32)
    return Kept(notice_works(database, rows), StoredOutbox(database, rows), StoredAppBox(database))


def remembered() -> Kept:
    memory = Memory()
    return Kept(MemoryWorks(memory), MemoryOutbox(memory), MemoryAppBox(memory))


@pytest.fixture(params=[stored, remembered], ids=["stored", "in memory"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    yield request.param()


def add(kept: Kept, *messages: Message) -> list[bool]:
    with kept.works(CALL) as work:
        added = [work.messages.add(message) for message in messages]
        work.commit()
    return added


def test_a_message_comes_back_as_it_was_kept_and_as_it_was_changed(kept: Kept) -> None:
    add(kept, ONE)
    assert kept.outbox.find("m1") == ONE
    assert kept.outbox.find("m9") is None

    sent = replace(
        ONE,
        channel=Channel.SMS,
        fallback=(),
        state=State.DELIVERED,
        attempts=2,
        next_attempt_at=None,
        sent_at=NOW,
        ended_at=NOW,
        reference="ref",
    )
    with kept.works(CALL) as work:
        assert work.messages.get("m1") == ONE
        work.messages.save(sent)
        work.commit()

    assert kept.outbox.find("m1") == sent
    with kept.works(CALL) as work, pytest.raises(MessageNotFound):
        work.messages.get("m9")


def test_a_message_counts_once_per_occasion_recipient_and_phone(kept: Kept) -> None:
    assert add(kept, ONE, replace(ONE, message_id="m2", text="other")) == [True, False]
    assert add(
        kept,
        replace(ONE, message_id="m3", occasion="e2"),
        replace(ONE, message_id="m4", recipient="task2"),
        replace(ONE, message_id="m5", mobile=OTHER_PHONE),
    ) == [True, True, True]
    assert kept.outbox.knows("e1", "task2")
    assert not kept.outbox.knows("e2", "task2")


def test_the_newest_come_first_of_one_phone_or_of_all(kept: Kept) -> None:
    add(
        kept,
        ONE,
        replace(ONE, message_id="m2", occasion="e2", created_at=NOW + SECOND, mobile=OTHER_PHONE),
        replace(ONE, message_id="m3", occasion="e3", created_at=NOW + SECOND * 2),
    )

    assert [one.message_id for one in kept.outbox.newest(None, 2)] == ["m3", "m2"]
    assert [one.message_id for one in kept.outbox.newest(PHONE, 10)] == ["m3", "m1"]


def test_walking_the_pages_shows_each_message_once_though_others_come_meanwhile(kept: Kept) -> None:
    every = [replace(ONE, message_id=f"m{n}", occasion=f"e{n}", created_at=NOW + SECOND * (n // 3)) for n in range(8)]
    add(kept, *every)
    others = replace(ONE, message_id="m0", occasion="other", mobile=OTHER_PHONE)
    add(kept, replace(others, message_id="mz", created_at=NOW + SECOND))

    walked: list[str] = []
    before = None
    while page := kept.outbox.newest(PHONE, 3, before):
        walked += [one.message_id for one in page]
        before = (page[-1].created_at, page[-1].message_id)
        newer = f"n{len(walked)}"
        add(kept, replace(ONE, message_id=newer, occasion=newer, created_at=NOW + SECOND * 9))

    assert walked == [f"m{n}" for n in range(7, -1, -1)]


def test_due_messages_are_claimed_once_oldest_first_and_again_when_the_claim_has_run_out(kept: Kept) -> None:
    add(
        kept,
        ONE,
        replace(ONE, message_id="m2", occasion="e2", next_attempt_at=NOW - SECOND),
        replace(ONE, message_id="m3", occasion="e3", next_attempt_at=NOW + SECOND),
        replace(ONE, message_id="m4", occasion="e4", state=State.SENT, next_attempt_at=None),
    )
    with kept.works(CALL) as work:
        assert list(work.messages.claim(NOW, NOW + SECOND * 60, 10)) == ["m2", "m1"]
        assert list(work.messages.claim(NOW, NOW + SECOND * 60, 10)) == []
        work.commit()

    with kept.works(CALL) as work:
        assert sorted(work.messages.claim(NOW + SECOND * 60, NOW + SECOND * 120, 10)) == ["m1", "m2", "m3"]


def test_a_sent_message_that_waits_for_its_phone_comes_up_again(kept: Kept) -> None:
    add(kept, replace(ONE, state=State.SENT, next_attempt_at=NOW + SECOND * 45))

    with kept.works(CALL) as work:
        assert list(work.messages.claim(NOW, NOW + SECOND * 60, 10)) == []
        assert list(work.messages.claim(NOW + SECOND * 45, NOW + SECOND * 60, 10)) == ["m1"]


def test_texts_that_can_wait_are_counted_by_phone(kept: Kept) -> None:
    add(
        kept,
        ONE,
        replace(ONE, message_id="m2", occasion="e2", urgent=True),
        replace(ONE, message_id="m3", occasion="e3", mobile=OTHER_PHONE),
        replace(ONE, message_id="m4", occasion="e4", created_at=NOW - SECOND * 10),
    )

    with kept.works(CALL) as work:
        assert work.messages.waiting_texts(PHONE, NOW - SECOND * 11) == 2
        assert work.messages.waiting_texts(PHONE, NOW - SECOND * 10) == 1


NEWS = AppMessage(
    message_id="a1",
    occasion="e1",
    person_id=PEOPLE[0],
    case_no=CASE,
    wording=Wording("case_filed", (("number", CASE.number),)),
    created_at=NOW,
)


def tell(kept: Kept, *messages: AppMessage) -> list[bool]:
    with kept.works(CALL) as work:
        added = [work.app_messages.add(message) for message in messages]
        work.commit()
    return added


def test_a_person_is_told_once_per_occasion_and_finds_it_as_it_was_kept(kept: Kept) -> None:
    assert tell(kept, NEWS, replace(NEWS, message_id="a2"), replace(NEWS, message_id="a3", person_id=PEOPLE[1])) == [
        True,
        False,
        True,
    ]
    assert kept.app_box.of(PEOPLE[0], "", unread=False, limit=9) == [NEWS]


def test_marking_reaches_ones_own_messages_only(kept: Kept) -> None:
    tell(
        kept,
        NEWS,
        replace(NEWS, message_id="a2", occasion="e2"),
        replace(NEWS, message_id="a3", person_id=PEOPLE[1]),
    )
    with kept.works(CALL) as work:
        work.app_messages.mark_read(PEOPLE[0], "a1", NOW)
        with pytest.raises(MessageNotFound):
            work.app_messages.mark_read(PEOPLE[0], "a3", NOW)
        work.commit()

    assert [one.message_id for one in kept.app_box.of(PEOPLE[0], "", unread=True, limit=9)] == ["a2"]
    assert [one.message_id for one in kept.app_box.of(PEOPLE[0], "a2", unread=False, limit=9)] == ["a1"]
    assert (kept.app_box.unread(PEOPLE[0]), kept.app_box.unread(PEOPLE[1])) == (1, 1)

    with kept.works(CALL) as work:
        work.app_messages.mark_read(PEOPLE[0], "", NOW + SECOND)
        work.commit()
    assert [one.read_at for one in kept.app_box.of(PEOPLE[0], "", unread=False, limit=9)] == [NOW + SECOND, NOW]


def test_a_person_forgotten_has_no_messages(kept: Kept) -> None:
    tell(kept, NEWS, replace(NEWS, message_id="a3", person_id=PEOPLE[1]))
    with kept.works(CALL) as work:
        work.app_messages.forget(PEOPLE[0])
        work.commit()

    assert (kept.app_box.unread(PEOPLE[0]), kept.app_box.unread(PEOPLE[1])) == (0, 1)


def test_neither_phone_nor_text_lies_open_in_the_database() -> None:
    add(stored(), ONE)

    with database_of("notice").read() as session:
        row = session.execute(text("SELECT messages::text FROM messages")).scalar_one()
    assert PHONE.value not in row
    assert "135790" not in row


def test_parallel_sweeps_never_claim_the_same_message() -> None:
    kept = stored()
    add(kept, *(replace(ONE, message_id=f"m{number}", occasion=f"e{number}") for number in range(20)))

    def sweep(_: int) -> list[str]:
        with kept.works(CALL) as work:
            claimed = list(work.messages.claim(NOW, NOW + SECOND * 60, 5))
            work.commit()
            return claimed

    with ThreadPoolExecutor(6) as pool:
        claimed = [message_id for batch in pool.map(sweep, range(6)) for message_id in batch]

    assert len(claimed) == len(set(claimed))
    assert len(claimed) >= 5
