"""Notice's unit of work and its reads, on PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Row, exists, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.common.kit.calls import Call
from services.common.kit.errors import NotFound
from services.common.kit.fields import FieldCipher, blind_index
from services.common.kit.unit_of_work import Database, UnitOfWork, Works
from services.common.values import Mobile
from services.notice.adapters.tables import MESSAGES
from services.notice.domain.message import Message, State

_CHANGING = ("state", "attempts", "next_attempt_at", "sent_at", "reference")


@dataclass(frozen=True)
class MessageRows:
    """Messages to rows and back: seals with `cipher`, indexes mobiles under `person_key`."""

    cipher: FieldCipher
    person_key: bytes

    def mobile_index(self, mobile: Mobile) -> str:
        """Return what equal mobiles have in common."""
        return blind_index(f"mobile:{mobile}", self.person_key)

    def values(self, message: Message) -> dict[str, Any]:
        """Return the row of a message."""
        plain = {key: value for key, value in vars(message).items() if key not in {"mobile", "text"}}
        return plain | {
            "state": message.state.value,
            "mobile_index": self.mobile_index(message.mobile),
            "mobile_sealed": self.cipher.seal(message.mobile.value),
            "text_sealed": self.cipher.seal(message.text),
        }

    def message(self, row: Row[Any]) -> Message:
        """Return the message of a row."""
        sealed = {"mobile_index", "mobile_sealed", "text_sealed", "state"}
        plain = {key: value for key, value in row._asdict().items() if key not in sealed}
        mobile, text = Mobile(self.cipher.open(row.mobile_sealed)), self.cipher.open(row.text_sealed)
        return Message(**plain, mobile=mobile, text=text, state=State(row.state))


@dataclass(frozen=True)
class StoredOutbox:
    """Reads of committed messages."""

    database: Database
    rows: MessageRows

    def newest(self, mobile: Mobile | None, limit: int) -> Sequence[Message]:
        """Return messages, the newest first."""
        query = select(MESSAGES).order_by(MESSAGES.c.created_at.desc(), MESSAGES.c.message_id.desc()).limit(limit)
        if mobile is not None:
            query = query.where(MESSAGES.c.mobile_index == self.rows.mobile_index(mobile))
        with self.database.read() as session:
            found = session.execute(query).all()
        return [self.rows.message(row) for row in found]

    def knows(self, occasion: str, recipient: str) -> bool:
        """Whether this message is kept already."""
        kept = exists().where(MESSAGES.c.occasion == occasion, MESSAGES.c.recipient == recipient)
        with self.database.read() as session:
            return bool(session.execute(select(kept)).scalar_one())

    def find(self, message_id: str) -> Message | None:
        """Return a message, or None."""
        with self.database.read() as session:
            row = session.execute(select(MESSAGES).where(MESSAGES.c.message_id == message_id)).one_or_none()
        return None if row is None else self.rows.message(row)


@dataclass(frozen=True)
class StoredMessages:
    """Messages within a unit of work."""

    session: Session
    rows: MessageRows

    def add(self, message: Message) -> bool:
        """Keep it, unless one is kept for its occasion, recipient and phone; whether it is new."""
        fresh = upsert(MESSAGES).values(self.rows.values(message)).on_conflict_do_nothing(constraint="messages_once")
        return self.session.execute(fresh.returning(MESSAGES.c.message_id)).first() is not None

    def get(self, message_id: str) -> Message:
        """Return it, locked. Raises NotFound."""
        query = select(MESSAGES).where(MESSAGES.c.message_id == message_id).with_for_update()
        row = self.session.execute(query).one_or_none()
        if row is None:
            raise NotFound("notice.message_not_found")
        return self.rows.message(row)

    def save(self, message: Message) -> None:
        """Keep the change."""
        values = {key: getattr(message, key) for key in _CHANGING} | {"state": message.state.value}
        self.session.execute(update(MESSAGES).where(MESSAGES.c.message_id == message.message_id).values(values))

    def claim(self, now: dt.datetime, until: dt.datetime, limit: int) -> Sequence[str]:
        """Return what is due; rows another sweep is claiming are skipped."""
        due = select(MESSAGES.c.message_id).where(
            MESSAGES.c.state == State.QUEUED.value, MESSAGES.c.next_attempt_at <= now
        )
        first = due.order_by(MESSAGES.c.next_attempt_at, MESSAGES.c.message_id).limit(limit)
        ids = self.session.scalars(first.with_for_update(skip_locked=True)).all()
        self.session.execute(update(MESSAGES).where(MESSAGES.c.message_id.in_(ids)).values(next_attempt_at=until))
        return ids


class StoredWork(UnitOfWork):
    """A unit of work of notice."""

    def __init__(self, database: Database, call: Call, *, rows: MessageRows) -> None:
        super().__init__(database, call)
        self._rows = rows

    def opened(self) -> None:
        """Build the repository on this transaction."""
        self.messages = StoredMessages(self.session, self._rows)


def notice_works(database: Database, rows: MessageRows) -> Callable[[Call], StoredWork]:
    """Return what opens units of work of notice."""
    return Works(database, partial(StoredWork, rows=rows))
