"""What the envelope guards besides the tables: who, in which session, in time, having read what, agreeing to what."""

from __future__ import annotations

import copy
import datetime as dt

import pytest

from services.common.kit.errors import DomainError
from services.signing.domain.agreement import Agreement
from services.signing.domain.errors import (
    DocumentMovedOn,
    DocumentUnread,
    EnvelopeEndedAlready,
    FieldsDiffer,
    HashMismatch,
    IdentityRequired,
    IntentInvalid,
    NotAllSigned,
    NotSigner,
    ReasonInvalid,
    TaskNotFound,
)
from services.signing.domain.lifecycle import Act, EnvelopeState, TaskState
from services.signing.domain.parts import Document, Session
from tests.unit.signing.builders import BASE, HOUR, WEEK, agreement, envelope, growth, identification, perform
from tests.unit.signing.desk import NOW, PEOPLE

MINUTE = dt.timedelta(minutes=1)


def read_by_first() -> tuple:
    found = envelope(task_state=TaskState.READ)
    return found, found.tasks[0]


# opening


def test_an_envelope_opens_with_a_field_for_every_signer_and_the_seal() -> None:
    found = envelope()

    found.open(NOW)

    assert [one.act for one in found.fresh] == ["opened"]
    assert found.fresh[0].facts == {"sale_contract": BASE}


@pytest.mark.parametrize(
    "fields",
    [
        ("signer_1", "seal"),  # the second signer would sign nothing
        ("signer_1", "signer_2"),  # no place for the seal
        ("signer_1", "signer_2", "signer_3", "seal"),  # a field nobody would ever sign
        (),
    ],
)
def test_an_envelope_whose_fields_are_not_those_of_its_signers_does_not_open(fields: tuple[str, ...]) -> None:
    found = envelope()
    found.documents = [Document.frozen("sale_contract", "base", BASE, pages=1, fields=fields)]

    with pytest.raises(FieldsDiffer):
        found.open(NOW)

    assert found.fresh == []


def test_an_envelope_without_signers_or_documents_does_not_open() -> None:
    without_tasks, without_documents = envelope(), envelope()
    without_tasks.tasks, without_documents.documents = [], []

    for found in (without_tasks, without_documents):
        with pytest.raises(FieldsDiffer):
            found.open(NOW)


def test_a_person_or_a_field_twice_does_not_open() -> None:
    twice, same_field = envelope(), envelope()
    twice.tasks[1].person_id = twice.tasks[0].person_id
    same_field.tasks[1].field = "signer_1"
    same_field.documents[0].fields = ("signer_1", "seal")

    for found in (twice, same_field):
        with pytest.raises(FieldsDiffer):
            found.open(NOW)


def test_a_city_without_seal_needs_no_field_for_one() -> None:
    found = envelope()
    found.seal_field = ""
    found.documents[0].fields = ("signer_1", "signer_2")

    found.open(NOW)


# identity and session


def test_somebody_elses_proof_opens_no_session() -> None:
    found = envelope()

    with pytest.raises(NotSigner):
        found.identify(found.tasks[0], identification(1), "", HOUR, NOW)

    assert found.tasks[0].session is None


@pytest.mark.parametrize("act", [Act.OPEN_DOCUMENT, Act.SIGN, Act.REFUSE])
def test_nothing_is_read_signed_or_refused_once_the_session_has_run_out(act: Act) -> None:
    found, task = read_by_first()
    task.session = Session(NOW)

    with pytest.raises(IdentityRequired):
        perform(found, act, NOW)


def test_reading_slides_the_session_on_and_signing_does_not_need_a_fresh_one() -> None:
    found = envelope(task_state=TaskState.IDENTIFIED)
    task = found.tasks[0]
    almost = NOW + HOUR - MINUTE

    found.open_document(task, "sale_contract", "", HOUR, almost)

    assert task.session == Session(almost + HOUR)
    found.sign(task, agreement(), "", almost + HOUR - MINUTE)


