"""Sessions that ended before their access tokens: refused within seconds, without a question per request."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from gateway.assembly import build_app
from gateway.auth import FRESH_SECONDS, EndedSessions
from gateway.config import GatewaySettings
from services.common.kit.errors import Unavailable
from services.common.messages import identity
from services.common.messages.shapes import Nothing
from tests.unit.gateway.fakes import Browser, FakeBus, FakeIncoming, FakeLinks, Keys

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
ME = "/v1/accounts/me"


class Clock:
    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Desk:
    """A gateway that knows of ended sessions, and its bus."""

    def __init__(self, settings: GatewaySettings, keys: Keys) -> None:
        self.bus, self.clock = FakeBus(), Clock()
        sessions = EndedSessions(self.bus, self.clock)
        self.browser = Browser(build_app(settings, sessions, FakeLinks(), FakeIncoming(), sessions), keys)
        self.bus.answers[identity.SignOut] = Nothing()
        self.end()

    def end(self, *session_ids: str) -> None:
        self.bus.answers[identity.ListEndedSessions] = identity.EndedSessions(session_ids=session_ids, until=NOW)

    def look(self) -> Any:
        return self.browser.send("GET", ME)

    def questions(self) -> list[identity.ListEndedSessions]:
        return [one.message for one in self.bus.asked if isinstance(one.message, identity.ListEndedSessions)]


@pytest.fixture
def desk(settings: GatewaySettings, keys: Keys) -> Desk:
    return Desk(settings, keys)


def test_token_of_an_ended_session_is_refused_as_soon_as_the_list_is_renewed(desk: Desk) -> None:
    assert desk.look().status_code == 200
    desk.end("s-1")
    desk.clock.seconds += FRESH_SECONDS

    response = desk.look()

    assert (response.status_code, response.get_json()["code"]) == (401, "identity.session_over")


def test_many_requests_ask_once_and_then_only_for_what_is_new(desk: Desk) -> None:
    for _ in range(20):
        desk.look()
    desk.clock.seconds += FRESH_SECONDS
    desk.look()

    assert [one.since for one in desk.questions()] == [None, NOW]


def test_signing_out_through_this_gateway_counts_at_once(desk: Desk) -> None:
    desk.look()
    desk.end("s-1")

    assert desk.browser.send("DELETE", "/v1/sessions/current").status_code == 204
    assert desk.look().status_code == 401


def test_an_ended_session_stays_refused_when_later_lists_leave_it_out(desk: Desk) -> None:
    desk.end("s-1")
    desk.look()
    desk.end()
    desk.clock.seconds += FRESH_SECONDS

    assert desk.look().status_code == 401


def test_while_identity_does_not_answer_the_last_list_holds(desk: Desk) -> None:
    desk.end("s-1")
    desk.look()
    desk.bus.answers[identity.ListEndedSessions] = Unavailable("rpc.no_answer")
    desk.clock.seconds += 60

    assert desk.look().status_code == 401
    other = desk.browser.keys.token("PERSON", sid="s-2")
    assert desk.browser.send("GET", ME, headers={"Authorization": f"Bearer {other}"}).status_code == 200


def test_visitors_cost_no_question(desk: Desk) -> None:
    desk.browser.send("GET", "/v1/openapi.json", who="nobody")

    assert desk.questions() == []
