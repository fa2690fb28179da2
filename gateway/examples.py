"""Right bodies to look at, for the OpenAPI document: made from the schemas themselves, so that a new route has one too.

Decides what an example shows: the required members, each with the first value its field accepts. All people and numbers in them
are nobody's: the region of the ID number and the unit's parcel do not exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, ValidationError
from marshmallow import fields as standard

from gateway.schemas import base, fields
from services.common.kit import wire
from services.common.values import (
    CaseNo,
    CertificateNo,
    CompanyName,
    IdNumber,
    Mobile,
    Money,
    PersonId,
    PersonName,
    UnitNo,
    Uscc,
)

VALUES: dict[type, str] = {
    Money: "1200000.00",
    CaseNo: "huangshi-2023081800001",
    CertificateNo: "鄂(2023)黄石市不动产权第0000001号",
    UnitNo: "420202001001GB00001F00010001",
    IdNumber: "429900199001010013",
    Uscc: "914202000000000014",
    Mobile: "13800000000",
    PersonName: "张三",
    CompanyName: "黄石示例房产有限公司",
    PersonId: "p-" + "a" * 26,
}
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAMgAAABQAQAAAAB0FgcdAAABn0lEQVR42u1VQYqDQBAsJ4IeFvQBC/EhYfFZOQT0aSbkIeML1sCyeJCpPfT0zL"
    "g7e8wtgqAUXVNV3a0F8c9l8EKehzzGHcR4TVXywiL2h6ZweTZ3/OzzyNa92Tyy9mbJK7BkKiGpmYFLnu0GfOTZKtJm2VgDbZbNtUA9Zs/pAEw5"
    "ZOuB0uaQ9XdPgpaFJJuctocW/mGzAOC1cYcYADh5B2OK3AFAWzelCiqSnOV5HVIFNQA00UGocUeSXIbgINS4WCgOzC42lFNwYIAtxKauYOT+jo"
    "cqxV0UzDE2Da4SBU2MTUtrXz7GA+SZrSB1esIpODCq9J7a6kTBdgyxeTnrIApkmr37JsrwSiU2H9yi3T4njamDAwOJZ+sEKSd1YODnvE/G4aZI"
    "B2D1s2EWAKUqWJhsQaPhGR/JrG06y0wJW63UEDmuVaSclFrkeJ2UeJpkj2VMQNI1dAFZBq/GAChWTw0A9eTVGAC44KtTpLSqhiSvtEOYyMo3BC"
    "Rph2vcqIM/EyS54ZB85XCMO3fAe7riXbKny0Du12X3TXz9S56M/ACYe7vzn5npYQAAAABJRU5ErkJggg=="
)
"""A PNG of a wave, 200 x 80."""
NAMES: dict[str, Any] = {
    "city": "huangshi",
    "office": "huangshi-housing",
    "office_id": "huangshi-housing",
    "business_type": "self_deal_sale",
    "purpose": ["OPEN_CASE", "SIGN_IN", "FACE"],
    "code": "123456",
    "totp": "123456",
    "number": "2023081800001",
    "seller_name": "张三",
    "owner_name": "张三",
    "seller_id_number": "429900199001010013",
    "owner_id_number": "429900199001010013",
    "decision": ["APPROVE"],
    "intent": "签署提交",
    "share": "1/2",
    "card_number": "6222020200000000014",
    "deposit": "20000.00",
    "late_penalty_per_10k": "5.00",
    "document_hashes": "0123456789abcdef" * 4,
    "method": "COUNTER",
    "picture": PICTURE,
}
"""Members whose name says more than their type; a list offers several, of which the first fitting is taken."""
TEXTS = (
    "example",
    "示例",
    "EXAMPLE",
    "example-0123456789",
    "1",
    "123456",
    "2023081800001",
    "1234X",
    "1/2",
    "2026-11-22",
    "0123456789abcdef" * 2,
    "0123456789abcdef" * 4,
    "https://example.org/",
    "ABCD-EFGH-JKLM",
)
STROKES = [[[10, 20], [60.5, 80]], [[100, 20], [100, 90]]]


ALTERNATIVES: dict[str, tuple[str, ...]] = {"SignatureBody": ("handwriting", "picture")}
"""Members of which a body holds one, though none is required: each is shown in an example of its own."""


class NoExample(Exception):
    """A member for which no candidate fits: name one in `NAMES`."""


def example_of(schema: Schema) -> dict[str, Any]:
    """Return a right body with the required members. Raises NoExample."""
    return {name: _value(name, field) for name, field in schema.fields.items() if field.required}


def _value(name: str, field: Any) -> Any:
    for one in _candidates(name, field):
        try:
            field.deserialize(one)
        except ValidationError:
            continue
        return one
    raise NoExample(name)


def _candidates(name: str, field: Any) -> Iterable[Any]:
    if name in NAMES:
        yield from NAMES[name] if isinstance(NAMES[name], list) else [NAMES[name]]
    if isinstance(field, standard.Nested):
        yield example_of(field.schema)
    elif isinstance(field, standard.List):
        inner = _value(name, field.inner)
        yield from ([inner], [inner] * 2, [])
    elif hasattr(field, "tuple_fields"):
        yield [_value(name, one) for one in field.tuple_fields]
    elif isinstance(field, wire.ValueField):
        yield VALUES.get(field.value_type)
    else:
        yield from _plain(field)


def _plain(field: Any) -> Iterable[Any]:
    for rule in field.validators:
        yield from getattr(rule, "choices", ())
    if isinstance(field, fields.Choice):
        yield from field.choices
    if isinstance(field, fields.Strokes):
        yield STROKES
    yield from (*TEXTS, 1, 100, 300, 600, True, "5.00", "2026-11-22T04:00:00Z")


def example_bodies(shape: type) -> dict[str, dict[str, Any]]:
    """Return the examples of a body dataclass by name; one alone has none. Raises NoExample."""
    schema = base.schema_of(shape)
    required = example_of(schema)
    chosen = ALTERNATIVES.get(shape.__name__, ())
    return {name: required | {name: _value(name, schema.fields[name])} for name in chosen} or {"": required}
