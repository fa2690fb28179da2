"""What the server offers, read from its `/openapi.json`: operations by name, and the words of every refusal.

Decides nothing about the interface: paths, required headers and query names are the document's. A path written into an app would
be a second truth; this is why the rest of this package calls operations by their names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

DOCUMENT = "/openapi.json"
METHODS = ("get", "put", "post", "delete", "patch")
_PLACE = re.compile(r"{(\w+)}")


class UnknownOperation(LookupError):
    """The server offers nothing of that name, or was given other parameters than it takes: app and server do not fit."""


@dataclass(frozen=True)
class Operation:
    """One thing the server does."""

    name: str
    method: str
    path: str
    summary: str
    actor: str
    """Who may: `anyone`, `signed_in`, `person`, `staff`."""
    query: frozenset[str]
    needs_key: bool
    needs_revision: bool
    status: int
    produces: str
    codes: tuple[str, ...]
    """Refusals an app should expect here, beyond those every operation has."""

    def fill(self, parts: Mapping[str, Any]) -> str:
        """Return the path with its parts. Raises UnknownOperation naming those missing or not asked for."""
        asked = set(_PLACE.findall(self.path))
        if asked != set(parts):
            wrong = sorted(asked ^ set(parts))
            raise UnknownOperation(f"{self.name}: {', '.join(wrong)} missing or not a part of {self.path}")
        return _PLACE.sub(lambda place: quote(str(parts[place[1]]), safe=""), self.path)


@dataclass(frozen=True)
class Catalogue:
    """All operations by name, and the words of all codes."""

    operations: Mapping[str, Operation]
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Catalogue:
        """Read an OpenAPI 3.1 document."""
        found = [
            _operation(path, method, told)
            for path, methods in document["paths"].items()
            for method, told in methods.items()
            if method in METHODS
        ]
        return cls({one.name: one for one in found}, document.get("x-codes", {}))

    def operation(self, name: str) -> Operation:
        """Return the operation of that name. Raises UnknownOperation."""
        found = self.operations.get(name)
        if found is None:
            raise UnknownOperation(f"the server offers no {name}")
        return found

    def words(self, code: str, context: Mapping[str, Any]) -> dict[str, str]:
        """Return what a code says in each language, filled from the problem's context; empty for a code without words."""
        return {
            language: _PLACE.sub(lambda place: _shown(context.get(place[1])), words)
            for language, words in self.texts.get(code, {}).items()
        }


def _operation(path: str, method: str, told: Mapping[str, Any]) -> Operation:
    parameters = told.get("parameters", ())
    headers = {one["name"] for one in parameters if one["in"] == "header"}
    status, answer = next(
        (int(status), answer) for status, answer in told["responses"].items() if status.startswith("2")
    )
    return Operation(
        name=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        actor=told.get("x-actor", ""),
        query=frozenset(one["name"] for one in parameters if one["in"] == "query"),
        needs_key="Idempotency-Key" in headers,
        needs_revision="If-Match" in headers,
        status=status,
        produces=next(iter(answer.get("content", {})), ""),
        codes=tuple(told.get("x-codes", ())),
    )


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "-" if value is None else str(value)
