"""Identity proofs, checked offline with identity's public key."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.kit import tokens
from services.common.kit.errors import NotAuthenticated
from services.common.messages.identity import ProofPurpose
from services.common.values import PersonId
from services.signing.application.ports import Proof
from services.signing.domain.parts import Identification

AUDIENCE = "signing"
NEEDED = ("jti", "sub", "method", "assurance", "subject")


@dataclass(frozen=True)
class SignedProofs:
    """Reads Ed25519 tokens issued by identity for signing. Whose proof and for which task is the use case's to compare."""

    public_pem: bytes

    def check(self, token: str) -> Proof:
        """Return the proof. Raises NotAuthenticated: `token.expired`, `token.invalid`, `proof.wrong_purpose`."""
        claims = tokens.verify(token, self.public_pem, audience=AUDIENCE)
        if claims.get("iss") != "identity" or not all(claims.get(name) for name in NEEDED):
            raise NotAuthenticated("token.invalid")
        if claims.get("purpose") != ProofPurpose.SIGN.value:
            raise NotAuthenticated("proof.wrong_purpose")
        said = Identification(
            PersonId(str(claims["sub"])), str(claims["method"]), str(claims["assurance"]), str(claims["jti"])
        )
        return Proof(said, str(claims["subject"]), dt.datetime.fromtimestamp(claims["exp"], dt.UTC))
