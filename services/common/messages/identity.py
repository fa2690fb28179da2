"""What identity answers and tells: accounts, sessions, consents, identity proofs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from services.common.messages.shapes import Nothing, command, event, query
from services.common.values import IdNumber, Mobile, PersonId, PersonName


class CodePurpose(StrEnum):
    """What an SMS code is good for."""

    REGISTER = "REGISTER"
    SIGN_IN = "SIGN_IN"
    RECOVER = "RECOVER"
    CHANGE_MOBILE = "CHANGE_MOBILE"
    BANK_CARD = "BANK_CARD"


class ProofPurpose(StrEnum):
    """The act an identity proof is spent on; it decides the service that accepts it."""

    OPEN_CASE = "OPEN_CASE"
    JOIN_CASE = "JOIN_CASE"
    SIGN = "SIGN"
    ACCOUNT = "ACCOUNT"  # a new password or mobile; identity itself spends it


class ProofMethod(StrEnum):
    """How a person was recognised."""

    FACE = "FACE"
    COUNTER = "COUNTER"
    BANK_CARD = "BANK_CARD"


class Assurance(StrEnum):
    """How far a proof can be trusted: `BASIC` compares with a card shown to us, `AUTHORITATIVE` with an office's own check."""

    BASIC = "BASIC"
    AUTHORITATIVE = "AUTHORITATIVE"


@dataclass(frozen=True, kw_only=True)
class SolvedCaptcha:
    """What a person read or heard."""

    captcha_id: str = ""
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class SmsCodeSent:
    """A code is on its way."""

    code_id: str
    expires_at: dt.datetime


@command("identity", "request_sms_code", reply=SmsCodeSent)
@dataclass(frozen=True, kw_only=True)
class RequestSmsCode:
    """Ask for a code to that mobile (six digits, 5 minutes, 5 tries). Limited per mobile and source."""

    mobile: Mobile
    purpose: CodePurpose
    source: str  # hash of the caller's address, for limits
    captcha: SolvedCaptcha = SolvedCaptcha()  # where phone or address asked for codes nobody used


@dataclass(frozen=True, kw_only=True)
class SmsCode:
    """The code itself, for notice alone."""

    mobile: Mobile
    code: str
    purpose: CodePurpose
    expires_at: dt.datetime


@query("identity", "get_sms_code", reply=SmsCode)
@dataclass(frozen=True, kw_only=True)
class GetSmsCode:
    """Asked by notice when it is about to send."""

    code_id: str


@dataclass(frozen=True, kw_only=True)
class AccountReference:
    """An account."""

    person_id: PersonId


@command("identity", "register", reply=AccountReference, deadline=12.0)
@dataclass(frozen=True, kw_only=True)
class Register:
    """Create the account of a natural person (注册)."""

    name: PersonName
    id_number: IdNumber
    mobile: Mobile
    code_id: str
    code: str


@command("identity", "recover_account", reply=AccountReference, deadline=12.0)
@dataclass(frozen=True, kw_only=True)
class RecoverAccount:
    """Win back the account of one's own ID number (找回账号), whoever occupies it.

    A clerk has checked the person and noted this mobile at the counter; or the bank card `card_number` is reserved with it.
    """

    name: PersonName
    id_number: IdNumber
    mobile: Mobile
    code_id: str
    code: str
    card_number: str = ""
    source: str = ""  # hash of the caller's address, for limits


@command("identity", "change_mobile", reply=Nothing)
@dataclass(frozen=True, kw_only=True)
class ChangeMobile:
    """Give the caller another mobile (变更手机号): a code sent to it, and an identity proof for the account (ACCOUNT)."""

    mobile: Mobile
    code_id: str
    code: str
    proof: str


@dataclass(frozen=True, kw_only=True)
class FieldsResealed:
    """How many rows were rewritten, and how many still wait."""

    resealed: int
    waiting: int


