"""Channels one after the other, receipts twice and late, quiet hours, and a phone's share of a day."""

from __future__ import annotations

import datetime as dt

import pytest

from services.common.kit.errors import Unavailable
from services.common.messages.notice import SignedReport, TakeReceipts
from services.notice.application.ports import Receipt
from services.notice.domain.channel import Channel, Manner, QuietHours
from services.notice.domain.errors import ReceiptTooEarly, Throttled, Undeliverable
from services.notice.domain.message import CONFIRMED_WITHIN, State
from tests.unit.notice.fakes import FakeCities
from tests.unit.notice.post_office import OTHER_PHONE, PHONE, PostOffice, contacts, event_call

BOTH = Manner(channels=(Channel.RCS, Channel.SMS))
REPORT = TakeReceipts(report=SignedReport(path="/", body="", key_id="", timestamp="", nonce="", signature=""))
LATER = CONFIRMED_WITHIN.total_seconds()


def an_invited_office(manner: Manner = BOTH) -> PostOffice:
    office = PostOffice(cities=FakeCities(manner))
    office.neighbours.tasks = {"task1": PHONE}
    office.invite("task1")
    return office


def reported(office: PostOffice, reference: str, delivered: bool = True) -> int:
    office.reports.receipts = (Receipt(office.messages[0].message_id, reference, delivered),)
    return office.take_receipts(REPORT, event_call()).changed


def test_a_confirmed_message_stays_on_the_first_channel() -> None:
    office = an_invited_office()
    office.deliver()

    assert reported(office, office.messages[0].reference) == 1
    office.wait(seconds=LATER)
    office.deliver()

    assert office.texting.channels == [Channel.RCS]
    assert office.messages[0].state is State.DELIVERED


def test_what_a_phone_does_not_confirm_goes_on_by_sms_and_counts_once() -> None:
    office = an_invited_office()
    first = office.deliver()
    office.wait(seconds=LATER)
    second = office.deliver()

    assert office.texting.channels == [Channel.RCS, Channel.SMS]
    assert (len(first.sent), len(second.sent)) == (1, 0)
    assert len(office.messages) == 1


def test_a_phone_that_cannot_take_it_gets_it_by_sms_at_once() -> None:
    office = an_invited_office()
    office.texting.refusal[Channel.RCS] = Undeliverable()

    office.deliver()
    office.deliver()

    assert office.texting.channels == [Channel.SMS]
    assert office.messages[0].state is State.SENT


def test_a_receipt_of_failure_sends_it_on_and_its_repetition_changes_nothing() -> None:
    office = an_invited_office()
    office.deliver()
    reference = office.messages[0].reference

    assert reported(office, reference, delivered=False) == 1
    assert reported(office, reference, delivered=False) == 0
    office.deliver()

    assert office.texting.channels == [Channel.RCS, Channel.SMS]


def test_a_late_receipt_of_the_channel_left_behind_changes_nothing() -> None:
    office = an_invited_office()
    office.deliver()
    left_behind = office.messages[0].reference
    office.wait(seconds=LATER)
    office.deliver()

    assert reported(office, left_behind) == 0
    assert office.messages[0].state is State.SENT


def test_a_receipt_that_overtakes_our_own_note_is_asked_for_again() -> None:
    office = an_invited_office()

    with pytest.raises(ReceiptTooEarly):
        reported(office, "ref")


def test_on_the_second_channel_too_a_receipt_that_overtakes_our_own_note_is_asked_for_again() -> None:
    office = an_invited_office()
    office.deliver()
    left_behind = office.messages[0].reference
    office.wait(seconds=LATER)
    office.texting.refusal[Channel.SMS] = Throttled(dt.timedelta(seconds=5))
    office.deliver()  # moved on, not yet taken
    assert (office.messages[0].channel, office.messages[0].state) == (Channel.SMS, State.QUEUED)

    assert reported(office, left_behind) == 0
    with pytest.raises(ReceiptTooEarly):
        reported(office, "of the SMS")


