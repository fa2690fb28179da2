"""Tells subscribers what was committed: rows are claimed by lease, published in a batch with confirms, then marked.

A crash between commit and publish leaves the row; one between publish and mark publishes twice, which the inbox absorbs.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from typing import Any

import eventlet
from eventlet.event import Event
from prometheus_client import Counter, Gauge

from services.common.kit import tracing, wire
from services.common.kit.amqp import Link
from services.common.kit.calls import Call, new_id
from services.common.kit.database import Run, soon
from services.common.kit.errors import Unavailable
from services.common.kit.tables import OUTBOX, REQUESTS, SPENT
from services.common.kit.topology import EVENTS
from services.common.messages.registry import event_queues, handlers_of
from services.common.messages.shapes import EVENT_OF

log = logging.getLogger(__name__)
BATCH = 100
LEASE = dt.timedelta(seconds=30)
SWEEP = 1.0
CONFIRM = 5.0
KEEP = dt.timedelta(days=7)
KEEP_ANSWERS = dt.timedelta(days=30)
PRUNE_EVERY = 600
MEASURE_EVERY = 5.0
PUBLISHED = Counter("guohu_events_published_total", "Events handed to the broker", ["event"])
WAITING = Gauge("guohu_outbox_waiting", "Events committed and not yet published")
_REMEMBER = (
    "WITH numbered AS (INSERT INTO kit_event_order AS o (aggregate_id, handler_id, last)"
    " SELECT %(aggregate_id)s, handler, 1 FROM unnest(CAST(%(handlers)s AS text[])) AS handler"
    " ON CONFLICT (aggregate_id, handler_id) DO UPDATE SET last = o.last + 1 RETURNING handler_id, last)"
    " INSERT INTO kit_outbox (event_id, routing_key, envelope) SELECT %(event_id)s, %(routing_key)s, jsonb_set("
    "CAST(%(envelope)s AS jsonb), '{order}', coalesce((SELECT jsonb_object_agg(handler_id, last) FROM numbered), '{}'))"
)
_CLAIM = soon(
    "UPDATE kit_outbox SET lease_owner = %(owner)s, lease_until = now() + interval '30 seconds' FROM soon"
    " WHERE id IN (SELECT id FROM kit_outbox WHERE published_at IS NULL AND (lease_until IS NULL OR lease_until < now())"
    " ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)"
    " RETURNING id, event_id, routing_key, CAST(envelope AS text) AS body"
)
_MARK = soon(
    "UPDATE kit_outbox SET published_at = CASE WHEN id = ANY(%(done)s) THEN now() END, lease_until = NULL FROM soon"
    " WHERE id = ANY(%(claimed)s)"
)
_COUNT = "SELECT count(*) AS waiting FROM kit_outbox WHERE published_at IS NULL"
_RELEASE = "UPDATE kit_outbox SET lease_until = NULL WHERE lease_owner = %(owner)s AND published_at IS NULL"


def remember(run: Run, call: Call, *, event: object, aggregate_id: str, case_no: str) -> None:
    """Write the outbox row of an event; numbers it for every handler that wants order, under the lock of the aggregate's counters."""
    name = EVENT_OF[type(event)]
    ordered = sorted(one.handler_id for one in handlers_of(name) if one.ordered)
    headers: dict[str, str] = {}
    tracing.inject(headers)
    event_id = new_id()
    envelope = {
        "event_id": event_id,
        "name": name.name,
        "version": name.version,
        "occurred_at": dt.datetime.now(dt.UTC).isoformat(),
        "aggregate_id": aggregate_id,
        "order": {},
        "case_no": case_no,
        "actor": {"kind": call.actor.kind.value, "id": call.actor.id},
        "correlation_id": call.correlation_id,
        "traceparent": headers.get(tracing.HEADER, ""),
        "data": wire.to_plain(event),
    }
    row = {"event_id": event_id, "routing_key": name.routing_key, "envelope": wire.dumps(envelope).decode()}
    run(_REMEMBER, {**row, "aggregate_id": aggregate_id, "handlers": ordered})


class Confirms:
    """Collects what the broker says of a batch."""

    def __init__(self) -> None:
        self.published = 0
        self.waiting: set[int] = set()
        self.failed: set[int] = set()
        self.settled = Event()

    def begin(self) -> int:
        """The number of the message about to be published on this channel."""
        self.published += 1
        self.waiting.add(self.published)
        return self.published

    def ack(self, tag: int, multiple: bool) -> None:
        """Taken by the broker."""
        self._settle({one for one in self.waiting if one <= tag} if multiple else {tag})

    def nack(self, tag: int, multiple: bool) -> None:
        """Refused by the broker."""
        tags = {one for one in self.waiting if one <= tag} if multiple else {tag}
        self.failed |= tags
        self._settle(tags)

    def _settle(self, tags: set[int]) -> None:
        self.waiting -= tags
        if not self.waiting and not self.settled.ready():
            self.settled.send(True)

    def wait(self) -> None:
        """Wait until all are settled. Raises Unavailable."""
        with eventlet.Timeout(CONFIRM, Unavailable("bus.unconfirmed")):
            while self.waiting:
                if self.settled.ready():
                    self.settled = Event()
                self.settled.wait()

    def lost(self) -> None:
        """The connection broke."""
        if not self.settled.ready():
            self.settled.send_exception(Unavailable("bus.disconnected"))


