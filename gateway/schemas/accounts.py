"""Bodies and replies of accounts: opened, won back, changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from gateway.schemas.base import text
from services.common.messages import identity
from services.common.values import IdNumber, Mobile, PersonId, PersonName


@dataclass(frozen=True, kw_only=True)
class AccountBody:
    """Register a natural person."""

    name: PersonName
    id_number: IdNumber
    mobile: Mobile
    code_id: str = text(64)
    code: str = text(6, 6, pattern=r"[0-9]{6}")

    def message(self) -> identity.Register:
        """Return the command."""
        return identity.Register(
            name=self.name, id_number=self.id_number, mobile=self.mobile, code_id=self.code_id, code=self.code
        )


@dataclass(frozen=True, kw_only=True)
class AccountReply:
    """The new account."""

    person_id: PersonId

    @classmethod
    def of(cls, account: identity.AccountReference) -> Self:
        """Build from the message."""
        return cls(person_id=account.person_id)


@dataclass(frozen=True, kw_only=True)
class RecoveryBody:
    """Win back the account of one's own ID number: checked at the counter for this mobile, or by a bank card reserved with it."""

    name: PersonName
    id_number: IdNumber
    mobile: Mobile
    code_id: str = text(64)
    code: str = text(6, 6, pattern=r"[0-9]{6}")
    card_number: str = text(24, 0, default="")

    def message(self, source: str) -> identity.RecoverAccount:
        """Return the command."""
        return identity.RecoverAccount(
            name=self.name,
            id_number=self.id_number,
            mobile=self.mobile,
            code_id=self.code_id,
            code=self.code,
            card_number=self.card_number,
            source=source,
        )


@dataclass(frozen=True, kw_only=True)
class MobileBody:
    """Another mobile: a code sent to it, and an identity proof for the account."""

    mobile: Mobile
    code_id: str = text(64)
    code: str = text(6, 6, pattern=r"[0-9]{6}")
    proof: str = text(4000)

    def message(self) -> identity.ChangeMobile:
        """Return the command."""
        return identity.ChangeMobile(mobile=self.mobile, code_id=self.code_id, code=self.code, proof=self.proof)


@dataclass(frozen=True, kw_only=True)
class PasswordBody:
    """A password of at least 8 characters; to change one, the current one or an identity proof for the account."""

    password: str = text(200, 8)
    login: str | None = text(40, 4, default=None)
    current: str = text(200, 0, default="")
    proof: str = text(4000, 0, default="")

    def message(self) -> identity.SetPassword:
        """Return the command."""
        return identity.SetPassword(password=self.password, login=self.login, current=self.current, proof=self.proof)


@dataclass(frozen=True, kw_only=True)
class WechatBody:
    """A code of the WeChat program (wx.login); it works once and for five minutes."""

    code: str = text(128)


@dataclass(frozen=True, kw_only=True)
class OwnAccountReply:
    """One's own data, unmasked."""

    person_id: PersonId
    name: PersonName
    id_number: IdNumber
    mobile: Mobile

    @classmethod
    def of(cls, person: identity.Person) -> Self:
        """Build from the message."""
        return cls(person_id=person.person_id, name=person.name, id_number=person.id_number, mobile=person.mobile)
