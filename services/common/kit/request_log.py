"""The request log: a command with the same `request_id` is carried out once; its first answer is given again."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from services.common.kit import wire
from services.common.kit.calls import new_id
from services.common.kit.database import Database, Run, soon
from services.common.kit.errors import Conflict, DomainError, Kind, Unavailable

_TAKE = soon(
    "INSERT INTO kit_requests (request_key, body_hash, state, lease_token, lease_owner, lease_until)"
    " SELECT %(key)s, %(body_hash)s, 'running', %(token)s, %(owner)s, %(until)s FROM soon ON CONFLICT DO NOTHING RETURNING true"
)
_LOOK = "SELECT body_hash, state, answer FROM kit_requests WHERE request_key = %(key)s"
_TAKE_OVER = soon(
    "UPDATE kit_requests SET lease_token = %(token)s, lease_owner = %(owner)s, lease_until = %(until)s FROM soon"
    " WHERE request_key = %(key)s AND state = 'running' AND lease_until <= %(now)s RETURNING true"
)
_FINISH = (
    "UPDATE kit_requests SET state = 'done', answer = CAST(%(answer)s AS jsonb)"
    " WHERE request_key = %(key)s AND lease_token = %(token)s AND state = 'running' RETURNING true"
)
_FORGET = soon(
    "DELETE FROM kit_requests USING soon WHERE request_key = %(key)s AND lease_token = %(token)s AND state = 'running'"
)
_FINISH_SOON = soon(
    "UPDATE kit_requests SET state = 'done', answer = CAST(%(answer)s AS jsonb) FROM soon"
    " WHERE request_key = %(key)s AND lease_token = %(token)s AND state = 'running' RETURNING true"
)
"""For a command that changed nothing: were this lost in a power cut, carrying it out again would change nothing either."""
_RELEASE = "DELETE FROM kit_requests WHERE lease_owner = %(owner)s AND state = 'running'"


@dataclass
class RequestTicket:
    """The lease on one request."""

    key: str
    token: str
    settled: bool = False

    def finish(self, run: Run, answer: object | None) -> None:
        """Keep the answer. Raises Unavailable when the lease is lost."""
        self._keep(run, _FINISH, answer)

    def finish_unchanged(self, run: Run, answer: object | None) -> None:
        """The same for a command that changed nothing. Raises Unavailable when the lease is lost."""
        self._keep(run, _FINISH_SOON, answer)

    def _keep(self, run: Run, statement: str, answer: object | None) -> None:
        kept = None if answer is None else wire.dumps(wire.to_plain(answer)).decode()
        if not run(statement, {"key": self.key, "token": self.token, "answer": kept}):
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
        lease = {"key": key, "token": new_id(), "owner": self._database.owner, "until": until}
        ticket, body_hash = RequestTicket(key, str(lease["token"])), self._hash(body)
        with self._database.at_once() as run:
            row = None
            while row is None:  # the other one may be forgotten between the two statements
                if run(_TAKE, {**lease, "body_hash": body_hash}):
                    return ticket
                row = next(iter(run(_LOOK, {"key": key})), None)
            if row.body_hash != body_hash:
                raise DomainError("request.other_body", Kind.MISMATCH)
            if row.state == "done":
                return Repeat(row.answer)
            if not run(_TAKE_OVER, {**lease, "now": dt.datetime.now(dt.UTC)}):
                raise Conflict("request.in_flight")
            return ticket

    def _hash(self, body: bytes) -> str:
        """Keyed: bodies hold codes and ID numbers, few enough to be guessed from a plain hash."""
        return hmac.new(self._key, b"request-body:" + body, hashlib.sha256).hexdigest()

    def forget(self, ticket: RequestTicket) -> None:
        """The command was refused or failed: the same request may be tried again."""
        with self._database.at_once() as run:
            run(_FORGET, {"key": ticket.key, "token": ticket.token})

    def finish(self, ticket: RequestTicket, answer: object | None) -> None:
        """Keep the answer of a command that changed nothing and so opened no unit of work."""
        if not ticket.settled:
            with self._database.at_once() as run:
                ticket.finish_unchanged(run, answer)

    def release_own(self) -> None:
        """At start: what this process was doing when it died can be tried again at once."""
        with self._database.at_once() as run:
            run(_RELEASE, {"owner": self._database.owner})
