"""Exchange a refresh token for the next; one used twice ends the session."""

from __future__ import annotations

from services.common.kit.calls import ActorKind, Call
from services.common.messages.identity import RefreshSession, SessionReference
from services.identity.application.means import Means
from services.identity.domain.errors import RefreshTokenReused, SessionOver
from services.identity.domain.session import Renewal
from services.identity.domain.staff import Staff


def refresh_session(means: Means, message: RefreshSession, call: Call) -> SessionReference:
    """Turn the token over. Raises RefreshTokenInvalid, RefreshTokenReused, SessionOver.

    A client that lost the answer repeats with the same request id and gets the same new token: that is no second use.
    """
    session_id, generation = means.tokens.read_refresh(message.refresh_token)
    staff = _staff_of(means, session_id)
    with means.works(call) as work:
        session = work.sessions.find(session_id)
        if session is None:
            raise SessionOver
        renewal = session.renew(generation, means.now())
        if session.kind is ActorKind.STAFF:
            if staff is None or staff.blocked_at is not None:
                raise SessionOver
            session.roles, session.office = staff.roles, staff.office
        work.sessions.save(session)
        if renewal is Renewal.REUSED:
            work.keep_refusal()
            raise RefreshTokenReused
        answer = SessionReference(session_id=session_id, generation=session.generation)
        work.commit(answer)
    return answer


def _staff_of(means: Means, session_id: str) -> Staff | None:
    """Read the member of staff beforehand: whoever changes one holds the account and then its sessions, never the other way.

    A change committed in between has ended the session.
    """
    with means.read() as registers:
        session = registers.sessions.find(session_id)
        return (
            None if session is None or session.kind is not ActorKind.STAFF else registers.staff.find(session.subject_id)
        )
