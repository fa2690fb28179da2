"""Try an SMS code inside a unit of work, with the lock on the phone: shared by registering and signing in."""

from __future__ import annotations

import datetime as dt

from services.common.kit.errors import DomainError
from services.common.messages.identity import CodePurpose
from services.common.values import Mobile
from services.identity.application.ports import Work
from services.identity.domain import lock
from services.identity.domain.errors import SmsCodeWrong, TooSoon
from services.identity.domain.sms_code import SmsCode


class CodeTrial:
    """One attempt to use a code. A wrong one is counted against code, phone and address, and kept although the command is refused.

    Only a code that went to the phone counts against the phone, and a locked phone still takes one try of a code nobody has
    failed at: otherwise anybody could keep its holder out for ever, by codes that never were or by failing at one an hour.
    """

    def __init__(self, work: Work, mobile: Mobile, source: str, now: dt.datetime) -> None:
        """Refuse with TooSoon while the address is locked."""
        self._work, self._mobile, self._now = work, mobile, now
        self._phone, self._source = f"mobile:{mobile}", f"source:{source}" if source else ""
        self._locked_until = self._lock(self._phone, lock.ACCOUNT)
        until = self._lock(self._source, lock.SOURCE) if source else None
        if until is not None:
            raise TooSoon("identity.locked", until, now)

    def require_right(self, code_id: str, purpose: CodePurpose, digits: str) -> SmsCode:
        """Return the code when the digits are right. Raises SmsCodeWrong, SmsCodeExpired, SmsCodeUsedUp."""
        code = self._work.codes.find(code_id)
        went_here = code is not None and code.mobile == self._mobile
        if self._locked_until is not None and not (went_here and code is not None and code.tries == 0):
            raise TooSoon("identity.locked", self._locked_until, self._now)
        if code is None:
            raise self.refused(None, SmsCodeWrong())
        try:
            code.try_digits(self._mobile, purpose, digits, self._now)
        except DomainError as wrong:
            raise self.refused(code, wrong) from wrong
        return code

    def refused(self, code: SmsCode | None, wrong: DomainError) -> DomainError:
        """Keep the counted try and return the error to raise. Only wrong digits count against phone and address."""
        if code is not None:
            self._work.codes.save(code)
        if isinstance(wrong, SmsCodeWrong):
            if code is not None and code.mobile == self._mobile:
                self._work.failures.add(self._phone, self._now)
            if self._source:
                self._work.failures.add(self._source, self._now)
        self._work.keep_refusal()
        return wrong

    def succeeded(self, code: SmsCode) -> None:
        """Spend the code and forget the phone's failures; the address keeps its own."""
        code.spend(self._now)
        self._work.codes.save(code)
        self._work.failures.clear(self._phone)

    def _lock(self, subject: str, rule: lock.LockRule) -> dt.datetime | None:
        return lock.locked_until(rule, self._work.failures.of(subject, self._now - rule.memory), self._now)
