"""The identity proof (身份证明令牌): which service may spend it, and how long it is good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from services.common.messages.identity import Assurance, ProofMethod, ProofPurpose
from services.common.values import PersonId

AUDIENCE: Mapping[ProofPurpose, str] = {
    ProofPurpose.OPEN_CASE: "contract",
    ProofPurpose.JOIN_CASE: "contract",
    ProofPurpose.SIGN: "signing",
    ProofPurpose.CANCEL_FILING: "contract",
    ProofPurpose.ACCOUNT: "identity",
}
LIFETIME: Mapping[ProofPurpose, dt.timedelta] = {
    ProofPurpose.OPEN_CASE: dt.timedelta(minutes=30),
    ProofPurpose.JOIN_CASE: dt.timedelta(minutes=30),
    ProofPurpose.SIGN: dt.timedelta(minutes=10),
    ProofPurpose.CANCEL_FILING: dt.timedelta(minutes=30),
    ProofPurpose.ACCOUNT: dt.timedelta(minutes=10),
}
"""Opening and joining leave time to fill in a search; an identity older than ten minutes does not sign."""

ASSURANCE: Mapping[ProofMethod, Assurance] = {
    ProofMethod.FACE: Assurance.BASIC,
    ProofMethod.COUNTER: Assurance.AUTHORITATIVE,
    ProofMethod.BANK_CARD: Assurance.BASIC,
}
"""The embedded face check compares with a card shown to us; a clerk holds the card and the person before him. A provider
that asks an authority says so itself, and the check then carries its word."""


@dataclass(frozen=True)
class IdentityProof:
    """What a proof says. `subject` is the signing task it is for, empty otherwise."""

    proof_id: str
    person_id: PersonId
    purpose: ProofPurpose
    method: ProofMethod
    assurance: Assurance
    subject: str
    issued_at: dt.datetime

    @property
    def audience(self) -> str:
        """The one service that accepts it."""
        return AUDIENCE[self.purpose]

    @property
    def lifetime(self) -> dt.timedelta:
        """From `issued_at`."""
        return LIFETIME[self.purpose]

    @property
    def expires_at(self) -> dt.datetime:
        """The moment it stops being good."""
        return self.issued_at + self.lifetime