class Relay:
    """The outbox's own greenthread: woken after each commit, and once a second in case it was not."""

    def __init__(self, database: Any, url: str, name: str) -> None:
        self._database = database
        self._confirms = Confirms()
        self._woken = Event()
        self._stopping = False
        self._thread: Any = None
        self._returned: set[str] = set()
        self._unsure = False  # a round was cut, perhaps with the database: what it had claimed would wait for its lease
        self._heard = {key for keys in event_queues().values() for key in keys}
        self.link = Link(url, f"outbox of {name}", self._open, lambda: self._confirms.lost())  # noqa: PLW0108 - a new collector each connection

    def _open(self, channel: Any) -> None:
        self._confirms = Confirms()
        channel.events["basic_ack"].add(lambda tag, multiple: self._confirms.ack(tag, multiple))  # noqa: PLW0108
        channel.events["basic_nack"].add(lambda tag, multiple: self._confirms.nack(tag, multiple))  # noqa: PLW0108
        channel.events["basic_return"].add(self._unroutable)
        channel.confirm_select()
        self.wake()

    def _unroutable(self, exception: Any, exchange: str, routing_key: str, message: Any) -> None:
        del exception, exchange
        self._returned.add(str(message.properties.get("message_id", "")))
        log.error("event has no queue", extra={"event": routing_key})

    def start(self) -> None:
        """Begin relaying; what this process had claimed when it died is released."""
        with self._database.at_once() as run:
            run(_RELEASE, {"owner": self._database.owner})
        self._database.on_commit = self.wake
        self.link.start()
        self._thread = eventlet.spawn(self._run)

    def wake(self) -> None:
        """There is something to publish."""
        if not self._woken.ready():
            self._woken.send(True)

    def stop(self) -> None:
        """Publish what is committed if the broker answers, then end."""
        self._stopping = True
        self.wake()
        with eventlet.Timeout(2, False):
            self._thread.wait()
        self._thread.kill()
        self.link.close()

    def _run(self) -> None:
        swept, measured = 0, 0.0
        while not self._stopping:
            with eventlet.Timeout(SWEEP, False):
                self._woken.wait()
            self._woken = Event()
            swept += 1
            due = time.monotonic() - measured > MEASURE_EVERY
            self._drain(prune=swept % PRUNE_EVERY == 0, measure=due)
            measured = time.monotonic() if due else measured
        self._drain()

    def _drain(self, *, prune: bool = False, measure: bool = False) -> None:
        try:
            while self.link.connected and self._round() == BATCH:
                pass
            if measure:
                self._measure()
            if prune:
                self._prune()
        except Unavailable as wrong:
            log.warning("outbox waits", extra={"code": wrong.code})
            eventlet.sleep(0.2)
        except Exception:
            log.exception("outbox stumbled")  # and goes on: events that stay behind would be missed by nobody
            eventlet.sleep(SWEEP)

    def _round(self) -> int:
        with self._database.at_once() as run:
            if self._unsure:
                run(_RELEASE, {"owner": self._database.owner})
            self._unsure = True
            rows = run(_CLAIM, {"owner": self._database.owner, "batch": BATCH})
        if not rows:
            self._unsure = False
            return 0
        done: list[int] = []
        try:
            self._publish(sorted(rows, key=lambda row: row.id), done)
        finally:
            with self._database.at_once() as run:
                run(_MARK, {"done": done, "claimed": [row.id for row in rows]})
        self._unsure = False
        return len(done)

    def _publish(self, rows: list[Any], done: list[int]) -> None:
        confirms, numbers = self._confirms, {}
        self._returned.clear()
        for row in rows:
            if confirms is not self._confirms:
                raise Unavailable("bus.disconnected")  # numbers count anew on a new channel
            numbers[row.id] = confirms.begin()
            heard = row.routing_key in self._heard  # an event nobody hears yet has no queue, and needs none
            self.link.publish(
                row.body.encode(),
                EVENTS,
                row.routing_key,
                mandatory=heard,
                message_id=row.event_id,
                delivery_mode=2,
            )
        confirms.wait()
        for row in rows:
            if numbers[row.id] not in confirms.failed and row.event_id not in self._returned:
                done.append(row.id)
                PUBLISHED.labels(row.routing_key).inc()

    def _measure(self) -> None:
        """Count what waits after a round: what an alert looks at may not be older than its patience."""
        with self._database.at_once() as run:
            (counted,) = run(_COUNT, {})
        WAITING.set(counted.waiting)

    def _prune(self) -> None:
        with self._database.write() as session:
            now = dt.datetime.now(dt.UTC)
            session.execute(OUTBOX.delete().where(OUTBOX.c.published_at < now - KEEP))
            session.execute(
                REQUESTS.delete().where(REQUESTS.c.state == "done", REQUESTS.c.created_at < now - KEEP_ANSWERS)
            )
            session.execute(SPENT.delete().where(SPENT.c.expires_at < now - KEEP))  # an expired token is refused anyway
