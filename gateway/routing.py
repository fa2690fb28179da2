"""What a route is. The table of all routes is built from these by `gateway.routes`; `app` serves it, `openapi` tells it.

Decides how a route is declared; leaves what it does to its handler.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from gateway.uploads import FORM

if TYPE_CHECKING:
    from gateway.exchange import Exchange, Reply

Who: TypeAlias = Literal["anyone", "signed_in", "person", "staff"]
Handler: TypeAlias = "Callable[..., Reply]"

KIB, MIB = 1024, 1024 * 1024
JSON, JPEG, HTML, PDF = "application/json", "image/jpeg", "text/html", "application/pdf"
METHODS = ("GET", "POST", "PUT", "DELETE")
ZIP = "application/zip"
NO_BODY = 1 * KIB
SMALL_BODY = 64 * KIB
TOO_LARGE = "http.body_too_large"

PART_PATTERNS = {
    "issuer": r"[a-z]{2,20}(-[0-9]{14})?",
    "city": r"[a-z]{2,20}",
    "case": r"[a-z]{2,20}-20[0-9]{11,12}",
    "side": r"(?i:seller|buyer)",
    "purpose": r"NOTICE|FACE|FACE_REVIEW|SHARING",
    "action": r"[a-z_]{2,20}",
    "language": r"zh|en",
    "check": r"[A-Za-z0-9_-]{8,64}",
    "office": r"[a-z0-9-]{2,40}",
    "business_type": r"[a-z0-9_-]{2,40}",
    "handle": r"[A-Za-z0-9_-]{8,128}",
    "token": r"[A-Za-z0-9_-]{8,128}",
    "kind": r"[a-z_]{2,40}",
    "code": r"[A-Za-z0-9-]{6,64}",
    "message": r"[0-9a-f]{32}",
    "review": r"[A-Za-z0-9_-]{8,64}",
    "file": r"[0-9a-f]{32}",
    "page": r"[1-9][0-9]?",
}
"""What a path parameter may look like; anything else is a path that does not exist (404)."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """One method on one path. `path` in OpenAPI form, `/v1/cases/{case}`."""

    method: str
    path: str
    handler: Handler
    actor: Who
    body: type | None
    media: str
    reply: type | None
    produces: str
    query: type | None
    headers: tuple[str, ...]
    status: int
    errors: tuple[str, ...]
    idempotent: bool
    if_match: bool
    has_effect: bool
    max_body: int
    too_large: str
    listed: bool

    @property
    def operation(self) -> str:
        """The name in OpenAPI."""
        return self.handler.__name__

    @property
    def summary(self) -> str:
        """First line of the handler's docstring."""
        return (self.handler.__doc__ or "").strip().splitlines()[0]

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the path parameters."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    def takes(self, media: str) -> bool:
        """Whether a body of this type may come. Where a file is taken in a form, `uploads` takes it as it is too."""
        return self.media in {FORM, media}

    def accepts(self, parts: dict[str, str]) -> bool:
        """Whether every path parameter looks as its name asks."""
        return all(re.fullmatch(PART_PATTERNS[name], value) for name, value in parts.items())


def route(
    method: str,
    path: str,
    *,
    actor: Who,
    body: type | None = None,
    media: str = "",
    reply: type | None = None,
    produces: str = JSON,
    query: type | None = None,
    headers: tuple[str, ...] = (),
    status: int = 200,
    errors: tuple[str, ...] = (),
    idempotent: bool = False,
    if_match: bool = False,
    has_effect: bool = False,
    max_body: int | None = None,
    too_large: str = TOO_LARGE,
    listed: bool = True,
) -> Callable[[Handler], Route]:
    """Declare a function as a route. It is called with the exchange, and the body or query where it declares one.

    `idempotent`: an Idempotency-Key must be given. `if_match`: the revision must be given as If-Match. `has_effect`: a
    GET that leaves a trace and therefore answers no HEAD. `errors`: codes a client should expect, for OpenAPI. `too_large`:
    the code of a body beyond `max_body`.
    """
    carries = media or (JSON if body else "")
    size = max_body if max_body is not None else (SMALL_BODY if carries else NO_BODY)

    def declare(handler: Handler) -> Route:
        return Route(
            method=method,
            path=path,
            handler=handler,
            actor=actor,
            body=body,
            media=carries,
            reply=reply,
            produces=produces,
            query=query,
            headers=headers,
            status=status,
            errors=errors,
            idempotent=idempotent,
            if_match=if_match,
            has_effect=has_effect,
            max_body=size,
            too_large=too_large,
            listed=listed,
        )

    return declare


def routes_of(module: Any) -> tuple[Route, ...]:
    """Return the routes a module declares, in their order."""
    return tuple(one for one in vars(module).values() if isinstance(one, Route))


class RouteTable:
    """All routes, and the way from method and path to one of them. Paths are taken literally, never redirected."""

    def __init__(self, routes: tuple[Route, ...]) -> None:
        self.routes = routes
        rules = [
            Rule(re.sub(r"{(\w+)}", r"<\1>", one.path), methods=[one.method], endpoint=one, merge_slashes=False)
            for one in routes
        ]
        self._adapter = Map(rules, strict_slashes=True, merge_slashes=False, redirect_defaults=False).bind("")

    def match(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Return the route and its path parameters. Raises werkzeug's HTTPException."""
        found, parts = self._adapter.match(path, method=method)
        return cast("Route", found), dict(parts)

    def methods(self, path: str) -> tuple[str, ...]:
        """Return what an address offers, for Allow; empty where there is no such address."""
        found: list[str] = []
        for method in METHODS:
            try:
                one, parts = self.match(method, path)
            except HTTPException:
                continue
            if one.accepts(parts):
                found += [method, "HEAD"] if method == "GET" and not one.has_effect else [method]
        return (*found, "OPTIONS") if found else ()

    def body_limit(self, method: str, path: str) -> int:
        """Return how many bytes a body may have here, for the server to check before it reads one."""
        try:
            return self.match(method, path)[0].max_body
        except HTTPException:
            return SMALL_BODY

    def too_large_code(self, method: str, path: str) -> str:
        """Return the code of a body that is larger than `body_limit`."""
        try:
            return self.match(method, path)[0].too_large
        except HTTPException:
            return TOO_LARGE


def respond_exchange(route_: Route, exchange: Exchange, given: object | None) -> Reply:
    """Call the handler with what it declared."""
    if route_.body is None and route_.query is None:
        return route_.handler(exchange)
    return route_.handler(exchange, given)
