"""Part of identity's messages: a person's own data, shown, exported and erased."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.shapes import command, event, query
from services.common.values import IdNumber, Mobile, PersonId, PersonName


@dataclass(frozen=True, kw_only=True)
class Person:
    """A registered person, for the services that need name and number in a document."""

    person_id: PersonId
    name: PersonName
    id_number: IdNumber
    mobile: Mobile


@query("identity", "get_person", reply=Person)
@dataclass(frozen=True, kw_only=True)
class GetPerson:
    """Asked by contract for a party's own data; and by a person about themselves."""

    person_id: PersonId


@dataclass(frozen=True, kw_only=True)
class OwnRecord:
    """One dated thing kept about a person: CONSENT, COUNTER_CHECK, IDENTITY_CHECK, FACE_REVIEW or SESSION."""

    kind: str
    what: str
    at: dt.datetime
    until: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class OwnData:
    """Everything identity keeps about its caller; the face template itself says nothing to a person."""

    person_id: PersonId
    name: PersonName
    id_number: IdNumber
    mobile: Mobile
    registered_at: dt.datetime
    name_check: str
    login: str | None
    has_password: bool
    has_portrait: bool
    records: tuple[OwnRecord, ...]


@query("identity", "export_own_data", reply=OwnData)
@dataclass(frozen=True, kw_only=True)
class ExportOwnData:
    """Asked by a person about themselves (查阅、复制)."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One thing that stays after an account is erased, and why, as codes; `until` None: as long as the law of its file says."""

    what: str
    why: str
    until: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """What was erased at once, and what stays. Codes and times only."""

    erased_at: dt.datetime
    erased: tuple[str, ...]
    kept: tuple[Kept, ...]


@command("identity", "erase_account", reply=Erasure, deadline=15.0)
@dataclass(frozen=True, kw_only=True)
class EraseAccount:
    """Erase the caller's account (注销账户), by an identity proof for the account (ACCOUNT). Not while cases or signatures wait."""

    proof: str


@event("identity.account_erased")
@dataclass(frozen=True, kw_only=True)
class AccountErased:
    """Somebody's account is gone. The pseudonym alone: the same number registered again makes the same one."""

    person_id: PersonId
