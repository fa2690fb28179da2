"""Open a staff session by login, password and one-time password: two factors, one of them cryptographic (GB/T 22239 8.1.4.1)."""

from __future__ import annotations

import datetime as dt

from services.common.kit.calls import ActorKind, Call
from services.common.messages.identity import SessionReference, SignInStaff
from services.identity.application.captchas import is_asked_for, use_captcha
from services.identity.application.door import Door
from services.identity.application.end_sessions import end_sessions
from services.identity.application.means import Means
from services.identity.application.ports import Work
from services.identity.domain.errors import StaffBlocked, StaffSignInRefused
from services.identity.domain.session import EndReason, Session
from services.identity.domain.staff import MAX_PASSWORD, Staff, normalise_login


def sign_in_staff(means: Means, message: SignInStaff, call: Call) -> SessionReference:
    """Open a session. Raises StaffSignInRefused (never which part is wrong), TotpAlreadyUsed, TooSoon, CaptchaNeeded.

    The password is hashed between two looks at the database, so that no transaction is held open for it; an unknown
    login takes as long as a known one. Who fails elsewhere cannot lock out whoever comes from a usual address. A member of staff has one session at a time: the former one ends.
    """
    login, now = normalise_login(message.login), means.now()
    with means.read() as registers:
        door = Door.of_account(registers, frozenset({f"login:{login}"}), message.source, now)
        door.refuse_locked(registers)
        doubtful = is_asked_for(registers, door.subjects, now)
        known = registers.staff.with_login(login)
    if doubtful:
        use_captcha(means, call, message.captcha, message.source)
    fits = means.passwords.fits(known.password_hash if known else None, message.password[: MAX_PASSWORD + 1])
    with means.works(call) as work:
        door.refuse_locked(work)
        staff = work.staff.with_login(login)
        if staff is None or not fits or known is None or staff.password_hash != known.password_hash:
            raise door.failed(work, StaffSignInRefused())
        _spend_totp(work, door, staff, message.totp, now)
        if staff.blocked_at is not None:  # told only to whoever knows everything
            raise StaffBlocked
        door.entered(work)
        end_sessions(work, staff.staff_id, EndReason.REPLACED, now)
        session = Session(means.new_id(), ActorKind.STAFF, staff.staff_id, staff.roles, staff.office, now, now)
        work.sessions.save(session)
        answer = SessionReference(session_id=session.session_id, generation=session.generation)
        work.commit(answer)
    return answer


def _spend_totp(work: Work, door: Door, staff: Staff, digits: str, now: dt.datetime) -> None:
    try:
        staff.spend_totp(digits, now)
    except StaffSignInRefused as wrong:
        raise door.failed(work, StaffSignInRefused()) from wrong
    work.staff.save(staff)
