"""One request being answered: who asks, with what, and the two ways to a neighbour, `ask` (query) and `order` (command)."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from werkzeug.datastructures import Headers

from gateway.bodies import check_text
from gateway.problems import HttpError
from gateway.schemas import base
from gateway.uploads import KeepsIncoming, NoIncoming
from services.common.kit.calls import Actor, Call, new_id
from services.common.kit.errors import DomainError, InvalidValue, Kind
from services.common.messages.shapes import RPC_OF
from services.common.values import CaseNo

if TYPE_CHECKING:
    from gateway.texts import Texts
    from gateway.web.pages import Pages

REQUEST_SECONDS = 30.0
_IDEMPOTENCY_KEY = re.compile(r"[A-Za-z0-9._:-]{16,64}")
_REVISION = re.compile(r'"([0-9]{1,9})"')


class Asks(Protocol):
    """The way to the services: kit's RpcClient, or a fake."""

    def ask(self, message: Any, call: Call, *, request_id: str | None = None, deadline: float | None = None) -> Any:
        """Return the reply. Raises DomainError with the neighbour's code, or Unavailable."""


class OpensLinks(Protocol):
    """Opens the internal download links of services: kit's Links, or a fake."""

    def open_link(self, link: str) -> tuple[int, str, Iterator[bytes]]:
        """Return size, SHA-256 and the bytes. Raises DomainError."""


@dataclass(frozen=True)
class Reply:
    """What a handler answers: a reply dataclass, or bytes and their type. `headers` in addition."""

    body: object | None = None
    status: int | None = None  # where it differs from the route's
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | Iterator[bytes] | None = None
    media_type: str = ""


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A request on its way. `source` is a hash of the caller's address, for limits; the address goes nowhere."""

    client: Asks
    links: OpensLinks
    pages: Pages
    texts: Texts
    incoming: KeepsIncoming = field(default_factory=NoIncoming)
    actor: Actor
    correlation_id: str
    source: str
    language: str
    parts: Mapping[str, str]
    headers: Headers
    raw_body: bytes
    began: float = field(default_factory=time.time)
    fallback_key: str = field(default_factory=new_id)

    @property
    def case_no(self) -> CaseNo:
        """The case in the path."""
        return CaseNo.parse(self.parts["case"])

    @property
    def revision(self) -> int:
        """The revision in If-Match. Raises HttpError 428 where missing, 412 where it cannot be one of ours."""
        given = self.headers.get("If-Match", "").strip()
        if not given:
            raise HttpError(428, "http.if_match_required")
        match = _REVISION.fullmatch(given)
        if match is None:
            raise HttpError(412, "http.if_match_unknown")
        return int(match.group(1))

    def has(self, tag: str) -> bool:
        """Whether the caller holds that already (If-None-Match): it is answered 304."""
        given = self.headers.get("If-None-Match", "")
        known = {one.strip().removeprefix("W/") for one in given.split(",")}
        return tag in known or "*" in known

    def say(self, code: str, **context: str) -> str:
        """Return what a code says to people in the language asked for; empty where it has no words."""
        return self.texts.words(code, self.language, {**context})

    def require_key(self) -> None:
        """Raise where the Idempotency-Key is missing or has no good form."""
        given = self.headers.get("Idempotency-Key", "")
        if not given:
            raise HttpError(400, "http.idempotency_key_required")
        if not _IDEMPOTENCY_KEY.fullmatch(given):
            raise HttpError(400, "http.idempotency_key_invalid")

    def _call(self) -> Call:
        return Call(
            actor=self.actor, correlation_id=self.correlation_id, request_id=None, deadline=self.began + REQUEST_SECONDS
        )

    def ask(self, message: object) -> Any:
        """Ask a question."""
        return self._ask(message, None)

    def order(self, message: object, *, fresh: bool = False) -> Any:
        """Give a command, once per Idempotency-Key, actor and command.

        `fresh`: never the answer of an earlier request; for what is sealed anew each time and would look different.
        """
        key = "" if fresh else self.headers.get("Idempotency-Key", "")
        if key:
            self.require_key()
        rpc = RPC_OF[type(message)]
        return self._ask(message, f"{key or self.fallback_key}:{self.actor.id}:{rpc.name}")

    def _ask(self, message: object, request_id: str | None) -> Any:
        try:
            return self.client.ask(message, self._call(), request_id=request_id)
        except InvalidValue as wrong:
            # A neighbour's own refusals arrive as ServiceError: this is an answer we could not read.
            raise DomainError("http.answer_unreadable", Kind.INTERNAL) from wrong

    def read_query(self, shape: type, args: Mapping[str, str]) -> object:
        """Build the query dataclass of a route. Raises InvalidValue, for hidden characters too, as in bodies."""
        for name, value in args.items():
            check_text(value, name)
        return base.read(shape, dict(args), base.QuerySchema)