def test_a_session_a_signed_in_account_opened_is_of_no_use_to_whoever_else_holds_the_link() -> None:
    found, task = read_by_first()
    mine = str(PEOPLE[0])
    found.identify(task, identification(), mine, HOUR, NOW)

    for somebody in ("", str(PEOPLE[1])):
        assert found.offers(task, somebody, NOW) == ("identify",)
        with pytest.raises(IdentityRequired):
            found.sign(task, agreement(), somebody, NOW)

    found.open_document(task, "sale_contract", mine, HOUR, NOW)
    found.sign(task, agreement(), mine, NOW)


def test_marks_of_opened_documents_survive_a_session() -> None:
    found, task = read_by_first()
    task.session = Session(NOW)
    later = NOW + MINUTE
    found.identify(task, identification(proof="j2"), "", HOUR, later)

    found.sign(task, agreement(), "", later)

    assert task.opened == {"sale_contract": NOW}


# reading and signing


def test_a_document_unread_is_named_and_not_signed() -> None:
    found = envelope(task_state=TaskState.IDENTIFIED)

    with pytest.raises(DocumentUnread) as refused:
        found.sign(found.tasks[0], agreement(), "", NOW)

    assert refused.value.context == {"documents": ["sale_contract"]}


def test_a_document_outside_the_envelope_is_not_found() -> None:
    found = envelope(task_state=TaskState.IDENTIFIED)

    with pytest.raises(TaskNotFound):
        found.open_document(found.tasks[0], "tax_receipt", "", HOUR, NOW)


@pytest.mark.parametrize("hashes", [("c" * 64,), (BASE, BASE), (BASE, "c" * 64)])
def test_only_exactly_the_frozen_documents_are_signed(hashes: tuple[str, ...]) -> None:
    found, task = read_by_first()

    with pytest.raises(HashMismatch):
        found.sign(task, agreement(*hashes), "", NOW)

    assert task.handwriting == ""
    assert task.state is TaskState.READ


def test_a_minute_before_the_end_one_can_sign_and_at_the_end_no_more() -> None:
    found, task = read_by_first()
    task.session = Session(NOW + 2 * WEEK)
    late = copy.deepcopy(found)

    found.sign(task, agreement(), "", NOW + WEEK - MINUTE)
    with pytest.raises(EnvelopeEndedAlready):
        late.sign(late.tasks[0], agreement(), "", NOW + WEEK)


@pytest.mark.parametrize(
    "intent", ["", "签", "  签 ", "签" * 41, "签署 420202199001010015", "签署\x00提交", "<b>签署</b>"]
)
def test_an_intent_is_what_a_button_shows(intent: str) -> None:
    with pytest.raises(IntentInvalid):
        Agreement.given((BASE,), agreement().drawing, intent)


# applying


def test_the_last_applied_signature_makes_the_contract() -> None:
    found = envelope(task_state=TaskState.SIGNING)
    found.tasks[1].state = TaskState.SIGNED

    assert found.apply(found.tasks[0], [growth(found)], NOW) is True

    assert found.state is EnvelopeState.ALL_SIGNED
    assert [one.act for one in found.fresh] == ["signed", "all_signed"]
    assert found.tasks[0].session is None


def test_a_signature_made_on_an_older_revision_is_not_taken() -> None:
    found = envelope(task_state=TaskState.SIGNING)
    made = growth(found)
    found.tasks[1].state = TaskState.SIGNING
    found.apply(found.tasks[1], [growth(found, 2)], NOW)
    before = copy.deepcopy(found)

    with pytest.raises(DocumentMovedOn):
        found.apply(found.tasks[0], [made], NOW)

    assert found.documents == before.documents
    assert found.tasks == before.tasks


def test_a_signature_counts_only_when_it_is_in_every_document_with_a_field_for_it() -> None:
    found = envelope(task_state=TaskState.SIGNING)
    fields = ("signer_1", "signer_2", "seal")
    found.documents.append(Document.frozen("inquiry_record", "base2", "c" * 64, pages=1, fields=fields))

    for growths in ([], [growth(found)], [growth(found), growth(found)]):
        attempt = copy.deepcopy(found)
        with pytest.raises(FieldsDiffer):
            attempt.apply(attempt.tasks[0], growths, NOW)
        assert attempt == found

    found.apply(found.tasks[0], [growth(found), growth(found, 2, "inquiry_record")], NOW)
    assert found.tasks[0].serials == {"sale_contract": "serial-1", "inquiry_record": "serial-2"}


