"""What signing is told of links on their way: each hand-over and each receipt once, of links alone, and nothing of the phone."""

from __future__ import annotations

import dataclasses

import pytest

from services.common.messages.notice import LinkReported
from services.notice.domain.channel import Channel
from services.notice.domain.errors import Undeliverable
from services.notice.domain.message import public_reference
from tests.unit.notice.post_office import PHONE, PostOffice
from tests.unit.notice.test_notice_channels import LATER, an_invited_office, reported


def told(office: PostOffice) -> list[tuple[str, str, str]]:
    events = [one for _, one in office.memory.events if isinstance(one, LinkReported)]
    return [(one.state, one.channel_code, one.carrier_message_id) for one in events]


def test_a_link_handed_over_and_confirmed_is_told_twice() -> None:
    office = an_invited_office()
    office.deliver()
    reported(office, office.messages[0].reference)

    assert told(office) == [("SENT", "RCS", "ref-m1-RCS"), ("DELIVERED", "RCS", "ref-m1-RCS")]
    assert {aggregate for aggregate, _ in office.memory.events} == {"task1"}


def test_every_channel_it_takes_is_told() -> None:
    office = an_invited_office()
    office.deliver()
    reported(office, office.messages[0].reference, delivered=False)
    office.deliver()
    reported(office, office.messages[0].reference)

    assert told(office) == [
        ("SENT", "RCS", "ref-m1-RCS"),
        ("UNDELIVERED", "RCS", "ref-m1-RCS"),
        ("SENT", "SMS", "ref-m1"),
        ("DELIVERED", "SMS", "ref-m1"),
    ]


def test_repeated_and_late_receipts_are_told_no_more() -> None:
    office = an_invited_office()
    office.deliver()
    first = office.messages[0].reference
    office.wait(seconds=LATER)
    office.deliver()
    reported(office, first)  # of the channel left behind
    for _ in range(3):
        reported(office, office.messages[0].reference)

    assert [state for state, _, _ in told(office)] == ["SENT", "SENT", "DELIVERED"]


def test_a_link_no_channel_took_is_not_told_as_handed_over() -> None:
    office = an_invited_office()
    office.texting.refusal = {Channel.RCS: Undeliverable(), Channel.SMS: Undeliverable()}
    office.deliver()
    office.deliver()

    assert told(office) == []


def test_messages_without_a_link_are_nobodys_evidence() -> None:
    office = PostOffice()
    office.has_code()
    office.send_code()
    office.deliver()
    reported(office, office.messages[0].reference)

    assert office.memory.events == []


def test_neither_number_nor_words_are_told() -> None:
    office = an_invited_office()
    office.deliver()

    (event,) = [one for _, one in office.memory.events]
    said = repr(dataclasses.asdict(event))  # type: ignore[call-overload]
    assert PHONE.value not in said
    assert office.messages[0].text not in said
    assert "token" not in said


@pytest.mark.parametrize("reference", ["ref-1", "20261122040000123456789012", "a/b+c==", "8613800000001234"])
def test_a_carriers_id_is_told_as_it_is(reference: str) -> None:
    assert public_reference(reference) == reference


@pytest.mark.parametrize("reference", ["13800000001", "to:8613800000001", "您的验证码", "", "x" * 200, "a b"])
def test_what_may_say_more_than_an_id_is_told_as_its_hash(reference: str) -> None:
    assert public_reference(reference).startswith("sha256:")
