"""End a check by another way than the face (其他核验方式)."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.kit.errors import InvalidValue
from services.common.messages.identity import Assurance, FaceCheckReference, ProofMethod, UseAlternative
from services.identity.application.means import Means
from services.identity.domain.errors import CounterCheckMissing
from services.identity.domain.face_errors import CheckUnknown


def use_alternative(means: Means, message: UseAlternative, call: Call) -> FaceCheckReference:
    """Accept the check by a valid counter check of the person, who must be signed in, also when the check began by link.

    Raises NotAuthenticated, CheckUnknown, CounterCheckMissing, CheckOver, InvalidValue for FACE.
    """
    if message.method is not ProofMethod.COUNTER:
        raise InvalidValue("identity.method_invalid", field="method")
    person_id = call.actor.person_id
    now = means.now()
    with means.works(call) as work:
        work.face_checks.hold_person(person_id)
        check = work.face_checks.find(message.check_id)
        if check is None or check.person_id != person_id:
            raise CheckUnknown
        seen = work.counter_checks.latest(person_id)
        if seen is None or seen.valid_until <= now:
            raise CounterCheckMissing
        check.accept_by(ProofMethod.COUNTER, Assurance.AUTHORITATIVE, now, means.new_id())
        work.face_checks.save(check)
        answer = FaceCheckReference(check_id=check.check_id)
        work.commit(answer)
    return answer
