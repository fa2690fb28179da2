"""Erasing an account (注销账户, 个人信息保护法 47): what bars it, what goes, what stays and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from services.common.messages.identity import Kept
from services.identity.domain import account_change
from services.identity.domain.errors import ErasureBarred
from services.identity.domain.sms_code import DAY

ERASED = (
    "identity.erased_account",
    "identity.erased_contact",
    "identity.erased_credentials",
    "identity.erased_portrait",
    "identity.erased_counter_checks",
    "identity.erased_consents",
    "identity.erased_sessions",
)
"""Name, ID number, mobile; password, login, WeChat; template and frames; clerks' notes; consents withdrawn; sessions ended."""

PROOF_OF_CONSENT = dt.timedelta(days=3 * 366)
"""民法典 188: three years in which a dispute about what was agreed to can be brought."""
SESSION_LOG = dt.timedelta(days=183)
"""网络安全法 21: logs are kept six months."""


@dataclass(frozen=True)
class Ties:
    """What ties a person to others: case numbers and signing tasks under way, and how many contracts were filed."""

    cases: Sequence[str]
    tasks: Sequence[str]
    filed: int

    def require_none(self) -> None:
        """Raise ErasureBarred naming what is under way: others rely on it."""
        if self.cases or self.tasks:
            raise ErasureBarred(tuple(self.cases), tuple(self.tasks))


def kept_after(ties: Ties, now: dt.datetime, *, blocked: bool) -> tuple[Kept, ...]:
    """Return what stays, each with its reason: nothing of it is used for anything else (个人信息保护法 47)."""
    kept = [
        Kept(what="identity.kept_change_notice", why="identity.why_change_notice", until=now + account_change.KEPT),
        Kept(what="identity.kept_codes", why="identity.why_codes", until=now + DAY),
        Kept(what="identity.kept_sessions", why="identity.why_sessions", until=now + SESSION_LOG),
        Kept(what="identity.kept_consents", why="identity.why_consents", until=now + PROOF_OF_CONSENT),
        Kept(what="identity.kept_checks", why="identity.why_checks", until=now + PROOF_OF_CONSENT),
    ]
    if ties.filed:
        kept.append(Kept(what="identity.kept_contracts", why="identity.why_contracts"))
    if blocked:
        kept.append(Kept(what="identity.kept_block", why="identity.why_block"))
    return tuple(kept)
