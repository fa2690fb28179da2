"""The audit of staff (工作人员审计): who saw or changed whose data, when, from which office. Codes and pseudonyms only.

Acts are added and read, never changed; kept three years (domain rule: 审计记录不少于三年), then forgotten by the sweep.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from dataclasses import dataclass

from services.common.kit.errors import InvalidValue

KEPT = dt.timedelta(days=3 * 366)
MOST = 100
CHECKED_AT_COUNTER = "identity.checked_at_counter"

_PLACE = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True)
class StaffAct:
    """One act. `act_id` is unique, so that the same telling kept twice is one act."""

    act_id: str
    staff_id: str
    office: str
    act: str
    subject: str
    at: dt.datetime


@dataclass(frozen=True)
class ActFilter:
    """Which acts an auditor asks for; what is None lets everything through."""

    office: str
    staff_id: str | None = None
    act: str | None = None
    subject: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    before: tuple[dt.datetime, str] | None = None
    """The place after the last act shown."""


def close_cursor(act: StaffAct) -> str:
    """Return the place of an act as a text for the next page."""
    return base64.urlsafe_b64encode(f"{act.at.isoformat()}|{act.act_id}".encode()).decode()


def open_cursor(cursor: str) -> tuple[dt.datetime, str] | None:
    """Read it back; None for an empty one. Raises InvalidValue `identity.cursor_invalid`."""
    if not cursor:
        return None
    try:
        when, _, act_id = base64.b64decode(cursor, altchars=b"-_", validate=True).decode().partition("|")
        at = dt.datetime.fromisoformat(when)
    except (binascii.Error, UnicodeDecodeError, ValueError) as wrong:
        raise InvalidValue("identity.cursor_invalid", field="cursor") from wrong
    if at.tzinfo is None or not _PLACE.fullmatch(act_id):
        raise InvalidValue("identity.cursor_invalid", field="cursor")
    return at, act_id
