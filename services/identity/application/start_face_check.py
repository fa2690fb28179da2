"""Begin an identity check for one purpose: all ways are offered, and if the face cannot be used, the check says why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.identity import FaceCheckReference, ProofMethod, StartFaceCheck
from services.common.values import PersonId
from services.identity.application.at_provider import begin_visit
from services.identity.application.face_access import obstacle, whose_check
from services.identity.application.means import Means
from services.identity.application.ports import Work
from services.identity.domain.face_challenge import draw_challenge
from services.identity.domain.face_check import SUPERSEDED, FaceCheck
from services.identity.domain.face_check_parts import Asked, Secrets
from services.identity.domain.face_provider import Visit


@dataclass(frozen=True)
class Beginning:
    """What a check begins with: `reason` keeps the face out, `visit` takes it to a provider, neither is the embedded challenge."""

    check_id: str
    person_id: PersonId
    by_link: bool
    now: dt.datetime
    reason: str | None
    others: tuple[ProofMethod, ...]
    visit: Visit | None


def start_face_check(means: Means, message: StartFaceCheck, call: Call) -> FaceCheckReference:
    """Keep the new check; a former one still running ends. Raises NotAuthenticated, NotYours, InvalidValue.

    With an outside provider the visit is prepared first, with no transaction open. A provider that does not answer leaves
    the other ways and says so; the embedded engine never takes its place, because its word is worth less.
    """
    person_id, by_link = whose_check(call, message.purpose, message.subject, message.person_id)
    now = means.now()
    check_id = means.new_id()
    visit, fault = begin_visit(means, check_id, person_id, message, now)
    with means.works(call) as work:
        work.face_checks.hold_person(person_id)
        _end_others(work, person_id, now)
        by_provider = means.face_provider is not None
        reason = obstacle(work, means.rules, person_id, message.purpose, now, by_provider=by_provider) or fault
        begun = Beginning(check_id, person_id, by_link, now, reason, _others(means, work, person_id), visit)
        check = _begin(means, message, begun)
        work.face_checks.save(check)
        answer = FaceCheckReference(check_id=check.check_id)
        work.commit(answer)
    return answer


def _end_others(work: Work, person_id: PersonId, now: dt.datetime) -> None:
    """One check at a time, or a person's three tries could be multiplied by trying side by side."""
    for check in work.face_checks.running_of(person_id):
        check.expire(now, SUPERSEDED)
        work.face_checks.save(check)


def _others(means: Means, work: Work, person_id: PersonId) -> tuple[ProofMethod, ...]:
    """The counter is open to everybody, a card to whose name and number are known and where banks can be asked."""
    if means.bank_cards.offered and work.accounts.find(person_id) is not None:
        return (ProofMethod.COUNTER, ProofMethod.BANK_CARD)
    return (ProofMethod.COUNTER,)


def _begin(means: Means, message: StartFaceCheck, begun: Beginning) -> FaceCheck:
    asked = Asked(begun.check_id, begun.person_id, message.purpose, message.subject, begun.by_link, begun.others)
    if begun.reason is not None:
        return FaceCheck.without_face(asked, begun.reason, begun.now)
    if begun.visit is not None:
        return FaceCheck.at_provider(asked, begun.visit, begun.now)
    pair = means.sealing.new_pair()
    secrets = Secrets(pair.public, pair.private, f"{means.randbelow(2**128):032x}")
    return FaceCheck.with_face(asked, draw_challenge(means.randbelow, begun.now), secrets, means.rules.face_policy)
