"""Identity proofs, checked offline with identity's public key."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.kit import tokens
from services.common.kit.errors import NotAuthenticated
from services.common.messages.identity import ProofPurpose
from services.common.values import PersonId
from services.contract.application.ports import Proof

AUDIENCE = "contract"


@dataclass(frozen=True)
class SignedProofs:
    """Reads Ed25519 tokens issued by identity for contract."""

    public_pem: bytes

    def check(self, token: str, purpose: ProofPurpose, person_id: PersonId) -> Proof:
        """Return the proof.

        Raises NotAuthenticated: `token.expired`, `token.invalid`, `proof.wrong_person`, `proof.wrong_purpose`.
        """
        claims = tokens.verify(token, self.public_pem, audience=AUDIENCE)
        if claims.get("iss") != "identity" or not claims.get("jti"):
            raise NotAuthenticated("token.invalid")
        if claims.get("sub") != str(person_id):
            raise NotAuthenticated("proof.wrong_person")
        if claims.get("purpose") != purpose.value:
            raise NotAuthenticated("proof.wrong_purpose")
        return Proof(str(claims["jti"]), dt.datetime.fromtimestamp(claims["exp"], dt.UTC))
