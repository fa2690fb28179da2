"""A signer's link: made for a task, asked for again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.shapes import command, query
from services.common.values import CaseNo, Mobile


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """What notice needs to invite a signer: the fresh link token, once, and the number."""

    task_id: str
    case_no: CaseNo
    mobile: Mobile
    token: str
    expires_at: dt.datetime


@query("signing", "issue_link", reply=Invitation)
@dataclass(frozen=True, kw_only=True)
class IssueLink:
    """Asked by notice alone: a new random link token replaces the former, of which only the hash is kept. May be repeated freely."""

    task_id: str


@dataclass(frozen=True, kw_only=True)
class InvitationWish:
    """A link is on its way; `again_at`: when it may be asked for the next time."""

    task_id: str
    again_at: dt.datetime


@command("signing", "request_invitation", reply=InvitationWish)
@dataclass(frozen=True, kw_only=True)
class RequestInvitation:
    """Have a signer's link sent again, once a minute and five times a day: by the signer, or a main party of the case. By id alone."""

    handle: str
