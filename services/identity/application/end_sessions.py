"""End all sessions of somebody (全部退出), and tell the gateway which ended: shared by everything that ends more than one."""

from __future__ import annotations

import datetime as dt

from services.common.kit.calls import ActorKind, Call
from services.common.kit.errors import NotAuthenticated
from services.common.messages.identity import EndedSessions, ListEndedSessions, SignOutEverywhere
from services.common.messages.shapes import Nothing
from services.identity.application.means import Means
from services.identity.application.ports import Work
from services.identity.domain.session import LONGEST_ACCESS, EndReason

OVERLAP = dt.timedelta(seconds=15)
"""A session ended at a moment becomes visible with its commit, which can be that much later: ask again from before."""


def end_sessions(work: Work, subject_id: str, reason: EndReason, now: dt.datetime, *, but: str = "") -> None:
    """End every session of a person or member of staff except one."""
    for session in work.sessions.not_ended_of(subject_id):
        if session.session_id != but:
            session.end(reason, now)
            work.sessions.save(session)


def sign_out_everywhere(means: Means, message: SignOutEverywhere, call: Call) -> Nothing:
    """End all sessions of the caller. Raises NotAuthenticated without a session."""
    del message
    actor = call.actor
    if actor.kind not in (ActorKind.PERSON, ActorKind.STAFF) or not actor.session:
        raise NotAuthenticated("actor.sign_in_required")
    with means.works(call) as work:
        end_sessions(work, actor.id, EndReason.SIGNED_OUT, means.now())
        work.commit(Nothing())
    return Nothing()


def list_ended_sessions(means: Means, message: ListEndedSessions, call: Call) -> EndedSessions:
    """List what ended while its access token can still be good. Ids alone: they open nothing."""
    del call
    now = means.now()
    longest_ago = now - LONGEST_ACCESS - OVERLAP
    since = longest_ago if message.since is None else max(longest_ago, message.since - OVERLAP)
    with means.read() as registers:
        return EndedSessions(session_ids=tuple(registers.sessions.ended_since(since)), until=now)
