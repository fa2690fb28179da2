"""Bodies and replies about people: SMS codes, accounts, sessions, consents, checks at the counter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from gateway.schemas.base import one_of, text
from services.common.messages import identity
from services.common.messages.identity import CodePurpose
from services.common.values import IdNumber, Mobile, PersonId, PersonName

BEARER = "Bearer"


@dataclass(frozen=True, kw_only=True)
class SmsCodeBody:
    """Ask for a six-digit code by SMS."""

    mobile: Mobile
    purpose: CodePurpose
    captcha_id: str = text(64, 0, default="")
    captcha_answer: str = text(16, 0, default="")

    def message(self, source: str) -> identity.RequestSmsCode:
        """Return the command."""
        return identity.RequestSmsCode(
            mobile=self.mobile,
            purpose=self.purpose,
            source=source,
            captcha=identity.SolvedCaptcha(captcha_id=self.captcha_id, answer=self.captcha_answer),
        )


@dataclass(frozen=True, kw_only=True)
class SmsCodeReply:
    """The code's id, to be sent with the code."""

    code_id: str
    expires_at: dt.datetime

    @classmethod
    def of(cls, sent: identity.SmsCodeSent) -> Self:
        """Build from the message."""
        return cls(code_id=sent.code_id, expires_at=sent.expires_at)


@dataclass(frozen=True, kw_only=True)
class AccountBody:
    """Register a natural person."""

    name: PersonName
    id_number: IdNumber
    mobile: Mobile
    code_id: str = text(64)
    code: str = text(6, 6, pattern=r"[0-9]{6}")

    def message(self) -> identity.Register:
        """Return the command."""
        return identity.Register(
            name=self.name, id_number=self.id_number, mobile=self.mobile, code_id=self.code_id, code=self.code
        )


@dataclass(frozen=True, kw_only=True)
class AccountReply:
    """The new account."""

    person_id: PersonId

    @classmethod
    def of(cls, account: identity.AccountReference) -> Self:
        """Build from the message."""
        return cls(person_id=account.person_id)


@dataclass(frozen=True, kw_only=True)
class RecoveryBody:
    """Win back the account of one's own ID number: checked at the counter for this mobile, or by a bank card reserved with it."""

    name: PersonName
    id_number: IdNumber
    mobile: Mobile
    code_id: str = text(64)
    code: str = text(6, 6, pattern=r"[0-9]{6}")
    card_number: str = text(24, 0, default="")

    def message(self, source: str) -> identity.RecoverAccount:
        """Return the command."""
        return identity.RecoverAccount(
            name=self.name,
            id_number=self.id_number,
            mobile=self.mobile,
            code_id=self.code_id,
            code=self.code,
            card_number=self.card_number,
            source=source,
        )


@dataclass(frozen=True, kw_only=True)
class MobileBody:
    """Another mobile: a code sent to it, and an identity proof for the account."""

    mobile: Mobile
    code_id: str = text(64)
    code: str = text(6, 6, pattern=r"[0-9]{6}")
    proof: str = text(4000)

    def message(self) -> identity.ChangeMobile:
        """Return the command."""
        return identity.ChangeMobile(mobile=self.mobile, code_id=self.code_id, code=self.code, proof=self.proof)


@dataclass(frozen=True, kw_only=True)
class OwnAccountReply:
    """One's own data, unmasked."""

    person_id: PersonId
    name: PersonName
    id_number: IdNumber
    mobile: Mobile

    @classmethod
    def of(cls, person: identity.Person) -> Self:
        """Build from the message."""
        return cls(person_id=person.person_id, name=person.name, id_number=person.id_number, mobile=person.mobile)


@dataclass(frozen=True, kw_only=True)
class OwnRecordReply:
    """One dated thing kept: CONSENT, COUNTER_CHECK, IDENTITY_CHECK or SESSION."""

    kind: str
    what: str
    at: dt.datetime
    until: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class OwnDataReply:
    """Everything kept about one's identity."""

    person_id: PersonId
    name: PersonName
    id_number: IdNumber
    mobile: Mobile
    registered_at: dt.datetime
    name_check: str
    login: str | None
    has_password: bool
    has_portrait: bool
    records: tuple[OwnRecordReply, ...]

    @classmethod
    def of(cls, data: identity.OwnData) -> Self:
        """Build from the message."""
        return cls(
            person_id=data.person_id,
            name=data.name,
            id_number=data.id_number,
            mobile=data.mobile,
            registered_at=data.registered_at,
            name_check=data.name_check,
            login=data.login,
            has_password=data.has_password,
            has_portrait=data.has_portrait,
            records=tuple(OwnRecordReply(kind=o.kind, what=o.what, at=o.at, until=o.until) for o in data.records),
        )


