"""Bad input for every route of the table, so that a new route is covered by being there: a problem, never a 500, nothing asked."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gateway.routes import ROUTES
from gateway.routing import JPEG, JSON, PART_PATTERNS, Route
from gateway.uploads import FORM
from tests.support.bad_input import MEGABYTE, RAW, VALUES, is_told, paths_in, replaced
from tests.unit.gateway.fakes import Browser, FakeBus
from tests.unit.gateway.requests_of import PARTS, path_of, request_of
from tests.unit.gateway.samples import Samples

WITH_BODY = [one for one in ROUTES if one.body is not None]
CHANGING = [one for one in ROUTES if one.method != "GET"]
NO_FILE = [one for one in CHANGING if one.media != FORM]
"""A file is judged by its owner's worker; how it may be sent is in test_gateway_uploads."""
WITH_PARTS = [one for one in ROUTES if one.parts]
WITH_QUERY = [one for one in ROUTES if one.query is not None]
BAD_PARTS = [
    "%00",
    "a%00b",
    "%ff",
    "%E2%80%AE",
    "..%2f..",
    "%2e%2e",
    "x" * 300,
    "%20",
    "'--",
    "{{7}}",
    "张三",
    "-1",
    "1e5",
]


def name(route: Route) -> str:
    return route.operation


def refused_well(response: Any, bus: FakeBus) -> bool:
    """Whether it was accepted in form, or refused in the form of a problem without anybody having been asked."""
    if response.status_code < 400:
        return True
    problem = response.content_type == "application/problem+json" and is_told(response.status_code, response.get_json())
    return response.status_code < 500 and problem and not bus.asked


@pytest.mark.parametrize("route", WITH_BODY, ids=name)
def test_wrong_value_in_any_member_is_refused_by_its_name(route: Route, browser: Browser, bus: FakeBus) -> None:
    good = request_of(route, Samples())
    for path in paths_in(good["json_body"]):
        for kind, value in VALUES.items():
            bus.asked.clear()
            response = browser.send(**{**good, "json_body": replaced(good["json_body"], path, value)})
            assert refused_well(response, bus), (path, kind, response.get_data(as_text=True)[:300])


@pytest.mark.parametrize("kind", RAW)
def test_bytes_that_are_no_good_json_are_refused_everywhere(kind: str, browser: Browser, bus: FakeBus) -> None:
    for route in WITH_BODY:
        request = request_of(route, Samples())
        request.pop("json_body")
        response = browser.send(**request, data=RAW[kind], content_type=JSON)
        assert response.status_code == 422, (route.operation, response.status_code)
        assert refused_well(response, bus), route.operation


@pytest.mark.parametrize("route", NO_FILE, ids=name)
def test_bytes_no_route_expects_never_reach_a_service(route: Route, browser: Browser, bus: FakeBus) -> None:
    request = {key: value for key, value in request_of(route, Samples()).items() if key not in {"json_body", "data"}}
    request.pop("content_type", None)
    for data in (b"\x00" * 500, b"\xff\xfe", b'{"a":' * 200, b"a=b&c=d"):
        for media in (
            JSON,
            JPEG,
            "text/plain",
            "multipart/form-data; boundary=x",
            "application/json; charset=utf-16",
            "",
        ):
            if route.operation == "take_receipts" and media.startswith(JSON):
                continue  # notice reads these itself: what is signed are the bytes
            response = browser.send(**request, data=data, content_type=media)
            assert 400 <= response.status_code < 500, (data, media)
            assert refused_well(response, bus), (data, media)


@pytest.mark.parametrize("route", [one for one in CHANGING if one.media], ids=name)
def test_compressed_bodies_are_not_unpacked(route: Route, browser: Browser, bus: FakeBus) -> None:
    request = request_of(route, Samples())
    request["headers"] = {**request.get("headers", {}), "Content-Encoding": "gzip"}

    response = browser.send(**request)

    assert response.status_code == 415
    assert not bus.asked


@pytest.mark.parametrize("route", WITH_BODY, ids=name)
def test_megabyte_is_more_than_any_json_body_may_have(route: Route) -> None:
    assert route.max_body < len(MEGABYTE)


@pytest.mark.parametrize("route", WITH_PARTS, ids=name)
def test_part_of_a_path_in_another_form_is_an_address_that_does_not_exist(
    route: Route, browser: Browser, bus: FakeBus
) -> None:
    request = request_of(route, Samples())
    for part in route.parts:
        for value in (one for one in BAD_PARTS if not re.fullmatch(PART_PATTERNS[part], one)):
            path = path_of(route).replace(PARTS[part], value, 1)
            response = browser.send(**{**request, "path": path})
            assert response.status_code in {404, 405}, (part, value)
            assert response.content_type.startswith(("application/problem+json", "text/html"))
            assert not bus.asked


@pytest.mark.parametrize("route", WITH_QUERY, ids=name)
def test_wrong_value_in_any_query_is_refused_by_its_name(route: Route, browser: Browser, bus: FakeBus) -> None:
    request = request_of(route, Samples())
    values = [str(one) for one in VALUES.values() if not isinstance(one, str) or one.isascii()]
    for member in (*route.query.__dataclass_fields__, "unknown"):
        for value in (*values, "\u202e", "张\u200b三", "1&limit=2"):
            bus.asked.clear()
            response = browser.send(**{**request, "path": path_of(route), "query_string": {member: value[:900]}})
            assert refused_well(response, bus), (member, value)


@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_odd_headers_are_no_error_of_ours(route: Route, browser: Browser, bus: FakeBus) -> None:
    del bus
    odd = ["\x01", "é" * 50, "x" * 5000, "*,", "-1"]
    for header in ("If-Match", "If-None-Match", "Idempotency-Key", "Accept-Language", "X-Correlation-Id", "Traceparent",
                   "X-Forwarded-For", "X-Step-Token", "Origin", "Accept", "Range", "Authorization"):  # fmt: skip
        request = request_of(route, Samples())
        for value in odd:
            given = {**request.get("headers", {}), header: value}
            assert browser.send(**{**request, "headers": given}).status_code < 500, (header, value)
