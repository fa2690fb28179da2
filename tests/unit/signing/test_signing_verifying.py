"""Public verification: accepted only if it is a contract, whole, and as recorded; names are masked."""

from __future__ import annotations

import pytest

from services.signing.domain.errors import EnvelopeNotFound
from tests.unit.signing.desk import NAMES, OFFICE, Desk, opened


def sealed() -> Desk:
    desk = Desk()
    desk.signed_by_all()
    desk.seal("42HS1")
    return desk


def test_what_all_have_signed_is_accepted_and_so_is_what_is_sealed() -> None:
    signed = Desk()
    signed.signed_by_all()

    assert signed.verify().accepted
    found = sealed().verify()
    assert (found.accepted, found.state, found.filing_no, found.reasons) == (True, "SEALED", "42HS1", ())


def test_a_cancelled_filing_is_said_to_be_and_not_accepted_while_its_signatures_stay_intact() -> None:
    desk = sealed()
    desk.end_case("CANCELLED")

    found = desk.verify()

    assert (found.accepted, found.state, found.reasons) == (False, "CANCELLED", ("filing_cancelled",))
    assert all(one.intact for one in found.signatures)


def test_signers_are_masked_and_the_office_is_named() -> None:
    found = sealed().verify()

    assert [one.field for one in found.signatures] == ["signer_1", "signer_2", "signer_3", "signer_4", "seal"]
    assert found.signatures[-1].signer == OFFICE
    assert not [name for name in NAMES if name in repr(found)]
    assert all(one.signer.startswith("测") for one in found.signatures[:-1])


def test_what_some_have_signed_is_no_contract_yet() -> None:
    desk = opened()
    desk.sign_whole(0)

    found = desk.verify()

    assert (found.accepted, found.reasons) == (False, ("not_all_signed",))
    assert len(found.signatures) == 1


def test_no_signature_counts_once_the_envelope_has_ended() -> None:
    desk = Desk()
    desk.signed_by_all()
    desk.end_case()

    found = desk.verify()

    assert (found.accepted, found.state, found.reasons) == (False, "RECALLED", ("envelope_ended",))


def test_a_stored_file_that_was_tampered_with_is_told_and_not_accepted() -> None:
    desk = sealed()
    document = desk.envelope.documents[0]
    desk.objects.put(document.key, desk.document().replace(b"signer_2", b"signer_9"))

    found = desk.verify()

    assert not found.accepted
    assert found.reasons
    assert found.sha256 == document.sha256  # what the holder's copy is to be compared with


def test_a_last_signature_that_was_cut_off_is_noticed() -> None:
    desk = sealed()
    document = desk.envelope.documents[0]
    desk.objects.put(document.key, desk.document().rpartition(b"\nseal")[0])

    assert not desk.verify().accepted


def test_a_code_nobody_was_given_finds_nothing() -> None:
    with pytest.raises(EnvelopeNotFound):
        sealed().verify("22222222AAAAAAAA")
