"""Hears events: a row per (event, handler) is committed before the message is acknowledged; the work is done from the rows.

An event that arrives twice is one row. Ordered handlers work the events of one aggregate one at a time in the producer's order:
a later one waits for its predecessor. A failure is a row with a time to try again; when `retries` gives it up it is dead: counted,
visible, replayable.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import eventlet
from eventlet.event import Event
from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy import func, select, update

from services.common.kit.calls import new_id
from services.common.kit.database import Run, soon
from services.common.kit.errors import DomainError, Kind, Unavailable
from services.common.kit.retries import FIRST_PAUSE, Limits
from services.common.kit.tables import INBOX
from services.common.messages.operations import DeadEvent, DeadEvents
from services.common.messages.registry import Subscription

log = logging.getLogger(__name__)
SWEEP = 0.5
RECORD_PAUSE = 1.0
RECORD_TRIES = 40  # with their pauses well within the lease
KEEP = dt.timedelta(days=14)
PRUNE_EVERY = 1200
HANDLED = Counter("guohu_events_handled_total", "Events worked on", ["handler", "outcome"])
AGE = Histogram(
    "guohu_event_age_seconds",
    "From the producer's commit to the handler's",
    ["handler"],
    buckets=(0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600),
)
DEPTH = Gauge("guohu_inbox_waiting", "Events received and not yet done", ["handler"])
DEAD = Gauge("guohu_inbox_dead", "Events a handler gave up on", ["handler"])
OLDEST = Gauge("guohu_inbox_oldest_seconds", "Age of the oldest waiting event", ["handler"])
_CLAIM = soon(
    "UPDATE kit_inbox SET lease_token = %(token)s, lease_owner = %(owner)s, lease_until = now() + interval '60 seconds', attempts = attempts + 1"
    " FROM soon WHERE (event_id, handler_id) IN (SELECT i.event_id, i.handler_id FROM kit_inbox i LEFT JOIN kit_inbox_progress p"
    " ON p.handler_id = i.handler_id AND p.aggregate_id = i.aggregate_id"
    " WHERE i.state = 'pending' AND i.handler_id = ANY(%(handlers)s) AND i.next_attempt_at <= now() AND (i.lease_until IS NULL OR i.lease_until < now())"
    " AND (i.sequence IS NULL OR i.sequence = coalesce(p.last, 0) + 1) ORDER BY i.received_at LIMIT %(free)s FOR UPDATE OF i SKIP LOCKED)"
    " RETURNING event_id, handler_id, aggregate_id, sequence, envelope, attempts, received_at"
)
_FINISH = (
    "WITH done AS (UPDATE kit_inbox SET state = 'done', finished_at = now(), lease_until = NULL, error_code = NULL"
    " WHERE event_id = %(event_id)s AND handler_id = %(handler_id)s AND lease_token = %(token)s AND state = 'pending'"
    " RETURNING handler_id, aggregate_id, sequence),"
    " moved AS (INSERT INTO kit_inbox_progress (handler_id, aggregate_id, last)"
    " SELECT handler_id, aggregate_id, sequence FROM done WHERE sequence IS NOT NULL"
    " ON CONFLICT (handler_id, aggregate_id) DO UPDATE SET last = excluded.last)"
    " SELECT handler_id FROM done"
)


@dataclass
class InboxTicket:
    """The lease on one event for one handler."""

    event_id: str
    handler_id: str
    aggregate_id: str
    sequence: int | None
    token: str
    settled: bool = False

    def finish(self, run: Run, answer: object | None = None) -> None:
        """Mark the event done in the handler's own transaction. Raises Unavailable when the lease is lost."""
        del answer
        mine = {"event_id": self.event_id, "handler_id": self.handler_id, "token": self.token}
        if not run(_FINISH, mine):
            raise Unavailable("event.lease_lost")


