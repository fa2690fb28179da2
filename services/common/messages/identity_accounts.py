"""Part of identity's messages: accounts, how they are opened, won back and changed, and what operators do to them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from services.common.messages.shapes import Nothing, command, event, query
from services.common.values import IdNumber, Mobile, PersonId, PersonName


@dataclass(frozen=True, kw_only=True)
class AccountReference:
    """An account."""

    person_id: PersonId


@command("identity", "register", reply=AccountReference, deadline=12.0)
@dataclass(frozen=True, kw_only=True)
class Register:
    """Create the account of a natural person (注册)."""

    name: PersonName
    id_number: IdNumber
    mobile: Mobile
    code_id: str
    code: str


@command("identity", "recover_account", reply=AccountReference, deadline=12.0)
@dataclass(frozen=True, kw_only=True)
class RecoverAccount:
    """Win back the account of one's own ID number (找回账号), whoever occupies it.

    A clerk has checked the person and noted this mobile at the counter; or the bank card `card_number` is reserved with it.
    """

    name: PersonName
    id_number: IdNumber
    mobile: Mobile
    code_id: str
    code: str
    card_number: str = ""
    source: str = ""  # hash of the caller's address, for limits


@command("identity", "change_mobile", reply=Nothing)
@dataclass(frozen=True, kw_only=True)
class ChangeMobile:
    """Give the caller another mobile (变更手机号): a code sent to it, and an identity proof for the account (ACCOUNT)."""

    mobile: Mobile
    code_id: str
    code: str
    proof: str


class ChangeKind(StrEnum):
    """What changed in an account; its former mobile is told."""

    MOBILE_CHANGED = "MOBILE_CHANGED"
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105 - a kind, not a secret
    ACCOUNT_RECOVERED = "ACCOUNT_RECOVERED"
    ACCOUNT_ERASED = "ACCOUNT_ERASED"


@dataclass(frozen=True, kw_only=True)
class AccountChange:
    """What to tell to whom: `mobile` is the one the account had before."""

    mobile: Mobile
    kind: ChangeKind
    changed_at: dt.datetime


@query("identity", "get_account_change", reply=AccountChange)
@dataclass(frozen=True, kw_only=True)
class GetAccountChange:
    """Asked by notice when it is about to tell a change."""

    change_id: str


@event("identity.account_changed")
@dataclass(frozen=True, kw_only=True)
class AccountChanged:
    """Somebody's way in changed; the former mobile is to be told."""

    change_id: str


@command("identity", "block_id_number", reply=Nothing)
@dataclass(frozen=True, kw_only=True)
class BlockIdNumber:
    """Let nobody register with an ID number (a lost card, a fraud), or open it again; by the operators' command only."""

    id_number: IdNumber
    blocked: bool
    reason: str = ""  # a short code
