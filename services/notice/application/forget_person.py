"""Somebody's account is gone: what the app told that person goes too. Texts that went to phones stay sealed, as the record asks."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.identity import AccountErased
from services.notice.application.ports import Works


@dataclass(frozen=True)
class ForgetPerson:
    """Deletes; doing it twice is doing it once."""

    works: Works

    def __call__(self, event: AccountErased, call: Call) -> None:
        """Delete everything the app told that person."""
        with self.works(call) as work:
            work.app_messages.forget(event.person_id)
            work.commit()
