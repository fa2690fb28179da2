"""Open a citizen's session after whatever way of signing in: shared by all of them."""

from __future__ import annotations

from services.common.kit.calls import ActorKind
from services.common.messages.identity import SessionReference
from services.common.values import PersonId
from services.identity.application.means import Means
from services.identity.application.ports import Work
from services.identity.domain.session import Session


def open_session(means: Means, work: Work, person_id: PersonId) -> SessionReference:
    """Keep a new session and the command's answer."""
    now = means.now()
    session = Session(means.new_id(), ActorKind.PERSON, str(person_id), (), "", now, now)
    work.sessions.save(session)
    answer = SessionReference(session_id=session.session_id, generation=session.generation)
    work.commit(answer)
    return answer
