"""What a person finds in the app: their own messages only, in both languages, read or unread."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.notice import (
    AppMessagePage,
    AppMessageView,
    ListAppMessages,
    MarkMessagesRead,
    MessagesRead,
)
from services.notice.application.ports import AppBox, Cities, Clock, Works
from services.notice.domain.app_message import AppMessage

MOST = 100


@dataclass(frozen=True)
class ListOwnMessages:
    """The newest first, a page at a time."""

    box: AppBox
    cities: Cities

    def __call__(self, message: ListAppMessages, call: Call) -> AppMessagePage:
        """Return a page. Raises NotAuthenticated to all but people."""
        person_id = call.actor.person_id
        limit = max(1, min(message.limit, MOST))
        found = self.box.of(person_id, message.cursor, message.unread, limit + 1)
        return AppMessagePage(
            messages=tuple(self._shown(one) for one in found[:limit]),
            unread=self.box.unread(person_id),
            next_cursor=found[limit - 1].message_id if len(found) > limit else "",
        )

    def _shown(self, one: AppMessage) -> AppMessageView:
        catalogue = self.cities.voice(one.case_no.city if one.case_no else "").catalogue
        return AppMessageView(
            message_id=one.message_id,
            template=one.wording.template,
            case_no=one.case_no,
            text_zh=catalogue.in_app(one.wording, "zh") or "",
            text_en=catalogue.in_app(one.wording, "en") or "",
            created_at=one.created_at,
            read_at=one.read_at,
        )


@dataclass(frozen=True)
class MarkOwnMessagesRead:
    """One message, or all that there are."""

    works: Works
    now: Clock

    def __call__(self, message: MarkMessagesRead, call: Call) -> MessagesRead:
        """Mark as read; once read stays read at its first time. Raises NotAuthenticated, MessageNotFound."""
        person_id, now = call.actor.person_id, self.now()
        with self.works(call) as work:
            work.app_messages.mark_read(person_id, message.message_id, now)
            answer = MessagesRead(read_at=now)
            work.commit(answer)
        return answer
