"""The coarse shield: who is counted as whom, what is told about it, and that it can be left out."""

from __future__ import annotations

import dataclasses

import pytest

from gateway import limits
from gateway.assembly import build_app
from gateway.config import GatewaySettings
from gateway.limits import Buckets, Pace, Paces, Shield, TooMany
from services.common.kit.errors import DomainError, Kind
from services.common.messages import contract, signing
from tests.unit.gateway.fakes import Browser, FakeBus, FakeLinks, Keys


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Edge:
    """A gateway with allowances and a clock of its own."""

    def __init__(self, settings: GatewaySettings, keys: Keys, paces: Paces) -> None:
        self.clock, self.bus = Clock(), FakeBus()
        app = build_app(settings, self.bus, FakeLinks())
        self.browser = Browser(dataclasses.replace(app, shield=Shield(paces, self.clock)), keys)

    def status(self, path: str = "/v1/cities", who: str = "nobody", address: str = "198.51.100.7") -> int:
        return self.browser.send("GET", path, who=who, environ_base={"REMOTE_ADDR": address}).status_code


@pytest.fixture
def edge_of(settings: GatewaySettings, keys: Keys):
    return lambda **paces: Edge(settings, keys, Paces(**paces))


def test_bucket_lets_a_quota_through_at_once_and_fills_up_evenly() -> None:
    clock = Clock()
    buckets = Buckets(Pace(3, 30), clock)

    assert [buckets.spend("a").remaining for _ in range(3)] == [2, 1, 0]
    with pytest.raises(TooMany) as refused:
        buckets.spend("a")
    assert refused.value.context == {"retry_after": 10, "limit": 3}
    assert buckets.spend("b").remaining == 2
    clock.now += 10
    assert buckets.spend("a").remaining == 0
    clock.now += 1000
    assert buckets.spend("a").remaining == 2


def test_whole_quota_is_let_through_whatever_floats_add_up_to() -> None:
    buckets = Buckets(Pace(1200, 60), Clock())

    assert [buckets.spend("a").remaining for _ in range(1200)][-1] == 0
    with pytest.raises(TooMany):
        buckets.spend("a")


def test_being_refused_does_not_make_the_wait_longer() -> None:
    clock = Clock()
    buckets = Buckets(Pace(1, 10), clock)
    buckets.spend("a")
    for _ in range(50):
        with pytest.raises(TooMany):
            buckets.spend("a")
    clock.now += 10

    assert buckets.spend("a").remaining == 0


def test_callers_remembered_are_bounded_and_the_quiet_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_KEYS", 3)
    clock = Clock()
    buckets = Buckets(Pace(2, 10), clock)
    buckets.spend("quiet")
    clock.now += 60
    for one in "abcabcd":
        buckets.spend(one)

    assert len(buckets._full_at) == 3
    assert "quiet" not in buckets._full_at
    with pytest.raises(TooMany):
        buckets.spend("b")


def test_source_that_asks_too_often_is_told_when_to_come_back_and_others_are_served(edge_of) -> None:
    edge = edge_of(source=Pace(2, 60))
    assert [edge.status(), edge.status()] == [200, 200]

    response = edge.browser.send(
        "GET",
        "/v1/cities",
        who="nobody",
        environ_base={"REMOTE_ADDR": "198.51.100.7"},
        headers={"Accept-Language": "en"},
    )

    assert response.status_code == 429
    assert (response.get_json()["code"], response.get_json()["title"]) == (
        "http.too_many_requests",
        "Too many requests",
    )
    assert "30 s" in response.get_json()["detail"]
    headers = response.headers
    assert (headers["Retry-After"], headers["RateLimit-Limit"], headers["RateLimit-Remaining"]) == ("30", "2", "0")
    assert headers["RateLimit-Policy"] == "2;w=60"
    assert edge.status(address="198.51.100.8") == 200


def test_every_answer_tells_the_allowance_that_ends_first(edge_of) -> None:
    edge = edge_of(source=Pace(100, 60), account=Pace(5, 60))

    headers = edge.browser.send("GET", "/v1/cases").headers

    assert (headers["RateLimit-Limit"], headers["RateLimit-Remaining"], headers["RateLimit-Reset"]) == ("5", "4", "12")


def test_account_is_one_allowance_wherever_it_asks_from(edge_of) -> None:
    edge = edge_of(account=Pace(2, 60))

    assert [edge.status("/v1/cases", "person", f"198.51.100.{one}") for one in range(3)] == [200, 200, 429]


def test_office_behind_one_address_is_not_held_up_by_the_allowance_for_nobody(edge_of) -> None:
    edge = edge_of(anonymous=Pace(1, 60))
    assert [edge.status(), edge.status()] == [200, 429]

    assert edge.status("/v1/cases", "person") == 200


def test_forged_tokens_are_counted_as_nobodys(edge_of) -> None:
    edge = edge_of(anonymous=Pace(2, 60))
    forged = {"Authorization": "Bearer a.b.c"}

    answers = [edge.browser.send("GET", "/v1/cases", headers=forged, who="nobody").status_code for _ in range(3)]

    assert answers == [401, 401, 429]


@pytest.mark.parametrize(
    "path", ["/v1/verifications/ABCD-EFGH-JKLM", "/v/ABCD-EFGH-JKLM", f"/s/{'t' * 43}", "/v1/none"]
)
def test_codes_and_links_cannot_be_tried_one_after_the_other(path: str, edge_of) -> None:
    edge = edge_of(source=Pace(3, 60))
    for shape in (signing.VerifyCode, signing.GetTask):
        edge.bus.answers[shape] = DomainError("signing.task_not_found", Kind.NOT_FOUND)

    assert [edge.status(path) for _ in range(4)] == [404, 404, 404, 429]


def test_health_is_never_counted(edge_of) -> None:
    edge = edge_of(source=Pace(1, 60), anonymous=Pace(1, 60))
    edge.status()

    response = edge.browser.send("GET", "/healthz", who="nobody")

    assert response.status_code == 200
    assert "RateLimit-Limit" not in response.headers


def test_services_own_limit_is_told_before_the_edges(edge_of) -> None:
    edge = edge_of(source=Pace(100, 60))
    edge.bus.answers[contract.GetCase] = DomainError("contract.too_many_lookups", Kind.LIMITED, retry_after=90, limit=5)

    headers = edge.browser.send("GET", "/v1/cases/huangshi-2023081800001").headers

    assert (headers["Retry-After"], headers["RateLimit-Limit"], headers["RateLimit-Remaining"]) == ("90", "5", "0")


def test_without_allowances_nobody_is_counted_and_nothing_told(edge_of) -> None:
    edge = edge_of()

    assert {edge.status() for _ in range(500)} == {200}
    assert not [name for name, _ in edge.browser.send("GET", "/v1/cities").headers if name.startswith("RateLimit")]


@pytest.mark.parametrize("text", ["", "600", "600/0", "0/60", "-1/60", "600/60/1", "many", "1e3/60"])
def test_pace_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no pace"):
        Pace.read(text)


def test_pace_is_read_or_off() -> None:
    assert (Pace.read(" 600/60 "), Pace.read("off")) == (Pace(600, 60), None)
