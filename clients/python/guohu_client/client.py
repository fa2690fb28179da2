"""One person's connection, as a careful app holds it: keys, revisions, patience, a session that renews itself.

Decides when a request is sent again and with what; what the requests mean is in the other modules. A change carries an
Idempotency-Key made once and sent again with every repeat, so that it happens once however often the answer was lost.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from .catalogue import DOCUMENT, Catalogue
from .problems import IN_FLIGHT, KINDS, TOKEN_EXPIRED, Refused, Unavailable, refusal

JSON = "json"
NOBODY: Mapping[str, str | None] = {"Authorization": None}
"""Headers of a request that is not made in the session."""
NOBODY_ANSWERS = frozenset(status for status, kind in KINDS.items() if kind is Unavailable)
BROKEN = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


class NoAnswer(TimeoutError):
    """Nobody answered within the client's patience. What happened is unknown: send the same again with `key`."""

    def __init__(self, what: str, seconds: float, key: str, last: Refused | None) -> None:
        self.key, self.last = key, last
        super().__init__(f"{what}: no answer within {seconds:.0f} s" + (f"; last: {last}" if last else ""))


@dataclass(frozen=True)
class Patience:
    """How long to go on. All times in seconds."""

    total: float = 90.0
    """From the first try to giving up."""
    answer: float = 15.0
    """For one answer."""
    pauses: tuple[float, ...] = (0.1, 0.2, 0.4, 0.8, 1.5)
    """Between tries; the last again and again. A Retry-After of the server is waited for instead."""
    longest_pause: float = 5.0
    """A Retry-After beyond it is not waited for: an app shows `Limited.retry_after` to its user."""


NO_PATIENCE = Patience(total=0.0)


