"""Identity proofs, checked offline with identity's public key."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from services.common.kit import tokens
from services.common.kit.errors import NotAuthenticated
from services.common.messages.identity import ProofPurpose
from services.common.values import PersonId
from services.signing.application.ports import Proof
from services.signing.domain.parts import Consented, Identification

AUDIENCE = "signing"
MOST_CONSENTS = 16
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
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
            PersonId(str(claims["sub"])),
            str(claims["method"]),
            str(claims["assurance"]),
            str(claims["jti"]),
            _consents(claims.get("consents", [])),
        )
        return Proof(said, str(claims["subject"]), dt.datetime.fromtimestamp(claims["exp"], dt.UTC))


def _consents(claimed: object) -> tuple[Consented, ...]:
    """Return the consents a proof rests on. Raises NotAuthenticated `token.invalid` for what evidence must not hold."""
    if not isinstance(claimed, list) or len(claimed) > MOST_CONSENTS:
        raise NotAuthenticated("token.invalid")
    try:
        return tuple(_consent(one) for one in claimed)
    except (KeyError, TypeError, ValueError) as wrong:
        raise NotAuthenticated("token.invalid") from wrong


def _consent(one: dict[str, str]) -> Consented:
    purpose, text, version = (one[name] for name in ("purpose", "text", "version"))
    given_at = dt.datetime.fromisoformat(one["given_at"])
    if not (
        all(map(_CODE.fullmatch, (purpose, text, version))) and _SHA256.fullmatch(one["sha256"]) and given_at.tzinfo
    ):
        raise ValueError("no consent")
    return Consented(purpose, text, version, one["sha256"], given_at)
