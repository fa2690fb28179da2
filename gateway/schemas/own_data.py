"""Replies about one's own data: everything kept, and what an erasure took and left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from gateway.schemas.base import text
from services.common.messages import identity
from services.common.values import IdNumber, Mobile, PersonId, PersonName


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
