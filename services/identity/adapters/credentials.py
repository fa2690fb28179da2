"""Registers of ways in, in PostgreSQL: citizens' passwords and bound WeChat accounts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError

from services.common.values import PersonId
from services.identity.adapters import tables
from services.identity.adapters.people import Shelf
from services.identity.domain.credential import Credential
from services.identity.domain.errors import LoginTaken

_CREDENTIALS = tables.CREDENTIALS.c
_LINKS = tables.WECHAT_LINKS.c


class CredentialShelf(Shelf):
    """The port `Credentials`."""

    def find(self, person_id: PersonId) -> Credential | None:
        """Look up by person."""
        return self._credential(self._one(select(tables.CREDENTIALS).where(_CREDENTIALS.person_id == str(person_id))))

    def with_login(self, login: str) -> Credential | None:
        """Look up by login name."""
        index = self._vault.index("citizen-login", login)
        return self._credential(self._one(select(tables.CREDENTIALS).where(_CREDENTIALS.login_index == index)))

    def save(self, credential: Credential) -> None:
        """Insert or update. Raises LoginTaken."""
        login = credential.login
        values = {
            "person_id": str(credential.person_id),
            "login_index": None if login is None else self._vault.index("citizen-login", login),
            "login_sealed": None if login is None else self._seal(login),
            "password_hash": credential.password_hash,
            "changed_at": credential.changed_at,
        }
        try:
            with self._session.begin_nested():
                self._put(tables.CREDENTIALS, values)
        except IntegrityError as taken:
            raise LoginTaken from taken

    def delete(self, person_id: PersonId) -> None:
        """Delete."""
        self._session.execute(delete(tables.CREDENTIALS).where(_CREDENTIALS.person_id == str(person_id)))

    def _credential(self, row: Any) -> Credential | None:
        if row is None:
            return None
        login = None if row.login_sealed is None else self._open(row.login_sealed)
        return Credential(PersonId(row.person_id), login, row.password_hash, row.changed_at)


class WechatLinkShelf(Shelf):
    """The port `WechatLinks`."""

    def find(self, openid: str) -> PersonId | None:
        """Look up."""
        index = self._vault.index("wechat", openid)
        row = self._one(select(tables.WECHAT_LINKS).where(_LINKS.openid_index == index))
        return None if row is None else PersonId(row.person_id)

    def put(self, openid: str, person_id: PersonId, now: dt.datetime) -> None:
        """Replace what person or account was bound to."""
        index = self._vault.index("wechat", openid)
        stale = or_(_LINKS.openid_index == index, _LINKS.person_id == str(person_id))
        self._session.execute(delete(tables.WECHAT_LINKS).where(stale))
        self._put(tables.WECHAT_LINKS, {"person_id": str(person_id), "openid_index": index, "bound_at": now})

    def delete(self, person_id: PersonId) -> None:
        """Delete."""
        self._session.execute(delete(tables.WECHAT_LINKS).where(_LINKS.person_id == str(person_id)))
