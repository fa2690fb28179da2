"""One command, one transaction: state, outbox rows, the spent token, the request's answer or the event's done-mark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar, cast

from sqlalchemy.orm import Session

from services.common.kit.calls import Call
from services.common.kit.database import Database, Run, silence
from services.common.kit.errors import Conflict, Unavailable
from services.common.kit.outbox import remember
from services.common.values import CaseNo

__all__ = ["Database", "Ticket", "UnitOfWork", "Works"]
_SPEND = "INSERT INTO kit_spent_tokens (token_id, expires_at) VALUES (%(token_id)s, %(expires_at)s) ON CONFLICT DO NOTHING RETURNING true"


class Ticket(Protocol):
    """What must become true in the same commit: the request answered, or the event done."""

    settled: bool
    """Whether that commit has happened."""

    def finish(self, run: Run, answer: object | None) -> None:
        """Mark it, guarded by the lease. Raises Unavailable when somebody else has taken over."""


class UnitOfWork:
    """A transaction with what belongs into it. Rolls back unless `commit` was called. Services add their repositories in `opened`."""

    def __init__(self, database: Database, call: Call) -> None:
        self._database = database
        self._call = call
        self._events: list[dict[str, Any]] = []
        self.session = Session(database.engine, expire_on_commit=False)

    def opened(self) -> None:
        """Build repositories on `self.session`."""

    def __enter__(self) -> Self:
        self.opened()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()
        if code := silence(wrong):
            raise Unavailable(code) from wrong

    def emit(self, event: object, *, aggregate_id: str, case_no: CaseNo | None = None) -> None:
        """Remember a fact to be told after this commit."""
        about = getattr(event, "case_no", "") if case_no is None else case_no
        self._events.append({"event": event, "aggregate_id": aggregate_id, "case_no": str(about)})

    def spend(self, token_id: str, expires_at: dt.datetime) -> None:
        """Use a single-use token. Raises Conflict `proof.already_spent`."""
        spent = {"token_id": token_id, "expires_at": expires_at}
        if not Run(self.session.connection().connection)(_SPEND, spent):
            raise Conflict("proof.already_spent")

    def commit(self, answer: object | None = None) -> None:
        """Write outbox rows, finish the request or event, commit, wake the relay."""
        self.session.flush()
        run = Run(self.session.connection().connection)
        for remembered in self._events:
            remember(run, self._call, **remembered)
        told, self._events = bool(self._events), []
        ticket = cast("Ticket | None", self._call.ticket)
        if ticket is not None:
            ticket.finish(run, answer)
        self.session.commit()
        if ticket is not None:
            ticket.settled = True
        if told:
            self._database.on_commit()


W = TypeVar("W", bound=UnitOfWork)


@dataclass(frozen=True)
class Works(Generic[W]):
    """Opens units of work of one kind: `with works(call) as work: ...`."""

    database: Database
    kind: Callable[[Database, Call], W]

    def __call__(self, call: Call) -> W:
        """Open one for this call."""
        return self.kind(self.database, call)
