"""Record that the caller agreed to a text (同意)."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.messages.identity import ConsentReference, RecordConsent
from services.identity.application.means import Means
from services.identity.domain.consent import Consent, ConsentPurpose, ConsentText


def record_consent(means: Means, message: RecordConsent, call: Call) -> ConsentReference:
    """Keep the consent; the same words agreed to before are the same consent. Raises InvalidValue by field."""
    person_id = call.actor.person_id
    purpose = ConsentPurpose.read(message.purpose)
    text = ConsentText(message.text_id, message.text_version, message.text_hash)
    with means.works(call) as work:
        given = [one for one in work.consents.live(person_id, purpose) if one.text == text]
        consent = given[0] if given else Consent(means.new_id(), person_id, purpose, text, message.channel, means.now())
        work.consents.save(consent)
        answer = ConsentReference(consent_id=consent.consent_id)
        work.commit(answer)
    return answer
