"""The consents a proof for signing rests on: those that stood when it was issued, the newest of each purpose, for signing alone."""

from __future__ import annotations

import datetime as dt

import pytest

from services.common.messages.identity import Assurance, FaceCheckReference, ProofMethod, ProofPurpose
from services.common.values import PersonId
from services.identity.application.show_face_check import show_face_check
from services.identity.domain.consent import Consent, ConsentPurpose, ConsentText
from services.identity.domain.proof import IdentityProof
from tests.unit.identity.told_faces import Booth, claims
from tests.unit.identity.world import as_person

PERSON = PersonId("p-" + "a" * 26)
THEN = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
FACE, REVIEW, NOTICE = ConsentPurpose.FACE, ConsentPurpose.FACE_REVIEW, ConsentPurpose.NOTICE


def consent(purpose: ConsentPurpose, version: str = "1", minutes: int = 0) -> Consent:
    text = ConsentText(f"{purpose.lower()}_text", version, "a" * 64)
    return Consent(f"c-{purpose}-{version}", PERSON, purpose, text, "app", THEN + dt.timedelta(minutes=minutes))


def proof(method: ProofMethod = ProofMethod.FACE, purpose: ProofPurpose = ProofPurpose.SIGN) -> IdentityProof:
    return IdentityProof("j1", PERSON, purpose, method, Assurance.BASIC, "task", THEN)


def test_a_face_rests_on_the_newest_words_of_every_purpose() -> None:
    standing = [consent(FACE, "2", 5), consent(FACE, "1"), consent(NOTICE), consent(REVIEW)]

    rests = [(one.purpose, one.text.text_version) for one in proof().rests_on(standing)]

    assert rests == [(FACE, "2"), (REVIEW, "1"), (NOTICE, "1")]


@pytest.mark.parametrize("method", [ProofMethod.COUNTER, ProofMethod.BANK_CARD])
def test_other_methods_rest_on_no_consent_to_the_face(method: ProofMethod) -> None:
    standing = [consent(FACE), consent(REVIEW), consent(NOTICE)]

    assert [one.purpose for one in proof(method).rests_on(standing)] == [NOTICE]


def test_only_signing_is_told() -> None:
    assert proof(purpose=ProofPurpose.OPEN_CASE).rests_on([consent(NOTICE)]) == ()


def test_a_proof_for_signing_carries_them(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    person = booth.ready_person()
    ended = booth.carry_through(as_person(person), booth.start(as_person(person), ProofPurpose.SIGN, "task-1"))

    told = claims(ended, "signing", monkeypatch)["consents"]

    face = [one for one in told if one["purpose"] == "FACE"]  # type: ignore[attr-defined]
    assert len(face) == 1
    assert set(face[0]) == {"purpose", "text", "version", "sha256", "given_at"}


def test_a_consent_withdrawn_later_still_carried_the_proof(booth: Booth) -> None:
    person = booth.ready_person()
    ended = booth.carry_through(as_person(person), booth.start(as_person(person), ProofPurpose.SIGN, "task-1"))
    booth.world.pass_time(minutes=1)
    memory = booth.world.store.memory.consents
    for key, one in list(memory.items()):
        memory[key] = one.withdrawn(booth.world.means.now())

    shown = show_face_check(booth.world.means, FaceCheckReference(check_id=ended.check_id), as_person(person))

    assert shown.proof == ended.proof
