"""Part of identity's messages: face checks and their alternatives, reviews of doubts, the counter, bank cards."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.identity_words import ProofMethod, ProofPurpose
from services.common.messages.shapes import Nothing, command, event, query
from services.common.values import IdNumber, Mobile, PersonId, PersonName


@dataclass(frozen=True, kw_only=True)
class FaceStep:
    """The one step asked for now: what to do, in both languages, and the token that goes with the frame."""

    number: int
    action: str
    text_zh: str
    text_en: str
    step_token: str


@dataclass(frozen=True, kw_only=True)
class FaceCheckReference:
    """A face check, as kept with the request."""

    check_id: str


@dataclass(frozen=True, kw_only=True)
class FaceCheck:
    """A running or ended face check. `sealing_key` (X25519, base64) encrypts frames to the worker; `proof` appears when accepted."""

    check_id: str
    state: str  # RUNNING, ACCEPTED, REVIEW, REJECTED, EXPIRED
    methods: tuple[str, ...]  # all ways offered: FACE, COUNTER, BANK_CARD
    sealing_key: str | None
    step: FaceStep | None
    reason: str | None
    proof: str | None
    expires_at: dt.datetime
    url: str | None = None  # where an outside provider takes the face
    review: str | None = None  # in REVIEW: OFFERED, QUEUED, APPROVED (fetch the result), REFUSED, LAPSED, WITHDRAWN
    review_until: dt.datetime | None = None


@command("identity", "start_face_check", reply=FaceCheck, deadline=12.0)
@dataclass(frozen=True, kw_only=True)
class StartFaceCheck:
    """Begin a check for one purpose. Needs a face consent and an ID-card portrait for the FACE method; COUNTER is always offered."""

    purpose: ProofPurpose
    subject: str  # what the proof is for: a signing task id, or empty
    person_id: PersonId | None = None  # the task's person, when a signer comes by link without a session


@command("identity", "enrol_portrait", reply=Nothing, process="worker", deadline=15.0)
@dataclass(frozen=True, kw_only=True)
class EnrolPortrait:
    """Keep the template of the portrait on the caller's ID card. `image`: base64 JPEG sealed to the worker's key."""

    image: str


@command("identity", "fetch_face_result", reply=FaceCheck, deadline=12.0)
@dataclass(frozen=True, kw_only=True)
class FetchFaceResult:
    """Ask the outside provider what became of the person's visit. Without one, or before its end, the check stays as it is."""

    check_id: str


@query("identity", "get_face_check", reply=FaceCheck)
@dataclass(frozen=True, kw_only=True)
class GetFaceCheck:
    """The check as it stands, for whoever may act in it."""

    check_id: str


@command("identity", "request_face_review", reply=FaceCheck, process="worker", deadline=15.0)
@dataclass(frozen=True, kw_only=True)
class RequestFaceReview:
    """Have a doubtful check judged by a clerk of an office (人工复核). `card`: base64 JPEG sealed to the worker's key."""

    check_id: str
    office: str
    card: str


@dataclass(frozen=True, kw_only=True)
class FacePrompt:
    """A spoken step, base64."""

    media_type: str
    content: str


@query("identity", "get_face_prompt", reply=FacePrompt, process="worker", deadline=12.0)
@dataclass(frozen=True, kw_only=True)
class GetFacePrompt:
    """A step of the face check as sound; the same for everybody. `action` as in FaceStep, or `done`."""

    action: str
    language: str  # zh or en


@dataclass(frozen=True, kw_only=True)
class FaceReviewItem:
    """A doubtful check that waits; without name or picture."""

    check_id: str
    purpose: ProofPurpose
    score: int
    signals: tuple[str, ...]
    queued_at: dt.datetime
    deadline: dt.datetime


@dataclass(frozen=True, kw_only=True)
class FaceReviewQueue:
    """A page of what waits for an office, oldest first; `next_cursor` is empty on the last."""

    items: tuple[FaceReviewItem, ...]
    next_cursor: str = ""


