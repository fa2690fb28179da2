"""The WSGI application: finds the route, the actor and the body, calls the handler, and turns every outcome into HTTP.

Decides the order of the checks and the headers every answer carries. Rules of the sale are nowhere here.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from prometheus_client import Histogram
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Request, Response

from gateway import bodies
from gateway.auth import Authenticator, Sources, require
from gateway.cors import ASKED_FOR
from gateway.exchange import Asks, Exchange, OpensLinks, Reply
from gateway.headers import CORRELATION, AnswerHeaders, correlation_of
from gateway.limits import Shield, Standing, TooMany, tightest
from gateway.problems import MEDIA_TYPE, HttpError, Problem, Problems, language_of
from gateway.routing import HTML, JPEG, JSON, METHODS, Route, RouteTable, respond_exchange
from gateway.schemas import base
from gateway.texts import Texts
from gateway.uploads import KeepsIncoming
from gateway.web.pages import PAGE_TYPE, Pages
from services.common.kit import tracing, wire
from services.common.kit.calls import Actor, ActorKind
from services.common.kit.errors import DomainError, Kind, NotAuthenticated

log = logging.getLogger(__name__)
SERVED = Histogram("guohu_http_seconds", "Requests by route and status", ["method", "route", "status"])
UNMATCHED = "(none)"
KNOWN_METHODS = frozenset({*METHODS, "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT"})
UNCOUNTED = frozenset({"/healthz"})
"""Paths load balancers ask all the time: a limit there would take a healthy gateway away."""
STANDING = "guohu.standing"
LONGEST_QUERY = 1024


@dataclass(frozen=True)
class Gateway:
    """Everything a request can need, built once by `service`."""

    table: RouteTable
    client: Asks
    links: OpensLinks
    authenticator: Authenticator
    sources: Sources
    problems: Problems
    pages: Pages
    texts: Texts
    incoming: KeepsIncoming
    headers: AnswerHeaders
    shield: Shield

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        began = time.perf_counter()
        request = Request(environ, populate_request=False)
        correlation_id = correlation_of(request.headers.get(CORRELATION, ""))
        environ["guohu.correlation_id"] = correlation_id
        carrier = {tracing.HEADER: request.headers.get(tracing.HEADER, "")}
        with tracing.span(f"http {request.method}", carrier if carrier[tracing.HEADER] else None):
            response = self._answer(request, correlation_id)
        self._finish(request, response, correlation_id)
        labels = (_method(request), environ.get("guohu.route", UNMATCHED), str(response.status_code))
        SERVED.labels(*labels).observe(time.perf_counter() - began)
        return response(environ, start_response)

    def refusal(self, status: int, code: str, asked: Mapping[str, str]) -> tuple[Mapping[str, str], bytes]:
        """Return headers and body for what the server refuses before the application sees it; `asked`: the headers it read."""
        correlation_id, language = (
            correlation_of(asked.get(CORRELATION) or ""),
            language_of(asked.get("Accept-Language") or ""),
        )
        problem = self.problems.of_http(HttpError(status, code), language, correlation_id)
        headers = Headers({"Content-Type": MEDIA_TYPE})
        self.headers.complete(headers, asked.get("Origin") or "", correlation_id)
        return dict(headers), problem.body

    def _answer(self, request: Request, correlation_id: str) -> Response:
        language = language_of(request.headers.get("Accept-Language", ""))
        wants_page = False
        try:
            source = self.sources.of(request.remote_addr or "", request.headers.get("X-Forwarded-For", ""))
            if request.path not in UNCOUNTED:
                self._count(request, self.shield.arrives(source))
            if request.method == "OPTIONS":
                return self._options(request)
            route, parts = self._match(request)
            wants_page = route.produces == HTML
            actor = self._actor(request, source)
            exchange = self._exchange(request, parts, correlation_id, language, actor, source)
            return self._respond(request, route, exchange)
        except HttpError as wrong:
            problem = self.problems.of_http(wrong, language, correlation_id)
        except DomainError as wrong:
            if isinstance(wrong, TooMany):
                request.environ[STANDING] = wrong.standing
            if wrong.kind is Kind.INTERNAL:
                log.error("refused inside", extra={"code": wrong.code, "correlation_id": correlation_id})  # noqa: TRY400
            problem = self.problems.of_domain(wrong, language, correlation_id)
        except Exception:
            log.exception("request failed", extra={"correlation_id": correlation_id})
            problem = self.problems.of_domain(DomainError("http.internal", Kind.INTERNAL), language, correlation_id)
        return self._refuse(problem, language, wants_page=wants_page)

    def _options(self, request: Request) -> Response:
        """Say which methods an address offers; to browsers asking for another origin's page (preflight) also what may be sent."""
        offered = ", ".join(self.table.methods(request.path))
        if not offered:
            raise HttpError(404, "http.not_found")
        headers = {"Allow": offered}
        if ASKED_FOR in request.headers:
            headers |= self.headers.cors.preflight(request.headers.get("Origin", ""), offered)
        return Response(b"", 204, headers)

    @staticmethod
    def _count(request: Request, standing: Standing | None) -> None:
        """Remember the allowance to be told: the one that ends first."""
        request.environ[STANDING] = tightest(request.environ.get(STANDING), standing)

    def _actor(self, request: Request, source: str) -> Actor:
        """Return who asks, and count the request as theirs, or as nobody's where the token is none. Raises NotAuthenticated, TooMany."""
        counted = request.path not in UNCOUNTED
        try:
            actor = self.authenticator.actor(request.headers.get("Authorization"))
        except NotAuthenticated:
            if counted:
                self._count(request, self.shield.nobody(source))
            raise
        if counted:
            known = actor.kind is not ActorKind.ANONYMOUS
            self._count(request, self.shield.somebody(actor.id) if known else self.shield.nobody(source))
        return actor

    def _match(self, request: Request) -> tuple[Route, dict[str, str]]:
        if request.method not in KNOWN_METHODS:
            raise HttpError(501, "http.method_unknown")
        try:
            route, parts = self.table.match(request.method, request.path)
        except MethodNotAllowed as wrong:
            allowed = ", ".join(self.table.methods(request.path))
            raise HttpError(405, "http.method_not_allowed", {"Allow": allowed}) from wrong
        except HTTPException as wrong:
            raise HttpError(404, "http.not_found") from wrong
        request.environ["guohu.route"] = route.path
        if not route.accepts(parts):
            raise HttpError(404, "http.not_found")
        if request.method == "HEAD" and route.has_effect:
            allowed = ", ".join(self.table.methods(request.path))
            raise HttpError(405, "http.method_not_allowed", {"Allow": allowed})
        return route, parts

    def _exchange(
        self, request: Request, parts: dict[str, str], correlation_id: str, language: str, actor: Actor, source: str
    ) -> Exchange:
        return Exchange(
            client=self.client,
            links=self.links,
            pages=self.pages,
            texts=self.texts,
            incoming=self.incoming,
            actor=actor,
            correlation_id=correlation_id,
            source=source,
            language=language,
            parts=parts,
            headers=request.headers,
            raw_body=request.get_data(cache=False),
        )

    def _respond(self, request: Request, route: Route, exchange: Exchange) -> Response:
        require(exchange.actor, route.actor)
        if route.idempotent:
            exchange.require_key()
        if route.if_match:
            _ = exchange.revision
        reply = respond_exchange(route, exchange, self._given(request, route, exchange))
        return _response(route, reply, head=request.method == "HEAD")

    @staticmethod
    def _given(request: Request, route: Route, exchange: Exchange) -> object | None:
        """Return the body or query as the route declares it. Raises HttpError 415, InvalidValue."""
        if route.media and request.headers.get("Content-Encoding", "identity") != "identity":
            raise HttpError(
                415, "http.media_type", {"Accept-Encoding": "identity"}
            )  # a small body may unpack to a huge one
        if route.query is not None:
            _refuse_doubles(request)
            return exchange.read_query(route.query, request.args)
        if route.media:
            if not route.takes(request.mimetype):
                raise HttpError(415, "http.media_type", {"Accept": route.media})
            if route.media == JPEG:
                bodies.require_jpeg(exchange.raw_body)
                return None
            return base.read(route.body, bodies.read_json(exchange.raw_body)) if route.body else None
        if exchange.raw_body.strip() not in {b"", b"{}"}:
            raise HttpError(400, "http.no_body_expected")
        return None

    def _refuse(self, problem: Problem, language: str, *, wants_page: bool) -> Response:
        if wants_page:
            page = self.pages.problem(problem.members, language)
            return Response(page.body, problem.status, {**page.headers, **problem.headers}, content_type=PAGE_TYPE)
        return Response(problem.body, problem.status, dict(problem.headers), content_type=MEDIA_TYPE)

    def _finish(self, request: Request, response: Response, correlation_id: str) -> None:
        headers = response.headers
        standing = request.environ.get(STANDING)
        for name, value in standing.headers.items() if standing else ():
            headers.setdefault(name, value)  # an owning service's own limit is the tighter one
        self.headers.complete(headers, request.headers.get("Origin", ""), correlation_id)


def _response(route: Route, reply: Reply, *, head: bool) -> Response:
    status = reply.status or route.status
    if reply.content is not None:
        content = b"" if head else reply.content
        return Response(content, status, dict(reply.headers), content_type=reply.media_type or route.produces)
    if reply.body is None:
        return Response(b"", status, dict(reply.headers))
    body = reply.body if isinstance(reply.body, dict) else base.write(reply.body)
    return Response(wire.dumps(body), status, dict(reply.headers), content_type=JSON)


def _refuse_doubles(request: Request) -> None:
    if len(request.query_string) > LONGEST_QUERY:
        raise HttpError(414, "http.uri_too_long")
    if any(len(values) > 1 for _, values in request.args.lists()):
        raise HttpError(400, "http.query_twice")


def _method(request: Request) -> str:
    """Return a label with few values: anybody can invent a method."""
    return request.method if request.method in KNOWN_METHODS else "OTHER"
