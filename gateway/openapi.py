"""Tells the route table as OpenAPI 3.1. Decides nothing: what is not in the table is not in the document."""

from __future__ import annotations

import inspect
import re
import sys
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from gateway import refusals
from gateway.examples import VALUES, NoExample, example_bodies
from gateway.routing import JSON, PART_PATTERNS, Route
from gateway.schemas import base, fields
from gateway.texts import Texts
from gateway.uploads import FILE_BYTES, FORM, TAKEN, UNDECLARED
from services.common.kit import wire

TITLE = "Guohu 过户"
DESCRIPTION = (
    "Second-hand home sales online: JSON in snake_case, times in RFC 3339 UTC, sums as decimal strings, every refusal an "
    "RFC 9457 problem with a stable code and words in Chinese or English by Accept-Language."
)
SCHEMAS = "gateway.schemas."


def build(routes: tuple[Route, ...], texts: Texts) -> dict[str, Any]:
    """Return the document for all listed routes."""
    plugin = MarshmallowPlugin(schema_name_resolver=_name)
    spec = APISpec(TITLE, "1", "3.1.0", info={"description": DESCRIPTION}, plugins=[plugin])
    _teach(plugin)
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    spec.components.schema("Problem", refusals.PROBLEM)
    listed = [one for one in routes if one.listed]
    for name, header in refusals.headers().items():
        spec.components.header(name, header)
    statuses = {status for one in listed for status in refusals.statuses_of(one)}
    for name, response in refusals.responses(sorted(statuses), texts).items():
        spec.components.response(name, response)
    for tag, about in sorted({_tag(one): _about(one) for one in listed}.items()):
        spec.tag({"name": tag, "description": about})
    for one in listed:
        spec.path(path=one.path, operations={one.method.lower(): _operation(one)})
    document: dict[str, Any] = {**spec.to_dict(), "x-codes": refusals.codes(texts)}
    _describe(document)
    return document


OPENAPI_TYPES: dict[type, tuple[str, str | None]] = {
    fields.Text: ("string", None),
    fields.Whole: ("integer", None),
    fields.NumberText: ("integer", None),
    fields.Truth: ("boolean", None),
    fields.PlainDecimal: ("string", "decimal"),
    fields.Day: ("string", "date"),
    fields.Choice: ("string", None),
    fields.Strokes: ("array", None),
    wire.ValueField: ("string", None),
    wire.UtcTime: ("string", "date-time"),
}


def _teach(plugin: Any) -> None:
    """Tell apispec our own fields; the plugin's converter exists only once it is attached to a spec."""
    for ours, theirs in OPENAPI_TYPES.items():
        plugin.map_to_openapi_type(ours, *theirs)
    plugin.converter.add_attribute_function(_details)


def _details(converter: object, field: object, **kwargs: object) -> dict[str, Any]:
    """Return what a type and its format do not say."""
    del converter, kwargs
    if isinstance(field, fields.Choice):
        return {"enum": [*field.choices, *([None] if field.allow_none else [])]}
    if isinstance(field, fields.Strokes):
        point = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
        return {
            "items": {"type": "array", "items": point, "minItems": 1},
            "minItems": 1,
            "maxItems": field.MOST_STROKES,
        }
    if isinstance(field, wire.ValueField):
        example = VALUES.get(field.value_type)
        return {"description": field.value_type.__name__, **({"examples": [example]} if example else {})}
    return {}


def _name(schema: type[Schema] | Schema) -> str:
    return schema.__name__ if isinstance(schema, type) else type(schema).__name__


def _operation(one: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": one.operation,
        "summary": one.summary,
        "tags": [_tag(one)],
        "x-actor": one.actor,
        "security": [] if one.actor == "anyone" else [{"bearer": []}],
        "parameters": _parameters(one),
        "responses": _responses(one),
    }
    if one.errors:
        operation["x-codes"] = list(one.errors)
    if one.media == FORM:
        operation["requestBody"] = {"required": True, "content": _file_content()}
    elif one.media:
        operation["requestBody"] = {"required": True, "content": {one.media: {"schema": _body(one), **_example(one)}}}
    return operation


