"""A member of staff (工作人员): roles, office, and what a sign-in of theirs needs."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
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

    REVIEWER = "REVIEWER"  # 网签审核
    REGISTRY_OFFICER = "REGISTRY_OFFICER"  # 登记窗口
    TAX_OFFICER = "TAX_OFFICER"  # 税务窗口
    BANK_CLERK = "BANK_CLERK"  # 银行网点
    COUNTER_CLERK = "COUNTER_CLERK"  # 综合窗口
    OFFICE_ADMIN = "OFFICE_ADMIN"  # 机构管理员
    OPERATOR = "OPERATOR"  # 运维
    AUDITOR = "AUDITOR"  # 审计员


ALONE = frozenset({Role.AUDITOR})
"""Roles nobody holds beside another: who audits does not act (GB/T 22239 8.1.5.2, 三权分立)."""


def read_roles(roles: Sequence[str]) -> tuple[Role, ...]:
    """Return the roles once each, in the order given. Raises InvalidValue for none, unknown ones, and AUDITOR beside another."""
    known = set(Role)
    if not roles or not set(roles) <= known:
        raise InvalidValue("identity.role_unknown", field="roles", known=sorted(known))
    read = tuple(Role(one) for one in dict.fromkeys(roles))
    if len(read) > 1 and ALONE & set(read):
        raise InvalidValue("identity.role_stands_alone", field="roles", alone=sorted(ALONE))
    return read


def normalise_login(login: str) -> str:
    """Logins are compared in lower case without outer blanks."""
    return login.strip().lower()


def read_office(office: str) -> str:
    """Return the office's id as the city profile writes it. Raises InvalidValue."""
    if not _OFFICE.match(office):
        raise InvalidValue("identity.office_invalid", field="office")
    return office


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
        read_office(office)
        totp.require_secret(totp_secret)
        return cls(name, password, totp_secret, read_roles(roles), office)


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
