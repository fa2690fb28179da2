"""Part of identity's messages: staff accounts and the audit of what staff saw."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from services.common.messages.shapes import Nothing, command, query
from services.common.values import IdNumber, PersonId


@dataclass(frozen=True, kw_only=True)
class StaffReference:
    """A staff account; `totp_secret` is shown once, to be scanned."""

    staff_id: str


@command("identity", "add_staff", reply=StaffReference)
@dataclass(frozen=True, kw_only=True)
class AddStaff:
    """Create a staff account, by the operators' command only. The caller chooses password and TOTP secret (base32)."""

    login: str
    password: str
    totp_secret: str
    roles: tuple[
        str, ...
    ]  # REVIEWER, REGISTRY_OFFICER, TAX_OFFICER, BANK_CLERK, COUNTER_CLERK, OFFICE_ADMIN, OPERATOR, AUDITOR
    office: str
    id_number: IdNumber | None = None  # to recognise a conflict of interest


@command("identity", "set_staff_roles", reply=StaffReference)
@dataclass(frozen=True, kw_only=True)
class SetStaffRoles:
    """Give a member of staff other roles, by the operators' command only; open sessions end, because tokens carry roles."""

    login: str
    roles: tuple[str, ...]
    office: str = ""  # empty: as it was


@command("identity", "block_staff", reply=Nothing)
@dataclass(frozen=True, kw_only=True)
class BlockStaff:
    """Close or open a staff account, by the operators' command only; closing ends its sessions at once."""

    login: str
    blocked: bool


@dataclass(frozen=True, kw_only=True)
class StaffPerson:
    """A member of staff for the services that must refuse a conflict of interest; `person_id` where the ID number is known."""

    staff_id: str
    roles: tuple[str, ...]
    office: str
    person_id: PersonId | None


@query("identity", "get_staff", reply=StaffPerson)
@dataclass(frozen=True, kw_only=True)
class GetStaff:
    """Asked by review before it lets somebody decide (回避)."""

    staff_id: str


@dataclass(frozen=True, kw_only=True)
class StaffAct:
    """One look of a member of staff at a person's data, or one act on it. `subject`: a case number or a person's pseudonym."""

    act_id: str
    staff_id: str
    login: str
    act: str  # a code: contract.case_shown, identity.checked_at_counter ...
    subject: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class StaffActs:
    """A page, newest first; `next_cursor` is empty on the last."""

    acts: tuple[StaffAct, ...]
    next_cursor: str


@query("identity", "list_staff_acts", reply=StaffActs)
@dataclass(frozen=True, kw_only=True)
class ListStaffActs:
    """Asked by an AUDITOR about the staff of the own office (审计). Empty filters let everything through."""

    login: str = ""
    act: str = ""
    subject: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    cursor: str = ""
    limit: int = 50


class ChainFault(StrEnum):
    """What is wrong at the first place where the chain over the audit is not good."""

    CHANGED = "CHANGED"  # the act is not the one that was sealed there
    MISSING = "MISSING"
    MOVED = "MOVED"  # the act was sealed at another place
    RECORD = "RECORD"  # the record of where the chain begins and ends is not ours


@dataclass(frozen=True, kw_only=True)
class AuditVerified:
    """The chain is good up to `place`, whose seal is given; it begins after `floor` (what is older is forgotten) and ends at `head`."""

    floor: int
    place: int
    seal: str
    head: int
    unsealed: int  # acts the sealer has not reached
    fault: ChainFault | None
    fault_place: int
    act_id: str  # of the act found there, empty for none


@query("identity", "verify_audit", reply=AuditVerified, deadline=15.0)
@dataclass(frozen=True, kw_only=True)
class VerifyAudit:
    """Check the chain over what staff did for at most `limit` acts after a place known to be good; by the operators' command only."""

    after: int = 0
    seal: str = ""
    limit: int = 2000