def test_a_silent_carrier_is_asked_once_a_sweep_and_the_other_channel_does_not_wait_for_it() -> None:
    office = an_invited_office()
    office.neighbours.tasks = {f"task{n}": PHONE for n in range(2, 7)}
    office.invite(*office.neighbours.tasks)
    office.has_code()
    office.send_code()
    office.texting.refusal[Channel.RCS] = Unavailable()

    done = office.deliver()

    assert [template for template, _ in done.sent] == ["sms_code"]
    waiting = [one for one in office.messages if one.channel is Channel.RCS]
    assert sorted(one.attempts for one in waiting) == [0, 0, 0, 0, 0, 1], "those not tried have not used up a try"
    del office.texting.refusal[Channel.RCS]
    office.wait(seconds=2)
    assert len(office.deliver().sent) == len(waiting)


def test_a_receipt_of_a_message_we_never_wrote_is_passed_over() -> None:
    office = an_invited_office()
    office.deliver()
    office.reports.receipts = (
        Receipt("nobody", "ref", True),
        Receipt(office.messages[0].message_id, office.messages[0].reference, True),
    )

    assert office.take_receipts(REPORT, event_call()).changed == 1


def test_a_message_refused_on_the_last_channel_has_failed() -> None:
    office = an_invited_office(Manner(channels=(Channel.SMS,)))
    office.texting.refusal[Channel.SMS] = Undeliverable()

    assert office.deliver().failed == 1
    assert office.messages[0].state is State.UNDELIVERED


def test_a_provider_that_asks_for_a_pause_gets_it() -> None:
    office = an_invited_office(Manner())
    office.texting.refusal[Channel.SMS] = Throttled(dt.timedelta(seconds=90))
    office.deliver()
    office.texting.refusal.clear()

    office.wait(seconds=89)
    assert not office.deliver().sent
    office.wait(seconds=1)
    assert office.deliver().sent


NIGHT = QuietHours(dt.time(21, 30), dt.time(7, 30))


@pytest.mark.parametrize(
    ("hour", "released"),
    [
        ("2026-11-22T21:29:59", "2026-11-22T21:29:59"),
        ("2026-11-22T21:30:00", "2026-11-23T07:30:00"),
        ("2026-11-23T00:00:00", "2026-11-23T07:30:00"),
        ("2026-11-23T07:29:59", "2026-11-23T07:30:00"),
        ("2026-11-23T07:30:00", "2026-11-23T07:30:00"),
    ],
)
def test_quiet_hours_end_in_the_morning_in_shanghai(hour: str, released: str) -> None:
    local = lambda text: dt.datetime.fromisoformat(text + "+08:00")  # noqa: E731

    assert NIGHT.release(local(hour)) == local(released)


def test_quiet_hours_within_one_day_end_the_same_day() -> None:
    noon = QuietHours(dt.time(12), dt.time(14))
    at = dt.datetime.fromisoformat("2026-11-22T12:30:00+08:00")

    assert noon.release(at) == dt.datetime.fromisoformat("2026-11-22T14:00:00+08:00")


def test_at_night_news_wait_and_links_do_not() -> None:
    office = PostOffice(cities=FakeCities(Manner(quiet=NIGHT)), time=dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC))
    office.neighbours.tasks, office.neighbours.contacts = {"task1": PHONE}, contacts(PHONE)
    office.invite("task1")
    office.tell("FILED")

    assert [template for template, _ in office.deliver().sent] == ["invitation"]
    office.wait(hours=8, minutes=30)
    assert [template for template, _ in office.deliver().sent] == ["case_filed"]


def test_a_phone_that_has_had_enough_for_a_day_is_left_alone_and_the_app_tells_all() -> None:
    office = PostOffice(cities=FakeCities(Manner(most_a_day=2)))
    office.neighbours.contacts = contacts(PHONE, OTHER_PHONE)
    for number in range(3):
        office.tell("RETURNED", f"e{number}")

    assert len(office.messages) == 4
    assert len(office.memory.app) == 6
    office.wait(hours=25)
    office.tell("RETURNED", "e9")
    assert len(office.messages) == 6