def _body(one: Route) -> Any:
    """Return the schema of a body; what a route reads itself is told as the kind of thing it is."""
    if one.body is not None:
        return base.schema_of(one.body)
    return {"type": "object"} if one.media == JSON else {"type": "string", "contentMediaType": one.media}


def _example(one: Route) -> dict[str, Any]:
    """Return the media type's example, or several by name; none where no candidate fits, which a test tells."""
    try:
        found = example_bodies(one.body) if one.body else {}
    except NoExample:
        return {}
    if len(found) > 1:
        return {"examples": {name: {"value": value} for name, value in found.items()}}
    return {"example": found[""]} if found else {}


def _file_content() -> dict[str, Any]:
    """Return the two ways to send a file: as it is, or as the one part of a form."""
    whole = {"type": "string", "contentEncoding": "binary", "maxLength": FILE_BYTES}
    form = {"type": "object", "required": ["file"], "properties": {"file": whole}, "additionalProperties": False}
    return {FORM: {"schema": form}} | {one: {"schema": whole} for one in (*TAKEN, UNDECLARED)}


def _parameters(one: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": f"^{_ecma(name)}$"}}
        for name in one.parts
    ]
    if one.query is not None:
        found.append({"in": "query", "schema": base.schema_of(one.query, base.QuerySchema)})
    if one.idempotent:
        about = "16 to 64 characters, new for each act, the same when repeating it after no answer"
        found.append(_header("Idempotency-Key", about, r"^[A-Za-z0-9._:-]{16,64}$"))
    if one.if_match:
        found.append(_header("If-Match", 'The case\'s ETag as read, such as "3"', r'^"[0-9]{1,9}"$'))
    found += [_header(name, "See the step answered before") for name in one.headers]
    return found


def _ecma(name: str) -> str:
    """OpenAPI patterns are ECMA 262, which has no inline flags."""
    return "([Ss][Ee][Ll][Ll][Ee][Rr]|[Bb][Uu][Yy][Ee][Rr])" if name == "side" else PART_PATTERNS[name]


def _header(name: str, description: str, pattern: str = "") -> dict[str, Any]:
    form = {"pattern": pattern} if pattern else {}
    return {
        "name": name,
        "in": "header",
        "required": True,
        "description": description,
        "schema": {"type": "string", **form},
    }


def _responses(one: Route) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": one.summary}
    if one.reply is not None:
        answer["content"] = {one.produces: {"schema": base.schema_of(one.reply)}}
    elif one.status != 204:
        answer["content"] = {one.produces: {"schema": {"type": "string"}}}
    names = ["X-Correlation-Id", *refusals.RATE_HEADERS]
    names += ["ETag"] if one.if_match or one.method == "GET" else []
    names += ["Location"] if one.status == 201 else []
    answer["headers"] = refusals.reference_headers(names)
    others = {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in refusals.statuses_of(one)}
    if one.method == "GET" and (one.actor == "anyone" or one.produces != JSON):
        others["304"] = {"description": "The caller has it already (If-None-Match)"}
    return {str(one.status): answer, **others}


def _tag(one: Route) -> str:
    return re.split(r"/", one.path.removeprefix("/v1/"))[0]


def _about(one: Route) -> str:
    module = sys.modules[one.handler.__module__]
    return (module.__doc__ or "").strip().splitlines()[0]


def _describe(document: dict[str, Any]) -> None:
    """Put the docstring of each dataclass to its schema."""
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith(SCHEMAS)]
    classes = {name: shape for module in modules for name, shape in vars(module).items() if inspect.isclass(shape)}
    for name, schema in document["components"]["schemas"].items():
        if name in classes and classes[name].__doc__:
            schema["description"] = inspect.cleandoc(classes[name].__doc__ or "")
