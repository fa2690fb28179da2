"""Stored messages and those in memory keep the same promises."""

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import text

from services.common.kit.calls import Call
from services.common.kit.errors import NotFound
from services.common.kit.fields import FieldCipher
from services.notice.adapters.repository import MessageRows, StoredOutbox, notice_works
from services.notice.domain.message import Message, State
from tests.adapters.stored import database_of, emptied
from tests.unit.notice.fakes import Memory, MemoryOutbox, MemoryWorks
from tests.unit.notice.post_office import OTHER_PHONE, PHONE, event_call

CALL = event_call()
NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
ONE = Message("m1", "e1", "task1", PHONE, "sms_code", "验证码135790", NOW, NOW + SECOND * 300, next_attempt_at=NOW)


@dataclass
class Kept:
    """Messages: their units of work and their reads."""

    works: Callable[[Call], Any]
    outbox: Any


def stored() -> Kept:
    database = emptied("notice", "messages")
    rows = MessageRows(FieldCipher(b"f" * 32), b"k" * 32)
    return Kept(notice_works(database, rows), StoredOutbox(database, rows))


def remembered() -> Kept:
    memory = Memory()
    return Kept(MemoryWorks(memory), MemoryOutbox(memory))


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

    sent = replace(ONE, state=State.SENT, attempts=2, next_attempt_at=None, sent_at=NOW, reference="ref")
    with kept.works(CALL) as work:
        assert work.messages.get("m1") == ONE
        work.messages.save(sent)
        work.commit()

    assert kept.outbox.find("m1") == sent
    with kept.works(CALL) as work, pytest.raises(NotFound):
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
