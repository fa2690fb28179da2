"""What contract asks of identity, property, signing and review: over the bus, with a deadline, never inside a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from services.common.kit.calls import Call
from services.common.kit.errors import ServiceError
from services.common.messages.contract import Download
from services.common.messages.identity import GetPerson, Person
from services.common.messages.property import GetTitle, ScreenParty, Title
from services.common.messages.review import ReviewReference, WithdrawFromReview
from services.common.messages.signing import GetSignedDocument, MintVerificationCode
from services.common.values import CaseNo, IdNumber, PersonId, PersonName
from services.contract.application.ports import VerificationCode
from services.contract.domain.errors import ActBarred


class Asker(Protocol):
    """The bus client."""

    def ask(self, message: Any, call: Call, *, request_id: str | None = None, deadline: float | None = None) -> Any:
        """Return the reply. Raises ServiceError with the neighbour's code, or Unavailable."""


@dataclass(frozen=True)
class PropertyRegister:
    """The title register."""

    client: Asker

    def get_title(self, title_id: str, call: Call, except_case: CaseNo | None = None) -> Title:
        """Return the title; `except_case`'s own lock does not bar the house."""
        title: Title = self.client.ask(GetTitle(title_id=title_id, except_case=except_case), call)
        return title


@dataclass(frozen=True)
class PropertyScreening:
    """The screening of buyers."""

    client: Asker

    def bars(self, city: str, name: PersonName, id_number: IdNumber, call: Call) -> tuple[str, ...]:
        """Return why this person may not buy."""
        found: tuple[str, ...] = self.client.ask(ScreenParty(city=city, name=name, id_number=id_number), call).barred_by
        return found


@dataclass(frozen=True)
class IdentityPeople:
    """Accounts."""

    client: Asker

    def get_person(self, person_id: PersonId, call: Call) -> Person:
        """Return the account's name, number and mobile."""
        person: Person = self.client.ask(GetPerson(person_id=person_id), call)
        return person


@dataclass(frozen=True)
class BusSigning:
    """The signing service."""

    client: Asker

    def mint_code(self, case_no: CaseNo, version: int, call: Call) -> VerificationCode:
        """Return the version's code; the request id is the version's, so a repeat changes nothing."""
        message = MintVerificationCode(case_no=case_no, version=version)
        minted = self.client.ask(message, call, request_id=f"mint:{case_no}:{version}")
        return VerificationCode(minted.code, minted.url)

    def get_signed_document(self, envelope_id: str, kind: str, call: Call) -> Download:
        """Return a link to the signed document."""
        found: Download = self.client.ask(GetSignedDocument(envelope_id=envelope_id, kind=kind), call)
        return found


@dataclass(frozen=True)
class BusReview:
    """The review service."""

    client: Asker

    def withdraw(self, case_no: CaseNo, round_: int, call: Call) -> str:
        """Take the round out of the queue; the request id is the round's, so a repeat finds it done."""
        message = WithdrawFromReview(case_no=case_no, round=round_)
        try:
            found: ReviewReference = self.client.ask(message, call, request_id=f"withdraw:{case_no}:{round_}")
        except ServiceError as refused:
            if (
                refused.code == "review.already_claimed"
            ):  # review's words are for another reviewer, these for the seller
                raise ActBarred("contract.review_claimed") from refused
            raise
        return found.review_id
