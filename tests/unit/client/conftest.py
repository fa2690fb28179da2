"""The client against the gateway with a fake bus: requests goes through a transport that calls the application directly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter
from werkzeug.test import Client as WsgiClient

from clients.python.guohu_client import Client
from gateway.app import Gateway
from tests.unit.gateway.conftest import bus, incoming, keys, links, settings, shared
from tests.unit.gateway.fakes import FakeBus, FakeIncoming, FakeLinks, Keys

__all__ = ["bus", "incoming", "keys", "links", "settings", "shared"]
PLACE = "http://gateway.test"


@dataclass
class Wire(BaseAdapter):
    """Carries requests to the application. `lose`: so many answers are lost on the way back."""

    app: Gateway
    lose: int = 0
    damage: bool = False
    before: Callable[[], None] = lambda: None
    seen: list[requests.PreparedRequest] = field(default_factory=list)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        self.seen.append(request)
        self.before()
        path = (request.url or "").removeprefix(PLACE)
        answer = WsgiClient(self.app).open(
            path, method=request.method, headers=dict(request.headers), data=request.body or b""
        )
        if self.lose:
            self.lose -= 1
            raise requests.ConnectionError
        response = requests.Response()
        response.status_code, response.url, response.request = answer.status_code, request.url or "", request
        response.headers.update(dict(answer.headers))
        content = answer.get_data()
        response._content = b"x" + content[1:] if self.damage else content
        return response

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Phone:
    """A client, what it sent, and how long it would have waited."""

    client: Client
    wire: Wire
    bus: FakeBus
    waited: list[float]

    @property
    def sent(self) -> list[Mapping[str, str]]:
        """The headers of every request that was not for the document."""
        return [one.headers for one in self.wire.seen if not (one.url or "").endswith("/openapi.json")]


@pytest.fixture
def phone(
    shared: tuple[Gateway, FakeBus, FakeLinks], keys: Keys, bus: FakeBus, links: FakeLinks, incoming: FakeIncoming
) -> Phone:
    wire, waited = Wire(shared[0]), []
    http = requests.Session()
    http.mount(PLACE, wire)
    client = Client(PLACE, token=keys.token(), http=http, pause=waited.append)
    assert client.catalogue
    return Phone(client, wire, bus, waited)
