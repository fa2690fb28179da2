"""Verification of a file brought by anybody: found by its hashes, limited by source, removed when answered."""

from __future__ import annotations

import pytest

from services.common.kit.errors import Unavailable
from services.signing.domain.errors import TooManyVerifications, UploadNotFound
from tests.unit.signing.desk import CODE, DOCUMENT, NAMES, PER_HOUR, Desk, opened
from tests.unit.signing.test_signing_verifying import sealed


def test_the_sealed_file_is_accepted_with_masked_names_and_without_its_code() -> None:
    desk = sealed()

    found = desk.verify_file(desk.document())

    assert (found.accepted, found.state, found.filing_no, found.reasons) == (True, "SEALED", "42HS1", ())
    assert found.sha256 == desk.envelope.documents[0].sha256
    assert found.code == ""
    assert not [name for name in (*NAMES, CODE) if name in repr(found)]


def test_a_file_nobody_knows_is_not_accepted_and_names_are_masked() -> None:
    found = sealed().verify_file(b"%PDF something else")

    assert (found.accepted, found.case_no, found.reasons) == (False, "", ("not_recorded",))
    assert found.signatures[0].signer
    assert "测试甲" not in repr(found)


def test_an_earlier_copy_is_told_apart_from_a_manipulated_one() -> None:
    desk = sealed()
    earlier = desk.document().rpartition(b"\nseal")[0]

    assert "earlier_revision" in desk.verify_file(earlier).reasons
    manipulated = desk.verify_file(earlier + b"\nsigner_1 by somebody")
    assert not manipulated.accepted
    assert "earlier_revision" not in manipulated.reasons


def test_a_copy_given_out_before_the_end_of_an_envelope_is_not_accepted_afterwards() -> None:
    desk = Desk()
    desk.signed_by_all()
    copy = desk.document()
    desk.end_case()

    found = desk.verify_file(copy)

    assert (found.accepted, found.reasons) == (False, ("envelope_ended",))


def test_the_unsigned_text_is_no_contract() -> None:
    found = opened().verify_file(DOCUMENT + b" sale_contract 1")

    assert (found.accepted, found.reasons) == (False, ("not_all_signed",))


def test_a_file_is_gone_once_it_is_verified_and_a_repeat_says_so() -> None:
    desk = sealed()
    ticket = desk.bring(desk.document())
    desk.verify_ticket(ticket)

    assert not [key for key in desk.objects.kept if key.startswith("incoming/")]
    with pytest.raises(UploadNotFound):
        desk.verify_ticket(ticket)


def test_a_file_stays_for_a_repeat_when_no_engine_answered() -> None:
    desk = sealed()
    ticket = desk.bring(desk.document())
    desk.engine.revisions = lambda document: (_ for _ in ()).throw(Unavailable("engine.busy"))  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        desk.verify_ticket(ticket)
    del desk.engine.revisions  # type: ignore[method-assign]

    assert desk.verify_ticket(ticket).accepted


@pytest.mark.parametrize("ticket", ["", "0" * 48, "../x"])
def test_a_ticket_nobody_was_given_finds_nothing(ticket: str) -> None:
    with pytest.raises(UploadNotFound):
        sealed().verify_ticket(ticket)


def test_one_source_is_limited_per_hour_and_others_are_not() -> None:
    desk = sealed()
    for _ in range(PER_HOUR):
        desk.bring(b"x")

    with pytest.raises(TooManyVerifications) as refused:
        desk.bring(b"x")
    assert 0 < int(str(refused.value.context["retry_after"])) <= 3600
    desk.bring(b"x", source="source-2")
    desk.wait(minutes=61)
    desk.bring(b"x")


def test_files_nobody_had_verified_are_removed_but_still_counted_for_their_hour() -> None:
    desk = sealed()
    tickets = [desk.bring(b"x") for _ in range(PER_HOUR)]
    desk.wait(minutes=11)

    assert desk.remove_uploads() == PER_HOUR
    assert desk.remove_uploads() == 0
    assert not [key for key in desk.objects.kept if key.startswith("incoming/")]
    with pytest.raises(UploadNotFound):
        desk.verify_ticket(tickets[0])
    with pytest.raises(TooManyVerifications):
        desk.bring(b"x")
    desk.wait(hours=1)
    desk.remove_uploads()
    assert desk.memory.uploads == {}
