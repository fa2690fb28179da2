"""Tell a person's own data to that person, and to the services that write documents."""

from __future__ import annotations

from services.common.kit.calls import ActorKind, Call
from services.common.messages.identity import GetPerson, Person
from services.identity.application.means import Means
from services.identity.domain.errors import NotYours, PersonUnknown

DOCUMENT_SERVICES = ("contract", "signing", "review")


def get_person(means: Means, message: GetPerson, call: Call) -> Person:
    """Return name, number and mobile. Raises NotYours for another person or staff, PersonUnknown."""
    if call.actor.kind is ActorKind.SERVICE:
        call.actor.require_service(*DOCUMENT_SERVICES)
    elif call.actor.person_id != message.person_id:
        raise NotYours
    with means.read() as registers:
        account = registers.accounts.find(message.person_id)
    if account is None:
        raise PersonUnknown
    return Person(person_id=account.person_id, name=account.name, id_number=account.id_number, mobile=account.mobile)
