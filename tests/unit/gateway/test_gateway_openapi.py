"""The OpenAPI document: valid, complete, and the same as what is served."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from gateway.routes import ROUTES
from gateway.schemas import base
from tests.unit.gateway.fakes import Browser, FakeBus
from tests.unit.gateway.requests_of import request_of
from tests.unit.gateway.samples import Samples

METHODS = {"get", "post", "put", "delete"}


@pytest.fixture
def document(browser: Browser) -> dict[str, Any]:
    return browser.send("GET", "/openapi.json", who="nobody").get_json()


def resolve(document: dict[str, Any], reference: str) -> Any:
    place: Any = document
    for key in reference.removeprefix("#/").split("/"):
        place = place[key]
    return place


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [one for child in value.values() for one in references(child)]
    return [one for child in value for one in references(child)] if isinstance(value, list) else []


def test_every_listed_route_is_in_the_document_and_nothing_else(document: dict[str, Any]) -> None:
    told = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}

    assert told == {(one.method, one.path) for one in ROUTES if one.listed}


def test_structure_is_that_of_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert {"title", "version"} <= set(document["info"])
    operations = [one for methods in document["paths"].values() for one in methods.values()]
    names = [one["operationId"] for one in operations]
    assert len(set(names)) == len(names)
    for path, methods in document["paths"].items():
        assert set(methods) <= METHODS
        for operation in methods.values():
            in_path = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert in_path == set(re.findall(r"{(\w+)}", path))
            assert all(re.fullmatch(r"[2-5]\d\d", status) for status in operation["responses"])
            told = [resolve(document, one["$ref"]) if "$ref" in one else one for one in operation["responses"].values()]
            assert all(one["description"] for one in told)
            assert operation["summary"]
            assert operation["tags"]


def test_a_validator_of_others_finds_nothing_wrong(document: dict[str, Any]) -> None:
    assert [one.message for one in OpenAPIV31SpecValidator(document).iter_errors()] == []


@pytest.mark.parametrize("route", [one for one in ROUTES if one.body is not None], ids=lambda one: one.operation)
def test_every_body_has_an_example_that_is_accepted(
    route: Any, document: dict[str, Any], browser: Browser, bus: FakeBus
) -> None:
    content = document["paths"][route.path][route.method.lower()]["requestBody"]["content"]["application/json"]
    examples = [one["value"] for one in content.get("examples", {}).values()] or [content["example"]]

    responses = [browser.send(**{**request_of(route, Samples()), "json_body": one}) for one in examples]

    for one, response in zip(examples, responses, strict=True):
        assert response.status_code == route.status, response.get_data(as_text=True)
        jsonschema.Draft202012Validator({**document, **content["schema"]}).validate(one)
    assert bus.asked


def test_every_code_with_words_is_told_with_them(document: dict[str, Any]) -> None:
    assert document["x-codes"]["http.not_found"] == {"zh": "没有这个地址。", "en": "There is no such address."}
    assert {one for route in ROUTES for one in route.errors} <= set(document["x-codes"])
    assert not [code for code in document["x-codes"] if code.startswith(("kind.", "http.status_"))]


def test_refusals_by_status_are_told_with_the_headers_they_carry(document: dict[str, Any]) -> None:
    refusals = document["paths"]["/v1/cases/{case}/terms"]["put"]["responses"]

    assert {"400", "401", "403", "404", "409", "412", "413", "415", "422", "428", "429", "500", "503"} <= set(refusals)
    limited = resolve(document, refusals["429"]["$ref"])
    assert {"Retry-After", "RateLimit-Limit", "RateLimit-Reset"} <= set(limited["headers"])


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found = references(document)

    assert len(found) > 100
    assert all(resolve(document, one) for one in found)


def test_every_schema_is_valid_json_schema_2020_12(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema.get("description"), name


@pytest.mark.parametrize("route", [one for one in ROUTES if one.body is not None], ids=lambda one: one.operation)
def test_right_body_is_right_by_the_document_too(route: Any, document: dict[str, Any]) -> None:
    schema = document["paths"][route.path][route.method.lower()]["requestBody"]["content"]["application/json"]["schema"]
    validator = jsonschema.Draft202012Validator({**document, **schema})

    validator.validate(json.loads(json.dumps(request_of(route, Samples())["json_body"])))


@pytest.mark.parametrize("route", [one for one in ROUTES if one.reply is not None], ids=lambda one: one.operation)
def test_replies_are_right_by_the_document(route: Any, document: dict[str, Any]) -> None:
    schema = resolve(document, f"#/components/schemas/{route.reply.__name__}")
    validator = jsonschema.Draft202012Validator({**document, **schema})

    validator.validate(base.write(Samples().of(route.reply)))


def test_refusals_are_problems_by_the_document(document: dict[str, Any], browser: Browser) -> None:
    schema = {**document, **resolve(document, "#/components/schemas/Problem")}

    for response in (browser.send("GET", "/v1/none"), browser.send("POST", "/v1/cases", json_body={"city": 1})):
        jsonschema.Draft202012Validator(schema).validate(response.get_json())


def test_page_for_people_lists_every_path_and_shape_without_scripts(document: dict[str, Any], browser: Browser) -> None:
    response = browser.send("GET", "/docs", who="nobody", headers={"Accept-Language": "en"})

    page = response.get_data(as_text=True)
    assert response.content_type.startswith("text/html")
    assert all(f"<code>{path}</code>" in page for path in document["paths"])
    assert all(f'id="{name}"' in page for name in document["components"]["schemas"])
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
