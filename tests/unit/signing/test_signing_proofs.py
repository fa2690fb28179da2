"""Identity proofs as signing accepts them: identity's signature, for signing, with everything the evidence needs."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from services.common.kit import tokens
from services.common.kit.errors import NotAuthenticated
from services.signing.adapters.proofs import SignedProofs
from services.signing.domain.parts import Identification
from tests.unit.signing.desk import PEOPLE


def pair() -> tuple[bytes, bytes]:
    """A fresh key: private and public PEM."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), public


PRIVATE, PUBLIC = pair()
RIGHT = {
    "iss": "identity",
    "aud": "signing",
    "sub": str(PEOPLE[0]),
    "purpose": "SIGN",
    "method": "FACE",
    "assurance": "basic",
    "subject": "1" * 32,
    "jti": "j1",
}


def token(private: bytes = PRIVATE, age: int = 0, without: str = "", **claims: object) -> str:
    """A proof of a day, `age` hours old: most are made when tests are collected, which may be long before they run."""
    said = {name: value for name, value in {**RIGHT, **claims}.items() if name != without}
    issued = dt.datetime.now(dt.UTC) - dt.timedelta(hours=age)
    return tokens.sign(said, private, lifetime=dt.timedelta(days=1), now=issued)


def test_identitys_proof_for_signing_is_accepted_with_all_it_says() -> None:
    proof = SignedProofs(PUBLIC).check(token())

    assert proof.identification == Identification(PEOPLE[0], "FACE", "basic", "j1")
    assert proof.subject == "1" * 32
    assert proof.expires_at > dt.datetime.now(dt.UTC)


CONSENT = {
    "purpose": "FACE",
    "text": "face_notice",
    "version": "3",
    "sha256": "c" * 64,
    "given_at": "2026-11-22T03:59:00+00:00",
}


def test_the_consents_a_proof_rests_on_are_what_the_evidence_keeps() -> None:
    proof = SignedProofs(PUBLIC).check(token(consents=[CONSENT, CONSENT | {"purpose": "NOTICE", "version": "1"}]))

    assert proof.identification.facts() == {
        "method": "FACE",
        "assurance": "basic",
        "proof": "j1",
        "consent:FACE": f"face_notice 3 {'c' * 64} 2026-11-22T03:59:00+00:00",
        "consent:NOTICE": f"face_notice 1 {'c' * 64} 2026-11-22T03:59:00+00:00",
    }


@pytest.mark.parametrize(
    "consents",
    [
        "FACE",
        ["FACE"],
        [{}],
        [CONSENT | {"sha256": "c"}],
        [CONSENT | {"text": "a text with words"}],
        [CONSENT | {"given_at": "2026-11-22T03:59:00"}],
        [CONSENT | {"given_at": "lately"}],
        [CONSENT | {"version": 3}],
        [CONSENT] * 17,
    ],
    ids=range(9),
)
def test_what_is_no_consent_makes_no_evidence(consents: object) -> None:
    with pytest.raises(NotAuthenticated) as told:
        SignedProofs(PUBLIC).check(token(consents=consents))

    assert told.value.code == "token.invalid"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (token(purpose="OPEN_CASE"), "proof.wrong_purpose"),
        (token(purpose=""), "proof.wrong_purpose"),
        (token(without="purpose"), "proof.wrong_purpose"),
        (token(aud="contract"), "token.invalid"),
        (token(iss="gateway"), "token.invalid"),
        (token(age=25), "token.expired"),
        (token(pair()[0]), "token.invalid"),
        *[(token(without=name), "token.invalid") for name in ("jti", "sub", "method", "assurance", "subject")],
        *[(token(**{name: ""}), "token.invalid") for name in ("jti", "method", "subject")],
        ("not.a.token", "token.invalid"),
        ("", "token.invalid"),
    ],
)
def test_any_other_token_is_refused(text: str, code: str) -> None:
    with pytest.raises(NotAuthenticated) as refused:
        SignedProofs(PUBLIC).check(text)

    assert refused.value.code == code
