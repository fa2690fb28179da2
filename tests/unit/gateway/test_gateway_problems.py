"""Refusals: every kind has its status, every code its words, and nothing inside is told."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.app import Gateway
from gateway.problems import STATUS, language_of
from gateway.texts import Texts
from services.common.kit.errors import Conflict, DomainError, InvalidValue, Kind, Unavailable
from services.common.messages import contract
from services.common.messages.registry import SUBSCRIPTIONS
from services.common.messages.shapes import EVENT_OF, RPC_OF
from services.property.domain.verdict import Paper
from services.property.domain.verdict import Reason as Against
from services.signing.adapters.engine.facts import Reason
from tests.unit.gateway.fakes import Browser, FakeBus, FakeLinks
from tests.unit.gateway.requests_of import PARTS

ROOT = Path(__file__).parents[3]
CASE = f"/v1/cases/{PARTS['case']}"
AREAS = [
    "actor",
    "bus",
    "city",
    "common",
    "contract",
    "database",
    "engine",
    "event",
    "field",
    "http",
    "identity",
    "message",
    "notice",
    "object",
    "office",
    "profile",
    "proof",
    "property",
    "request",
    "review",
    "sealing",
    "signing",
    "tax",
    "token",
    "value",
]
CODE = re.compile(rf"(?:{'|'.join(AREAS)})\.[a-z][a-z0-9_]*")
NO_REFUSALS = {
    *(name.name for name in EVENT_OF.values()),
    *(f"{rpc.service}.{rpc.method}" for rpc in RPC_OF.values()),
    *(one.handler_id for one in SUBSCRIPTIONS),
}
"""Names that look like codes."""


def strings_of(tree: ast.AST) -> Iterator[str]:
    formatted = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in formatted:
            yield node.value


def codes_in_sources() -> dict[str, str]:
    """Return code -> file, of every refusal the services and the gateway name."""
    found: dict[str, str] = {}
    files = [*(ROOT / "services").rglob("*.py"), *(ROOT / "gateway").rglob("*.py")]
    for file in files:
        if "messages" in file.parts or "migrations" in file.parts or file.name == "tables.py":
            continue
        for text in strings_of(ast.parse(file.read_text(encoding="utf-8"))):
            if CODE.fullmatch(text) and text not in NO_REFUSALS and not text.endswith(".html"):
                found.setdefault(text, str(file.relative_to(ROOT)))
    return found


def faults_of_contract() -> set[str]:
    """Return the codes contract builds from `Fault(path, code)`."""
    found = set()
    for file in (ROOT / "services" / "contract").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Fault":
                found |= {f"contract.{one.value}" for one in ast.walk(node.args[1]) if isinstance(one, ast.Constant)}
    return found


def test_every_code_in_the_sources_has_words_in_both_languages() -> None:
    texts = Texts.load()

    wordless = {code: file for code, file in codes_in_sources().items() if texts.find(code, "zh") is None}

    assert wordless == {}
    assert faults_of_contract() - set(texts.entries) == set()
    assert {f"property.{one.value.lower()}" for one in Against} - set(texts.entries) == set()
    assert {f"property.paper_{one.value.lower()}" for one in Paper} - set(texts.entries) == set()
    assert {f"reason.{reason.value}" for reason in Reason} - set(texts.entries) == set()


def test_walk_over_the_sources_finds_codes_of_every_kind_of_place() -> None:
    found = codes_in_sources()

    assert {"contract.stale_version", "value.mobile_invalid", "bus.no_answer", "http.not_json", "token.expired"} <= set(
        found
    )
    assert "contract.case_opened" not in found


def test_every_kind_has_a_status_and_words() -> None:
    texts = Texts.load()

    assert set(STATUS) == set(Kind)
    assert all(texts.find(f"kind.{kind.value}", language) for kind in Kind for language in ("zh", "en"))


@pytest.mark.parametrize("kind", list(Kind))
def test_refusal_of_each_kind_becomes_a_problem(kind: Kind, browser: Browser, bus: FakeBus) -> None:
    bus.answers[contract.GetCase] = DomainError("contract.some_new_code", kind)

    response = browser.send("GET", CASE, headers={"Accept-Language": "en"})

    problem = response.get_json()
    assert response.status_code == problem["status"] == STATUS[kind]
    assert response.content_type == "application/problem+json"
    assert problem["code"] == "contract.some_new_code"
    assert problem["type"] == "urn:guohu:problem:contract.some_new_code"
    assert problem["detail"] == Texts.load().find(f"kind.{kind.value}", "en")
    assert problem["correlation_id"] == response.headers["X-Correlation-Id"]


@pytest.mark.parametrize(
    ("accepted", "words"),
    [
        ("", "内容已被更新"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "内容已被更新"),
        ("en-GB,en;q=0.9", "changed meanwhile"),
        ("fr", "内容已被更新"),
        ("zh;q=0.3, en;q=0.9", "changed meanwhile"),
        ("en;q=0.2, zh-Hans-CN;q=0.8", "内容已被更新"),
        ("fr, de;q=0.9, en;q=0.1", "changed meanwhile"),
        ("zh;q=0, en;q=0.001", "changed meanwhile"),
        ("en;q=0", "内容已被更新"),
        ("EN-us", "changed meanwhile"),
        ("en;q=0.5, *;q=0.9", "内容已被更新"),
        ("zh;q=0, *", "changed meanwhile"),
        ("zh-Hans-CN, en;q=0.9", "内容已被更新"),
    ],
)
def test_words_follow_accept_language_and_are_chinese_otherwise(
    accepted: str, words: str, browser: Browser, bus: FakeBus
) -> None:
    bus.answers[contract.GetCase] = DomainError("contract.stale_version", Kind.STALE)

    response = browser.send("GET", CASE, headers={"Accept-Language": accepted})

    assert words in response.get_json()["detail"]


@pytest.mark.parametrize("header", ["*", ";;;", "en;q=abc", "\x01", "zh" * 3000])
def test_odd_accept_language_is_no_error(header: str) -> None:
    assert language_of(header) in {"zh", "en"}


def test_wrong_fields_are_named_with_code_and_words(browser: Browser, bus: FakeBus) -> None:
    body = {"city": "huangshi", "title_id": 5, "proof": "p", "notice_verion": "1"}

    problem = browser.send("POST", "/v1/cases", json_body=body, headers={"Accept-Language": "en"}).get_json()

    assert {one["field"]: one["code"] for one in problem["errors"]} == {
        "title_id": "field.type",
        "notice_version": "field.required",
        "notice_verion": "field.unknown",
    }
    assert all(one["detail"] for one in problem["errors"])
    assert not bus.asked


def test_faults_a_service_finds_in_fields_are_named_as_well(browser: Browser, bus: FakeBus) -> None:
    wrong = InvalidValue(
        "contract.share_sum",
        field="parties",
        problems=["parties: contract.share_sum", "terms.deposit: contract.deposit_limit"],
    )
    bus.answers[contract.GetCase] = DomainError(wrong.code, wrong.kind, **wrong.context)

    problem = browser.send("GET", CASE).get_json()

    assert [(one["field"], one["code"]) for one in problem["errors"]] == [
        ("parties", "contract.share_sum"),
        ("terms.deposit", "contract.deposit_limit"),
    ]
    assert "context" not in problem


def test_limit_tells_when_to_try_again(browser: Browser, bus: FakeBus) -> None:
    bus.answers[contract.GetCase] = DomainError("contract.too_many_lookups", Kind.LIMITED, retry_after=90, limit=5)

    headers = browser.send("GET", CASE).headers

    assert (headers["Retry-After"], headers["RateLimit-Limit"], headers["RateLimit-Remaining"]) == ("90", "5", "0")


def test_no_answer_is_503_with_retry_after(browser: Browser, bus: FakeBus) -> None:
    bus.answers[contract.GetCase] = Unavailable("bus.no_answer")

    response = browser.send("GET", CASE)

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0


def test_context_without_fields_is_passed_on(browser: Browser, bus: FakeBus) -> None:
    bus.answers[contract.GetCase] = Conflict("contract.house_sealed", reasons=["HOUSE_SEALED"])

    assert browser.send("GET", CASE).get_json()["context"] == {"reasons": ["HOUSE_SEALED"]}


@pytest.mark.parametrize(
    "wrong", [RuntimeError("secret 42020219800101001X"), KeyError("secret"), InvalidValue("message.invalid")]
)
def test_unexpected_error_is_500_and_tells_nothing(wrong: Exception, browser: Browser, bus: FakeBus) -> None:
    bus.answers[contract.GetCase] = wrong

    response = browser.send("GET", CASE)

    assert response.status_code == 500
    assert "secret" not in response.get_data(as_text=True)
    assert set(response.get_json()) == {"type", "title", "status", "code", "detail", "correlation_id"}


def test_internal_refusal_keeps_its_context_inside(browser: Browser, bus: FakeBus) -> None:
    bus.answers[contract.GetCase] = DomainError("signing.pki_damaged", Kind.INTERNAL, file="inner")

    assert "inner" not in browser.send("GET", CASE).get_data(as_text=True)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "http.not_found"),
        ("GET", "/v1/cases/", 404, "http.not_found"),
        ("GET", "//v1/cases", 404, "http.not_found"),
        ("GET", "/v1/cases/huangshi-1", 404, "http.not_found"),
        ("GET", "/v1/cases/huangshi-2023081800001%00", 404, "http.not_found"),
        ("GET", "/v1/signing-tasks/..%2f..%2fetc", 404, "http.not_found"),
        ("GET", "/v1/./cases", 404, "http.not_found"),
        ("GET", "/v1/../v1/cases", 404, "http.not_found"),
        ("GET", "/v1/%2e%2e/v1/cases", 404, "http.not_found"),
        ("GET", "/v1/cases/%2e", 404, "http.not_found"),
        ("GET", "/v1\\cases", 404, "http.not_found"),
        ("GET", "/v1/cases;v=1", 404, "http.not_found"),
        ("GET", "/V1/cases", 404, "http.not_found"),
        ("GET", "/v1/cases%20", 404, "http.not_found"),
        ("PUT", "/v1/cases/huangshi-2023081800001/parties/agent", 404, "http.not_found"),
        ("PATCH", "/v1/cases", 405, "http.method_not_allowed"),
        ("DELETE", "/v1/cities", 405, "http.method_not_allowed"),
        ("TRACE", "/v1/cities", 405, "http.method_not_allowed"),
        ("OPTIONS", "/v1/nothing", 404, "http.not_found"),
        ("OPTIONS", "/v1/cases/huangshi-1", 404, "http.not_found"),
        ("BREW", "/v1/cities", 501, "http.method_unknown"),
    ],
)
def test_wrong_address_or_method_is_a_problem(
    method: str, path: str, status: int, code: str, browser: Browser, bus: FakeBus
) -> None:
    response = browser.send(method, path)

    assert (response.status_code, response.get_json()["code"]) == (status, code)
    assert response.content_type == "application/problem+json"
    assert ("Allow" in response.headers) is (status == 405)
    assert not bus.asked


def test_refused_head_says_what_get_would_without_its_content(browser: Browser) -> None:
    for path in ("/v1/nothing", "/v1/cases", "/v1/sessions"):
        got, headed = (browser.send(method, path, who="nobody") for method in ("GET", "HEAD"))

        assert (headed.status_code, headed.data) == (got.status_code, b"")
        assert headed.headers["Content-Type"] == got.headers["Content-Type"]


def test_every_answer_carries_the_headers_that_keep_browsers_safe(browser: Browser) -> None:
    for response in (browser.send("GET", "/v1/cities"), browser.send("GET", "/v1/none"), browser.send("GET", "/docs")):
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-DEF_12345", True), ("short", False), ("has space in it", False), ("x" * 65, False)]
)
def test_correlation_id_is_taken_over_only_in_good_form(given: str, kept: bool, browser: Browser, bus: FakeBus) -> None:
    response = browser.send("GET", "/v1/cities", headers={"X-Correlation-Id": given})

    assert (response.headers["X-Correlation-Id"] == given) is kept
    assert bus.last.call.correlation_id == response.headers["X-Correlation-Id"]


def test_server_refusals_speak_the_language_too(shared: tuple[Gateway, FakeBus, FakeLinks]) -> None:
    headers, body = shared[0].refusal(413, "http.body_too_large", {"Accept-Language": "en"})

    assert headers["Content-Type"] == "application/problem+json"
    assert b"larger than allowed" in body


def test_server_refusals_carry_what_every_other_answer_does(
    shared: tuple[Gateway, FakeBus, FakeLinks], browser: Browser
) -> None:
    other = browser.send("GET", "/v1/none").headers

    headers, body = shared[0].refusal(413, "http.body_too_large", {"X-Correlation-Id": "abc-DEF_12345"})

    told = {name: value for name, value in other.items() if name not in {"Content-Length", "X-Correlation-Id"}}
    assert {name: headers[name] for name in told if not name.startswith("RateLimit")} == {
        name: value for name, value in told.items() if not name.startswith("RateLimit")
    }
    assert headers["X-Correlation-Id"] == json.loads(body)["correlation_id"] == "abc-DEF_12345"


def test_texts_told_twice_or_in_one_language_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x.y: {zh: 一}", encoding="utf-8")
    monkeypatch.setattr("gateway.texts.__file__", str(tmp_path / "__init__.py"))

    with pytest.raises(ValueError, match=r"x\.y"):
        Texts.load()


def test_fallback_fills_places_from_the_context() -> None:
    told: Any = Texts({"x.y": {"zh": "还剩 {left} 次", "en": "{left} left, {gone}"}})

    assert told.text("x.y", Kind.LIMITED, "en", {"left": 3}) == "3 left, -"
