"""Contract, identity and property behind review's ports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

from services.common.kit.calls import Call
from services.common.messages.contract import Buyers, CaseView, GetBuyers, GetCase, ListMaterials, Materials
from services.common.messages.identity import GetStaff, StaffPerson
from services.common.messages.property import (
    CancelFiling,
    FilingAcknowledged,
    GetTitle,
    PartyScreened,
    RecordFiling,
    ScreenParty,
    Title,
)
from services.common.values import CaseNo, IdNumber, PersonId, PersonName
from services.review.domain.errors import NotApproved
from services.review.domain.review import Review, State

T = TypeVar("T")


class Client(Protocol):
    """What is needed of the bus."""

    def ask(self, message: object, call: Call, *, request_id: str | None = None) -> object:
        """Ask a neighbour; raises its error, or Unavailable."""


def _asked(client: Client, message: object, call: Call, reply: type[T], request_id: str | None = None) -> T:
    answer = client.ask(message, call, request_id=request_id)
    if not isinstance(answer, reply):
        raise TypeError(type(answer).__name__)
    return answer


@dataclass(frozen=True)
class NeighbourParties:
    """The parties of a case, and the person behind a member of staff."""

    client: Client

    def view(self, case_no: CaseNo, call: Call) -> CaseView:
        """Return the case, asked of contract."""
        return _asked(self.client, GetCase(case_no=case_no), call, CaseView)

    def materials(self, case_no: CaseNo, call: Call) -> Materials:
        """Return what was uploaded, asked of contract."""
        return _asked(self.client, ListMaterials(case_no=case_no), call, Materials)

    def buyers_of(self, case_no: CaseNo, call: Call) -> tuple[tuple[PersonName, IdNumber], ...]:
        """Return who buys, asked of contract."""
        found = _asked(self.client, GetBuyers(case_no=case_no), call, Buyers)
        return tuple((one.name, one.id_number) for one in found.buyers)

    def person_behind(self, staff_id: str, call: Call) -> PersonId | None:
        """Return the person a member of staff is, asked of identity; None where the ID number was not given."""
        return _asked(self.client, GetStaff(staff_id=staff_id), call, StaffPerson).person_id


@dataclass(frozen=True)
class NeighbourRegister:
    """The register of titles, which is property or whatever stands behind it."""

    client: Client

    def bars(self, title_id: str, except_case: CaseNo, call: Call) -> tuple[str, ...]:
        """Why the house may not be filed; empty when it may."""
        return self.title(title_id, except_case, call).barred_by

    def title(self, title_id: str, except_case: CaseNo, call: Call) -> Title:
        """Return the title as the register has it now; the case's own lock does not bar the house."""
        return _asked(self.client, GetTitle(title_id=title_id, except_case=except_case), call, Title)

    def party_bars(self, city: str, name: PersonName, id_number: IdNumber, call: Call) -> tuple[str, ...]:
        """Why this person may not buy; empty when he may."""
        asked = ScreenParty(city=city, name=name, id_number=id_number)
        return _asked(self.client, asked, call, PartyScreened).barred_by

    def push(self, review: Review, request_id: str, call: Call) -> str:
        """Push the filing, or its cancellation where it lives no more; return the receipt number."""
        if review.decided_at is None:
            raise NotApproved(case_no=str(review.case_no))
        if review.state is State.CANCELLED:
            ended = CancelFiling(case_no=review.case_no, title_id=review.title_id, filing_no=review.filing_no)
            return _asked(self.client, ended, call, FilingAcknowledged, request_id).receipt_no
        message = RecordFiling(
            case_no=review.case_no,
            title_id=review.title_id,
            filing_no=review.filing_no,
            document_sha256=review.document_sha256,
            filed_at=review.decided_at,
        )
        return _asked(self.client, message, call, FilingAcknowledged, request_id).receipt_no
