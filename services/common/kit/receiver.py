"""Takes events off a process's queue: an inbox row per handler first, in batches, then the acknowledgement.

A row that is there already (the event arrived twice) stays as it is; an event older than what its handler has done is ignored.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import eventlet
from eventlet.queue import Empty, LightQueue

from services.common.kit import wire
from services.common.kit.amqp import Link
from services.common.kit.errors import DomainError, Unavailable
from services.common.messages.registry import Subscription

log = logging.getLogger(__name__)
PREFETCH = 100
STOP_SECONDS = 2.0
FIRST_PAUSE = 0.2
_KEEP = (
    "INSERT INTO kit_inbox (event_id, handler_id, aggregate_id, sequence, envelope, state, finished_at)"
    " SELECT r.event_id, r.handler_id, r.aggregate_id, r.sequence, r.envelope,"
    " CASE WHEN r.sequence <= p.last THEN 'ignored' ELSE 'pending' END, CASE WHEN r.sequence <= p.last THEN now() END"
    " FROM jsonb_to_recordset(CAST(%(rows)s AS jsonb))"
    " AS r(event_id text, handler_id text, aggregate_id text, sequence integer, envelope jsonb)"
    " LEFT JOIN kit_inbox_progress p ON p.handler_id = r.handler_id AND p.aggregate_id = r.aggregate_id"
    " ON CONFLICT DO NOTHING"
)
"""One numbered at or below what its handler has done is an echo."""


class Receiver:
    """Takes messages off the queues: rows first, in batches, then the acknowledgement."""

    def __init__(
        self, database: Any, url: str, name: str, subscriptions: tuple[Subscription, ...], wake: Callable[[], None]
    ) -> None:
        self._database = database
        self._subscriptions = subscriptions
        self._wake = wake
        self._arrived: LightQueue = LightQueue()
        self._tags: list[str] = []
        self._stopping = False
        self._thread: Any = None
        self.link = Link(url, f"inbox of {name}", self._subscribe)

    def _subscribe(self, channel: Any) -> None:
        if self._stopping:
            return
        channel.basic_qos(0, PREFETCH, False)
        generation = self.link.generation
        self._tags = [
            channel.basic_consume(queue, callback=lambda message: self._arrived.put((generation, message)))
            for queue in sorted({one.queue for one in self._subscriptions})
        ]

    def start(self) -> None:
        """Begin receiving."""
        self._thread = eventlet.spawn(self._run)
        self.link.start()

    def stop(self) -> None:
        """Stop receiving; what is not yet a row stays with the broker."""
        for tag in self._tags:
            try:
                self.link.cancel(tag)
            except Unavailable:
                break
        self._stopping = True
        self._arrived.put(None)
        with eventlet.Timeout(STOP_SECONDS, False):
            self._thread.wait()
        self._thread.kill()
        self.link.close()

    def _run(self) -> None:
        while not self._stopping:
            batch = [self._arrived.get()]
            try:
                while len(batch) < PREFETCH:
                    batch.append(self._arrived.get_nowait())
            except Empty:
                pass
            self._keep([one for one in batch if one is not None])

    def _keep(self, batch: list[tuple[int, Any]]) -> None:
        rows = [row for _, message in batch for row in self._rows(message)]
        if not batch or not self._stored(rows):
            return
        generation, last = batch[-1][0], batch[-1][1].delivery_tag
        try:
            self.link.ack(generation, last, multiple=True)
        except Unavailable:
            log.info("acknowledgement lost; the events will arrive again", extra={"count": len(batch)})
        self._wake()

    def _stored(self, rows: list[dict[str, Any]]) -> bool:
        """Insert the rows, waiting for the database as long as it takes; false when this process ends before."""
        pause = FIRST_PAUSE
        while rows and not self._stopping:
            try:
                self._insert(rows)
            except Unavailable as wrong:
                log.warning("events wait for the database", extra={"code": wrong.code, "count": len(rows)})
                eventlet.sleep(pause)
                pause = min(pause * 2, 5.0)
            except Exception:
                if len(rows) == 1:
                    log.exception(
                        "event dropped: the database does not take it", extra={"handler_id": rows[0]["handler_id"]}
                    )
                    return True
                return all([self._stored([row]) for row in rows])  # noqa: C419 - one is at fault, the others are still stored
            else:
                return True
        return not rows

    def _insert(self, rows: list[dict[str, Any]]) -> None:
        with self._database.at_once() as run:
            run(_KEEP, {"rows": wire.dumps(rows).decode()})

    def _rows(self, message: Any) -> list[dict[str, Any]]:
        try:
            envelope = wire.loads(message.body if isinstance(message.body, bytes) else message.body.encode())
            name = (envelope["name"], envelope["version"])
            heard = [one for one in self._subscriptions if name in {(n.name, n.version) for n in one.names}]
            return [
                {
                    "event_id": envelope["event_id"],
                    "handler_id": one.handler_id,
                    "aggregate_id": envelope["aggregate_id"],
                    "sequence": envelope["order"].get(one.handler_id) if one.ordered else None,
                    "envelope": envelope,
                }
                for one in heard
            ]
        except (DomainError, KeyError, TypeError, AttributeError) as wrong:
            log.error("unreadable event dropped", extra={"error_type": type(wrong).__name__})  # noqa: TRY400 - the text may hold data
            return []
