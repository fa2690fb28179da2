"""Open a staff session by login, password and one-time password: two factors, one of them cryptographic (GB/T 22239 8.1.4.1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from services.common.kit.calls import ActorKind, Call
from services.common.messages.identity import SessionReference, SignInStaff
from services.identity.application.captchas import is_asked_for, use_captcha
from services.identity.application.end_sessions import end_sessions
from services.identity.application.means import Means
from services.identity.application.ports import Registers, Work
from services.identity.domain import lock
from services.identity.domain.errors import StaffBlocked, StaffSignInRefused, TooSoon, TotpAlreadyUsed
from services.identity.domain.session import EndReason, Session
from services.identity.domain.staff import MAX_PASSWORD, Staff, normalise_login


def sign_in_staff(means: Means, message: SignInStaff, call: Call) -> SessionReference:
    """Open a session. Raises StaffSignInRefused (never which part is wrong), TotpAlreadyUsed, TooSoon, CaptchaNeeded.

    The password is hashed between two looks at the database, so that no transaction is held open for it; an unknown
    login takes as long as a known one. A member of staff has one session at a time: the former one ends.
    """
    login, now = normalise_login(message.login), means.now()
    subjects = {f"login:{login}": lock.ACCOUNT} | ({f"source:{message.source}": lock.SOURCE} if message.source else {})
    with means.read() as registers:
        _refuse_locked(registers, subjects, now)
        doubtful = is_asked_for(registers, frozenset({f"login:{login}"}), now)
        known = registers.staff.with_login(login)
    if doubtful:
        use_captcha(means, call, message.captcha, message.source)
    fits = means.passwords.fits(known.password_hash if known else None, message.password[: MAX_PASSWORD + 1])
    with means.works(call) as work:
        _refuse_locked(work, subjects, now)
        staff = work.staff.with_login(login)
        if staff is None or not fits or known is None or staff.password_hash != known.password_hash:
            raise _refused(work, subjects, now)
        _spend_totp(work, staff, message.totp, subjects, now)
        if staff.blocked_at is not None:  # told only to whoever knows everything
            raise StaffBlocked
        work.failures.clear(f"login:{login}")
        end_sessions(work, staff.staff_id, EndReason.REPLACED, now)
        session = Session(means.new_id(), ActorKind.STAFF, staff.staff_id, staff.roles, staff.office, now, now)
        work.sessions.save(session)
        answer = SessionReference(session_id=session.session_id, generation=session.generation)
        work.commit(answer)
    return answer


def _refuse_locked(registers: Registers, subjects: Mapping[str, lock.LockRule], now: dt.datetime) -> None:
    for subject, rule in subjects.items():
        until = lock.locked_until(rule, registers.failures.of(subject, now - rule.memory), now)
        if until is not None:
            raise TooSoon("identity.locked", until, now)


def _spend_totp(work: Work, staff: Staff, digits: str, subjects: Mapping[str, lock.LockRule], now: dt.datetime) -> None:
    try:
        staff.spend_totp(digits, now)
    except TotpAlreadyUsed:
        raise
    except StaffSignInRefused as wrong:
        raise _refused(work, subjects, now) from wrong
    work.staff.save(staff)


def _refused(work: Work, subjects: Mapping[str, lock.LockRule], now: dt.datetime) -> StaffSignInRefused:
    for subject in subjects:
        work.failures.add(subject, now)
    work.keep_refusal()
    return StaffSignInRefused()
