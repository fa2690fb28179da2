"""What became of a signer's link: an act of the chain each, once, also when the receipt comes after the end."""

from __future__ import annotations

import pytest

from services.common.messages.notice import LinkReported
from services.signing.domain.errors import TaskNotFound
from services.signing.domain.evidence import is_whole
from tests.unit.signing.desk import Desk, opened, service


def reports(desk: Desk) -> list[tuple[str, dict[str, str]]]:
    chain = desk.memory.evidence[desk.envelope.envelope_id]
    return [(one.act, dict(one.facts)) for one in chain if one.act.startswith("link_") and one.act != "link_issued"]


def test_handing_over_and_receipt_are_acts_of_the_chain() -> None:
    desk = opened()
    desk.invite(0)
    sent_at = desk.time

    desk.note_link(0, "SENT")
    desk.wait(seconds=3)
    desk.note_link(0, "DELIVERED")

    told = {"task": desk.task(0).task_id, "message": "m1", "reference": "carrier-1", "channel": "SMS"}
    assert reports(desk) == [
        ("link_sent", told | {"at": sent_at.isoformat()}),
        ("link_delivered", told | {"at": desk.time.isoformat()}),
    ]
    assert is_whole(desk.memory.evidence[desk.envelope.envelope_id], desk.envelope.head)


def test_a_report_heard_twice_is_one_act() -> None:
    desk = opened()

    for _ in range(3):
        desk.note_link(0, "SENT")

    assert [act for act, _ in reports(desk)] == ["link_sent"]


def test_reports_of_another_message_or_signer_are_acts_of_their_own() -> None:
    desk = opened()

    desk.note_link(0, "SENT")
    desk.note_link(0, "UNDELIVERED")
    desk.note_link(0, "SENT", message="m2")
    desk.note_link(1, "SENT")

    assert [act for act, _ in reports(desk)] == ["link_sent", "link_undelivered", "link_sent", "link_sent"]


def test_a_report_changes_nothing_but_the_chain() -> None:
    desk = opened()
    desk.read(0)
    before = desk.task(0)

    desk.note_link(0, "DELIVERED")

    assert desk.task(0) == before


@pytest.mark.parametrize("end", ["refused", "recalled", "sealed"])
def test_a_receipt_after_the_end_is_kept_too(end: str) -> None:
    desk = opened()
    if end == "refused":
        desk.identify(0)
        desk.refuse(0)
    elif end == "recalled":
        desk.end_case()
    else:
        for who in range(4):
            desk.sign_whole(who)
        desk.seal()
    state = desk.envelope.state

    desk.note_link(0, "DELIVERED")

    assert desk.acts()[-1] == "link_delivered"
    assert desk.envelope.state is state
    assert is_whole(desk.memory.evidence[desk.envelope.envelope_id], desk.envelope.head)


def test_what_nobody_knows_the_meaning_of_is_not_kept() -> None:
    desk = opened()

    desk.note_link(0, "READ_BY_A_LATER_VERSION")

    assert reports(desk) == []


def test_a_report_of_no_task_is_an_error_somebody_sees() -> None:
    desk = opened()
    event = LinkReported(
        task_id="9" * 32,
        message_id="m1",
        carrier_message_id="",
        channel_code="SMS",
        state="SENT",
        happened_at=desk.time,
    )

    with pytest.raises(TaskNotFound):
        desk._note_link(event, service("signing"))  # noqa: SLF001 - the desk's own part


def test_a_package_made_after_a_receipt_is_another_one() -> None:
    from tests.unit.signing.desk import person

    desk = opened()
    for who in range(4):
        desk.sign_whole(who)
    first = desk.package(person(0))

    desk.note_link(0, "DELIVERED")
    second = desk.package(person(0))

    assert first.link != second.link