@command("identity", "rotate_field_key", reply=FieldsResealed)
@dataclass(frozen=True, kw_only=True)
class RotateFieldKey:
    """Rewrite at most `limit` rows under the newest field key; by the operators' command, repeated until none waits."""

    limit: int = 500


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One thing that stays after an account is erased, and why, as codes; `until` None: as long as the law of its file says."""

    what: str
    why: str
    until: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """What was erased at once, and what stays. Codes and times only."""

    erased_at: dt.datetime
    erased: tuple[str, ...]
    kept: tuple[Kept, ...]


@command("identity", "erase_account", reply=Erasure, deadline=15.0)
@dataclass(frozen=True, kw_only=True)
class EraseAccount:
    """Erase the caller's account (注销账户), by an identity proof for the account (ACCOUNT). Not while cases or signatures wait."""

    proof: str


class ChangeKind(StrEnum):
    """What changed in an account; its former mobile is told."""

    MOBILE_CHANGED = "MOBILE_CHANGED"
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105 - a kind, not a secret
    ACCOUNT_RECOVERED = "ACCOUNT_RECOVERED"
    ACCOUNT_ERASED = "ACCOUNT_ERASED"


@dataclass(frozen=True, kw_only=True)
class AccountChange:
    """What to tell to whom: `mobile` is the one the account had before."""

    mobile: Mobile
    kind: ChangeKind
    changed_at: dt.datetime


@query("identity", "get_account_change", reply=AccountChange)
@dataclass(frozen=True, kw_only=True)
class GetAccountChange:
    """Asked by notice when it is about to tell a change."""

    change_id: str


@command("identity", "block_id_number", reply=Nothing)
@dataclass(frozen=True, kw_only=True)
class BlockIdNumber:
    """Let nobody register with an ID number (a lost card, a fraud), or open it again; by the operators' command only."""

    id_number: IdNumber
    blocked: bool
    reason: str = ""  # a short code


@dataclass(frozen=True, kw_only=True)
class SessionReference:
    """A session, as kept with the request: tokens are minted when it is shown, the refresh token for that generation only."""

    session_id: str
    generation: int = 1


@dataclass(frozen=True, kw_only=True)
class Session:
    """What a client holds: a 15-minute access token and a refresh token that changes with each use."""

    session_id: str
    person_id: str
    roles: tuple[str, ...]
    access_token: str
    refresh_token: str
    access_expires_at: dt.datetime


@command("identity", "sign_in", reply=Session)
@dataclass(frozen=True, kw_only=True)
class SignIn:
    """Open a session by mobile and SMS code. `id_tail` (last four of the ID) is asked where several people share the mobile."""

    mobile: Mobile
    code_id: str
    code: str
    id_tail: str | None = None
    source: str = ""  # hash of the caller's address, for limits


class CaptchaKind(StrEnum):
    """To be seen or to be heard."""

    IMAGE = "IMAGE"
    SOUND = "SOUND"


@dataclass(frozen=True, kw_only=True)
class CaptchaReference:
    """A captcha, as kept with the request."""

    captcha_id: str


@dataclass(frozen=True, kw_only=True)
class Captcha:
    """Digits as a picture (image/png) or spoken (audio/wav), base64; one try, five minutes."""

    captcha_id: str
    media_type: str
    content: str
    expires_at: dt.datetime


@command("identity", "create_captcha", reply=Captcha, process="worker", deadline=12.0)
@dataclass(frozen=True, kw_only=True)
class CreateCaptcha:
    """Ask for a captcha, after something was refused with `identity.captcha_needed`. Limited per source."""

    kind: CaptchaKind
    language: str  # zh or en, for the sound
    source: str


@command("identity", "sign_in_with_password", reply=Session)
@dataclass(frozen=True, kw_only=True)
class SignInWithPassword:
    """Open a session by login name, mobile or ID number, and the password. `id_tail` as in SignIn."""

    name: str
    password: str
    id_tail: str | None = None
    source: str = ""  # hash of the caller's address, for limits
    captcha: SolvedCaptcha = SolvedCaptcha()  # after three failures


