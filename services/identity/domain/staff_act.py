"""The audit of staff (工作人员审计): who saw or changed whose data, when, from which office. Codes and pseudonyms only.

Acts are added and read, never changed; kept three years (domain rule: 审计记录不少于三年), then forgotten by the sweep.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

KEPT = dt.timedelta(days=3 * 366)
MOST = 100
CHECKED_AT_COUNTER = "identity.checked_at_counter"
REVIEW_SHOWN = "identity.face_review_shown"
REVIEW_DECIDED = "identity.face_review_decided"


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
