"""Reads request bodies: bounded JSON without surprises, and JPEG pictures.

Decides what may arrive at all, before any schema looks at it: no duplicate members, no hidden characters, no numbers
that are none, nothing deep or huge. Which members a body has is the schemas' matter.
"""

from __future__ import annotations

import json
import math
import unicodedata
from typing import Any

from services.common.kit import wire
from services.common.kit.errors import InvalidValue

DEEPEST = 12
MOST_NODES = 60_000
LARGEST = 2**53
JPEG_START, JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Cn"}
_ALLOWED_CONTROLS = "\n\t"


def read_json(body: bytes) -> dict[str, Any]:
    """Return the object the body holds. Raises InvalidValue `http.not_json`, `http.not_an_object` or `value.*`."""
    try:
        data = json.loads(body.decode("utf-8"), object_pairs_hook=_members, parse_constant=_no_constant)
    except (ValueError, RecursionError) as wrong:
        raise InvalidValue("http.not_json") from wrong
    if not isinstance(data, dict):
        raise InvalidValue("http.not_an_object")
    _inspect(data)
    return data


def require_jpeg(body: bytes) -> bytes:
    """Return the picture. Raises InvalidValue `http.not_jpeg` where it does not even look like one."""
    if not body.startswith(JPEG_START) or JPEG_END not in body[-64:]:
        raise InvalidValue("http.not_jpeg")
    return body


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate member")
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _inspect(data: Any) -> None:
    """Walk without recursion, so that depth is our bound and not the interpreter's."""
    waiting: list[tuple[Any, str, int]] = [(data, "", 0)]
    seen = 0
    while waiting:
        value, path, depth = waiting.pop()
        seen += 1
        if depth > DEEPEST or seen > MOST_NODES:
            raise InvalidValue("http.too_complex")
        if isinstance(value, dict):
            for name in value:
                check_text(name, "")
            waiting.extend((child, wire.within(path, name), depth + 1) for name, child in value.items())
        elif isinstance(value, list):
            waiting.extend((child, wire.within(path, index), depth + 1) for index, child in enumerate(value))
        else:
            _check_scalar(value, path)


def _check_scalar(value: Any, path: str) -> None:
    if isinstance(value, str):
        check_text(value, path)
    elif (isinstance(value, float) and not math.isfinite(value)) or (
        isinstance(value, int | float) and abs(value) > LARGEST
    ):
        raise InvalidValue("message.invalid", fields=[f"{path}: field.out_of_range"])


def check_text(value: str, path: str) -> None:
    """Refuse NUL, lone surrogates, zero-width and bidi characters: they break stores or deceive readers."""
    if value.isascii() and value.isprintable():
        return
    if any(unicodedata.category(sign) in _HIDDEN and sign not in _ALLOWED_CONTROLS for sign in value):
        raise InvalidValue("message.invalid", fields=[f"{path}: value.hidden_character"])
