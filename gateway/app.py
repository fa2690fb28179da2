"""The WSGI application: finds the route, the actor and the body, calls the handler, and turns every outcome into HTTP.

Decides the order of the checks and the headers every answer carries. Rules of the sale are nowhere here.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from prometheus_client import Histogram
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Request, Response

from gateway import bodies
from gateway.auth import Authenticator, Sources, require
from gateway.exchange import Asks, Exchange, OpensLinks, Reply
from gateway.problems import MEDIA_TYPE, HttpError, Problem, Problems, language_of
from gateway.routing import HTML, JPEG, JSON, Route, RouteTable, respond_exchange
from gateway.schemas import base
from gateway.texts import Texts
from gateway.uploads import KeepsIncoming
from gateway.web.pages import PAGE_TYPE, Pages
from services.common.kit import tracing, wire
from services.common.kit.calls import new_id
from services.common.kit.errors import DomainError, Kind

log = logging.getLogger(__name__)
SERVED = Histogram("guohu_http_seconds", "Requests by route and status", ["method", "route", "status"])
_CORRELATION = re.compile(r"[A-Za-z0-9_-]{8,64}")
UNMATCHED = "(none)"
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
    secure: bool  # reached by https: tell browsers to insist on it

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        began = time.perf_counter()
        request = Request(environ, populate_request=False)
        given = request.headers.get("X-Correlation-Id", "")
        correlation_id = given if _CORRELATION.fullmatch(given) else new_id()
        environ["guohu.correlation_id"] = correlation_id
        carrier = {tracing.HEADER: request.headers.get(tracing.HEADER, "")}
        with tracing.span(f"http {request.method}", carrier if carrier[tracing.HEADER] else None):
            response = self._answer(request, correlation_id)
        self._finish(response, correlation_id)
        labels = (_method(request), environ.get("guohu.route", UNMATCHED), str(response.status_code))
        SERVED.labels(*labels).observe(time.perf_counter() - began)
        return response(environ, start_response)

    def _answer(self, request: Request, correlation_id: str) -> Response:
        language = language_of(request.headers.get("Accept-Language", ""))
        wants_page = False
        try:
            route, parts = self._match(request)
            wants_page = route.produces == HTML
            exchange = self._exchange(request, parts, correlation_id, language)
            return self._respond(request, route, exchange)
        except HttpError as wrong:
            problem = self.problems.of_http(wrong, language, correlation_id)
        except DomainError as wrong:
            if wrong.kind is Kind.INTERNAL:
                log.error("refused inside", extra={"code": wrong.code, "correlation_id": correlation_id})  # noqa: TRY400
            problem = self.problems.of_domain(wrong, language, correlation_id)
        except Exception:
            log.exception("request failed", extra={"correlation_id": correlation_id})
            problem = self.problems.of_domain(DomainError("http.internal", Kind.INTERNAL), language, correlation_id)
        return self._refuse(problem, language, wants_page=wants_page)

    def _match(self, request: Request) -> tuple[Route, dict[str, str]]:
        try:
            route, parts = self.table.match(request.method, request.path)
        except MethodNotAllowed as wrong:
            allowed = ", ".join(sorted(wrong.valid_methods or ()))
            raise HttpError(405, "http.method_not_allowed", {"Allow": allowed}) from wrong
        except HTTPException as wrong:
            raise HttpError(404, "http.not_found") from wrong
        request.environ["guohu.route"] = route.path
        if not route.accepts(parts):
            raise HttpError(404, "http.not_found")
        if request.method == "HEAD" and route.has_effect:
            raise HttpError(405, "http.method_not_allowed", {"Allow": route.method})
        return route, parts

    def _exchange(self, request: Request, parts: dict[str, str], correlation_id: str, language: str) -> Exchange:
        headers = request.headers
        return Exchange(
            client=self.client,
            links=self.links,
            pages=self.pages,
            texts=self.texts,
            incoming=self.incoming,
            actor=self.authenticator.actor(headers.get("Authorization")),
            correlation_id=correlation_id,
            source=self.sources.of(request.remote_addr or "", headers.get("X-Forwarded-For", "")),
            language=language,
            parts=parts,
            headers=headers,
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
        if route.query is not None:
            _refuse_doubles(request)
            return exchange.read_query(route.query, request.args)
        if route.media:
            if not route.takes(request.mimetype):
                raise HttpError(415, "http.media_type")
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

    def _finish(self, response: Response, correlation_id: str) -> None:
        headers = response.headers
        headers["X-Correlation-Id"] = correlation_id
        headers.setdefault("Cache-Control", "no-store")
        headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["X-Frame-Options"] = "DENY"
        headers.setdefault("Vary", "Accept-Language, Authorization")
        if self.secure:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"


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
    return request.method if request.method in {"GET", "HEAD", "POST", "PUT", "DELETE"} else "OTHER"
