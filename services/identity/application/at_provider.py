"""The face at an outside provider (服务商人脸核身): prepare the person's visit, and fetch what became of it."""

from __future__ import annotations

import datetime as dt
import hashlib

from services.common.kit.calls import Call
from services.common.kit.errors import Unavailable
from services.common.messages.identity import FaceCheckReference, FetchFaceResult, StartFaceCheck
from services.common.values import PersonId
from services.identity.application.face_access import obstacle, require_caller
from services.identity.application.face_ports import FaceProvider, ProviderQuestion
from services.identity.application.means import Means
from services.identity.application.ports import Registers
from services.identity.domain.face_check import FaceCheck
from services.identity.domain.face_check_parts import CheckState
from services.identity.domain.face_provider import Visit


def begin_visit(
    means: Means, check_id: str, person_id: PersonId, message: StartFaceCheck, now: dt.datetime
) -> tuple[Visit | None, str | None]:
    """Return the visit, or the code of why the provider gave none; neither where there is no provider or nothing to ask it."""
    provider = means.face_provider
    if provider is None:
        return None, None
    with means.read() as registers:
        if obstacle(registers, means.rules, person_id, message.purpose, now, by_provider=True) is not None:
            return None, None
        question = _question(registers, check_id, person_id, message.purpose, message.subject)
    if question is None:
        return None, None
    try:
        return provider.begin(question), None
    except Unavailable as silent:
        return None, silent.code


def fetch_face_result(means: Means, message: FetchFaceResult, call: Call) -> FaceCheckReference:
    """Ask the provider, with no transaction open, and end the check if it has a verdict. Any number of times.

    A check in REVIEW that a clerk approved gives its proof.

    Raises CheckUnknown; Unavailable `identity.face_provider_unavailable`, which uses up nothing.
    """
    with means.read() as registers:
        check = require_caller(registers.face_checks.find(message.check_id), call)
        question = _question(registers, check.check_id, check.person_id, check.purpose, check.subject)
    if check.state is CheckState.REVIEW:
        return _collect_review(means, message, call)
    if check.state is not CheckState.RUNNING or check.visit is None or question is None:
        return FaceCheckReference(check_id=check.check_id)
    verdict = _provider(means).result(check.visit, question)
    now = means.now()
    with means.works(call) as work:
        work.face_checks.hold_person(check.person_id)
        # a consent withdrawn or a check superseded meanwhile has ended it: then the verdict comes too late
        held: FaceCheck = require_caller(work.face_checks.find(message.check_id), call)
        held.conclude_visit(verdict, now, means.new_id())
        work.face_checks.save(held)
        answer = FaceCheckReference(check_id=held.check_id)
        work.commit(answer)
    return answer


def _collect_review(means: Means, message: FetchFaceResult, call: Call) -> FaceCheckReference:
    """Turn a clerk's approval into the proof, which is young when its person gets it."""
    now = means.now()
    with means.works(call) as work:
        check: FaceCheck = require_caller(work.face_checks.find(message.check_id), call)
        review = work.face_reviews.find(check.check_id)
        if check.state is CheckState.REVIEW and review is not None and review.collect(now):
            check.accept_after_review(now, means.new_id())
            work.face_checks.save(check)
            work.face_reviews.save(review)
        answer = FaceCheckReference(check_id=check.check_id)
        work.commit(answer)
    return answer


def _provider(means: Means) -> FaceProvider:
    """Raise Unavailable where the deployment gave its provider up while somebody was there."""
    if means.face_provider is None:
        raise Unavailable("identity.face_provider_unavailable")
    return means.face_provider


def _question(
    registers: Registers, check_id: str, person_id: PersonId, purpose: str, subject: str
) -> ProviderQuestion | None:
    """Return whom to ask about, None without an account. The binding tells a provider nothing about person or task."""
    account = registers.accounts.find(person_id)
    if account is None:
        return None
    digest = hashlib.sha256("\n".join((check_id, str(person_id), purpose, subject)).encode()).hexdigest()
    return ProviderQuestion(f"{check_id}.{digest}", account.name, account.id_number)
