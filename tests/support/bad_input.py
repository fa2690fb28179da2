"""Wrong values and wrong bytes, for any route: what people, broken programs and attackers send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

MIB = 1024 * 1024
TEXTS = {
    "28 digits": "9" * 28,
    "28 digits and cents": "9" * 25 + ".999",
    "negative": "-1.00",
    "negative zero": "-0",
    "exponent": "1e5",
    "NaN as text": "NaN",
    "infinity as text": "-Infinity",
    "plus": "+1",
    "wide digits": "１２３４",
    "raised digits": "²³",
    "Arabic digits": "٤٢٠٢٠٢",
    "huge exponent": "1e400",
    "hexadecimal": "0x10",
    "underscore": "1_000",
    "soft hyphen": "张\u00ad三",
    "tag character": "张\U000e0041三",
    "Hangul filler": "\u3164",
    "no break space": "\u00a0",
    "NUL": "a\x00b",
    "bidi override": "\u202e张三",
    "bidi isolate": "\u2066张三\u2069",
    "zero width": "张\u200b三",
    "byte order mark": "\ufeff张三",
    "reversed byte order mark": "\ufffe张三",
    "noncharacter": "\U0010ffff",
    "private use": "\ue000",
    "unassigned": "\u0378",
    "line separator": "张\u2028三",
    "combining storm": "a" + "\u0301" * 5000,
    "lone surrogate": "\ud800",
    "markup": "<script>alert(1)</script>",
    "template": "{{7*7}}${7*7}",
    "statement": "'; DROP TABLE cases; --",
    "path": "../../../../etc/passwd",
    "empty": "",
    "blank": " \u3000",
    "long": "长" * 10_000,
}
OTHERS: dict[str, Any] = {
    "null": None,
    "true": True,
    "zero": 0,
    "minus one": -1,
    "fraction": 1.5,
    "negative zero as number": -0.0,
    "whole as fraction": 1.0,
    "next to nothing": 5e-324,
    "28 digits as number": int("9" * 28),
    "beyond double": 10**400,
    "large float": 1e308,
    "beyond 64 bits": 2**63,
    "list": [],
    "list of null": [None],
    "list in list": [[]],
    "huge list": [0] * 5000,
    "object": {},
    "object with an empty name": {"": {}},
    "prototype": {"__proto__": {"admin": True}},
}
VALUES: dict[str, Any] = {**TEXTS, **OTHERS}

RAW: dict[str, bytes] = {
    "nothing": b"",
    "half": b"{",
    "null": b"null",
    "list": b"[]",
    "text": b'"text"',
    "two": b"{} {}",
    "doubled": b'{"a":1,"a":2}',
    "doubled by escape": b'{"a":1,"\\u0061":2}',
    "NaN": b'{"a":NaN}',
    "infinity": b'{"a":-Infinity}',
    "exponent beyond double": b'{"a":1e999}',
    "5,000 digits": b'{"a":' + b"9" * 5000 + b"}",
    "10,000 lists deep": b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "10,000 objects deep": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "endless opening": b"[" * 60_000,
    "huge array": b'{"a":[' + b"0," * 30_000 + b"0]}",
    "utf-16": '{"a":"b"}'.encode("utf-16"),
    "utf-16 without a mark": '{"a":"b"}'.encode("utf-16-le"),
    "utf-32": '{"a":"b"}'.encode("utf-32"),
    "1e400": b'{"a":1e400}',
    "-1e400": b'{"a":-1e400}',
    "exponent of a million digits": b'{"a":1e' + b"9" * 50_000 + b"}",
    "two points": b'{"a":1.2.3}',
    "hexadecimal": b'{"a":0x10}',
    "leading zero": b'{"a":012}',
    "plus sign": b'{"a":+1}',
    "wide digits as a number": '{"a":１}'.encode(),
    "doubled deep inside": b'{"a":[{"b":1,"b":1}]}',
    "byte order mark inside": b'{"\xef\xbb\xbfa":1}',
    "six byte utf-8": b'{"a":"\xfc\x80\x80\x80\x80\xaf"}',
    "overlong NUL": b'{"a":"\xc0\x80"}',
    "cut off utf-8": b'{"a":"\xe5\xbc"}',
    "low surrogate": b'{"a":"\\udc00"}',
    "surrogates the wrong way round": b'{"a":"\\udc00\\ud800"}',
    "lone surrogate in a name": b'{"\\ud800":1}',
    "trailing NUL": b"{}\x00",
    "form feed": b"\x0c{}",
    "byte order mark": b"\xef\xbb\xbf{}",
    "latin-1": '{"a":"é"}'.encode("latin-1"),
    "overlong": b'{"a":"\xc0\xaf"}',
    "surrogate in utf-8": b'{"a":"\xed\xa0\x80"}',
    "lone surrogate": b'{"a":"\\ud800"}',
    "NUL in a name": b'{"\\u0000":1}',
    "comment": b'{"a":1}//',
    "comma": b'{"a":1,}',
    "single quotes": b"{'a':1}",
}
MEGABYTE = b'{"a":"' + b"x" * MIB + b'"}'
"""Over every bound of a JSON body: 413 by the server, before the application sees it."""

NO_FIELD = frozenset({"http.not_json", "http.not_an_object", "http.too_complex", "http.not_jpeg"})
"""Codes of bodies in which no member can be named."""


def paths_in(body: Any, prefix: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Return the path of every member, and of the first entry of every list."""
    entries = body.items() if isinstance(body, dict) else enumerate(body[:1]) if isinstance(body, list) else ()
    for key, value in entries:
        yield (*prefix, key)
        yield from paths_in(value, (*prefix, key))


def members_of(body: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Return path and value of every member that holds no others."""
    for path in paths_in(body):
        value = body
        for key in path:
            value = value[key]
        if not isinstance(value, dict | list):
            yield path, value


def replaced(body: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """Return a copy with another value at that place."""
    copy = json.loads(json.dumps(body))
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return copy


def is_told(status: int, problem: dict[str, Any]) -> bool:
    """Whether a refusal says what is wrong: a code and words, and for wrong content which member."""
    if not {"code", "title", "detail", "status"} <= set(problem) or problem["status"] != status:
        return False
    named = problem.get("errors") or problem["code"] in NO_FIELD
    return status != 422 or bool(named)
