"""Sends generated requests as several callers and judges the answers; decides nothing about where the stack comes from.

Right and wrong requests alternate. Half of the right ones name real things (a case, a task, an office), because a random name is a
404 and goes no further. What ends sessions comes last.
"""

from __future__ import annotations

import json
import random
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode

CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
LAST = ("sign_out", "sign_out_everywhere")
PROBLEM = "application/problem+json"
LONGEST_ANSWER = 30.0
TOKEN_SECONDS = 500.0
SHOWN = 300
ELSEWHERE = "198.51.100.14"
"""Where the requests come from: what is guessed wrong is counted against that address, and nobody else of the stack is there."""
FIELDS = ("type", "title", "status", "code", "detail", "correlation_id")


@dataclass
class Caller:
    """Somebody who asks; `renew` gives a token that is good for some minutes."""

    name: str
    renew: Callable[[], str] = lambda: ""
    token: str = ""
    since: float = float("-inf")

    def headers(self) -> dict[str, str]:
        """Return what the caller is known by."""
        if time.monotonic() - self.since > TOKEN_SECONDS:
            self.token, self.since = self.renew(), time.monotonic()
        whose = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"X-Forwarded-For": ELSEWHERE, **whose}


@dataclass(frozen=True)
class Finding:
    """Something an answer should not have been."""

    operation: str
    caller: str
    status: int
    what: str
    request: str


@dataclass
class Report:
    """What was sent and what came back."""

    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)

    def find(self, one: Finding) -> None:
        """Keep the first of each kind."""
        self.findings.setdefault((one.operation, one.what.splitlines()[0][:80]), one)


class Campaign:
    """One run against one address. `things`: real values for parts of paths."""

    def __init__(self, base_url: str, callers: Iterable[Caller], things: Mapping[str, str], first_seed: int) -> None:
        self._base_url = base_url
        self._callers = tuple(callers)
        self._things = things
        self._seed = first_seed
        self._http = requests.Session()
        document = self._http.get(f"{base_url}/openapi.json", timeout=LONGEST_ANSWER).json()
        self._codes = frozenset(document["x-codes"])
        schema = schemathesis.openapi.from_dict(document)
        found = [one.ok() for one in schema.get_all_operations()]
        self._operations = found
        self.report = Report()

    def run(self, count: int, until: float = float("inf")) -> Report:
        """Send about `count` requests, evenly over operations, callers and right and wrong; stop at `until` (monotonic)."""
        cells = [(one, caller, mode) for one in self._operations for caller in self._callers for mode in MODES]
        random.Random(self._seed).shuffle(cells)  # so that a run that ends early has met a bit of everything
        cells.sort(key=lambda cell: _name(cell[0]) in LAST)
        each = max(1, round(count / len(cells)))
        for number, (operation, caller, mode) in enumerate(cells):
            if time.monotonic() >= until:
                break
            self._cell(operation, caller, mode, each, self._seed + number)
        return self.report

    def _cell(self, operation: Any, caller: Caller, mode: GenerationMode, each: int, number: int) -> None:
        sent = 0

        @seed(number)
        @settings(
            max_examples=each,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            nonlocal sent
            if sent < each:  # a wrong request that turns out right is thrown away and drawn again
                sent += 1
                self._send(case, caller, real=mode is GenerationMode.POSITIVE and sent % 2 == 1)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                send()
            except Unsatisfiable:
                return  # nothing about this operation can be wrong

    def _send(self, case: Any, caller: Caller, *, real: bool) -> None:
        if real and case.path_parameters:
            known = {name: self._things[name] for name in case.path_parameters if name in self._things}
            case.path_parameters = {**case.path_parameters, **known}
        report, name = self.report, _name(case.operation)
        given_headers = caller.headers()
        try:
            answer = case.call(
                base_url=self._base_url, session=self._http, headers=given_headers, timeout=LONGEST_ANSWER
            )
        except (requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL, UnicodeError):
            return  # no client library sends that; raw bytes are the web server's own tests
        report.sent += 1
        report.statuses[answer.status_code] += 1
        report.operations[name] += 1
        for what in (*self._faults(answer), *_violations(case, answer)):
            report.find(Finding(name, caller.name, answer.status_code, what, _shown(case)))

    def _faults(self, answer: Any) -> Iterable[str]:
        """What no document could allow: our own failures, and refusals that are no problems."""
        if answer.status_code >= 500 and answer.status_code != 503:
            yield f"{answer.status_code}: {answer.text[:SHOWN]}"
        if answer.status_code < 400:
            return
        kind = (answer.headers.get("content-type") or [""])[0]
        problem = answer.json() if kind == PROBLEM else {}
        if not set(FIELDS) - {"correlation_id"} <= set(problem):
            yield f"no problem: {kind} {answer.text[:SHOWN]}"
        elif problem["code"] not in self._codes:
            yield f"code without words: {problem['code']}"


def _name(operation: Any) -> str:
    return str(operation.definition.raw["operationId"])


def _violations(case: Any, answer: Any) -> list[str]:
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as group:
        return [f"{type(one).__name__}: {one}"[:SHOWN] for one in group.exceptions]
    return []


def _shown(case: Any) -> str:
    """Return the request without its token."""
    told = {"path": case.path_parameters, "query": case.query, "body": case.body}
    return f"{case.method} {case.path} {json.dumps(told, default=repr, ensure_ascii=True)[:SHOWN]}"
