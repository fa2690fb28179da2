"""Contract and signing behind the port `Commitments`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

from services.common.kit.calls import Call
from services.common.messages.contract import Commitments, ListCommitments
from services.common.messages.signing import ListOpenTasks, OpenTasks
from services.common.values import PersonId
from services.identity.domain.erasure import Ties

T = TypeVar("T")


class Client(Protocol):
    """What is needed of the bus."""

    def ask(self, message: object, call: Call) -> object:
        """Ask a neighbour; raises its error, or Unavailable."""


@dataclass(frozen=True)
class AskedNeighbours:
    """Asks over the bus; no answer is Unavailable, and then nothing is erased."""

    client: Client

    def ties_of(self, person_id: PersonId, call: Call) -> Ties:
        """Return what ties a person to others."""
        cases = self._ask(ListCommitments(person_id=person_id), call, Commitments)
        tasks = self._ask(ListOpenTasks(person_id=person_id), call, OpenTasks)
        return Ties(tuple(one.number for one in cases.live), tasks.task_ids, cases.filed)

    def _ask(self, message: object, call: Call, reply: type[T]) -> T:
        answer = self.client.ask(message, call)
        if not isinstance(answer, reply):
            raise TypeError(type(answer).__name__)
        return answer
