"""What an outside face provider (人脸核身服务商) says of a person, in our words: the visit one makes there and its verdict.

Decides the words only. Which of a provider's codes means which of them is its adapter's table; what becomes of the
check is `face_check`'s. Nothing biometric is in here: the person's face goes to the provider and never to us.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

VISIT_LIFETIME = dt.timedelta(minutes=30)
"""From the start until the result must have been fetched; as long as the other ways stay open."""


class ProviderDecision(StrEnum):
    """PENDING: the person has not finished there. REVIEW: only a human can tell, and not from anything kept here."""

    PASS = "PASS"  # noqa: S105 - a verdict
    FAIL = "FAIL"
    REVIEW = "REVIEW"
    PENDING = "PENDING"


class ProviderReason(StrEnum):
    """Why a provider did not pass somebody, as advice to the person."""

    NAME_MISMATCH = "identity.face_provider_name_mismatch"
    NO_RECORD = "identity.face_provider_no_record"
    NO_PHOTO = "identity.face_provider_no_photo"
    LOW_SIMILARITY = "identity.face_provider_low_similarity"
    NOT_LIVE = "identity.face_provider_not_live"
    POOR_PICTURE = "identity.face_provider_poor_picture"
    ACTION_NOT_SEEN = "identity.face_action_not_seen"
    NO_FACE = "identity.face_no_face"
    SEVERAL_FACES = "identity.face_several"
    TOO_DARK = "identity.face_too_dark"
    TOO_BRIGHT = "identity.face_too_bright"
    VOICE_NOT_HEARD = "identity.face_provider_voice"
    VISIT_OVER = "identity.face_provider_visit_over"
    UNCERTAIN = "identity.face_provider_uncertain"
    NOT_OURS = "identity.face_provider_not_ours"


@dataclass(frozen=True)
class Visit:
    """One person's way through the provider's pages. `token` asks for the result, `url` is what the person opens."""

    provider: str
    token: str = field(repr=False)
    url: str = field(repr=False)


@dataclass(frozen=True)
class ProviderVerdict:
    """All that is stored of a result: `code` as the provider wrote it, `score` 0-100 (70 passes), its trace id, billed or not."""

    provider: str
    decision: ProviderDecision
    reason: ProviderReason | None
    code: str
    trace_id: str
    score: int | None = None
    billed: bool = False

    def __post_init__(self) -> None:
        """A pass has no reason; anything else an ended visit says has one."""
        if (self.reason is None) != (self.decision in (ProviderDecision.PASS, ProviderDecision.PENDING)):
            raise ValueError("a verdict without its reason, or a pass with one")
