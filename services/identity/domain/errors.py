"""Every refusal of identity with its stable code. What a code means to people is the gateway's catalogue."""

from __future__ import annotations

import datetime as dt

from services.common.kit.errors import (
    Conflict,
    DomainError,
    Forbidden,
    InvalidValue,
    Kind,
    NotAuthenticated,
    NotFound,
)


class TooSoon(DomainError):
    """A limit is reached; `retry_after` tells the seconds until the same may be tried again."""

    kind = Kind.LIMITED

    def __init__(self, code: str, until: dt.datetime, now: dt.datetime) -> None:
        super().__init__(code, retry_after=max(1, round((until - now).total_seconds())))


class SmsCodeWrong(InvalidValue):
    """Not this code, not this mobile, or not for this purpose: the three are never told apart."""

    code = "identity.sms_code_wrong"


class SmsCodeExpired(InvalidValue):
    """Older than five minutes, or replaced by nothing: ask for a new one."""

    code = "identity.sms_code_expired"


class SmsCodeUsedUp(InvalidValue):
    """Spent before, or tried five times in vain."""

    code = "identity.sms_code_used_up"


class SmsCodeGone(NotFound):
    """There is nothing left to send."""

    code = "identity.sms_code_gone"


class UnderAge(InvalidValue):
    """Younger than 18: a guardian acts at the counter (民法典 17, 19)."""

    code = "identity.under_age"


class IdNumberTaken(Conflict):
    """The number has an account; its owner wins it back with an identity proof."""

    code = "identity.id_number_taken"


class IdCardExpired(InvalidValue):
    """The card's last day has passed: a new one, or a temporary one, is needed (居民身份证法 11)."""

    code = "identity.id_card_expired"


class NameMismatch(Conflict):
    """A clerk has seen the card of this number, and it bears another name."""

    code = "identity.name_mismatch"


class NameNumberMismatch(Conflict):
    """The authority knows the number under another name."""

    code = "identity.name_number_mismatch"


class IdNumberBlocked(Forbidden):
    """Nobody may register with this number; the counter knows why."""

    code = "identity.id_number_blocked"


class RecoveryProofMissing(Conflict):
    """No clerk has checked this person for this mobile, and no bank card proves it."""

    code = "identity.recovery_proof_missing"


class MobileShared(Conflict):
    """Another account uses the mobile and the deployment does not allow sharing."""

    code = "identity.mobile_shared"


class AccountMissing(NotFound):
    """Nobody registered with this mobile."""

    code = "identity.account_missing"


class IdTailNeeded(InvalidValue):
    """Several people share the mobile: the last four characters of the ID number tell them apart."""

    code = "identity.id_tail_needed"


class IdTailAmbiguous(Conflict):
    """Two people share both the mobile and the last four characters: the counter changes one mobile."""

    code = "identity.id_tail_ambiguous"


class CaptchaNeeded(InvalidValue):
    """After some failures a person must show to be one; the same request with a captcha goes on."""

    code = "identity.captcha_needed"


class CaptchaWrong(InvalidValue):
    """Not these digits, too late, tried before, or asked for from elsewhere: ask for another."""

    code = "identity.captcha_wrong"


class SignInRefused(NotAuthenticated):
    """Name or password is wrong, or there is no such account or no password: never told which."""

    code = "identity.sign_in_refused"


class PasswordWrong(InvalidValue):
    """The current password is not right."""

    code = "identity.password_wrong"


class AccountProofMissing(Conflict):
    """What is asked needs an identity check for the account, or (for a password) the current one."""

    code = "identity.account_proof_missing"


class WechatNotBound(NotFound):
    """Nobody bound this WeChat account; sign in by another way and bind it."""

    code = "identity.wechat_not_bound"


class StaffBlocked(Forbidden):
    """The staff account is closed."""

    code = "identity.staff_blocked"


class StaffSignInRefused(NotAuthenticated):
    """Login, password or one-time password is wrong: never told which."""

    code = "identity.staff_sign_in_refused"


class TotpAlreadyUsed(NotAuthenticated):
    """This one-time password has opened a session before; the next one comes within 30 seconds."""

    code = "identity.totp_already_used"


class LoginTaken(Conflict):
    """A member of staff has this login."""

    code = "identity.login_taken"


class SessionOver(NotAuthenticated):
    """Ended, idle for too long, or too old: sign in again."""

    code = "identity.session_over"


class RefreshTokenInvalid(NotAuthenticated):
    """Not a token of ours."""

    code = "identity.refresh_token_invalid"


class RefreshTokenReused(NotAuthenticated):
    """A token used before: somebody has a copy, so the session is ended for both."""

    code = "identity.refresh_token_reused"


class NotYours(Forbidden):
    """Another person's data or check."""

    code = "identity.not_yours"


class PersonUnknown(NotFound):
    """No account of that person."""

    code = "identity.person_unknown"


class AuditChainBroken(DomainError):
    """The record of where the audit's chain begins and ends is not ours: nothing is sealed over it."""

    code = "identity.audit_chain_broken"
    kind = Kind.INTERNAL


class BankCardMismatch(Conflict):
    """The bank says no: which of the four does not fit is never told."""

    code = "identity.bank_card_mismatch"


class ErasureBarred(Conflict):
    """Others rely on what is under way: `cases` (numbers) and `tasks` (to be signed) name it."""

    def __init__(self, cases: tuple[str, ...], tasks: tuple[str, ...]) -> None:
        super().__init__("identity.erasure_barred", cases=list(cases), tasks=list(tasks))


class CounterCheckMissing(Conflict):
    """No clerk has seen the person within the validity of such a check."""

    code = "identity.counter_check_missing"


class CounterCheckOfOneself(Forbidden):
    """A clerk cannot vouch for himself."""

    code = "identity.counter_check_of_oneself"