@dataclass
class Client:
    """One connection. `token` and `refresh_token` are set by `Sessions`; `renew` signs in anew when refreshing is refused.

    `address`: what a trusted proxy would say the phone's address is; an app leaves it empty. `language`: of refusals and texts.
    """

    base_url: str
    token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    language: str = ""
    renew: Callable[[], None] | None = None
    patience: Patience = field(default_factory=Patience)
    known: Catalogue | None = field(default=None, repr=False)
    retried: int = 0
    http: requests.Session = field(default_factory=requests.Session)
    pause: Callable[[float], None] = time.sleep
    _renewing: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def catalogue(self) -> Catalogue:
        """What the server offers; read once."""
        if self.known is None:
            self.known = Catalogue.of(self.get(DOCUMENT))
        return self.known

    # ---- by name: what apps use ------------------------------------------------------------------------------------
    def do(
        self,
        operation: str,
        *,
        body: object = None,
        data: bytes | None = None,
        media: str = "",
        query: Mapping[str, Any] | None = None,
        revision: int | None = None,
        key: str = "",
        headers: Mapping[str, str | None] | None = None,
        **parts: Any,
    ) -> requests.Response:
        """Carry out an operation of the catalogue; `parts` fill its path.

        `body` is sent as JSON, `data` as it is with type `media`. `revision`: of the case as read, where the operation needs
        If-Match. `key`: of an earlier try, from `NoAnswer.key`; a new one is made where none is given.
        Raises Refused (or one of its kinds), NoAnswer, UnknownOperation.
        """
        found = self.catalogue.operation(operation)
        if query and not found.query >= set(query):
            raise TypeError(f"{operation} takes no {sorted(set(query) - found.query)}")
        if found.needs_revision and revision is None:
            raise TypeError(f"{operation} needs the revision of the case as it was read")
        given: dict[str, str | None] = dict(headers or {})
        given |= {"Content-Type": media} if media else {}
        given |= {"If-Match": f'"{revision}"'} if revision is not None else {}
        given |= {"Idempotency-Key": key} if key else {}
        options: dict[str, Any] = {"params": dict(query)} if query else {}
        options |= {JSON: body} if body is not None else {}
        options |= {"data": data} if data is not None else {}
        return self.call(found.method, found.fill(parts), headers=given, **options)

    def read(self, operation: str, **given: Any) -> Any:
        """Carry out an operation and return its JSON."""
        return self.do(operation, **given).json()

    # ---- by path: for what an app follows as it was told, such as a Location, a sound, a page -----------------------
    def get(self, path: str, **options: Any) -> Any:
        """Return the JSON of a resource."""
        return self.call("GET", path, **options).json()

    def post(self, path: str, body: object = None, **options: Any) -> Any:
        """Send JSON; return the reply's."""
        return self.call("POST", path, json=body, **options).json()

    def put(self, path: str, body: object, **options: Any) -> Any:
        """Send JSON; return the reply's."""
        return self.call("PUT", path, json=body, **options).json()

    def bytes(self, path: str) -> bytes:
        """Return the bytes of a document."""
        return self.call("GET", path).content

    def call(
        self, method: str, path: str, *, headers: Mapping[str, str | None] | None = None, **options: Any
    ) -> requests.Response:
        """Send, and again with the same key while nobody answers; a header of None is left out. Raises Refused, NoAnswer."""
        told: dict[str, str | None] = {}
        if method not in {"GET", "HEAD"}:
            told["Idempotency-Key"] = str(uuid.uuid4())
        told.update(headers or {})
        until, attempt, last, renewed = time.monotonic() + self.patience.total, 0, None, False
        while True:
            before = self.token
            answer, last = self._once(method, path, told, options)
            if answer is not None:
                return answer
            if last is not None and last.code == TOKEN_EXPIRED:
                if renewed:  # a new token that is old already: the clocks of the servers differ
                    raise last
                renewed = True
                self._renew_session(before, last)
            elif time.monotonic() >= until:
                raise NoAnswer(f"{method} {path}", self.patience.total, told.get("Idempotency-Key") or "", last)
            else:
                self.retried += 1
                self.pause(self._pause(attempt, last))
            attempt += 1

    def _once(
        self, method: str, path: str, told: Mapping[str, str | None], options: Mapping[str, Any]
    ) -> tuple[requests.Response | None, Refused | None]:
        """Return an answer; or None and why it is worth another try. Raises Refused where it is not."""
        url = self.base_url.rstrip("/") + path
        try:
            answer = self.http.request(
                method, url, headers={**self._about(), **told}, timeout=self.patience.answer, **options
            )
        except BROKEN:
            self.http.close()  # the connection may be half dead: the next try opens another
            return None, None
        if answer.ok:
            return answer, None
        refused = self._refusal(answer, f"{method} {path}")
        if self._worth_repeating(refused):
            return None, refused
        raise refused

    def _about(self) -> dict[str, str]:
        told = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        told |= {"Accept-Language": self.language} if self.language else {}
        return told | ({"X-Forwarded-For": self.address} if self.address else {})

    def _refusal(self, answer: requests.Response, what: str) -> Refused:
        try:
            problem = answer.json() if JSON in answer.headers.get("Content-Type", "") else {}
        except ValueError:
            problem = {}
        given = answer.headers.get("Retry-After", "")
        wait = float(given) if given.isdigit() else None
        words = self.known.words(str(problem.get("code", "")), problem.get("context") or {}) if self.known else None
        return refusal(answer.status_code, problem, what, retry_after=wait, words=words)

    def _worth_repeating(self, refused: Refused) -> bool:
        if refused.code == TOKEN_EXPIRED:
            return bool(self.refresh_token or self.renew)
        if refused.status in NOBODY_ANSWERS or refused.code == IN_FLIGHT:
            return True
        wait = refused.retry_after
        return (
            refused.status == 429 and wait is not None and wait <= min(self.patience.longest_pause, self.patience.total)
        )

    def _pause(self, attempt: int, last: Refused | None) -> float:
        if last is not None and last.retry_after is not None:
            return min(last.retry_after, self.patience.longest_pause)
        return self.patience.pauses[min(attempt, len(self.patience.pauses) - 1)]

    # ---- the session -----------------------------------------------------------------------------------------------
    def hold(self, session: Mapping[str, Any]) -> None:
        """Act in this session from now on."""
        self.token, self.refresh_token = str(session["access_token"]), str(session["refresh_token"])

    def _renew_session(self, expired: str, refused: Refused) -> None:
        """Exchange the refresh token, once for all threads; where that is refused, sign in anew. Raises what was refused."""
        with self._renewing:
            if self.token != expired:
                return
            if not self.refresh_token:
                self._sign_in_anew(refused)
                return
            try:
                self.hold(self.read("refresh_session", body={"refresh_token": self.refresh_token}, headers=NOBODY))
            except Refused as over:
                self._sign_in_anew(over)

    def _sign_in_anew(self, over: Refused) -> None:
        self.token, self.refresh_token = "", ""
        if self.renew is None:
            raise over
        self.renew()
