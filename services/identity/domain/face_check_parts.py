"""The words a face check is written in: its states, its keys, what is known of a frame while it runs. Decides nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from services.common.messages.identity import ProofMethod, ProofPurpose
from services.common.values import PersonId
from services.identity.domain.face_challenge import Action, FrameMetrics
from services.identity.domain.face_provider import ProviderDecision
from services.identity.domain.face_verdict import Decision

ALTERNATIVE_WINDOW = dt.timedelta(minutes=30)
"""How long after the start a failed or impossible face check can still be ended at the counter, without starting again."""


class CheckState(StrEnum):
    """RUNNING until one of the others."""

    RUNNING = "RUNNING"
    ACCEPTED = "ACCEPTED"
    REVIEW = "REVIEW"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"


BY_DECISION = {
    Decision.PASS: CheckState.ACCEPTED,
    Decision.REVIEW: CheckState.REVIEW,
    Decision.REJECT: CheckState.REJECTED,
}
BY_PROVIDER = {
    ProviderDecision.PASS: CheckState.ACCEPTED,
    ProviderDecision.REVIEW: CheckState.REVIEW,
    ProviderDecision.FAIL: CheckState.REJECTED,
}


@dataclass(frozen=True)
class Asked:
    """What a check is begun for, and the ways beside the face that may end it."""

    check_id: str
    person_id: PersonId
    purpose: ProofPurpose
    subject: str
    by_link: bool
    others: tuple[ProofMethod, ...] = (ProofMethod.COUNTER,)

    @property
    def head(self) -> tuple[str, PersonId, ProofPurpose, str, bool]:
        """What a check keeps of it."""
        return self.check_id, self.person_id, self.purpose, self.subject, self.by_link


@dataclass(frozen=True)
class Neutral:
    """What is known of the neutral frame while the challenge runs: biometric, encrypted at rest."""

    template: bytes = field(repr=False)
    landmarks: bytes = field(repr=False)


@dataclass(frozen=True)
class Secrets:
    """The check's own keys: `public` seals frames, `private` opens them, `nonce` goes into every step token."""

    public: str
    private: bytes = field(repr=False)
    nonce: str = field(repr=False)


@dataclass(frozen=True)
class Measured:
    """One frame as the engine saw it."""

    metrics: FrameMetrics
    template: bytes = field(repr=False)
    landmarks: bytes = field(repr=False)


@dataclass(frozen=True)
class Due:
    """The step asked for now. `attempt` counts every frame of the check, so that no token fits two frames."""

    number: int
    action: Action
    attempt: int
