"""A signer's way from the link to the signature: look, prove who one is, read, sign."""

from __future__ import annotations

import pytest

from services.common.kit.errors import Conflict, NotAuthenticated
from services.common.messages.signing import Handwriting, SignatureRequested
from services.signing.domain.errors import (
    AlreadySigned,
    DocumentUnread,
    EnvelopeEndedAlready,
    HandwritingInvalid,
    HashMismatch,
    IdentityRequired,
    IntentInvalid,
    NotSigner,
    StoredDocumentDiffers,
    TaskNotFound,
)
from tests.unit.signing.desk import KINDS, opened, person

# looking


def test_the_first_look_opens_the_task_and_later_ones_change_nothing() -> None:
    desk = opened()
    assert desk.task(0).state == "CREATED"
    desk.link(0)

    assert desk.show(0).state == "OPENED"
    before = desk.envelope
    assert desk.show(0).allowed_acts == ("identify",)

    assert desk.envelope == before


def test_looking_at_what_has_ended_or_is_out_of_time_changes_nothing() -> None:
    desk = opened()
    desk.link(0)
    desk.wait(days=8)

    assert desk.show(0).allowed_acts == ()
    assert desk.task(0).state == "NOTIFIED"


def test_the_view_grows_with_what_the_signer_has_done() -> None:
    desk = opened(2)
    desk.identify(0)
    assert desk.show(0).allowed_acts == ("open_document", "refuse")
    desk.view(0, KINDS[0])
    assert desk.show(0).allowed_acts == ("open_document", "refuse")
    desk.view(0, KINDS[1])
    assert desk.show(0).allowed_acts == ("open_document", "refuse", "sign")
    assert [one.opened_at for one in desk.show(0).documents] == [desk.time, desk.time]

    desk.sign(0)

    assert (desk.show(0).state, desk.show(0).allowed_acts) == ("SIGNING", ())


# proving who one is


def test_a_proof_opens_a_session_of_half_an_hour_and_is_spent() -> None:
    desk = opened()
    proof = desk.proof(0)

    answer = desk.identify(0, proof)

    assert (answer.task_id, answer.state) == (desk.task(0).task_id, "IDENTIFIED")
    session_until = desk.show(0).session_until
    assert session_until is not None
    assert (session_until - desk.time).total_seconds() == 1800
    with pytest.raises(Conflict, match=r"^proof\.already_spent$"):
        desk.identify(0, proof)


def test_a_proof_of_somebody_else_is_refused_and_not_spent() -> None:
    desk = opened()
    proof = desk.proof(1, task=0)

    with pytest.raises(NotSigner):
        desk.identify(0, proof)

    assert desk.memory.spent == set()
    assert desk.show(0).session_until is None


@pytest.mark.parametrize("subject", ["", "0" * 32])
def test_a_proof_made_for_another_task_is_refused_and_not_spent(subject: str) -> None:
    desk = opened()

    with pytest.raises(NotAuthenticated, match=r"^proof\.wrong_purpose$"):
        desk.identify(0, desk.proof(0, subject=subject))

    assert desk.memory.spent == set()


def test_a_token_that_is_no_proof_is_refused() -> None:
    with pytest.raises(NotAuthenticated):
        opened().identify(0, "made up")


def test_no_proof_is_spent_on_what_cannot_be_signed() -> None:
    signed, ended = opened(), opened()
    signed.read(0)
    signed.sign(0)
    ended.end_case()

    for desk, refusal in ((signed, AlreadySigned), (ended, EnvelopeEndedAlready)):
        spent = set(desk.memory.spent)
        desk.links.setdefault(0, "")
        handle = desk.links[0] or desk.task(0).task_id
        with pytest.raises(refusal):
            desk.identify(0, handle=handle, call=person(0))
        assert desk.memory.spent == spent


# reading


def test_documents_are_shown_inside_a_session_only() -> None:
    desk = opened()

    with pytest.raises(IdentityRequired):
        desk.view(0)
    desk.identify(0)
    assert desk.view(0).media_type == "application/pdf"
    desk.wait(minutes=31)
    with pytest.raises(IdentityRequired):
        desk.view(0)


def test_the_kept_answer_of_a_view_gives_no_document_once_the_session_is_over() -> None:
    desk = opened()
    desk.identify(0, call=person(0))
    desk.view(0, call=person(0))

    assert desk.show_again(0, call=person(0))
    with pytest.raises(IdentityRequired):
        desk.show_again(0)
    desk.wait(minutes=31)
    with pytest.raises(IdentityRequired):
        desk.show_again(0, call=person(0))


