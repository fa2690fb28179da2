"""Bodies and replies of identity checks: the steps asked for, the frames' token, the proof in the end."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass
from typing import Self

from gateway.schemas.base import Say, number, one_of, text
from services.common.kit.errors import InvalidValue
from services.common.kit.sealing import open_sealed
from services.common.messages import identity
from services.common.messages.identity import ProofMethod, ProofPurpose
from services.common.values import Mobile, PersonId

_SEPARATOR = "~"


@dataclass(frozen=True, kw_only=True)
class FaceCheckBody:
    """Begin a check. A check for SIGN names the signing task: its id, or the token of the link."""

    purpose: ProofPurpose
    signing_task: str | None = text(128, 8, default=None, pattern=r"[A-Za-z0-9_-]+")

    def require_task(self) -> str | None:
        """Return the task of a SIGN check, None for others. Raises InvalidValue where the two do not fit."""
        if (self.purpose is ProofPurpose.SIGN) != (self.signing_task is not None):
            code = "field.required" if self.signing_task is None else "field.unknown"
            raise InvalidValue("message.invalid", fields=[f"signing_task: {code}"])
        return self.signing_task

    def message(self, subject: str, person_id: PersonId | None) -> identity.StartFaceCheck:
        """Return the command; `person_id` only for a signer who comes by link without a session."""
        return identity.StartFaceCheck(purpose=self.purpose, subject=subject, person_id=person_id)


@dataclass(frozen=True, kw_only=True)
class AlternativeBody:
    """End the check by another method."""

    method: ProofMethod

    def message(self, check_id: str) -> identity.UseAlternative:
        """Return the command."""
        return identity.UseAlternative(check_id=check_id, method=self.method)


@dataclass(frozen=True, kw_only=True)
class BankCardBody:
    """End the check by a bank card: its number, the mobile reserved with it, and a code (purpose BANK_CARD) sent there."""

    card_number: str = text(24, 13)
    mobile: Mobile
    code_id: str = text(64)
    code: str = text(6, 6, pattern=r"[0-9]{6}")

    def message(self, check_id: str, source: str) -> identity.ProveByBankCard:
        """Return the command."""
        return identity.ProveByBankCard(
            check_id=check_id,
            card_number=self.card_number,
            mobile=self.mobile,
            code_id=self.code_id,
            code=self.code,
            source=source,
        )


@dataclass(frozen=True, kw_only=True)
class ReviewDecisionBody:
    """Approve, or refuse with a reason."""

    verdict: str = one_of("APPROVE", "OTHER_PERSON", "NOT_JUDGEABLE", "NOT_LIVE")

    def message(self, check_id: str) -> identity.DecideFaceReview:
        """Return the command."""
        approve = self.verdict == "APPROVE"
        return identity.DecideFaceReview(check_id=check_id, approve=approve, reason="" if approve else self.verdict)


@dataclass(frozen=True, kw_only=True)
class FaceReviewItemReply:
    """A doubtful check that waits."""

    check_id: str
    purpose: str
    score: int
    signals: tuple[str, ...]
    queued_at: dt.datetime
    deadline: dt.datetime


@dataclass(frozen=True, kw_only=True)
class FaceReviewsQuery:
    """A page of what waits for one's office."""

    cursor: str = text(200, 0, default="", pattern=r"[A-Za-z0-9_=-]*")
    limit: int = number(1, 50, default=50)

    def message(self) -> identity.ListFaceReviews:
        """Return the query."""
        return identity.ListFaceReviews(cursor=self.cursor, limit=self.limit)


@dataclass(frozen=True, kw_only=True)
class FaceReviewQueueReply:
    """A page of what waits for one's office; `next_cursor` is empty on the last."""

    items: tuple[FaceReviewItemReply, ...]
    next_cursor: str

    @classmethod
    def of(cls, queue: identity.FaceReviewQueue) -> Self:
        """Build from the message."""
        return cls(
            items=tuple(
                FaceReviewItemReply(
                    check_id=one.check_id,
                    purpose=one.purpose,
                    score=one.score,
                    signals=one.signals,
                    queued_at=one.queued_at,
                    deadline=one.deadline,
                )
                for one in queue.items
            ),
            next_cursor=queue.next_cursor,
        )


@dataclass(frozen=True, kw_only=True)
class FaceReviewPicturesReply:
    """What a clerk compares: `frame` and `card` are base64 JPEGs, gone after the decision."""

    check_id: str
    purpose: str
    score: int
    signals: tuple[str, ...]
    deadline: dt.datetime
    frame: str
    card: str

    @classmethod
    def of(cls, pictures: identity.FaceReviewPictures, private_key: bytes) -> Self:
        """Build from the message, opening both boxes."""
        return cls(
            check_id=pictures.check_id,
            purpose=pictures.purpose,
            score=pictures.score,
            signals=pictures.signals,
            deadline=pictures.deadline,
            frame=base64.b64encode(open_sealed(pictures.frame, private_key)).decode(),
            card=base64.b64encode(open_sealed(pictures.card, private_key)).decode(),
        )


@dataclass(frozen=True, kw_only=True)
class FaceStepReply:
    """What to do now, in both languages, as text and as sound, and the token that goes with the frame as X-Step-Token."""

    number: int
    action: str
    text_zh: str
    text_en: str
    audio_zh: str
    audio_en: str
    step_token: str


@dataclass(frozen=True, kw_only=True)
class FaceCheckReply:
    """The check. `methods` are all ways offered; `reason` is a code, `detail` its words; `proof` appears with ACCEPTED.

    `url`: where the face is taken, if by a provider outside; the result is fetched afterwards. `review`: whether a clerk can
    look at a check in doubt and what became of that, in words in `review_detail`; APPROVED: fetch the result for the proof.
    """

    check_id: str
    state: str
    methods: tuple[str, ...]
    step: FaceStepReply | None
    reason: str | None
    detail: str
    proof: str | None
    expires_at: dt.datetime
    url: str | None
    review: str | None
    review_detail: str
    review_until: dt.datetime | None

    @classmethod
    def of(cls, check: identity.FaceCheck, say: Say) -> Self:
        """Build from the message."""
        return cls(
            check_id=check.check_id,
            state=check.state,
            methods=check.methods,
            step=_step(check),
            reason=check.reason,
            detail=say(check.reason) if check.reason else "",
            proof=check.proof,
            expires_at=check.expires_at,
            url=check.url,
            review=check.review,
            review_detail=say(f"identity.face_review_{check.review.lower()}") if check.review else "",
            review_until=check.review_until,
        )


def _step(check: identity.FaceCheck) -> FaceStepReply | None:
    step = check.step
    if step is None:
        return None
    return FaceStepReply(
        number=step.number,
        action=step.action,
        text_zh=step.text_zh,
        text_en=step.text_en,
        audio_zh=f"/v1/face-prompts/{step.action}/zh",
        audio_en=f"/v1/face-prompts/{step.action}/en",
        step_token=f"{check.sealing_key or ''}{_SEPARATOR}{step.step_token}",
    )


def split_step_token(given: str) -> tuple[str, str]:
    """Return sealing key and identity's own token. The client carries both as one, so that the gateway keeps nothing.

    Raises InvalidValue. Whoever changes the key only makes their own frames unreadable.
    """
    key, separator, token = given.partition(_SEPARATOR)
    if not separator or not key or not token:
        raise InvalidValue("identity.step_token_invalid")
    return key, token
