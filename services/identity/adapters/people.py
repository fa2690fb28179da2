"""Registers of people in PostgreSQL: accounts, staff, consents, counter checks, portraits and their keys."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.common.values import IdNumber, Mobile, PersonId, PersonName
from services.identity.adapters import tables
from services.identity.adapters.vault import Vault
from services.identity.application.ports import KeyPair
from services.identity.domain.account import Account, NameCheck
from services.identity.domain.consent import Consent, ConsentPurpose, ConsentText
from services.identity.domain.counter_check import CounterCheck
from services.identity.domain.errors import IdNumberTaken, LoginTaken
from services.identity.domain.staff import Staff


class Shelf:
    """What every register stands on: the session, the vault, and whether rows read are held until the commit."""

    def __init__(self, session: Session, vault: Vault, *, held: bool) -> None:
        self._session, self._vault, self._held = session, vault, held
        self._seal, self._open = vault.cipher.seal, vault.cipher.open

    def _all(self, query: Select[Any], *, hold: bool = False) -> Sequence[Any]:
        return self._session.execute(query.with_for_update() if hold and self._held else query).all()

    def _one(self, query: Select[Any]) -> Any:
        return self._session.execute(query.with_for_update() if self._held else query).first()

    def _put(self, table: Any, values: dict[str, Any]) -> None:
        keys = {column.name for column in table.primary_key}
        changed = {name: value for name, value in values.items() if name not in keys}
        self._session.execute(
            upsert(table).values(values).on_conflict_do_update(index_elements=sorted(keys), set_=changed)
        )

    def _add(self, table: Any, values: dict[str, Any]) -> bool:
        """Insert unless a unique value is taken; whether it was inserted."""
        key = next(iter(table.primary_key))
        added = self._session.execute(upsert(table).values(values).on_conflict_do_nothing().returning(key))
        return added.first() is not None


class AccountShelf(Shelf):
    """The port `Accounts`."""

    def find(self, person_id: PersonId) -> Account | None:
        """Look the person up."""
        row = self._one(select(tables.ACCOUNTS).where(tables.ACCOUNTS.c.person_id == str(person_id)))
        return None if row is None else self._account(row)

    def with_mobile(self, mobile: Mobile) -> Sequence[Account]:
        """Look everybody with the mobile up, oldest first."""
        index = self._vault.index("mobile", str(mobile))
        query = (
            select(tables.ACCOUNTS)
            .where(tables.ACCOUNTS.c.mobile_index == index)
            .order_by(tables.ACCOUNTS.c.registered_at)
        )
        return [self._account(row) for row in self._all(query)]

    def add(self, account: Account) -> None:
        """Insert. Raises IdNumberTaken."""
        if not self._add(tables.ACCOUNTS, self._values(account)):
            raise IdNumberTaken

    def save(self, account: Account) -> None:
        """Update."""
        self._put(tables.ACCOUNTS, self._values(account))

    def _values(self, account: Account) -> dict[str, Any]:
        return {
            "person_id": str(account.person_id),
            "name_sealed": self._seal(str(account.name)),
            "id_number_sealed": self._seal(str(account.id_number)),
            "mobile_sealed": self._seal(str(account.mobile)),
            "mobile_index": self._vault.index("mobile", str(account.mobile)),
            "mobile_shared": account.mobile_shared,
            "registered_at": account.registered_at,
            "name_check": account.name_check.value,
        }

    def _account(self, row: Any) -> Account:
        return Account(
            PersonId(row.person_id),
            PersonName(self._open(row.name_sealed)),
            IdNumber(self._open(row.id_number_sealed)),
            Mobile(self._open(row.mobile_sealed)),
            row.mobile_shared,
            row.registered_at,
            NameCheck(row.name_check),
        )


class StaffShelf(Shelf):
    """The port `StaffRegister`."""

    def find(self, staff_id: str) -> Staff | None:
        """Look up by id."""
        return self._staff(self._one(select(tables.STAFF).where(tables.STAFF.c.staff_id == staff_id)))

    def with_login(self, login: str) -> Staff | None:
        """Look up by login."""
        index = self._vault.index("login", login)
        return self._staff(self._one(select(tables.STAFF).where(tables.STAFF.c.login_index == index)))

    def add(self, staff: Staff) -> None:
        """Insert. Raises LoginTaken."""
        if not self._add(tables.STAFF, self._values(staff)):
            raise LoginTaken

    def save(self, staff: Staff) -> None:
        """Update."""
        self._put(tables.STAFF, self._values(staff))

    def _values(self, staff: Staff) -> dict[str, Any]:
        return {
            "staff_id": staff.staff_id,
            "login_index": self._vault.index("login", staff.login),
            "login_sealed": self._seal(staff.login),
            "password_hash": staff.password_hash,
            "totp_secret_sealed": self._seal(staff.totp_secret),
            "last_totp_step": staff.last_totp_step,
            "roles": list(staff.roles),
            "office": staff.office,
            "person_id": None if staff.person_id is None else str(staff.person_id),
            "added_at": staff.added_at,
            "blocked_at": staff.blocked_at,
        }

    def _staff(self, row: Any) -> Staff | None:
        if row is None:
            return None
        return Staff(
            row.staff_id,
            self._open(row.login_sealed),
            row.password_hash,
            self._open(row.totp_secret_sealed),
            tuple(row.roles),
            row.office,
            None if row.person_id is None else PersonId(row.person_id),
            row.added_at,
            row.last_totp_step,
            row.blocked_at,
        )


class ConsentShelf(Shelf):
    """The port `Consents`."""

    def live(self, person_id: PersonId, purpose: ConsentPurpose) -> Sequence[Consent]:
        """List those not withdrawn, oldest first."""
        table = tables.CONSENTS.c
        query = select(tables.CONSENTS).where(
            table.person_id == str(person_id), table.purpose == purpose.value, table.withdrawn_at.is_(None)
        )
        return [_consent(row) for row in self._all(query.order_by(table.given_at), hold=True)]

    def standing(self, person_id: PersonId, moment: dt.datetime) -> Sequence[Consent]:
        """List those that stood at a moment, oldest first."""
        table = tables.CONSENTS.c
        stood = table.withdrawn_at.is_(None) | (table.withdrawn_at > moment)
        query = select(tables.CONSENTS).where(table.person_id == str(person_id), table.given_at <= moment, stood)
        return [_consent(row) for row in self._all(query.order_by(table.given_at))]

    def save(self, consent: Consent) -> None:
        """Insert or update."""
        values = {
            "consent_id": consent.consent_id,
            "person_id": str(consent.person_id),
            "purpose": consent.purpose.value,
            "text_id": consent.text.text_id,
            "text_version": consent.text.text_version,
            "text_hash": consent.text.text_hash,
            "channel": consent.channel,
            "given_at": consent.given_at,
            "withdrawn_at": consent.withdrawn_at,
        }
        self._put(tables.CONSENTS, values)

    def forget_withdrawn_before(self, moment: dt.datetime) -> None:
        """Delete old rows."""
        self._session.execute(delete(tables.CONSENTS).where(tables.CONSENTS.c.withdrawn_at < moment))


def _consent(row: Any) -> Consent:
    return Consent(
        row.consent_id,
        PersonId(row.person_id),
        ConsentPurpose(row.purpose),
        ConsentText(row.text_id, row.text_version, row.text_hash),
        row.channel,
        row.given_at,
        row.withdrawn_at,
    )


class CounterCheckShelf(Shelf):
    """The port `CounterChecks`."""

    def latest(self, person_id: PersonId) -> CounterCheck | None:
        """Look the newest up."""
        table = tables.COUNTER_CHECKS.c
        query = (
            select(tables.COUNTER_CHECKS)
            .where(table.person_id == str(person_id))
            .order_by(table.checked_at.desc())
            .limit(1)
        )
        row = self._one(query)
        if row is None:
            return None
        name = PersonName(self._open(row.name_sealed))
        return CounterCheck(
            row.counter_check_id,
            PersonId(row.person_id),
            name,
            row.staff_id,
            row.office,
            row.checked_at,
            row.valid_until,
            None if row.mobile_sealed is None else Mobile(self._open(row.mobile_sealed)),
        )

    def add(self, check: CounterCheck) -> None:
        """Insert."""
        values = {
            "counter_check_id": check.counter_check_id,
            "person_id": str(check.person_id),
            "name_sealed": self._seal(str(check.name)),
            "staff_id": check.staff_id,
            "office": check.office,
            "checked_at": check.checked_at,
            "valid_until": check.valid_until,
            "mobile_sealed": None if check.mobile is None else self._seal(str(check.mobile)),
        }
        self._put(tables.COUNTER_CHECKS, values)


class PortraitShelf(Shelf):
    """The port `Portraits`."""

    def find(self, person_id: PersonId) -> bytes | None:
        """Open the template."""
        row = self._one(select(tables.PORTRAITS).where(tables.PORTRAITS.c.person_id == str(person_id)))
        return None if row is None else self._vault.cipher.open_bytes(row.template_sealed)

    def put(self, person_id: PersonId, template: bytes, now: dt.datetime) -> None:
        """Insert or replace."""
        sealed = self._vault.cipher.seal_bytes(template)
        self._put(tables.PORTRAITS, {"person_id": str(person_id), "template_sealed": sealed, "enrolled_at": now})

    def delete(self, person_id: PersonId) -> None:
        """Delete."""
        self._session.execute(delete(tables.PORTRAITS).where(tables.PORTRAITS.c.person_id == str(person_id)))


class PortraitKeyShelf(Shelf):
    """The port `PortraitKeys`."""

    def made_after(self, moment: dt.datetime) -> Sequence[KeyPair]:
        """List, newest first."""
        table = tables.PORTRAIT_KEYS.c
        rows = self._all(select(tables.PORTRAIT_KEYS).where(table.made_at > moment).order_by(table.made_at.desc()))
        return [KeyPair(row.public_key, base64.b64decode(self._open(row.private_sealed))) for row in rows]

    def add(self, pair: KeyPair, now: dt.datetime) -> None:
        """Insert."""
        sealed = self._seal(base64.b64encode(pair.private).decode())
        self._put(tables.PORTRAIT_KEYS, {"public_key": pair.public, "private_sealed": sealed, "made_at": now})

    def delete_before(self, moment: dt.datetime) -> None:
        """Delete."""
        self._session.execute(delete(tables.PORTRAIT_KEYS).where(tables.PORTRAIT_KEYS.c.made_at < moment))
