"""Where notice reaches the parties."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import GetContacts, PartyContact, PartyContacts
from services.contract.application.ports import CaseReader


@dataclass(frozen=True)
class ContactListing:
    """Lists the mobiles of all parties, to notice alone."""

    reader: CaseReader

    def __call__(self, message: GetContacts, call: Call) -> PartyContacts:
        """Return the contacts. Raises Forbidden to all but notice, CaseNotFound."""
        call.actor.require_service("notice")
        parties = self.reader.get(message.case_no).parties
        return PartyContacts(
            contacts=tuple(PartyContact(person_id=one.person_id, mobile=one.mobile) for one in parties)
        )
