"""HTTP as a careful app does it: an Idempotency-Key on every change, and patience when nobody answers for a moment."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

PATIENCE = 90.0
PAUSES = (0.1, 0.2, 0.4, 0.8, 1.5)
TRY_AGAIN = frozenset({"request.in_flight"})
TOO_LONG = 15.0


class Refused(Exception):
    """The server said no: `status`, and the problem's `code`."""

    def __init__(self, status: int, problem: dict[str, Any], what: str) -> None:
        self.status = status
        self.code = str(problem.get("code", ""))
        self.problem = problem
        super().__init__(f"{what}: {status} {self.code} {problem.get('detail', '')} {problem.get('errors', '')}")


@dataclass
class Client:
    """One person's or staff member's connection. `token` is set after sign-in; `address` is where their phone has its own."""

    base_url: str
    token: str = ""
    refresh_token: str = ""
    address: str = ""
    renew: Callable[[], None] | None = None
    retried: int = 0
    http: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **options: Any) -> Any:
        """Return the JSON of a resource."""
        return self.call("GET", path, **options).json()

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        """Send JSON; return the reply's."""
        return self.call("POST", path, json=body, **options).json()

    def put(self, path: str, body: Any, **options: Any) -> Any:
        """Send JSON; return the reply's."""
        return self.call("PUT", path, json=body, **options).json()

    def bytes(self, path: str) -> bytes:
        """Return the bytes of a document."""
        return self.call("GET", path).content

    def call(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any
    ) -> requests.Response:
        """Repeat with the same Idempotency-Key until there is an answer. Raises Refused, or TimeoutError after 90 s."""
        key = {"Idempotency-Key": str(uuid.uuid4())} if method != "GET" else {}
        until, attempt = time.monotonic() + PATIENCE, 0
        while True:
            answer = self._once(method, path, {**key, **(headers or {})}, options)
            if answer is not None:
                return answer
            if time.monotonic() > until:
                raise TimeoutError(f"{method} {path}: no answer within {PATIENCE:.0f} s")
            self.retried += 1
            time.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
            attempt += 1

    def _once(
        self, method: str, path: str, headers: dict[str, str], options: dict[str, Any]
    ) -> requests.Response | None:
        if self.address:
            headers["X-Forwarded-For"] = self.address
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            answer = self.http.request(method, self.base_url + path, headers=headers, timeout=TOO_LONG, **options)
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError):
            self.http.close()
            return None
        if answer.ok:
            return answer
        problem = answer.json() if "json" in answer.headers.get("Content-Type", "") else {}
        code = problem.get("code", "")
        if answer.status_code in {502, 503, 504} or code in TRY_AGAIN:
            return None
        if answer.status_code == 401 and code == "token.expired" and self.renew:
            self.renew()
            return None
        raise Refused(answer.status_code, problem, f"{method} {path}")


def wait_for(look: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Return the first truthy answer of `look()`."""
    until = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > until:
            raise TimeoutError(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(0.15)
    return found
