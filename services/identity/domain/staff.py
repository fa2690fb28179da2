"""A member of staff (工作人员): roles, office, and what a sign-in of theirs needs."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from services.common.kit.errors import InvalidValue
from services.common.values import PersonId
from services.identity.domain import totp
from services.identity.domain.errors import StaffSignInRefused, TotpAlreadyUsed

MIN_PASSWORD = 12
MAX_PASSWORD = 200
"""argon2id takes any length; a bound keeps a request from hashing megabytes."""

_LOGIN = re.compile(r"^[a-z0-9][a-z0-9._-]{2,39}$")
_OFFICE = re.compile(r"^[a-z0-9][a-z0-9._-]{0,59}$")


class Role(StrEnum):
    """What a member of staff is there for; the owning services decide what each may do."""

    REVIEWER = "REVIEWER"
    COUNTER_CLERK = "COUNTER_CLERK"
    OFFICE_ADMIN = "OFFICE_ADMIN"
    OPERATOR = "OPERATOR"
    TAX_OFFICER = "TAX_OFFICER"
    BANK_CLERK = "BANK_CLERK"
    REGISTRAR = "REGISTRAR"


def normalise_login(login: str) -> str:
    """Logins are compared in lower case without outer blanks."""
    return login.strip().lower()


@dataclass(frozen=True)
class NewStaff:
    """What the operators' command typed, checked."""

    login: str
    password: str
    totp_secret: str
    roles: tuple[Role, ...]
    office: str

    @classmethod
    def read(cls, login: str, password: str, totp_secret: str, roles: tuple[str, ...], office: str) -> NewStaff:
        """Check every field. Raises InvalidValue naming the first wrong one."""
        name = normalise_login(login)
        if not _LOGIN.match(name):
            raise InvalidValue("identity.login_invalid", field="login")
        if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
            raise InvalidValue("identity.password_too_weak", field="password", min_length=MIN_PASSWORD)
        if not _OFFICE.match(office):
            raise InvalidValue("identity.office_invalid", field="office")
        totp.require_secret(totp_secret)
        known = set(Role)
        if not roles or not set(roles) <= known:
            raise InvalidValue("identity.role_unknown", field="roles", known=sorted(known))
        return cls(name, password, totp_secret, tuple(Role(one) for one in dict.fromkeys(roles)), office)


@dataclass
class Staff:
    """A staff account. `person_id` recognises the same human as a party to a case (conflict of interest)."""

    staff_id: str
    login: str
    password_hash: str
    totp_secret: str
    roles: tuple[str, ...]
    office: str
    person_id: PersonId | None
    added_at: dt.datetime
    last_totp_step: int = 0
    blocked_at: dt.datetime | None = None

    def spend_totp(self, digits: str, now: dt.datetime) -> None:
        """Use a one-time password up. Raises StaffSignInRefused (wrong) or TotpAlreadyUsed (this one or a later one was used)."""
        step = totp.matching_step(self.totp_secret, digits, now)
        if step is None:
            raise StaffSignInRefused
        if step <= self.last_totp_step:
            raise TotpAlreadyUsed
        self.last_totp_step = step
