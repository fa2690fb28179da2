"""End the caller's session (退出)."""

from __future__ import annotations

from services.common.kit.calls import ActorKind, Call
from services.common.kit.errors import NotAuthenticated
from services.common.messages.identity import SignOut
from services.common.messages.shapes import Nothing
from services.identity.application.means import Means
from services.identity.domain.session import EndReason


def sign_out(means: Means, message: SignOut, call: Call) -> Nothing:
    """End it; one already ended stays ended. Raises NotAuthenticated without a session."""
    del message
    actor = call.actor
    if actor.kind not in (ActorKind.PERSON, ActorKind.STAFF) or not actor.session:
        raise NotAuthenticated("actor.sign_in_required")
    with means.works(call) as work:
        session = work.sessions.find(actor.session)
        if session is not None and session.subject_id == actor.id:
            session.end(EndReason.SIGNED_OUT, means.now())
            work.sessions.save(session)
        work.commit(Nothing())
    return Nothing()