def test_opening_twice_keeps_the_first_mark_and_one_record() -> None:
    desk = opened()
    desk.identify(0)
    desk.view(0)
    first = desk.time
    desk.wait(minutes=5)

    desk.view(0)

    assert desk.task(0).opened == {KINDS[0]: first}
    assert desk.acts().count("document_opened") == 1


def test_a_document_that_is_not_in_the_envelope_is_not_found() -> None:
    desk = opened()
    desk.identify(0)

    with pytest.raises(TaskNotFound):
        desk.view(0, "tax_receipt")


def test_a_stored_document_that_was_changed_is_not_shown() -> None:
    desk = opened()
    desk.identify(0)
    desk.objects.put(desk.envelope.documents[0].base_key, b"forged")

    with pytest.raises(StoredDocumentDiffers):
        desk.view(0)


# signing


def test_a_signature_is_accepted_at_once_and_told_to_the_worker() -> None:
    desk = opened()
    desk.read(0)

    answer = desk.sign(0)

    assert answer.state == "SIGNING"
    told = SignatureRequested(envelope_id=desk.envelope.envelope_id, task_id=desk.task(0).task_id)
    assert desk.told(SignatureRequested) == [told]
    assert desk.acts()[-1] == "signature_requested"


def test_the_evidence_of_a_signature_names_what_was_agreed_to() -> None:
    desk = opened(2)
    desk.read(0)
    desk.sign(0)

    facts = desk.memory.evidence[desk.envelope.envelope_id][-1].facts

    assert facts["intent"] == "签署提交"
    assert [facts[f"agreed:{kind}"] for kind in KINDS] == list(desk.hashes())
    assert len(facts["handwriting_sha256"]) == 64


def test_a_second_signature_is_refused_before_and_after_the_worker() -> None:
    desk = opened()
    desk.read(0)
    desk.sign(0)

    with pytest.raises(AlreadySigned):
        desk.sign(0)
    desk.apply(0)
    with pytest.raises(AlreadySigned):
        desk.sign(0)
    assert len(desk.told(SignatureRequested)) == 1


def test_four_people_sign_at_the_same_second() -> None:
    desk = opened()
    for who in range(4):
        desk.read(who)
    for who in range(4):
        desk.sign(who)

    for who in (2, 0, 3, 1):
        desk.apply(who)

    assert desk.states() == ["SIGNED"] * 4
    assert desk.document().count(b" by ") == 4


def test_nothing_is_signed_unread_unseen_or_without_identity() -> None:
    desk = opened(2)
    with pytest.raises(IdentityRequired):
        desk.sign(0)
    desk.identify(0)
    desk.view(0, KINDS[0])
    with pytest.raises(DocumentUnread) as refused:
        desk.sign(0)
    desk.view(0, KINDS[1])
    with pytest.raises(HashMismatch):
        desk.sign(0, hashes=(desk.hashes()[0], "0" * 64))
    desk.wait(minutes=31)
    with pytest.raises(IdentityRequired):
        desk.sign(0)

    assert refused.value.context == {"documents": [KINDS[1]]}
    assert desk.task(0).handwriting == ""
    assert desk.told(SignatureRequested) == []


def test_a_dot_or_a_wordless_button_signs_nothing() -> None:
    desk = opened()
    desk.read(0)

    with pytest.raises(HandwritingInvalid):
        desk.sign(0, drawn=Handwriting(width=600, height=240, strokes=(((5.0, 5.0),) * 9,)))
    with pytest.raises(IntentInvalid):
        desk.sign(0, intent=" ")

    assert desk.task(0).state == "READ"


def test_leaving_and_coming_back_within_the_session_goes_on_where_one_was() -> None:
    desk = opened()
    desk.read(0)
    desk.wait(minutes=29)

    desk.sign(0)

    assert desk.task(0).state == "SIGNING"


def test_coming_back_later_asks_for_identity_and_not_for_reading_again() -> None:
    desk = opened()
    desk.read(0)
    desk.wait(hours=5)
    assert desk.show(0).allowed_acts == ("identify",)

    desk.identify(0)

    assert desk.show(0).allowed_acts == ("open_document", "refuse", "sign")
    desk.sign(0)


def test_signing_on_the_last_minute_counts_also_when_the_worker_comes_later() -> None:
    desk = opened()
    for who in range(3):
        desk.sign_whole(who)
    desk.wait(days=6, hours=23, minutes=50)
    desk.read(3)
    desk.sign(3)
    desk.wait(hours=1)

    assert desk.sweep() == 0
    desk.apply(3)

    assert desk.envelope.state == "ALL_SIGNED"


def test_nobody_signs_after_the_last_day_also_before_the_sweep() -> None:
    desk = opened()
    desk.wait(days=6, hours=23, minutes=50)
    desk.read(0)
    desk.wait(minutes=10)

    with pytest.raises(EnvelopeEndedAlready):
        desk.sign(0)
