"""Notice's unit of work and its reads, on PostgreSQL."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Row, delete, exists, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.common.kit.calls import Call
from services.common.kit.cursors import Place
from services.common.kit.fields import FieldCipher, blind_index
from services.common.kit.unit_of_work import Database, UnitOfWork, Works
from services.common.values import CaseNo, Mobile, PersonId
from services.notice.adapters.tables import APP_MESSAGES, MESSAGES
from services.notice.domain.app_message import AppMessage
from services.notice.domain.channel import Channel
from services.notice.domain.errors import MessageNotFound
from services.notice.domain.message import Message, State
from services.notice.domain.wording import Wording

_CHANGING = ("attempts", "next_attempt_at", "sent_at", "ended_at", "reference")
_SEALED = frozenset({"mobile", "text", "parameters"})


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
        plain = {key: value for key, value in vars(message).items() if key not in _SEALED}
        return (
            plain
            | self.changing(message)
            | {
                "mobile_index": self.mobile_index(message.mobile),
                "mobile_sealed": self.cipher.seal(message.mobile.value),
                "text_sealed": self.cipher.seal(message.text),
                "parameters_sealed": self.cipher.seal(json.dumps(message.parameters, ensure_ascii=False)),
            }
        )

    def changing(self, message: Message) -> dict[str, Any]:
        """Return what of a row changes during a message's life."""
        return {key: getattr(message, key) for key in _CHANGING} | {
            "state": message.state.value,
            "channel": message.channel.value,
            "fallback": ",".join(message.fallback),
        }

    def message(self, row: Row[Any]) -> Message:
        """Return the message of a row."""
        given = row._asdict()
        parameters = given.pop("parameters_sealed")
        read = json.loads(self.cipher.open(parameters)) if parameters else []
        given |= {
            "mobile": Mobile(self.cipher.open(given.pop("mobile_sealed"))),
            "text": self.cipher.open(given.pop("text_sealed")),
            "parameters": tuple((str(name), str(value)) for name, value in read),
            "state": State(row.state),
            "channel": Channel(row.channel),
            "fallback": tuple(Channel(one) for one in row.fallback.split(",") if one),
        }
        del given["mobile_index"]
        return Message(**given)


def _app_message(row: Row[Any]) -> AppMessage:
    return AppMessage(
        message_id=row.message_id,
        occasion=row.occasion,
        person_id=PersonId(row.person_id),
        case_no=CaseNo.parse(row.case_no) if row.case_no else None,
        wording=Wording(row.template, tuple((str(name), str(value)) for name, value in row.parameters)),
        created_at=row.created_at,
        read_at=row.read_at,
    )


@dataclass(frozen=True)
class StoredOutbox:
    """Reads of committed messages."""

    database: Database
    rows: MessageRows

    def newest(self, mobile: Mobile | None, limit: int, before: Place | None = None) -> Sequence[Message]:
        """Return messages, the newest first."""
        query = select(MESSAGES).order_by(MESSAGES.c.created_at.desc(), MESSAGES.c.message_id.desc()).limit(limit)
        if mobile is not None:
            query = query.where(MESSAGES.c.mobile_index == self.rows.mobile_index(mobile))
        if before is not None:
            query = query.where(tuple_(MESSAGES.c.created_at, MESSAGES.c.message_id) < before)
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
        """Return it, locked. Raises MessageNotFound."""
        query = select(MESSAGES).where(MESSAGES.c.message_id == message_id).with_for_update()
        row = self.session.execute(query).one_or_none()
        if row is None:
            raise MessageNotFound
        return self.rows.message(row)

    def save(self, message: Message) -> None:
        """Keep the change."""
        changed = update(MESSAGES).where(MESSAGES.c.message_id == message.message_id)
        self.session.execute(changed.values(self.rows.changing(message)))

    def claim(self, now: dt.datetime, until: dt.datetime, limit: int) -> Sequence[str]:
        """Return what is due; rows another sweep is claiming are skipped."""
        due = select(MESSAGES.c.message_id).where(MESSAGES.c.next_attempt_at <= now)
        first = due.order_by(MESSAGES.c.next_attempt_at, MESSAGES.c.message_id).limit(limit)
        ids = self.session.scalars(first.with_for_update(skip_locked=True)).all()
        self.session.execute(update(MESSAGES).where(MESSAGES.c.message_id.in_(ids)).values(next_attempt_at=until))
        return ids

    def waiting_texts(self, mobile: Mobile, since: dt.datetime) -> int:
        """Return how many texts that could wait were written to that phone since then."""
        to_it = (MESSAGES.c.mobile_index == self.rows.mobile_index(mobile), MESSAGES.c.created_at > since)
        counted = select(func.count()).select_from(MESSAGES).where(*to_it, MESSAGES.c.urgent.is_(False))
        return self.session.execute(counted).scalar_one()


