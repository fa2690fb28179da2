"""How an envelope ends without a contract: refused, expired, recalled; told once, and nothing happens to it any more."""

from __future__ import annotations

import pytest

from services.common.messages.signing import EnvelopeEnded
from services.signing.domain.errors import AlreadySigned, EnvelopeEndedAlready, IdentityRequired, ReasonInvalid
from tests.unit.signing.desk import CASE, Desk, opened


def told(desk: Desk, state: str) -> list[EnvelopeEnded]:
    return [EnvelopeEnded(envelope_id=desk.envelope.envelope_id, case_no=CASE, version=1, state=state)]


def test_a_refusal_ends_it_for_all_and_keeps_the_reason_for_the_parties() -> None:
    desk = opened()
    desk.sign_whole(0)
    desk.identify(1)

    answer = desk.refuse(1, "价款与约定不符")

    assert answer.state == "REFUSED"
    assert desk.envelope.state == "REFUSED"
    assert desk.told(EnvelopeEnded) == told(desk, "REFUSED")
    assert desk.progress() == [("SIGNED", ""), ("REFUSED", "价款与约定不符"), ("VOIDED", ""), ("VOIDED", "")]


def test_refusing_needs_identity_and_a_reason() -> None:
    desk = opened()
    with pytest.raises(IdentityRequired):
        desk.refuse(0)
    desk.identify(0)
    with pytest.raises(ReasonInvalid):
        desk.refuse(0, "否")

    assert desk.envelope.state == "SIGNING"


def test_whoever_has_signed_cannot_refuse_any_more() -> None:
    desk = opened()
    desk.read(0)
    desk.sign(0)

    with pytest.raises(AlreadySigned):
        desk.refuse(0)

    assert desk.envelope.state == "SIGNING"


def test_two_who_refuse_at_once_end_it_once() -> None:
    desk = opened()
    desk.identify(0)
    desk.identify(1)
    desk.refuse(0)

    with pytest.raises(EnvelopeEndedAlready):
        desk.refuse(1)

    assert desk.told(EnvelopeEnded) == told(desk, "REFUSED")


def test_after_a_refusal_nobody_reads_or_signs() -> None:
    desk = opened()
    desk.read(0)
    desk.identify(1)
    desk.refuse(1)

    with pytest.raises(EnvelopeEndedAlready):
        desk.view(0)
    with pytest.raises(EnvelopeEndedAlready):
        desk.sign(0)
    with pytest.raises(EnvelopeEndedAlready):
        desk.identify(0)


def test_the_sweep_expires_what_was_not_signed_in_time_and_tells_it() -> None:
    desk = opened()
    desk.sign_whole(0)
    desk.wait(days=7)

    assert desk.sweep() == 1

    assert desk.envelope.state == "EXPIRED"
    assert desk.states() == ["SIGNED", "EXPIRED", "EXPIRED", "EXPIRED"]
    assert desk.told(EnvelopeEnded) == told(desk, "EXPIRED")
    assert desk.acts()[-1] == "expired"


def test_the_sweep_leaves_alone_what_has_time_or_has_ended() -> None:
    early, refused, made = opened(), opened(), Desk()
    refused.identify(0)
    refused.refuse(0)
    made.signed_by_all()
    early.wait(days=6, hours=23)
    refused.wait(days=8)
    made.wait(days=8)

    assert [desk.sweep() for desk in (early, refused, made)] == [0, 0, 0]

    assert [desk.envelope.state for desk in (early, refused, made)] == ["SIGNING", "REFUSED", "ALL_SIGNED"]


def test_the_sweep_again_changes_nothing() -> None:
    desk = opened()
    desk.wait(days=7)
    desk.sweep()

    assert desk.sweep() == 0
    assert len(desk.told(EnvelopeEnded)) == 1


def test_a_signer_who_finishes_between_the_search_and_the_lock_is_not_expired() -> None:
    desk = opened()
    for who in range(3):
        desk.sign_whole(who)
    desk.read(3)
    due = desk.envelope.envelope_id
    desk.sign(3)
    desk.wait(days=7)
    desk._sweep.reading.overdue = lambda now, limit: [due]  # found before the last one signed

    assert desk.sweep() == 0

    assert desk.envelope.state == "SIGNING"


def test_the_end_of_the_case_recalls_what_is_open_once() -> None:
    desk = opened()
    desk.end_case("REVOKED")
    desk.end_case("REVOKED")

    assert desk.envelope.state == "RECALLED"
    assert desk.states() == ["VOIDED"] * 4
    assert desk.told(EnvelopeEnded) == told(desk, "RECALLED")


def test_the_end_of_the_case_recalls_what_all_had_signed() -> None:
    desk = Desk()
    desk.signed_by_all()

    desk.end_case("REJECTED")

    assert desk.envelope.state == "RECALLED"
    assert desk.states() == ["SIGNED"] * 4


@pytest.mark.parametrize("before", ["SEALED", "REFUSED"])
def test_the_end_of_the_case_leaves_what_is_over(before: str) -> None:
    desk = Desk()
    if before == "SEALED":
        desk.signed_by_all()
        desk.seal()
    else:
        desk.open()
        desk.identify(0)
        desk.refuse(0)
    events = len(desk.memory.events)

    desk.end_case()

    assert desk.envelope.state == before
    assert len(desk.memory.events) == events


def test_a_case_that_never_had_an_envelope_ends_without_error() -> None:
    desk = Desk()

    desk.end_case(knows_envelope=False)

    assert desk.memory.events == []