@command("identity", "sign_in_with_wechat", reply=Session, deadline=8.0)
@dataclass(frozen=True, kw_only=True)
class SignInWithWechat:
    """Open a session by the code of a WeChat mini program (wx.login), for somebody who bound WeChat before."""

    code: str
    source: str = ""  # hash of the caller's address, for limits


@command("identity", "bind_wechat", reply=Nothing, deadline=8.0)
@dataclass(frozen=True, kw_only=True)
class BindWechat:
    """Let the caller sign in by WeChat from now on (绑定微信); replaces a former binding."""

    code: str


@command("identity", "unbind_wechat", reply=Nothing)
@dataclass(frozen=True, kw_only=True)
class UnbindWechat:
    """Let the caller no longer sign in by WeChat."""


@command("identity", "set_password", reply=Nothing)
@dataclass(frozen=True, kw_only=True)
class SetPassword:
    """Choose or change the caller's password and login name. Where there is a password: the current one, or a proof (ACCOUNT).

    A changed password ends the caller's other sessions.
    """

    password: str
    login: str | None = None  # None: as it was
    current: str = ""
    proof: str = ""


@command("identity", "sign_in_staff", reply=Session)
@dataclass(frozen=True, kw_only=True)
class SignInStaff:
    """Open a staff session by login, password and one-time password."""

    login: str
    password: str
    totp: str
    source: str = ""  # hash of the caller's address, for limits
    captcha: SolvedCaptcha = SolvedCaptcha()  # after three failures


@command("identity", "refresh_session", reply=Session)
@dataclass(frozen=True, kw_only=True)
class RefreshSession:
    """Exchange a refresh token; one used twice ends the session (it was stolen)."""

    refresh_token: str


@command("identity", "sign_out", reply=Nothing)
@dataclass(frozen=True, kw_only=True)
class SignOut:
    """End the caller's session."""


@command("identity", "sign_out_everywhere", reply=Nothing)
@dataclass(frozen=True, kw_only=True)
class SignOutEverywhere:
    """End all sessions of the caller, this one included."""


@dataclass(frozen=True, kw_only=True)
class EndedSessions:
    """Sessions ended before their time, whose access tokens may still be young. `until`: ask from here next time."""

    session_ids: tuple[str, ...]
    until: dt.datetime


@query("identity", "list_ended_sessions", reply=EndedSessions, deadline=2.0)
@dataclass(frozen=True, kw_only=True)
class ListEndedSessions:
    """Asked by the gateway every two seconds it is in use. `since` None: all whose access tokens may still be good."""

    since: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class StaffReference:
    """A staff account; `totp_secret` is shown once, to be scanned."""

    staff_id: str


@command("identity", "add_staff", reply=StaffReference)
@dataclass(frozen=True, kw_only=True)
class AddStaff:
    """Create a staff account, by the operators' command only. The caller chooses password and TOTP secret (base32)."""

    login: str
    password: str
    totp_secret: str
    roles: tuple[
        str, ...
    ]  # REVIEWER, REGISTRY_OFFICER, TAX_OFFICER, BANK_CLERK, COUNTER_CLERK, OFFICE_ADMIN, OPERATOR, AUDITOR
    office: str
    id_number: IdNumber | None = None  # to recognise a conflict of interest


@command("identity", "set_staff_roles", reply=StaffReference)
@dataclass(frozen=True, kw_only=True)
class SetStaffRoles:
    """Give a member of staff other roles, by the operators' command only; open sessions end, because tokens carry roles."""

    login: str
    roles: tuple[str, ...]
    office: str = ""  # empty: as it was


@command("identity", "block_staff", reply=Nothing)
@dataclass(frozen=True, kw_only=True)
class BlockStaff:
    """Close or open a staff account, by the operators' command only; closing ends its sessions at once."""

    login: str
    blocked: bool