@dataclass(frozen=True)
class StoredAppBox:
    """Reads of what people find in the app."""

    database: Database

    def of(self, person_id: PersonId, before: str, unread: bool, limit: int) -> Sequence[AppMessage]:
        """Return a person's messages older than `before`, the newest first."""
        query = select(APP_MESSAGES).where(APP_MESSAGES.c.person_id == str(person_id))
        if before:
            query = query.where(APP_MESSAGES.c.message_id < before)
        if unread:
            query = query.where(APP_MESSAGES.c.read_at.is_(None))
        with self.database.read() as session:
            found = session.execute(query.order_by(APP_MESSAGES.c.message_id.desc()).limit(limit)).all()
        return [_app_message(row) for row in found]

    def unread(self, person_id: PersonId) -> int:
        """Return how many one has not read."""
        mine = (APP_MESSAGES.c.person_id == str(person_id), APP_MESSAGES.c.read_at.is_(None))
        with self.database.read() as session:
            return session.execute(select(func.count()).select_from(APP_MESSAGES).where(*mine)).scalar_one()


@dataclass(frozen=True)
class StoredAppMessages:
    """Messages inside the app within a unit of work."""

    session: Session

    def add(self, message: AppMessage) -> bool:
        """Keep it, unless the person has one of its occasion; whether it is new."""
        values = {
            "message_id": message.message_id,
            "occasion": message.occasion,
            "person_id": str(message.person_id),
            "case_no": str(message.case_no) if message.case_no else "",
            "template": message.wording.template,
            "parameters": [list(one) for one in message.wording.parameters],
            "created_at": message.created_at,
            "read_at": message.read_at,
        }
        fresh = upsert(APP_MESSAGES).values(values).on_conflict_do_nothing(constraint="app_messages_once")
        return self.session.execute(fresh.returning(APP_MESSAGES.c.message_id)).first() is not None

    def mark_read(self, person_id: PersonId, message_id: str, now: dt.datetime) -> None:
        """Mark one of a person's messages as read, or all of them for ``. Raises MessageNotFound."""
        mine = [APP_MESSAGES.c.person_id == str(person_id)]
        if message_id:
            mine.append(APP_MESSAGES.c.message_id == message_id)
            if self.session.execute(select(APP_MESSAGES.c.message_id).where(*mine)).first() is None:
                raise MessageNotFound
        unread = update(APP_MESSAGES).where(*mine, APP_MESSAGES.c.read_at.is_(None))
        self.session.execute(unread.values(read_at=now))

    def forget(self, person_id: PersonId) -> None:
        """Delete everything a person was told."""
        self.session.execute(delete(APP_MESSAGES).where(APP_MESSAGES.c.person_id == str(person_id)))


class StoredWork(UnitOfWork):
    """A unit of work of notice."""

    def __init__(self, database: Database, call: Call, *, rows: MessageRows) -> None:
        super().__init__(database, call)
        self._rows = rows

    def opened(self) -> None:
        """Build the repositories on this transaction."""
        self.messages = StoredMessages(self.session, self._rows)
        self.app_messages = StoredAppMessages(self.session)


def notice_works(database: Database, rows: MessageRows) -> Callable[[Call], StoredWork]:
    """Return what opens units of work of notice."""
    return Works(database, partial(StoredWork, rows=rows))
