"""The SMS code (短信验证码): how long it lives, how often it may be tried, how many a phone and an address may ask for."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.common.messages.identity import CodePurpose
from services.common.values import Mobile
from services.identity.domain.errors import SmsCodeExpired, SmsCodeGone, SmsCodeUsedUp, SmsCodeWrong, TooSoon

LENGTH = 6
LIFETIME = dt.timedelta(minutes=5)
MAX_TRIES = 5
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def draw_digits(randbelow: Callable[[int], int]) -> str:
    """Draw six digits; `randbelow` must be unpredictable (in production `secrets.randbelow`)."""
    return f"{randbelow(10**LENGTH):0{LENGTH}d}"


@dataclass
class SmsCode:
    """One code on its way to one phone. `digits` are forgotten as soon as the code cannot be used any more."""

    code_id: str
    mobile: Mobile
    purpose: CodePurpose
    source: str
    digits: str | None
    issued_at: dt.datetime
    tries: int = 0
    spent_at: dt.datetime | None = None

    @property
    def expires_at(self) -> dt.datetime:
        """From this moment on the code is worthless."""
        return self.issued_at + LIFETIME

    def to_send(self, now: dt.datetime) -> str:
        """Return the digits for the message. Raises SmsCodeGone when sending them would help nobody."""
        if self.digits is None or now >= self.expires_at:
            raise SmsCodeGone
        return self.digits

    def try_digits(self, mobile: Mobile, purpose: CodePurpose, digits: str, now: dt.datetime) -> None:
        """Return quietly if these are right; count the try and raise if not. A right code is not spent by this.

        Raises SmsCodeUsedUp, SmsCodeExpired, SmsCodeWrong; the caller keeps the counted try in every case.
        """
        if self.digits is None or self.tries >= MAX_TRIES:
            raise SmsCodeUsedUp
        if now >= self.expires_at:
            raise SmsCodeExpired
        right = hmac.compare_digest(self.digits.encode(), digits.encode())
        if not right or mobile != self.mobile or purpose is not self.purpose:
            self.count_failure()
            raise SmsCodeWrong

    def count_failure(self) -> None:
        """One try is gone; with the last one the digits are forgotten."""
        self.tries += 1
        if self.tries >= MAX_TRIES:
            self.digits = None

    def spend(self, now: dt.datetime) -> None:
        """Use it up."""
        self.spent_at = now
        self.digits = None


@dataclass(frozen=True)
class Issued:
    """A code issued before, as the limits see it."""

    issued_at: dt.datetime
    purpose: CodePurpose
    used: bool = False


@dataclass(frozen=True)
class CodeLimits:
    """How many codes may be asked for. The pause holds per phone and purpose: registering and signing in may follow at once."""

    pause: dt.timedelta = dt.timedelta(seconds=60)
    per_mobile_hour: int = 5
    per_mobile_day: int = 10
    per_source_hour: int = 60
    unused_per_mobile: int = 3
    unused_per_source: int = 20
    """Codes of the last hour nobody used, after which a person must show to be one: whoever plagues phones uses none."""

    def is_doubtful(self, to_mobile: Sequence[Issued], from_source: Sequence[Issued], now: dt.datetime) -> bool:
        """Whether a captcha is to be asked for. The same with or without an account: codes alone are looked at."""

        def unused(codes: Sequence[Issued]) -> int:
            return sum(not one.used and one.issued_at + HOUR > now for one in codes)

        return unused(to_mobile) >= self.unused_per_mobile or unused(from_source) >= self.unused_per_source

    def refuse_excess(
        self, purpose: CodePurpose, to_mobile: Sequence[Issued], from_source: Sequence[Issued], now: dt.datetime
    ) -> None:
        """Raise TooSoon where one code more would be too many. Both lists may reach back further than a day."""
        same = [one.issued_at for one in to_mobile if one.purpose is purpose]
        times = [one.issued_at for one in to_mobile]
        _refuse("identity.sms_code_too_soon", same, 1, self.pause, now)
        _refuse("identity.sms_code_limit", times, self.per_mobile_hour, HOUR, now)
        _refuse("identity.sms_code_limit", times, self.per_mobile_day, DAY, now)
        _refuse("identity.sms_source_limit", [one.issued_at for one in from_source], self.per_source_hour, HOUR, now)


def _refuse(code: str, times: Sequence[dt.datetime], allowed: int, span: dt.timedelta, now: dt.datetime) -> None:
    recent = sorted(moment for moment in times if moment + span > now)
    if len(recent) >= allowed:
        raise TooSoon(code, recent[-allowed] + span, now)
