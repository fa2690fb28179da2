"""One command, one transaction: state, outbox rows, the spent token, the request's answer or the event's done-mark.

Also the request log: a command with the same `request_id` is carried out once; its first answer is given again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar, cast

from sqlalchemy import Engine, create_engine, delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from services.common.kit import wire
from services.common.kit.calls import Call, new_id
from services.common.kit.errors import Conflict, DomainError, Kind, Unavailable
from services.common.kit.outbox import rows_of
from services.common.kit.tables import OUTBOX, REQUESTS, SPENT
from services.common.values import CaseNo

RETRY_PAUSE = dt.timedelta(seconds=2)


class Ticket(Protocol):
    """What must become true in the same commit: the request answered, or the event done."""

    settled: bool
    """Whether that commit has happened."""

    def finish(self, session: Session, answer: object | None) -> None:
        """Mark it, guarded by the lease. Raises Unavailable when somebody else has taken over."""


class Database:
    """Connections of one process to its service's database."""

    def __init__(self, url: str, owner: str, size: int = 20) -> None:
        self.engine: Engine = create_engine(
            url, pool_size=size, max_overflow=0, pool_timeout=4, pool_pre_ping=False, pool_recycle=900
        )
        self.owner = owner
        self.on_commit: Callable[[], None] = lambda: None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A read-only session; raises Unavailable when the database does not answer."""
        with guarded(), Session(self.engine) as session:
            session.execute(text("SET TRANSACTION READ ONLY"))
            yield session

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Session]:
        """A session of kit's own, committed at the end. Not durable: may be lost in a crash, for leases only."""
        with guarded(), Session(self.engine) as session:
            if not durable:
                session.execute(text("SET LOCAL synchronous_commit TO off"))
            yield session
            session.commit()


@contextmanager
def guarded() -> Iterator[None]:
    """Turn a database that does not answer into Unavailable."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as wrong:
        if code := silence(wrong):
            raise Unavailable(code) from wrong
        raise


def silence(wrong: BaseException | None) -> str:
    """Return the code of a database that does not answer; empty for an error it gave as its answer."""
    if isinstance(wrong, PoolTimeout):
        return "database.busy"
    gone = isinstance(wrong, (OperationalError, InterfaceError)) or getattr(wrong, "connection_invalidated", False)
    return "database.unavailable" if gone else ""


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
        row = (
            upsert(SPENT)
            .values(token_id=token_id, expires_at=expires_at)
            .on_conflict_do_nothing()
            .returning(SPENT.c.token_id)
        )
        if self.session.execute(row).first() is None:
            raise Conflict("proof.already_spent")

    def commit(self, answer: object | None = None) -> None:
        """Write outbox rows, finish the request or event, commit, wake the relay."""
        self.session.flush()
        for remembered in self._events:
            self.session.execute(insert(OUTBOX), rows_of(self.session, self._call, **remembered))
        told, self._events = bool(self._events), []
        ticket = cast("Ticket | None", self._call.ticket)
        if ticket is not None:
            ticket.finish(self.session, answer)
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


@dataclass
class RequestTicket:
    """The lease on one request."""

    key: str
    token: str
    settled: bool = False

    def finish(self, session: Session, answer: object | None) -> None:
        """Keep the answer."""
        kept = None if answer is None else wire.to_plain(answer)
        mine = (
            (REQUESTS.c.request_key == self.key)
            & (REQUESTS.c.lease_token == self.token)
            & (REQUESTS.c.state == "running")
        )
        done = session.execute(update(REQUESTS).where(mine).values(state="done", answer=kept))
        if getattr(done, "rowcount", 0) != 1:
            raise Unavailable("request.lease_lost")


@dataclass(frozen=True)
class Repeat:
    """The request was carried out before; this was its answer."""

    answer: dict[str, Any] | None


class RequestLog:
    """Decides whether a request runs, is repeated, or is refused."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._key = key

    def begin(self, key: str, body: bytes, until: dt.datetime) -> RequestTicket | Repeat:
        """Take the lease, or return the kept answer.

        Raises DomainError `request.other_body` (MISMATCH), Conflict `request.in_flight`.
        """
        body_hash, token = self._hash(body), new_id()
        fields = {"lease_token": token, "lease_owner": self._database.owner, "lease_until": until}
        new = upsert(REQUESTS).values(request_key=key, body_hash=body_hash, state="running", **fields)
        with self._database.write(durable=False) as session:
            row = None
            while row is None:  # the other one may be forgotten between the two statements
                if session.execute(new.on_conflict_do_nothing().returning(REQUESTS.c.request_key)).first() is not None:
                    return RequestTicket(key, token)
                row = session.execute(select(REQUESTS).where(REQUESTS.c.request_key == key).with_for_update()).first()
            if row.body_hash != body_hash:
                raise DomainError("request.other_body", Kind.MISMATCH)
            if row.state == "done":
                return Repeat(row.answer)
            if row.lease_until > dt.datetime.now(dt.UTC):
                raise Conflict("request.in_flight")
            session.execute(update(REQUESTS).where(REQUESTS.c.request_key == key).values(**fields))
            return RequestTicket(key, token)

    def _hash(self, body: bytes) -> str:
        """Keyed: bodies hold codes and ID numbers, few enough to be guessed from a plain hash."""
        return hmac.new(self._key, b"request-body:" + body, hashlib.sha256).hexdigest()

    def forget(self, ticket: RequestTicket) -> None:
        """The command was refused or failed: the same request may be tried again."""
        mine = (
            (REQUESTS.c.request_key == ticket.key)
            & (REQUESTS.c.lease_token == ticket.token)
            & (REQUESTS.c.state == "running")
        )
        with self._database.write(durable=False) as session:
            session.execute(delete(REQUESTS).where(mine))

    def finish(self, ticket: RequestTicket, answer: object | None) -> None:
        """Keep the answer of a command that changed nothing and so opened no unit of work."""
        if ticket.settled:
            return
        with self._database.write() as session:
            ticket.finish(session, answer)

    def release_own(self) -> None:
        """At start: what this process was doing when it died can be tried again at once."""
        mine = (REQUESTS.c.lease_owner == self._database.owner) & (REQUESTS.c.state == "running")
        with self._database.write() as session:
            session.execute(delete(REQUESTS).where(mine))
