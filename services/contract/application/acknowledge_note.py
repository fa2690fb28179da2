"""知悉确认: a party acknowledges a note of the register, after reading the city's text about it."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import InvalidValue
from services.common.messages.contract import AcknowledgeNote, CaseReference
from services.common.profiles import CityProfile, Profiles
from services.contract.application.keeping import keep, reference
from services.contract.application.ports import Now, Works


@dataclass(frozen=True)
class NoteAcknowledging:
    """Keeps which version of the text was read. Carries no revision: people acknowledge at the same time (decision 12)."""

    works: Works
    profiles: Profiles
    now: Now

    def __call__(self, message: AcknowledgeNote, call: Call) -> CaseReference:
        """Acknowledge; a second time changes nothing.

        Raises InvalidValue `contract.nothing_to_acknowledge`, `contract.notice_not_accepted` (another text or version than
        the one in force), ActBarred, CaseNotFound.
        """
        with self.works(call) as work:
            case = work.cases.get(message.case_no)
            case.role_of(call.actor.person_id)
            text = _text_in_force(self.profiles.get(message.case_no.city), message)
            changed = case.acknowledge(call.actor.person_id, message.reason, text, self.now())
            return keep(work, case) if changed else reference(case)


def _text_in_force(profile: CityProfile, message: AcknowledgeNote) -> tuple[str, str]:
    notice = profile.acknowledgement_of(message.reason)
    if notice is None:
        raise InvalidValue("contract.nothing_to_acknowledge", field="reason")
    if (message.text_id, message.text_version) != (notice.id, notice.version):
        raise InvalidValue("contract.notice_not_accepted", field="text_version", current=notice.version)
    return notice.id, notice.version
