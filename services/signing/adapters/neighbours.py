"""Contract over the bus, and identity proofs read offline."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.kit import tokens
from services.common.kit.calls import Call
from services.common.kit.clients import RpcClient
from services.common.kit.errors import NotAuthenticated
from services.common.messages.contract import GetSigners, Signers
from services.common.messages.identity import ProofPurpose
from services.common.values import CaseNo, PersonId


@dataclass(frozen=True)
class ContractOnBus:
    """Asks contract."""

    client: RpcClient

    def signers(self, case_no: CaseNo, version: int, call: Call) -> Signers:
        """Who signs what. Raises Unavailable."""
        answer: Signers = self.client.ask(GetSigners(case_no=case_no, version=version), call)
        return answer


@dataclass(frozen=True)
class SigningProof:
    """A verified proof."""

    token_id: str
    person_id: PersonId
    method: str
    assurance: str
    subject: str
    expires_at: dt.datetime


@dataclass(frozen=True)
class SignedProofs:
    """Checks identity's signature, the audience and the purpose."""

    public_key: bytes

    def read(self, token: str) -> SigningProof:
        """Raises NotAuthenticated."""
        claims = tokens.verify(token, self.public_key, audience="signing")
        if claims.get("purpose") != ProofPurpose.SIGN.value:
            raise NotAuthenticated("proof.wrong_purpose")
        return SigningProof(
            token_id=str(claims["jti"]),
            person_id=PersonId(str(claims["sub"])),
            method=str(claims["method"]),
            assurance=str(claims["assurance"]),
            subject=str(claims.get("subject", "")),
            expires_at=dt.datetime.fromtimestamp(int(claims["exp"]), dt.UTC),
        )
