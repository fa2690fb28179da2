"""Seal and long-term data: once, on what all have signed, with the evidence whole; the register hears of the final file."""

from __future__ import annotations

import dataclasses

import pytest

from services.common.kit.errors import Unavailable
from services.common.messages.signing import EnvelopeEnded, EnvelopeSealed
from services.signing.domain.errors import (
    EnvelopeEndedAlready,
    EvidenceBroken,
    NotAllSigned,
    RevisionsDiffer,
    StoredDocumentDiffers,
)
from tests.unit.signing.desk import CASE, KINDS, Desk, opened
from tests.unit.signing.fakes import sha256

FILING = "42HS20261122000001"


def signed(kinds: int = 1) -> Desk:
    desk = Desk(kinds)
    desk.signed_by_all()
    return desk


def test_approval_seals_every_document_and_tells_the_final_hash() -> None:
    desk = signed(2)

    desk.seal(FILING)

    envelope = desk.envelope
    assert (envelope.state, envelope.filing_no) == ("SEALED", FILING)
    for kind in KINDS:
        document = envelope.document(kind)
        assert len(document.revisions) == 1 + 4 + 2
        assert document.sha256 == sha256(desk.objects.get(document.key))
    sealed = EnvelopeSealed(
        envelope_id=envelope.envelope_id,
        case_no=CASE,
        filing_no=FILING,
        document_sha256=envelope.documents[0].sha256,
    )
    assert desk.told(EnvelopeSealed) == [sealed]
    assert desk.acts()[-2:] == ["sealed", "sealed"]
    assert desk.memory.evidence[envelope.envelope_id][-1].facts["level"] == "B-LTA"


def test_the_approval_again_seals_nothing_more() -> None:
    desk = signed()
    desk.seal()
    before, jobs = desk.envelope, list(desk.engine.jobs)

    desk.seal()

    assert desk.envelope == before
    assert desk.engine.jobs == jobs
    assert len(desk.told(EnvelopeSealed)) == 1


def test_an_approval_worked_on_twice_at_once_seals_once() -> None:
    desk = signed()

    def meanwhile() -> None:
        desk.engine.meanwhile = lambda: None
        desk.seal()

    desk.engine.meanwhile = meanwhile
    with pytest.raises(NotAllSigned):  # tried again, it finds the seal there
        desk.seal()
    desk.seal()

    assert len(desk.told(EnvelopeSealed)) == 1
    assert desk.document().count(b"seal by") == 1


def test_an_approval_before_all_have_signed_waits_without_work_of_the_engine() -> None:
    desk = opened()
    desk.sign_whole(0)
    jobs = list(desk.engine.jobs)

    with pytest.raises(NotAllSigned):
        desk.seal()

    assert desk.engine.jobs == jobs


def test_what_was_given_up_is_not_sealed() -> None:
    desk = signed()
    desk.end_case()

    with pytest.raises(EnvelopeEndedAlready):
        desk.seal()

    assert desk.told(EnvelopeSealed) == []


def test_what_is_given_up_while_it_is_being_sealed_is_not_sealed() -> None:
    desk = signed()
    desk.engine.meanwhile = desk.end_case
    kept = set(desk.objects.kept)

    with pytest.raises(EnvelopeEndedAlready):
        desk.seal()

    assert set(desk.objects.kept) == kept
    assert desk.envelope.state == "RECALLED"
    assert len(desk.told(EnvelopeEnded)) == 1
    assert desk.told(EnvelopeSealed) == []


def test_without_engine_or_time_stamp_it_waits_and_nothing_is_told() -> None:
    desk = signed()
    desk.engine.away = True
    with pytest.raises(Unavailable):
        desk.seal()
    desk.engine.away, desk.engine.level = False, "B-T"
    with pytest.raises(Unavailable):
        desk.seal()
    assert (desk.envelope.state, desk.told(EnvelopeSealed)) == ("ALL_SIGNED", [])

    desk.engine.level = "B-LTA"
    desk.seal()

    assert desk.envelope.state == "SEALED"


@pytest.mark.parametrize("harm", ["changed", "dropped", "cut"])
def test_nothing_is_sealed_on_evidence_that_is_not_whole(harm: str) -> None:
    desk = signed()
    records = desk.memory.evidence[desk.envelope.envelope_id]
    if harm == "changed":
        records[3] = dataclasses.replace(records[3], facts={})
    else:
        del records[-1 if harm == "cut" else 3]
    jobs = list(desk.engine.jobs)

    with pytest.raises(EvidenceBroken):
        desk.seal()

    assert desk.engine.jobs == jobs


def test_a_document_that_is_not_the_one_all_signed_is_not_sealed() -> None:
    stored, returned = signed(), signed()
    stored.objects.put(stored.envelope.documents[0].key, b"forged")
    returned.engine.spoil = lambda made: made.replace(b"signer_2", b"signer_9")

    with pytest.raises(StoredDocumentDiffers):
        stored.seal()
    with pytest.raises(RevisionsDiffer):
        returned.seal()

    assert (stored.envelope.state, returned.envelope.state) == ("ALL_SIGNED", "ALL_SIGNED")


def test_the_newest_revision_is_given_to_contract_at_every_stage() -> None:
    desk = opened()
    assert desk.give().sha256 == desk.hashes()[0]
    desk.sign_whole(0)
    assert desk.give().sha256 == desk.envelope.documents[0].sha256 != desk.hashes()[0]

    assert desk.give().file_name == f"sale_contract-{CASE.number}.pdf"
