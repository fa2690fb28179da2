"""What events left behind is done by the sweep: given signatures, owed seals, and the time stamps an outage has cost."""

from __future__ import annotations

from services.common.kit.errors import Unavailable
from services.common.messages.signing import EnvelopeSealed, EnvelopeSigned, SignerSigned
from services.signing.application.catch_up import Behind
from services.signing.domain.evidence import is_whole
from tests.unit.signing.desk import Desk, opened


def signed_by_hand(desk: Desk, *people: int) -> None:
    """They have pressed the button; nothing of it is in the document, and no event will put it there."""
    for who in people:
        desk.read(who)
        desk.sign(who)


def test_signatures_whose_events_were_given_up_are_put_in_in_the_order_they_were_given() -> None:
    desk = opened()
    for who in (2, 0, 3, 1):
        signed_by_hand(desk, who)
        desk.wait(seconds=1)
    desk.wait(seconds=30)

    assert desk.catch_up() == Behind()
    assert desk.states() == ["SIGNED"] * 4
    assert [str(one.person_id)[2] for one in desk.told(SignerSigned)] == ["c", "a", "d", "b"]
    assert len(desk.told(EnvelopeSigned)) == 1


def test_a_signature_just_given_is_left_to_its_event() -> None:
    desk = opened()
    signed_by_hand(desk, 0)
    desk.wait(seconds=29)

    desk.catch_up()

    assert desk.states()[0] == "SIGNING"


def test_what_both_the_sweep_and_the_event_do_is_done_once() -> None:
    desk = opened()
    signed_by_hand(desk, 0)
    desk.wait(minutes=1)
    desk.catch_up()

    desk.apply(0)
    desk.catch_up()

    assert desk.engine.jobs == ["sign"]
    assert len(desk.told(SignerSigned)) == 1


def test_one_that_fails_is_counted_and_does_not_hold_up_the_others() -> None:
    desk = opened(kinds=1)
    signed_by_hand(desk, 0, 1)
    desk.wait(minutes=1)
    desk.engine.away = True
    assert desk.catch_up() == Behind(signatures=2)

    desk.engine.away = False

    assert desk.catch_up() == Behind()
    assert desk.states()[:2] == ["SIGNED", "SIGNED"]


def test_a_seal_that_review_has_approved_is_put_on_although_its_event_was_given_up() -> None:
    desk = Desk()
    desk.signed_by_all()
    desk.note_approval()
    desk.note_approval()
    desk.wait(seconds=31)

    assert desk.catch_up() == Behind()
    assert desk.envelope.state == "SEALED"
    assert len(desk.told(EnvelopeSealed)) == 1
    assert desk.catch_up() == Behind()


def test_no_seal_is_put_on_what_was_given_up_after_the_approval() -> None:
    desk = Desk()
    desk.signed_by_all()
    desk.note_approval()
    desk.end_case()
    desk.wait(minutes=1)

    assert desk.catch_up() == Behind()
    assert desk.envelope.state == "RECALLED"


def test_an_outage_of_the_time_stamper_is_repaired_by_one_stamp_over_all_signatures_it_missed() -> None:
    desk = opened()
    desk.engine.stamps = False
    desk.sign_whole(0)
    desk.sign_whole(1)
    assert desk.catch_up() == Behind(stamps=1)
    desk.engine.stamps = True

    assert desk.catch_up() == Behind()
    assert desk.engine.jobs.count("archive") == 1
    assert not desk.envelope.documents[0].is_unstamped
    assert desk.acts()[-1] == "stamped"
    assert is_whole(desk.memory.evidence[desk.envelope.envelope_id], desk.envelope.head)
    assert desk.catch_up() == Behind()
    assert desk.engine.jobs.count("archive") == 1


def test_people_go_on_signing_a_document_that_was_stamped_late() -> None:
    desk = opened()
    desk.engine.stamps = False
    desk.sign_whole(0)
    desk.engine.stamps = True
    desk.catch_up()

    for who in (1, 2, 3):
        desk.sign_whole(who)

    assert desk.envelope.state == "ALL_SIGNED"
    assert desk.document().count(b" by ") == 4


def test_a_stamp_made_while_somebody_signs_gives_way_and_comes_later() -> None:
    desk = opened()
    desk.engine.stamps = False
    desk.sign_whole(0)
    signed_by_hand(desk, 1)
    desk.engine.stamps = True
    kept = set(desk.objects.kept)
    desk.engine.meanwhile = lambda: None if desk.engine.jobs[-1] != "archive" else desk.apply(1)

    assert desk.catch_up() == Behind(stamps=1)

    desk.engine.meanwhile = lambda: None
    assert len(set(desk.objects.kept) - kept) == 1  # the stamp made in vain is gone
    assert desk.catch_up() == Behind()
    assert desk.states()[:2] == ["SIGNED", "SIGNED"]


def test_a_document_that_was_sealed_meanwhile_needs_no_stamp() -> None:
    desk = Desk()
    desk.engine.stamps = False
    desk.signed_by_all()
    desk.engine.stamps = True
    desk.seal()

    assert desk.catch_up() == Behind()
    assert "archive" not in desk.engine.jobs


def test_no_store_for_documents_costs_time_and_no_signature() -> None:
    desk = opened()
    signed_by_hand(desk, 0)
    desk.wait(minutes=1)
    put = desk.objects.put

    def refuse(key: str, data: bytes) -> str:
        raise Unavailable("object.store_unavailable")

    desk.objects.put = refuse  # type: ignore[method-assign]
    assert desk.catch_up() == Behind(signatures=1)
    desk.objects.put = put  # type: ignore[method-assign]

    assert desk.catch_up() == Behind()
    assert desk.document().count(b" by ") == 1
