"""Identity, signing and contract behind notice's port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from services.common.kit.calls import Call
from services.common.messages.contract import GetContacts, PartyContact, PartyContacts
from services.common.messages.identity import AccountChange, GetAccountChange, GetSmsCode, SmsCode
from services.common.messages.signing import Invitation, IssueLink
from services.common.values import CaseNo

T = TypeVar("T")


class Client(Protocol):
    """What is needed of the bus."""

    def ask(self, message: object, call: Call) -> object:
        """Ask a neighbour; raises its error, or Unavailable."""


@dataclass(frozen=True)
class AskedNeighbours:
    """Asks over the bus."""

    client: Client

    def sms_code(self, code_id: str, call: Call) -> SmsCode:
        """Return the code and where it goes, asked of identity."""
        return self._ask(GetSmsCode(code_id=code_id), call, SmsCode)

    def account_change(self, change_id: str, call: Call) -> AccountChange:
        """Return what changed and the mobile to be told, asked of identity."""
        return self._ask(GetAccountChange(change_id=change_id), call, AccountChange)

    def invitation(self, task_id: str, call: Call) -> Invitation:
        """Return a fresh link token, asked of signing."""
        return self._ask(IssueLink(task_id=task_id), call, Invitation)

    def contacts_of(self, case_no: CaseNo, call: Call) -> Sequence[PartyContact]:
        """Return who the parties are and their mobiles, asked of contract."""
        return self._ask(GetContacts(case_no=case_no), call, PartyContacts).contacts

    def _ask(self, message: object, call: Call, reply: type[T]) -> T:
        answer = self.client.ask(message, call)
        if not isinstance(answer, reply):
            raise TypeError(type(answer).__name__)
        return answer
