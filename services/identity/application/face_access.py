"""Who may begin, use and see a check, and why a face may not be used now: shared by the use cases of checks."""

from __future__ import annotations

import datetime as dt

from services.common.kit.calls import ActorKind, Call
from services.common.kit.errors import InvalidValue, NotAuthenticated
from services.common.messages.identity import ProofPurpose
from services.common.values import PersonId
from services.identity.application.means import Rules
from services.identity.application.ports import Registers
from services.identity.domain.account import NameCheck
from services.identity.domain.consent import ConsentPurpose
from services.identity.domain.errors import NotYours
from services.identity.domain.face_check import FaceCheck
from services.identity.domain.face_errors import CheckUnknown
from services.identity.domain.face_policy import tries_left

CONSENT_MISSING = "identity.face_consent_missing"
PORTRAIT_MISSING = "identity.face_portrait_missing"
NOT_REGISTERED = "identity.face_not_registered"
COOL_DOWN = "identity.face_cool_down"
NAME_UNCHECKED = "identity.name_unchecked"
NOT_FOR_SIGNING = "identity.face_not_for_signing"

OTHER_METHODS = ("COUNTER",)
MAX_SUBJECT = 80


def whose_check(call: Call, purpose: ProofPurpose, subject: str, named: PersonId | None) -> tuple[PersonId, bool]:
    """Return whom a new check is about, and whether they came by link without a session.

    A session checks its own person only. Without one, the gateway names the person of the signing task whose link was
    opened, and the check can only make a proof for signing that task: signing compares the proof's person with the
    task's, so a wrong name gains nothing. Raises NotAuthenticated, NotYours, InvalidValue.
    """
    if len(subject) > MAX_SUBJECT or (purpose is ProofPurpose.SIGN and not subject):
        raise InvalidValue("identity.subject_missing", field="subject")
    if call.actor.kind is ActorKind.PERSON:
        if named is not None and named != call.actor.person_id:
            raise NotYours
        return call.actor.person_id, False
    if call.actor.kind is not ActorKind.ANONYMOUS or named is None or purpose is not ProofPurpose.SIGN:
        raise NotAuthenticated("actor.sign_in_required")
    return named, True


def require_caller(check: FaceCheck | None, call: Call) -> FaceCheck:
    """Return the check to whoever may act in it. Raises CheckUnknown: missing and foreign are never told apart.

    One begun by link belongs to whoever holds its id and step token (both unguessable), until its person signs in.
    """
    if check is None:
        raise CheckUnknown
    own = call.actor.kind is ActorKind.PERSON and call.actor.id == str(check.person_id)
    if own or (check.by_link and call.actor.kind is ActorKind.ANONYMOUS):
        return check
    raise CheckUnknown


def has_face_consent(registers: Registers, person_id: PersonId) -> bool:
    """Whether the separate consent to use the face stands."""
    return bool(registers.consents.live(person_id, ConsentPurpose.FACE))


def has_review_consent(registers: Registers, person_id: PersonId) -> bool:
    """Whether the separate consent to keep pictures for a clerk's eyes stands."""
    return bool(registers.consents.live(person_id, ConsentPurpose.FACE_REVIEW))


def obstacle(
    registers: Registers,
    rules: Rules,
    person_id: PersonId,
    purpose: ProofPurpose,
    now: dt.datetime,
    *,
    by_provider: bool = False,
) -> str | None:
    """Return the code of what keeps the face from being used, None when nothing does.

    A provider asks the population register, so it needs the account's name and number and no portrait, and may prove a
    signer: what `face_may_sign` speaks of is the embedded comparison.
    """
    if purpose is ProofPurpose.SIGN and not rules.face_may_sign and not by_provider:
        return NOT_FOR_SIGNING
    account = registers.accounts.find(person_id)
    if by_provider and account is None:
        return NOT_REGISTERED
    if account is not None and account.name_check is NameCheck.IN_REVIEW:
        return NAME_UNCHECKED
    if not has_face_consent(registers, person_id):
        return CONSENT_MISSING
    if not by_provider and registers.portraits.find(person_id) is None:
        return PORTRAIT_MISSING
    failed = registers.face_checks.failed_at(person_id, now - rules.face_policy.cool_down)
    return None if tries_left(rules.face_policy, failed, now).tries_left else COOL_DOWN
