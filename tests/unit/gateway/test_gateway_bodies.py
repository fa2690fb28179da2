"""Bodies: which members, media types, keys and pictures are refused; wrong values and bytes in general are in test_gateway_bad_input."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.bodies import read_json
from gateway.routes import ROUTES
from gateway.routing import JPEG, Route
from services.common.kit.errors import InvalidValue
from tests.unit.gateway.fakes import Browser, FakeBus
from tests.unit.gateway.requests_of import JPEG_BYTES, path_of, request_of
from tests.unit.gateway.samples import Samples

WITH_BODY = [one for one in ROUTES if one.body is not None]


def name(route: Route) -> str:
    return route.operation


@pytest.mark.parametrize("route", WITH_BODY, ids=name)
def test_body_without_any_one_required_field_is_refused(route: Route, browser: Browser, bus: FakeBus) -> None:
    good = request_of(route, Samples())
    optional = {key for key, one in route.body.__dataclass_fields__.items() if one.default is not one.default_factory}
    for key in set(good["json_body"]) - optional:
        body = {other: value for other, value in good["json_body"].items() if other != key}
        response = browser.send(**{**good, "json_body": body})
        assert response.status_code == 422, key
        assert [(one["field"], one["code"]) for one in response.get_json()["errors"]] == [(key, "field.required")]
    assert not bus.asked


@pytest.mark.parametrize("route", WITH_BODY, ids=name)
def test_body_with_a_member_too_many_is_refused(route: Route, browser: Browser, bus: FakeBus) -> None:
    good = request_of(route, Samples())

    response = browser.send(**{**good, "json_body": {**good["json_body"], "extra": 1}})

    assert response.status_code == 422
    assert {"field": "extra", "code": "field.unknown"}.items() <= response.get_json()["errors"][0].items()
    assert not bus.asked


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("x", "value.id_number_invalid"),  # the schema's check
        ("a\x00b", "value.hidden_character"),  # the reader's
        (None, "field.null"),
    ],
)
def test_place_in_a_list_is_named_in_brackets_by_whoever_refuses(
    value: Any, code: str, browser: Browser, bus: FakeBus
) -> None:
    good = request_of(next(one for one in ROUTES if one.operation == "save_parties"), Samples())
    good["json_body"]["parties"][1]["id_number"] = value

    errors = browser.send(**good).get_json()["errors"]

    assert [(one["field"], one["code"]) for one in errors] == [("parties[1].id_number", code)]
    assert not bus.asked


def test_answer_names_at_most_a_hundred_wrong_fields(browser: Browser) -> None:
    body = {f"unknown{n}": 1 for n in range(3000)}

    assert len(browser.send("POST", "/v1/cases", json_body=body).get_json()["errors"]) == 100


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=20,
    ),
    index=st.integers(0, len(WITH_BODY) - 1),
)
def test_any_json_at_all_is_answered_without_a_500(body: Any, index: int, browser: Browser) -> None:
    route = WITH_BODY[index]
    request = {**request_of(route, Samples()), "json_body": body}

    assert browser.send(**request).status_code < 500


@pytest.mark.parametrize("media", ["text/plain", "", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_other_media_types_are_refused(media: str, browser: Browser, bus: FakeBus) -> None:
    response = browser.send("POST", "/v1/cases", data=b"{}", content_type=media)

    assert (response.status_code, response.get_json()["code"]) == (415, "http.media_type")
    assert not bus.asked


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\xff\xd8\xff", b"\x89PNG\r\n", JPEG_BYTES[:-4]])
def test_picture_that_is_no_jpeg_is_refused(data: bytes, browser: Browser, bus: FakeBus) -> None:
    response = browser.send("PUT", "/v1/accounts/me/portrait", data=data, content_type=JPEG)

    assert (response.status_code, response.get_json()["code"]) == (422, "http.not_jpeg")
    assert not bus.asked


def test_body_where_none_belongs_is_refused(browser: Browser, bus: FakeBus) -> None:
    route = next(one for one in ROUTES if one.operation == "submit_case")

    assert browser.send("POST", path_of(route), json_body={"case": 1}).status_code == 400
    assert not bus.asked
    assert browser.send("POST", path_of(route), json_body={}).status_code == 201


@pytest.mark.parametrize(
    "strokes",
    [
        [],
        [[]],
        [[[1]]],
        [[[1, 2, 3]]],
        [[["1", "2"]]],
        [[[True, 1]]],
        [[[1, 1e9]]],
        [1],
        "line",
        [[[0, 0]]] * 500,
        [[[0, 0]] * 30_000],
    ],
    ids=range(11),
)
def test_handwriting_that_is_none_is_refused(strokes: Any, browser: Browser, bus: FakeBus) -> None:
    route = next(one for one in ROUTES if one.operation == "sign")
    request = request_of(route, Samples())
    request["json_body"]["handwriting"]["strokes"] = strokes

    assert browser.send(**request).status_code == 422
    assert not bus.asked


@pytest.mark.parametrize("key", ["short", "x" * 65, "has space in the key", "ключ-ключ-ключ-ключ"])
def test_idempotency_key_in_bad_form_is_refused(key: str, browser: Browser, bus: FakeBus) -> None:
    request = request_of(next(one for one in ROUTES if one.operation == "open_case"), Samples())

    response = browser.send(**request, headers={"Idempotency-Key": key.encode().decode("latin-1")})

    assert (response.status_code, response.get_json()["code"]) == (400, "http.idempotency_key_invalid")
    assert not bus.asked


def test_text_over_several_lines_is_allowed_where_people_write() -> None:
    assert read_json('{"a":"第一行\\n第二行"}'.encode()) == {"a": "第一行\n第二行"}
    with pytest.raises(InvalidValue):
        read_json(b'{"a":"bell\\u0007"}')


@pytest.mark.parametrize("raw", [b'{"a":1,"a":1}', b'{"a":{"b":1,"b":2}}', b'{"a":"x","\\u0061":"y"}'])
def test_member_given_twice_is_refused_however_it_is_written(raw: bytes) -> None:
    with pytest.raises(InvalidValue, match=r"http\.not_json"):
        read_json(raw)