class Inbox:
    """Claims waiting events with a lease and gives them to `work(handler_id, envelope, ticket)`."""

    def __init__(
        self, database: Any, subscriptions: tuple[Subscription, ...], size: int, limits: Limits | None = None
    ) -> None:
        self._database = database
        self._limits = limits or Limits()
        self._handlers = [one.handler_id for one in subscriptions]
        self._woken = Event()
        self._stopping = False
        self._thread: Any = None
        self._rounds = 0
        self.pool = eventlet.GreenPool(size)
        self.work: Callable[[str, dict[str, Any], InboxTicket], None] = lambda *_: None

    def start(self) -> None:
        """Begin working; what this process held when it died is free again."""
        with self._database.write() as session:
            session.execute(
                update(INBOX)
                .where(INBOX.c.lease_owner == self._database.owner, INBOX.c.state == "pending")
                .values(lease_until=None)
            )
        self._thread = eventlet.spawn(self._run)

    def wake(self) -> None:
        """There may be something to do."""
        if not self._woken.ready():
            self._woken.send(True)

    def stop(self, seconds: float) -> None:
        """Claim nothing more; wait for what is in hand."""
        self._stopping = True
        self.wake()
        with eventlet.Timeout(seconds, False):
            self.pool.waitall()
        self._thread.kill()

    def _run(self) -> None:
        while not self._stopping:
            with eventlet.Timeout(SWEEP, False):
                self._woken.wait()
            self._woken = Event()
            try:
                while not self._stopping and self._claim():
                    pass
                self._measure()
            except Unavailable as wrong:
                log.warning("inbox waits", extra={"code": wrong.code})
                eventlet.sleep(FIRST_PAUSE)
            except Exception:
                log.exception(
                    "inbox stumbled"
                )  # and goes on: a process that claims nothing any more would look healthy
                eventlet.sleep(SWEEP)

    def _claim(self) -> int:
        free = self.pool.free()
        if free <= 0:
            return 0
        token = new_id()
        asked = {"token": token, "owner": self._database.owner, "handlers": self._handlers, "free": free}
        with self._database.at_once() as run:
            rows = run(_CLAIM, asked)
        for row in rows:
            ticket = InboxTicket(row.event_id, row.handler_id, row.aggregate_id, row.sequence, token)
            self.pool.spawn_n(self._attempt, ticket, row.envelope, row.attempts, row.received_at)
        return len(rows)

    def _attempt(self, ticket: InboxTicket, envelope: dict[str, Any], attempt: int, received_at: dt.datetime) -> None:
        if attempt > self._limits.attempts:  # every attempt so far ended with its process
            self._fail(ticket, received_at, attempt, ProcessDied())
            return
        try:
            self.work(ticket.handler_id, envelope, ticket)
            self._settle(ticket)
        except Exception as wrong:
            labels = {"event": envelope.get("name"), "case_no": envelope.get("case_no")}
            log.warning(
                "event not handled",
                extra={**self._named(ticket), **labels, "code": code_of(wrong), "attempt": attempt},
                exc_info=not isinstance(wrong, DomainError),
            )
            self._fail(ticket, received_at, attempt, wrong)
            return
        HANDLED.labels(ticket.handler_id, "done").inc()
        AGE.labels(ticket.handler_id).observe(age_of(envelope))
        self.wake()  # a place is free, and a successor may have been waiting

    def _settle(self, ticket: InboxTicket) -> None:
        """Mark done an event whose handler committed no unit of work of its own."""
        if not ticket.settled:
            with self._database.at_once() as run:
                ticket.finish(run)

    @staticmethod
    def _named(ticket: InboxTicket) -> dict[str, str]:
        return {"event_id": ticket.event_id, "handler_id": ticket.handler_id}

    def _fail(self, ticket: InboxTicket, received_at: dt.datetime, attempt: int, wrong: Exception) -> None:
        now = dt.datetime.now(dt.UTC)
        verdict = self._limits.judge(wrong, attempt, now - received_at)
        pause = verdict.pause * random.uniform(0.7, 1.3)  # noqa: S311 - spreading retries, not a secret
        HANDLED.labels(ticket.handler_id, "dead" if verdict.dead else "failed").inc()
        values = {
            "state": "dead" if verdict.dead else "pending",
            "attempts": verdict.attempts,
            "error_code": code_of(wrong)[:120],
            "lease_until": None,
            "finished_at": func.now() if verdict.dead else None,
            "next_attempt_at": now + dt.timedelta(seconds=pause),
        }
        if not self._recorded(ticket, values):
            log.warning("failure not recorded; the lease will run out", extra=self._named(ticket))
        if verdict.dead:
            log.error("event is dead", extra={**self._named(ticket), "code": code_of(wrong), "attempt": attempt})

    def _recorded(self, ticket: InboxTicket, values: dict[str, Any]) -> bool:
        """Keep what came of an attempt. It failed perhaps because the database is away: wait for it, not for the lease."""
        mine = (INBOX.c.event_id == ticket.event_id) & (INBOX.c.handler_id == ticket.handler_id)
        held = mine & (INBOX.c.lease_token == ticket.token) & (INBOX.c.state == "pending")
        for _ in range(RECORD_TRIES):
            try:
                with self._database.write() as session:
                    session.execute(update(INBOX).where(held).values(**values))
            except Unavailable:
                if self._stopping:
                    break
                eventlet.sleep(RECORD_PAUSE)
            else:
                return True
        return False

    def _measure(self) -> None:
        self._rounds += 1
        if self._rounds % 20 != 1:
            return
        with self._database.read() as session:
            age = func.extract("epoch", func.now() - func.min(INBOX.c.received_at))
            rows = session.execute(
                select(INBOX.c.handler_id, INBOX.c.state, func.count(), age)
                .where(INBOX.c.state.in_(("pending", "dead")), INBOX.c.handler_id.in_(self._handlers))
                .group_by(INBOX.c.handler_id, INBOX.c.state)
            ).all()
        found = {(handler, state): (count, seconds) for handler, state, count, seconds in rows}
        for handler in self._handlers:
            DEPTH.labels(handler).set(found.get((handler, "pending"), (0, 0))[0])
            OLDEST.labels(handler).set(float(found.get((handler, "pending"), (0, 0))[1] or 0))
            DEAD.labels(handler).set(found.get((handler, "dead"), (0, 0))[0])
        if self._rounds % PRUNE_EVERY == 1:
            self._prune()

    def _prune(self) -> None:
        with self._database.write() as session:
            session.execute(
                INBOX.delete().where(
                    INBOX.c.state.in_(("done", "ignored")), INBOX.c.finished_at < dt.datetime.now(dt.UTC) - KEEP
                )
            )


