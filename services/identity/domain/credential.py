"""The citizen's credential (登录名与密码): what a login name and a password may be, and what a typed name means.

Decides form only; how often one may fail is `lock`'s, hashing the adapter's.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from services.common.kit.errors import InvalidValue
from services.common.values import IdNumber, Mobile, PersonId, normalise

MIN_PASSWORD = 8
"""No class rule: length is what helps (decisions.md 4)."""
MAX_PASSWORD = 200
LONGEST_NAME = 40

_LOGIN = re.compile(r"^[a-z][a-z0-9._-]{3,39}$")
"""Begins with a letter, so that no login name can be taken for somebody's mobile or ID number."""


@dataclass(frozen=True)
class Credential:
    """A citizen's password and, if chosen, login name. Having neither is usual: a phone is enough."""

    person_id: PersonId
    login: str | None
    password_hash: str = field(repr=False)
    changed_at: dt.datetime


def require_login(text: str) -> str:
    """Return the login name in lower case. Raises InvalidValue `identity.login_invalid`."""
    login = normalise(text).lower()
    if not _LOGIN.match(login):
        raise InvalidValue("identity.login_invalid", field="login")
    return login


def require_password(text: str) -> str:
    """Return the password. Raises InvalidValue `identity.password_too_weak` unless it has 8 to 200 characters."""
    if not MIN_PASSWORD <= len(text) <= MAX_PASSWORD:
        raise InvalidValue("identity.password_too_weak", field="password", min_length=MIN_PASSWORD)
    return text


def read_name(text: str) -> IdNumber | Mobile | str:
    """Return what a name typed at the sign-in is: an ID number, a mobile, or else a login name (which may be nobody's)."""
    for kind in (IdNumber, Mobile):
        try:
            return kind(text)
        except InvalidValue:
            continue
    return normalise(text).lower()[:LONGEST_NAME]
