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
    """One attempt to use a code. A wrong one is counted against code, phone and address, and kept although the command is refused."""

    def __init__(self, work: Work, mobile: Mobile, source: str, now: dt.datetime) -> None:
        """Refuse with TooSoon while phone or address is locked."""
        self._work, self._mobile, self._now = work, mobile, now
        self._subjects = {f"mobile:{mobile}": lock.ACCOUNT} | ({f"source:{source}": lock.SOURCE} if source else {})
        for subject, rule in self._subjects.items():
            until = lock.locked_until(rule, work.failures.of(subject, now - rule.memory), now)
            if until is not None:
                raise TooSoon("identity.locked", until, now)

    def require_right(self, code_id: str, purpose: CodePurpose, digits: str) -> SmsCode:
        """Return the code when the digits are right. Raises SmsCodeWrong, SmsCodeExpired, SmsCodeUsedUp."""
        code = self._work.codes.find(code_id)
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
            for subject in self._subjects:
                self._work.failures.add(subject, self._now)
        self._work.keep_refusal()
        return wrong

    def succeeded(self, code: SmsCode) -> None:
        """Spend the code and forget the phone's failures; the address keeps its own."""
        code.spend(self._now)
        self._work.codes.save(code)
        self._work.failures.clear(f"mobile:{self._mobile}")