@dataclass(frozen=True, kw_only=True)
class ErasureBody:
    """An identity proof of purpose ACCOUNT."""

    proof: str = text(4000)


@dataclass(frozen=True, kw_only=True)
class ErasedReply:
    """One thing that is gone, as a code and in words."""

    code: str
    what: str


@dataclass(frozen=True, kw_only=True)
class KeptReply:
    """One thing that stays: what, why, and until when if a date is known."""

    code: str
    what: str
    why_code: str
    why: str
    until: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class ErasureReply:
    """What was erased at once, and what stays and why."""

    erased_at: dt.datetime
    erased: tuple[ErasedReply, ...]
    kept: tuple[KeptReply, ...]

    @classmethod
    def of(cls, done: identity.Erasure, say: Callable[[str], str]) -> Self:
        """Build from the message; `say` has the words for a code."""
        return cls(
            erased_at=done.erased_at,
            erased=tuple(ErasedReply(code=one, what=say(one)) for one in done.erased),
            kept=tuple(_kept(one, say) for one in done.kept),
        )


def _kept(one: identity.Kept, say: Callable[[str], str]) -> KeptReply:
    return KeptReply(code=one.what, what=say(one.what), why_code=one.why, why=say(one.why), until=one.until)


@dataclass(frozen=True, kw_only=True)
class SessionBody:
    """Sign in by mobile and SMS code; `id_tail` where several people share the mobile."""

    mobile: Mobile
    code_id: str = text(64)
    code: str = text(6, 6, pattern=r"[0-9]{6}")
    id_tail: str | None = text(4, 4, default=None, pattern=r"[0-9]{3}[0-9Xx]")

    def message(self, source: str) -> identity.SignIn:
        """Return the command."""
        tail = self.id_tail.upper() if self.id_tail else None
        return identity.SignIn(mobile=self.mobile, code_id=self.code_id, code=self.code, id_tail=tail, source=source)


@dataclass(frozen=True, kw_only=True)
class CaptchaBody:
    """Ask for a captcha, to be seen or to be heard."""

    kind: str = one_of("IMAGE", "SOUND", default="IMAGE")
    language: str = one_of("zh", "en", default="zh")

    def message(self, source: str) -> identity.CreateCaptcha:
        """Return the command."""
        return identity.CreateCaptcha(kind=identity.CaptchaKind(self.kind), language=self.language, source=source)


@dataclass(frozen=True, kw_only=True)
class CaptchaReply:
    """Digits as a picture or spoken: `content` is base64 of `media_type`. One try, five minutes."""

    captcha_id: str
    media_type: str
    content: str
    expires_at: dt.datetime

    @classmethod
    def of(cls, captcha: identity.Captcha) -> Self:
        """Build from the message."""
        return cls(
            captcha_id=captcha.captcha_id,
            media_type=captcha.media_type,
            content=captcha.content,
            expires_at=captcha.expires_at,
        )


@dataclass(frozen=True, kw_only=True)
class PasswordSessionBody:
    """Sign in by login name, mobile or ID number, and the password; `id_tail` where several people share the mobile."""

    name: str = text(40)
    password: str = text(200)
    id_tail: str | None = text(4, 4, default=None, pattern=r"[0-9]{3}[0-9Xx]")
    captcha_id: str = text(64, 0, default="")
    captcha_answer: str = text(16, 0, default="")

    def message(self, source: str) -> identity.SignInWithPassword:
        """Return the command."""
        tail = self.id_tail.upper() if self.id_tail else None
        return identity.SignInWithPassword(
            name=self.name,
            password=self.password,
            id_tail=tail,
            source=source,
            captcha=identity.SolvedCaptcha(captcha_id=self.captcha_id, answer=self.captcha_answer),
        )