class ProcessDied(DomainError):
    """Whoever worked on it never lived to say what went wrong."""

    code = "event.process_died"
    kind = Kind.INTERNAL


def code_of(wrong: Exception) -> str:
    """What is written down of a failure: never an exception's text."""
    return wrong.code if isinstance(wrong, DomainError) else type(wrong).__name__


def age_of(envelope: dict[str, Any]) -> float:
    """Seconds since the producer's commit; 0 where it did not say, or its clock is ahead."""
    try:
        return max(0.0, (dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(envelope["occurred_at"])).total_seconds())
    except (KeyError, TypeError, ValueError):
        return 0.0


def list_dead(database: Any) -> DeadEvents:
    """Events handlers gave up on, oldest first."""
    with database.read() as session:
        rows = session.execute(
            select(INBOX).where(INBOX.c.state == "dead").order_by(INBOX.c.finished_at).limit(500)
        ).all()
    return DeadEvents(
        events=tuple(
            DeadEvent(
                event_id=row.event_id,
                handler_id=row.handler_id,
                name=row.envelope["name"],
                case_no=row.envelope["case_no"],
                attempts=row.attempts,
                error_code=row.error_code or "",
                died_at=row.finished_at,
            )
            for row in rows
        )
    )


def replay(database: Any, event_id: str) -> int:
    """Put one dead event, or all, back to waiting. Returns how many."""
    chosen = INBOX.c.state == "dead"
    if event_id:
        chosen &= INBOX.c.event_id == event_id
    with database.write() as session:
        values: dict[str, Any] = {"state": "pending", "attempts": 0, "next_attempt_at": func.now(), "finished_at": None}
        values["received_at"] = func.now()  # it arrives anew: the time somebody may be away counts from now
        return int(getattr(session.execute(update(INBOX).where(chosen).values(**values)), "rowcount", 0))
