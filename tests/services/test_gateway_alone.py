"""The gateway as a process with a broker and nobody behind it: no answer is a quick 503, and a download outlives SIGTERM."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from deploy.local.processes import ROSTER, Roster
from deploy.local.stack import Stack
from gateway.exchange import REQUEST_SECONDS
from gateway.routes import ROUTES
from gateway.routing import Route
from services.common.kit import tokens
from services.common.kit.objects import Objects
from services.common.kit.stores import open_store
from services.common.messages import contract
from tests.services.neighbour import Neighbour
from tests.support.rig import eventually
from tests.unit.gateway.requests_of import PARTS, request_of
from tests.unit.gateway.samples import Samples

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]
CASE = f"/v1/cases/{PARTS['case']}"
SIZE = 48 * 1024 * 1024
"""More than the buffers of both ends of a connection hold."""
LONGEST = REQUEST_SECONDS + 15
"""Some questions wait for an engine's work, but none longer than a request may take."""
ASKING = [one for one in ROUTES if one.operation not in {"show_health", "show_verification_form"}]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    processes = tuple(one for one in ROSTER.processes if one.name == "gateway.serve")
    one = Stack(tmp_path_factory.mktemp("alone") / "var", Roster(processes, ROSTER.topology, {}))
    try:
        one.up()
        yield one
    finally:
        one.down()


def token(stack: Stack, kind: str) -> str:
    claims = {"sub": "p-" + "a" * 26, "sid": "s-1", "kind": kind, "roles": [], "office": "", "aud": "gateway"}
    key = stack.secrets.private_key("access_token").read_bytes()
    return tokens.sign(claims, key, lifetime=dt.timedelta(minutes=5), now=dt.datetime.now(dt.UTC))


def ask(stack: Stack, route: Route) -> requests.Response:
    """Send a right request."""
    request = request_of(route, Samples())
    headers = {"Idempotency-Key": "alone-0123456789ab", "If-Match": '"3"', "Accept-Language": "en"}
    headers |= request.get("headers", {})
    if request["who"] != "nobody":
        headers["Authorization"] = f"Bearer {token(stack, request['who'].upper())}"
    if "content_type" in request:
        headers["Content-Type"] = request["content_type"]
    return requests.request(
        request["method"],
        stack.environments.public_url + request["path"],
        headers=headers,
        params=request.get("query_string"),
        json=request.get("json_body"),
        data=request.get("data"),
        timeout=LONGEST,
    )


def test_every_route_says_come_back_later_when_nobody_is_there(stack: Stack) -> None:
    with ThreadPoolExecutor(len(ASKING)) as threads:
        answers = dict(zip(ASKING, threads.map(lambda one: ask(stack, one), ASKING), strict=True))

    for route, answer in answers.items():
        assert answer.status_code == 503, (route.operation, answer.status_code, answer.text[:200])
        assert int(answer.headers["Retry-After"]) > 0
        if answer.headers["Content-Type"] == "application/problem+json":
            assert answer.json()["code"] in {"bus.no_answer", "bus.too_late", "http.too_busy"}
        assert "Traceback" not in answer.text


def test_process_stays_alive_and_says_so(stack: Stack) -> None:
    assert requests.get(stack.environments.public_url + "/healthz", timeout=5).json() == {"status": "alive"}
    assert requests.get(stack.environments.public_url + "/openapi.json", timeout=5).status_code == 200


def test_what_the_server_refuses_carries_what_every_other_answer_does_and_is_found_in_the_log(stack: Stack) -> None:
    told = {"Content-Length": "99999999", "Accept-Language": "en", "X-Correlation-Id": "too-large-0001"}
    lines = [f"{name}: {value}" for name, value in {"Host": "x", **told}.items()]
    with socket.create_connection(("127.0.0.1", stack.ports["gateway.http"]), timeout=LONGEST) as client:
        client.sendall("\r\n".join(["POST /v1/cases HTTP/1.1", *lines, "", ""]).encode())
        head, _, body = b"".join(iter(lambda: client.recv(65536), b"")).partition(b"\r\n\r\n")

    answer = head.decode()
    assert answer.startswith("HTTP/1.1 413")
    assert b'"http.body_too_large"' in body
    for line in ("X-Correlation-Id: too-large-0001", "X-Frame-Options: DENY", "X-Content-Type-Options: nosniff"):
        assert line in answer
    assert "Content-Security-Policy: default-src 'none'" in answer
    logged = [one for one in stack.layout.log_file("gateway.serve").read_text().splitlines() if "too-large-0001" in one]
    assert len(logged) == 1
    assert '"status": 413' in logged[0]


def test_download_under_way_ends_whole_though_the_gateway_is_told_to_stop(stack: Stack) -> None:
    link_key = stack.secrets.private_key("links/contract").read_bytes()
    store = Objects(open_store(f"file:{stack.layout.objects}"), "contract", link_key)
    data = os.urandom(SIZE)
    store.put("preview/large.pdf", data)
    promised = contract.Download(
        link=store.link("preview/large.pdf"),
        file_name="a.pdf",
        media_type="application/pdf",
        size=SIZE,
        sha256=hashlib.sha256(data).hexdigest(),
    )
    neighbour = Neighbour(
        stack.environments.topology()["GUOHU_AMQP_URL"], {contract.PreviewContract: lambda _message: promised}
    )
    try:
        received = _stopped_in_the_middle(stack)
    finally:
        neighbour.end()

    assert hashlib.sha256(received).hexdigest() == promised.sha256


def _stopped_in_the_middle(stack: Stack) -> bytes:
    """Begin a download, send SIGTERM, see that nobody new is let in, and read on."""
    port = stack.ports["gateway.http"]
    pid = next(one.pid for one in stack.status() if one.name == "gateway.serve")
    with requests.get(
        f"{stack.environments.public_url}{CASE}/documents/preview",
        headers={"Authorization": f"Bearer {token(stack, 'PERSON')}"},
        stream=True,
        timeout=LONGEST,
    ) as answer:
        assert answer.status_code == 200, answer.text[:300]
        pieces: list[Any] = [answer.raw.read(1000)]
        os.kill(pid, signal.SIGTERM)
        eventually(lambda: _refuses(port))
        pieces.append(answer.raw.read())
    eventually(lambda: not _refuses(port))  # the supervisor has started another
    return b"".join(pieces)


def _refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return True
    return False