@dataclass(frozen=True, kw_only=True)
class StaffPerson:
    """A member of staff for the services that must refuse a conflict of interest; `person_id` where the ID number is known."""

    staff_id: str
    roles: tuple[str, ...]
    office: str
    person_id: PersonId | None


@query("identity", "get_staff", reply=StaffPerson)
@dataclass(frozen=True, kw_only=True)
class GetStaff:
    """Asked by review before it lets somebody decide (回避)."""

    staff_id: str


@dataclass(frozen=True, kw_only=True)
class StaffAct:
    """One look of a member of staff at a person's data, or one act on it. `subject`: a case number or a person's pseudonym."""

    act_id: str
    staff_id: str
    login: str
    act: str  # a code: contract.case_shown, identity.checked_at_counter ...
    subject: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class StaffActs:
    """A page, newest first; `next_cursor` is empty on the last."""

    acts: tuple[StaffAct, ...]
    next_cursor: str


@query("identity", "list_staff_acts", reply=StaffActs)
@dataclass(frozen=True, kw_only=True)
class ListStaffActs:
    """Asked by an AUDITOR about the staff of the own office (审计). Empty filters let everything through."""

    login: str = ""
    act: str = ""
    subject: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    cursor: str = ""
    limit: int = 50


@dataclass(frozen=True, kw_only=True)
class Person:
    """A registered person, for the services that need name and number in a document."""

    person_id: PersonId
    name: PersonName
    id_number: IdNumber
    mobile: Mobile


@query("identity", "get_person", reply=Person)
@dataclass(frozen=True, kw_only=True)
class GetPerson:
    """Asked by contract for a party's own data; and by a person about themselves."""

    person_id: PersonId


@dataclass(frozen=True, kw_only=True)
class OwnRecord:
    """One dated thing kept about a person: CONSENT, COUNTER_CHECK, IDENTITY_CHECK, FACE_REVIEW or SESSION."""

    kind: str
    what: str
    at: dt.datetime
    until: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class OwnData:
    """Everything identity keeps about its caller; the face template itself says nothing to a person."""

    person_id: PersonId
    name: PersonName
    id_number: IdNumber
    mobile: Mobile
    registered_at: dt.datetime
    name_check: str
    login: str | None
    has_password: bool
    has_portrait: bool
    records: tuple[OwnRecord, ...]


@query("identity", "export_own_data", reply=OwnData)
@dataclass(frozen=True, kw_only=True)
class ExportOwnData:
    """Asked by a person about themselves (查阅、复制)."""


@dataclass(frozen=True, kw_only=True)
class ConsentReference:
    """A recorded consent."""

    consent_id: str


@command("identity", "record_consent", reply=ConsentReference)
@dataclass(frozen=True, kw_only=True)
class RecordConsent:
    """Record that the caller ticked a text of that version (同意). Purposes: NOTICE, FACE, SHARING."""

    purpose: str
    text_id: str
    text_version: str
    text_hash: str
    channel: str


@command("identity", "withdraw_consent", reply=Nothing)
@dataclass(frozen=True, kw_only=True)
class WithdrawConsent:
    """Take back the caller's consent to a purpose (撤回同意). FACE also deletes the portrait's template."""

    purpose: str


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
    """What waits for an office, oldest first."""

    items: tuple[FaceReviewItem, ...]


@query("identity", "list_face_reviews", reply=FaceReviewQueue)
@dataclass(frozen=True, kw_only=True)
class ListFaceReviews:
    """Asked by a counter clerk about their own office."""


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


@event("identity.sms_code_issued")
@dataclass(frozen=True, kw_only=True)
class SmsCodeIssued:
    """A code waits to be sent."""

    code_id: str


@event("identity.account_erased")
@dataclass(frozen=True, kw_only=True)
class AccountErased:
    """Somebody's account is gone. The pseudonym alone: the same number registered again makes the same one."""

    person_id: PersonId


@event("identity.account_changed")
@dataclass(frozen=True, kw_only=True)
class AccountChanged:
    """Somebody's way in changed; the former mobile is to be told."""

    change_id: str