@dataclass(frozen=True, kw_only=True)
class WechatBody:
    """A code of the WeChat program (wx.login); it works once and for five minutes."""

    code: str = text(128)


@dataclass(frozen=True, kw_only=True)
class PasswordBody:
    """A password of at least 8 characters; to change one, the current one or an identity proof for the account."""

    password: str = text(200, 8)
    login: str | None = text(40, 4, default=None)
    current: str = text(200, 0, default="")
    proof: str = text(4000, 0, default="")

    def message(self) -> identity.SetPassword:
        """Return the command."""
        return identity.SetPassword(password=self.password, login=self.login, current=self.current, proof=self.proof)


@dataclass(frozen=True, kw_only=True)
class StaffSessionBody:
    """Sign in as staff: login, password and one-time password."""

    login: str = text(64)
    password: str = text(256)
    totp: str = text(6, 6, pattern=r"[0-9]{6}")
    captcha_id: str = text(64, 0, default="")
    captcha_answer: str = text(16, 0, default="")

    def message(self, source: str) -> identity.SignInStaff:
        """Return the command."""
        return identity.SignInStaff(
            login=self.login,
            password=self.password,
            totp=self.totp,
            source=source,
            captcha=identity.SolvedCaptcha(captcha_id=self.captcha_id, answer=self.captcha_answer),
        )


@dataclass(frozen=True, kw_only=True)
class RefreshBody:
    """Exchange a refresh token; each works once."""

    refresh_token: str = text(2000)

    def message(self) -> identity.RefreshSession:
        """Return the command."""
        return identity.RefreshSession(refresh_token=self.refresh_token)


@dataclass(frozen=True, kw_only=True)
class SessionReply:
    """A session: an access token for 15 minutes, a refresh token that changes with each use."""

    session_id: str
    subject: str
    roles: tuple[str, ...]
    token_type: str
    access_token: str
    refresh_token: str
    access_expires_at: dt.datetime

    @classmethod
    def of(cls, session: identity.Session) -> Self:
        """Build from the message."""
        return cls(
            session_id=session.session_id,
            subject=session.person_id,
            roles=session.roles,
            token_type=BEARER,
            access_token=session.access_token,
            refresh_token=session.refresh_token,
            access_expires_at=session.access_expires_at,
        )


@dataclass(frozen=True, kw_only=True)
class ConsentBody:
    """A text that was read and ticked, named by id, version and hash."""

    purpose: str = one_of("NOTICE", "FACE", "FACE_REVIEW", "SHARING")
    text_id: str = text(64)
    text_version: str = text(32)
    text_hash: str = text(64, 64, pattern=r"[0-9a-f]{64}")
    channel: str = one_of("APP", "WEB", "COUNTER", default="APP")

    def message(self) -> identity.RecordConsent:
        """Return the command."""
        return identity.RecordConsent(
            purpose=self.purpose,
            text_id=self.text_id,
            text_version=self.text_version,
            text_hash=self.text_hash,
            channel=self.channel,
        )


@dataclass(frozen=True, kw_only=True)
class ConsentReply:
    """The recorded consent."""

    consent_id: str

    @classmethod
    def of(cls, consent: identity.ConsentReference) -> Self:
        """Build from the message."""
        return cls(consent_id=consent.consent_id)


@dataclass(frozen=True, kw_only=True)
class CounterCheckBody:
    """A clerk has seen this person with this ID card; `mobile` is noted where the person wins an account back.

    `card_valid_until`: the last day printed on the card; left out where it is 长期.
    """

    name: PersonName
    id_number: IdNumber
    mobile: Mobile | None = None
    card_valid_until: dt.date | None = None

    def message(self) -> identity.CheckAtCounter:
        """Return the command."""
        return identity.CheckAtCounter(
            name=self.name, id_number=self.id_number, mobile=self.mobile, card_valid_until=self.card_valid_until
        )


@dataclass(frozen=True, kw_only=True)
class CounterCheckReply:
    """The check and until when it counts."""

    counter_check_id: str
    valid_until: dt.datetime

    @classmethod
    def of(cls, check: identity.CounterCheckReference) -> Self:
        """Build from the message."""
        return cls(counter_check_id=check.counter_check_id, valid_until=check.valid_until)