@query("identity", "list_face_reviews", reply=FaceReviewQueue)
@dataclass(frozen=True, kw_only=True)
class ListFaceReviews:
    """Asked by a counter clerk about their own office; at most 50 at once."""

    cursor: str = ""
    limit: int = 50


@dataclass(frozen=True, kw_only=True)
class FaceReviewPictures:
    """What a clerk compares. `frame` and `card`: JPEGs in boxes for the reader key, deleted with the decision."""

    check_id: str
    purpose: ProofPurpose
    score: int
    signals: tuple[str, ...]
    deadline: dt.datetime
    frame: str
    card: str


@command("identity", "look_at_face_review", reply=FaceReviewPictures)
@dataclass(frozen=True, kw_only=True)
class LookAtFaceReview:
    """See the pictures of a doubtful check; who looks is written down. `reader_key`: X25519, base64, made for this answer."""

    check_id: str
    reader_key: str


@command("identity", "decide_face_review", reply=Nothing)
@dataclass(frozen=True, kw_only=True)
class DecideFaceReview:
    """Approve or refuse; `reason` of a refusal: OTHER_PERSON, NOT_JUDGEABLE, NOT_LIVE."""

    check_id: str
    approve: bool
    reason: str = ""


@event("identity.face_review_decided")
@dataclass(frozen=True, kw_only=True)
class FaceReviewDecided:
    """A clerk has decided a doubtful check."""

    check_id: str


@dataclass(frozen=True, kw_only=True)
class SealingKey:
    """The worker's current public key for portraits (X25519, base64)."""

    key: str


@query("identity", "get_sealing_key", reply=SealingKey)
@dataclass(frozen=True, kw_only=True)
class GetSealingKey:
    """Asked by the gateway before it forwards a portrait."""


@command("identity", "submit_frame", reply=FaceCheck, process="worker", deadline=15.0)
@dataclass(frozen=True, kw_only=True)
class SubmitFrame:
    """One frame for the step asked. `frame`: base64 JPEG sealed to the check's key, at most 1 MiB before sealing."""

    check_id: str
    step_token: str
    frame: str


@command("identity", "use_alternative", reply=FaceCheck)
@dataclass(frozen=True, kw_only=True)
class UseAlternative:
    """End the check by another method: COUNTER needs a valid counter check of the person."""

    check_id: str
    method: ProofMethod


@command("identity", "prove_by_bank_card", reply=FaceCheck, deadline=12.0)
@dataclass(frozen=True, kw_only=True)
class ProveByBankCard:
    """End the check by a bank card (银行卡四要素): name and number of the account, the card, the mobile reserved with it, a code sent there."""

    check_id: str
    card_number: str
    mobile: Mobile
    code_id: str
    code: str  # of purpose BANK_CARD
    source: str = ""  # hash of the caller's address, for limits


@command("identity", "add_bank_card", reply=Nothing)
@dataclass(frozen=True, kw_only=True)
class AddBankCard:
    """Put a made-up card into the embedded table, for demonstrations; by the operators' command only, never in production."""

    name: PersonName
    id_number: IdNumber
    card_number: str
    mobile: Mobile


@dataclass(frozen=True, kw_only=True)
class CounterCheckReference:
    """A counter check (窗口核验)."""

    counter_check_id: str
    valid_until: dt.datetime


@command("identity", "check_at_counter", reply=CounterCheckReference)
@dataclass(frozen=True, kw_only=True)
class CheckAtCounter:
    """A clerk has seen person and ID card. Covers every purpose of the person for 24 hours.

    `mobile`: noted where the person comes to win an account back; only that phone can then recover it.
    """

    name: PersonName
    id_number: IdNumber
    mobile: Mobile | None = None
    card_valid_until: dt.date | None = None  # last day printed on the card; None: 长期, or not read
