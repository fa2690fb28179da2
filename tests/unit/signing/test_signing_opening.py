"""Opening an envelope: frozen bytes, one task per signer; once, and not for a case that is over."""

from __future__ import annotations

import pytest

from services.common.kit.errors import NotFound, Unavailable
from services.common.messages.signing import EnvelopeEnded, EnvelopeOpened
from services.signing.domain.errors import FieldsDiffer, StoredDocumentDiffers
from tests.unit.signing.desk import CASE, CODE, PEOPLE, Desk, opened, service, signers


def test_stored_documents_open_an_envelope_with_a_task_per_signer() -> None:
    desk = opened()

    envelope = desk.envelope
    assert [one.person_id for one in envelope.tasks] == list(PEOPLE)
    assert desk.states() == ["CREATED"] * 4
    assert (envelope.state, envelope.verification_code) == ("SIGNING", CODE)
    task_ids = tuple(one.task_id for one in envelope.tasks)
    assert desk.told(EnvelopeOpened) == [
        EnvelopeOpened(envelope_id=envelope.envelope_id, case_no=CASE, version=1, task_ids=task_ids)
    ]
    assert desk.acts() == ["opened"]


def test_the_event_again_opens_nothing_more_and_asks_nobody() -> None:
    desk = opened()
    before, asked = desk.envelope, desk.contract.asked

    desk.open()

    assert desk.envelope == before
    assert len(desk.told(EnvelopeOpened)) == 1
    assert desk.contract.asked == asked


def test_two_workers_with_the_same_event_open_one_envelope() -> None:
    desk = Desk()
    event = desk.ready()
    desk.contract.known[1] = signers()
    asked = desk.contract.signers

    def meanwhile(*args: object) -> object:
        desk.contract.signers = asked  # the other one opens it before we do
        desk.open(event)
        return asked(*args)

    desk.contract.signers = meanwhile

    desk.open(event)

    assert len(desk.memory.envelopes) == 1
    assert len(desk.told(EnvelopeOpened)) == 1


def test_documents_of_a_version_the_case_has_left_open_nothing() -> None:
    desk = Desk()
    desk.contract.known[2] = signers(version=2)

    desk._open(desk.ready(1), service("signing"))

    assert desk.memory.envelopes == {}


def test_the_end_of_the_case_may_overtake_its_documents_which_then_open_nothing() -> None:
    desk = Desk()
    desk.end_case(knows_envelope=False)

    desk.open()

    assert desk.memory.envelopes == {}
    assert desk.told(EnvelopeOpened) == []


def test_an_envelope_the_ended_case_never_heard_of_is_recalled() -> None:
    desk = opened()

    desk.end_case(knows_envelope=False)

    assert desk.envelope.state == "RECALLED"
    assert [one.state for one in desk.told(EnvelopeEnded)] == ["RECALLED"]


def test_what_people_are_shown_stays_what_was_frozen_when_the_drawing_is_written_over() -> None:
    desk = opened()
    frozen = desk.document()
    desk.objects.put(f"contract/documents/{CASE}/1/sale_contract.pdf", b"another contract")

    desk.identify(0)
    shown = desk.view(0)

    assert desk.objects.get(shown.link.removeprefix("link:")) == frozen
    assert shown.sha256 == desk.hashes()[0]


def test_bytes_that_are_not_those_told_of_open_nothing() -> None:
    desk = Desk()
    event = desk.ready()
    desk.objects.put(event.documents[0].key, b"other bytes")

    with pytest.raises(StoredDocumentDiffers):
        desk.open(event)

    assert desk.memory.envelopes == {}


def test_documents_not_there_or_contract_away_are_waited_for() -> None:
    desk = Desk()
    event = desk.ready()
    desk.contract.away = True
    with pytest.raises(Unavailable):
        desk.open(event)
    desk.contract.away = False
    desk.objects.delete(event.documents[0].key)
    with pytest.raises(NotFound):
        desk.open(event)

    desk.open(desk.ready())

    assert len(desk.memory.envelopes) == 1


def test_a_document_drawn_for_other_signers_opens_nothing() -> None:
    desk = Desk()
    desk.contract.known[1] = signers(2)

    with pytest.raises(FieldsDiffer):
        desk.open()

    assert desk.memory.envelopes == {}


def test_each_version_has_an_envelope_of_its_own() -> None:
    desk = opened()
    first = desk.envelope
    desk.read(0)
    desk.refuse(0)

    desk.open(desk.ready(2))

    assert desk.envelope.envelope_id != first.envelope_id
    assert desk.states() == ["CREATED"] * 4
    assert desk.hashes() != tuple(one.base_sha256 for one in first.documents)


def test_a_code_is_minted_once_per_version_and_unlike_any_other() -> None:
    desk = Desk()

    code = desk.mint()

    assert desk.mint() == code
    assert code.url == f"https://guohu.example.test/v/{code.code}"
    assert len(code.code) == 16
    assert desk.mint(version=2).code != code.code
