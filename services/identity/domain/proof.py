"""The identity proof (身份证明令牌): which service may spend it, and how long it is good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.common.messages.identity import Assurance, ProofMethod, ProofPurpose
from services.common.values import PersonId
from services.identity.domain.consent import Consent, ConsentPurpose

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


ONLY_FOR_FACES = frozenset({ConsentPurpose.FACE, ConsentPurpose.FACE_REVIEW})


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

    def rests_on(self, standing: Sequence[Consent]) -> tuple[Consent, ...]:
        """Return of the consents that stood when it was issued those it rests on, the newest of each purpose.

        Told for signing alone, whose evidence keeps them; consents to the use of the face count where it was used.
        """
        if self.purpose is not ProofPurpose.SIGN:
            return ()
        newest = {one.purpose: one for one in sorted(standing, key=lambda one: one.given_at)}
        faced = self.method is ProofMethod.FACE
        return tuple(one for _, one in sorted(newest.items()) if faced or one.purpose not in ONLY_FOR_FACES)

    @property
    def expires_at(self) -> dt.datetime:
        """The moment it stops being good."""
        return self.issued_at + self.lifetime
