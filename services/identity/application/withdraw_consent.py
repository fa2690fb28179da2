"""Take a consent back (撤回同意): as easy as giving it (个人信息保护法 15)."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.messages.identity import WithdrawConsent
from services.common.messages.shapes import Nothing
from services.identity.application.means import Means
from services.identity.domain.consent import ConsentPurpose

WITHDRAWN = "identity.face_consent_withdrawn"


def withdraw_consent(means: Means, message: WithdrawConsent, call: Call) -> Nothing:
    """End every live consent of the purpose. FACE also deletes the template and ends a running face check.

    Both FACE and FACE_REVIEW delete pictures that wait for a clerk. What was done while the consent held stays done. Nothing to withdraw: nothing happens.
    """
    person_id = call.actor.person_id
    purpose = ConsentPurpose.read(message.purpose)
    now = means.now()
    with means.works(call) as work:
        work.face_checks.hold_person(person_id)
        for consent in work.consents.live(person_id, purpose):
            work.consents.save(consent.withdrawn(now))
        if purpose in (ConsentPurpose.FACE, ConsentPurpose.FACE_REVIEW):
            for review in work.face_reviews.open_of(person_id):
                review.withdraw(now)
                work.face_reviews.save(review)
        if purpose is ConsentPurpose.FACE:
            work.portraits.delete(person_id)
            for check in work.face_checks.running_of(person_id):
                check.expire(now, WITHDRAWN)
                work.face_checks.save(check)
        work.commit(Nothing())
    return Nothing()