# ending


@pytest.mark.parametrize("reason", ["", "不", "  不 ", "不" * 201])
def test_a_refusal_needs_a_reason_and_not_a_novel(reason: str) -> None:
    found, task = read_by_first()

    with pytest.raises(ReasonInvalid):
        found.refuse(task, reason, "", NOW)

    assert found.state is EnvelopeState.SIGNING
    assert task.state is TaskState.READ


def test_a_refusal_voids_what_others_were_doing_and_keeps_what_they_had_done() -> None:
    found, task = read_by_first()
    found.tasks[1].state, found.tasks[1].handwriting = TaskState.SIGNING, "ink"

    found.refuse(task, " 不卖了 ", "", NOW)

    assert (task.state, task.reason) == (TaskState.REFUSED, "不卖了")
    assert found.tasks[1].state is TaskState.VOIDED
    assert "不卖了" not in str(found.fresh)


def test_handwriting_is_erased_with_an_envelope_that_ends_and_kept_with_a_contract_that_was_made() -> None:
    ended, made = envelope(task_state=TaskState.SIGNED), envelope(EnvelopeState.ALL_SIGNED, TaskState.SIGNED)
    for found in (ended, made):
        found.tasks[0].handwriting = "ink"
        found.recall("REVOKED", NOW)

    assert ended.tasks[0].handwriting == ""
    assert made.tasks[0].handwriting == "ink"


def test_time_runs_out_for_those_who_have_not_signed() -> None:
    found = envelope(task_state=TaskState.READ)
    found.tasks[1].state = TaskState.SIGNED

    assert found.expire(NOW + WEEK - MINUTE) is False
    assert found.expire(NOW + WEEK) is True
    assert found.expire(NOW + WEEK) is False

    assert [one.state for one in found.tasks] == [TaskState.EXPIRED, TaskState.SIGNED]
    assert [one.act for one in found.fresh] == ["expired"]


def test_time_does_not_run_out_while_the_worker_is_at_the_last_signatures() -> None:
    found = envelope(task_state=TaskState.SIGNING)
    found.tasks[1].state = TaskState.SIGNED

    assert found.expire(NOW + WEEK) is False

    assert found.apply(found.tasks[0], [growth(found)], NOW + WEEK) is True


def test_what_all_have_signed_does_not_expire() -> None:
    found = envelope(EnvelopeState.ALL_SIGNED, TaskState.SIGNED)

    assert found.expire(NOW + WEEK) is False


def test_only_what_all_have_signed_is_sealed() -> None:
    with pytest.raises(NotAllSigned):
        perform(envelope(), Act.SEAL)
    with pytest.raises(EnvelopeEndedAlready):
        perform(envelope(EnvelopeState.RECALLED), Act.SEAL)


# what is offered


ENDED_WITH_IT = {TaskState.REFUSED, TaskState.EXPIRED, TaskState.VOIDED}
"""Never in an envelope that is open."""


@pytest.mark.parametrize("state", [one for one in TaskState if one not in ENDED_WITH_IT])
@pytest.mark.parametrize("moment", [NOW, NOW + 2 * HOUR, NOW + WEEK])
def test_what_is_offered_is_accepted_and_what_is_not_offered_is_refused(state: TaskState, moment: dt.datetime) -> None:
    offered = envelope(task_state=state).offers(envelope(task_state=state).tasks[0], "", moment)

    for act in (Act.OPEN_DOCUMENT, Act.SIGN, Act.REFUSE, Act.IDENTIFY):
        found = envelope(task_state=state)
        assert found.offers(found.tasks[0], "", moment) == offered
        if act.value in offered:
            perform(found, act, moment)
        elif not (act is Act.IDENTIFY and offered):  # one may prove it again, but need not
            with pytest.raises(DomainError):
                perform(found, act, moment)
