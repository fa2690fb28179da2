"""What identity answers and tells: accounts, consents, one's own data; sessions, staff and checks stand beside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from services.common.messages.identity_checks import (  # noqa: F401 - part of identity's messages
    AddBankCard,
    CheckAtCounter,
    CounterCheckReference,
    DecideFaceReview,
    EnrolPortrait,
    FaceCheck,
    FaceCheckReference,
    FacePrompt,
    FaceReviewDecided,
    FaceReviewItem,
    FaceReviewPictures,
    FaceReviewQueue,
    FaceStep,
    FetchFaceResult,
    GetFaceCheck,
    GetFacePrompt,
    GetSealingKey,
    ListFaceReviews,
    LookAtFaceReview,
    ProveByBankCard,
    RequestFaceReview,
    SealingKey,
    StartFaceCheck,
    SubmitFrame,
    UseAlternative,
)
from services.common.messages.identity_sessions import (  # noqa: F401 - part of identity's messages
    BindWechat,
    Captcha,
    CaptchaReference,
    CreateCaptcha,
    EndedSessions,
    ListEndedSessions,
    RefreshSession,
    Session,
    SessionReference,
    SetPassword,
    SignIn,
    SignInStaff,
    SignInWithPassword,
    SignInWithWechat,
    SignOut,
    SignOutEverywhere,
    UnbindWechat,
)
from services.common.messages.identity_staff import (  # noqa: F401 - part of identity's messages
    AddStaff,
    BlockStaff,
    GetStaff,
    ListStaffActs,
    SetStaffRoles,
    StaffAct,
    StaffActs,
    StaffPerson,
    StaffReference,
)
from services.common.messages.identity_words import (  # noqa: F401 - part of identity's messages
    NO_CAPTCHA,
    Assurance,
    CaptchaKind,
    CodePurpose,
    ProofMethod,
    ProofPurpose,
    SolvedCaptcha,
)
from services.common.messages.shapes import Nothing, command, event, query
from services.common.values import IdNumber, Mobile, PersonId, PersonName


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
    captcha: SolvedCaptcha = NO_CAPTCHA  # where phone or address asked for codes nobody used


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
