"""What signing asks of contract: over the bus, with a deadline, never inside a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from services.common.kit.calls import Call
from services.common.kit.errors import ServiceError
from services.common.messages.contract import GetSigners, Signers
from services.common.values import CaseNo

STALE = "contract.stale_version"


class Asker(Protocol):
    """The bus client."""

    def ask(self, message: Any, call: Call) -> Any:
        """Return the reply. Raises ServiceError with the neighbour's code, or Unavailable."""


@dataclass(frozen=True)
class BusContract:
    """The contract service."""

    client: Asker

    def signers(self, case_no: CaseNo, version: int, call: Call) -> Signers | None:
        """Return who signs which field; None when the case is at another version by now."""
        try:
            found: Signers = self.client.ask(GetSigners(case_no=case_no, version=version), call)
        except ServiceError as refused:
            if refused.code == STALE:
                return None
            raise
        return found
