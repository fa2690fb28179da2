"""Identity proofs as contract accepts them: identity's signature, this person, this act, in time."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from services.common.kit import tokens
from services.common.kit.errors import NotAuthenticated
from services.common.messages.identity import ProofPurpose
from services.contract.adapters.proofs import SignedProofs
from tests.support import contract_builders as make


def pair() -> tuple[bytes, bytes]:
    """A fresh key: private and public PEM."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), public


PRIVATE, PUBLIC = pair()
RIGHT = {"iss": "identity", "aud": "contract", "sub": str(make.SELLER.person_id), "purpose": "OPEN_CASE", "jti": "j1"}


def token(private: bytes = PRIVATE, age: int = 0, **claims: str) -> str:
    """A proof of 30 minutes, `age` minutes old."""
    issued = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=age)
    return tokens.sign({**RIGHT, **claims}, private, lifetime=dt.timedelta(minutes=30), now=issued)


def check(text: str) -> str:
    """Check as for opening a case; returns the token's id."""
    return SignedProofs(PUBLIC).check(text, ProofPurpose.OPEN_CASE, make.SELLER.person_id).token_id


def test_identitys_proof_for_this_person_and_act_is_accepted() -> None:
    assert check(token()) == "j1"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (token(sub=str(make.BUYER.person_id)), "proof.wrong_person"),
        (token(purpose="JOIN_CASE"), "proof.wrong_purpose"),
        (token(purpose="SIGN"), "proof.wrong_purpose"),
        (token(aud="signing"), "token.invalid"),
        (token(iss="gateway"), "token.invalid"),
        (token(jti=""), "token.invalid"),
        (token(age=31), "token.expired"),
        (token(pair()[0]), "token.invalid"),
        ("not.a.token", "token.invalid"),
        ("", "token.invalid"),
    ],
)
def test_any_other_token_is_refused(text: str, code: str) -> None:
    with pytest.raises(NotAuthenticated) as refused:
        check(text)

    assert refused.value.code == code
