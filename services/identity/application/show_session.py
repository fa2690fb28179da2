"""Make of a kept reference what the client holds: tokens are minted when shown and kept nowhere."""

from __future__ import annotations

from services.common.messages import identity as messages
from services.identity.application.means import Means
from services.identity.domain.errors import SessionOver


def show_session(means: Means, reference: messages.SessionReference) -> messages.Session:
    """Return the session with both tokens. Raises SessionOver when it ended, or was renewed since by a later request."""
    now = means.now()
    with means.read() as registers:
        session = registers.sessions.find(reference.session_id)
    if session is None or session.generation != reference.generation:
        raise SessionOver
    session.require_alive(now)
    access, expires_at = means.tokens.access(session, now)
    return messages.Session(
        session_id=session.session_id,
        person_id=session.subject_id,
        roles=session.roles,
        access_token=access,
        refresh_token=means.tokens.refresh(session.session_id, session.generation),
        access_expires_at=expires_at,
    )
