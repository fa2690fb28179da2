"""Bad input for every route of the table, so that a new route is covered by being there: a problem, never a 500, nothing asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.routes import ROUTES
from gateway.routing import JPEG, JSON, PART_PATTERNS, Route
from gateway.uploads import FORM
from tests.support.bad_input import MEGABYTE, RAW, VALUES, is_told, members_of, paths_in, replaced
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


@pytest.mark.parametrize("route", WITH_QUERY, ids=name)
def test_hidden_character_in_any_query_is_refused_by_its_name(route: Route, browser: Browser, bus: FakeBus) -> None:
    request = request_of(route, Samples())
    for member in route.query.__dataclass_fields__:
        for value in ("a\x00b", "\u202ea", "a\u200bb"):
            query = {**request.get("query_string", {}), member: value}
            response = browser.send(**{**request, "query_string": query})
            assert response.status_code == 422, (member, value)
            assert member in {one["field"] for one in response.get_json()["errors"]}
    assert not bus.asked


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


NUMERIC = re.compile(r"-?[0-9][0-9.:/-]*[0-9TZX]")
PLAIN = "0123456789"
OPAQUE = {("code",), ("judgment", "number"), ("holding", "account", "number"), ("seller_account", "number")}
"""Texts of others that need not be numbers: WeChat's code, a court's number, a bank's."""
JUDGED_BY_OWNER = {("parties", 0, "postcode")}


def in_digits(digits: str) -> Iterator[tuple[Route, dict[str, Any], dict[str, Any], tuple[str | int, ...]]]:
    """Right requests of every route, one number in each written in other digits: route, right, other, place."""
    for route in WITH_BODY:
        good = request_of(route, Samples())
        for path, value in members_of(good["json_body"]):
            if isinstance(value, str) and NUMERIC.fullmatch(value) and path not in OPAQUE | JUDGED_BY_OWNER:
                written = value[:1] + value[1:].translate(str.maketrans(PLAIN, digits))
                yield route, good, {**good, "json_body": replaced(good["json_body"], path, written)}, path


@pytest.mark.parametrize(
    "digits", ["٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "〇一二三四五六七八九"], ids=["Arabic", "Nagari", "Han"]
)
def test_number_in_digits_of_another_script_is_no_number(digits: str, browser: Browser, bus: FakeBus) -> None:
    found = list(in_digits(digits))

    assert len(found) > 40
    for route, _, other, path in found:
        response = browser.send(**other)
        assert (response.status_code, bus.asked) == (422, []), (route.operation, path)


@pytest.mark.parametrize("digits", ["０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"], ids=["wide", "bold"])
def test_number_in_digits_of_another_shape_arrives_in_plain_ones_or_not_at_all(
    digits: str, browser: Browser, bus: FakeBus
) -> None:
    for route, good, other, path in in_digits(digits):
        browser.send(**good)
        right = bus.last.message
        bus.asked.clear()
        if browser.send(**other).status_code < 400:
            assert bus.last.message == right, (route.operation, path)
        else:
            assert not bus.asked
