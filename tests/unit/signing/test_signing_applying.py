"""The worker puts signatures into the documents: each once, in any order, whatever else happens meanwhile."""

from __future__ import annotations

import pytest

from services.common.kit.errors import Unavailable
from services.common.messages.signing import EnvelopeEnded, EnvelopeSigned, SignerSigned
from services.signing.domain.errors import (
    DocumentMovedOn,
    RevisionsDiffer,
    StoredDocumentDiffers,
)
from tests.unit.signing.desk import CASE, KINDS, PEOPLE, Desk, opened
from tests.unit.signing.fakes import sha256


def requested(who: int = 0, kinds: int = 1) -> Desk:
    desk = opened(kinds)
    desk.read(who)
    desk.sign(who)
    return desk


def test_a_signature_grows_every_document_by_a_revision_on_record() -> None:
    desk = requested(kinds=2)
    bases = [desk.objects.get(one.key) for one in desk.envelope.documents]

    desk.apply(0)

    for base, document in zip(bases, desk.envelope.documents, strict=True):
        now = desk.objects.get(document.key)
        assert now.startswith(base)
        assert document.revisions == (sha256(base), sha256(now))
    assert set(desk.task(0).serials) == set(KINDS)
    assert sorted(desk.memory.certificates) == sorted(desk.task(0).serials.values())


def test_it_is_told_that_one_has_signed_and_at_last_that_all_have() -> None:
    desk = Desk()
    desk.signed_by_all()

    assert [one.person_id for one in desk.told(SignerSigned)] == list(PEOPLE)
    assert desk.told(EnvelopeSigned) == [EnvelopeSigned(envelope_id=desk.envelope.envelope_id, case_no=CASE, version=1)]
    assert desk.acts()[-2:] == ["signed", "all_signed"]


def test_the_evidence_names_base_predecessor_and_certificate() -> None:
    desk = requested()
    base = desk.envelope.documents[0].sha256
    desk.apply(0)

    facts = desk.memory.evidence[desk.envelope.envelope_id][-1].facts

    assert (facts["base"], facts["before"]) == (base, base)
    assert facts["after"] == desk.envelope.documents[0].sha256
    assert facts["certificate"] == desk.task(0).serials[KINDS[0]]
    assert facts["level"] == "B-T"


def test_the_event_again_signs_nothing_more() -> None:
    desk = requested()
    desk.apply(0)
    before, jobs = desk.envelope, list(desk.engine.jobs)

    desk.apply(0)

    assert desk.envelope == before
    assert desk.engine.jobs == jobs
    assert len(desk.told(SignerSigned)) == 1


def test_the_event_of_somebody_who_has_not_signed_signs_nothing() -> None:
    desk = opened()
    desk.read(0)

    desk.apply(0)

    assert desk.engine.jobs == []
    assert desk.task(0).state == "READ"


def test_an_engine_that_dies_leaves_the_signature_waiting() -> None:
    desk = requested()
    desk.engine.away = True
    with pytest.raises(Unavailable):
        desk.apply(0)
    assert desk.task(0).state == "SIGNING"

    desk.engine.away = False
    desk.apply(0)

    assert desk.task(0).state == "SIGNED"
    assert desk.document().count(b"signer_1 by") == 1


def test_a_worker_that_lost_its_lease_does_not_overwrite_what_the_other_did() -> None:
    desk = requested(0)
    desk.read(1)
    desk.sign(1)

    def meanwhile() -> None:
        desk.engine.meanwhile = lambda: None
        desk.apply(1)

    desk.engine.meanwhile = meanwhile
    with pytest.raises(DocumentMovedOn):
        desk.apply(0)
    recorded = {*desk.envelope.documents[0].revisions}
    assert {sha256(data) for key, data in desk.objects.kept.items() if key.startswith("signing/")} == recorded
    assert (desk.task(0).state, desk.task(1).state) == ("SIGNING", "SIGNED")

    desk.apply(0)

    assert [desk.document().count(f"signer_{n} by".encode()) for n in (1, 2)] == [1, 1]


def test_the_same_event_worked_on_twice_at_once_signs_once() -> None:
    desk = requested()

    def meanwhile() -> None:
        desk.engine.meanwhile = lambda: None
        desk.apply(0)

    desk.engine.meanwhile = meanwhile

    desk.apply(0)

    assert desk.document().count(b"signer_1 by") == 1
    assert len(desk.told(SignerSigned)) == 1
    assert len(desk.memory.certificates) == 1


def refused(desk: Desk) -> None:
    desk.refuse(1)


def ended(desk: Desk) -> None:
    desk.end_case()


def expired(desk: Desk) -> None:
    desk.wait(days=7)
    desk.sweep()


@pytest.mark.parametrize("end", [refused, ended, expired])
def test_an_envelope_that_ends_while_a_signature_is_being_applied_takes_none(end: object) -> None:
    desk = requested()
    desk.read(1)
    desk.engine.meanwhile = lambda: end(desk)
    kept = set(desk.objects.kept)

    desk.apply(0)

    assert desk.task(0).state == "VOIDED"
    assert len(desk.envelope.documents[0].revisions) == 1
    assert desk.told(SignerSigned) == []
    assert desk.memory.certificates == {}
    assert len(desk.told(EnvelopeEnded)) == 1
    assert set(desk.objects.kept) == kept  # what was signed in vain is not left lying about


@pytest.mark.parametrize("end", [refused, ended, expired])
def test_a_request_that_comes_after_the_end_is_not_worked_on(end: object) -> None:
    desk = requested()
    desk.read(1)
    end(desk)

    desk.apply(0)

    assert desk.engine.jobs == []


def test_a_stored_document_that_was_changed_is_not_signed() -> None:
    desk = requested()
    desk.objects.put(desk.envelope.documents[0].key, desk.document() + b" and a garage")

    with pytest.raises(StoredDocumentDiffers):
        desk.apply(0)

    assert desk.engine.jobs == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda made: b"x" + made,
        lambda made: made.replace(b"base", b"more"),
        lambda made: made.partition(b"\n")[0],
    ],
    ids=["something before", "something changed", "nothing appended"],
)
def test_what_is_not_the_document_with_something_appended_is_not_taken(spoil: object) -> None:
    desk = requested()
    desk.engine.spoil = spoil

    with pytest.raises(RevisionsDiffer):
        desk.apply(0)

    assert desk.task(0).state == "SIGNING"
    assert len(desk.envelope.documents[0].revisions) == 1
