"""The hardened HTTP server, as a process of its own, against clients that stall, lie, flood and leave."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
WAIT = 15.0
GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


class Server:
    """A running process and the lines it printed."""

    def __init__(self, **limits: Any) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.services.webserver_process", json.dumps(limits)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            text=True,
        )
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        assert first.strip().isdigit(), self.process.communicate(timeout=WAIT)
        self.port = int(first)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=WAIT)

    def ask(self, request: bytes) -> bytes:
        with self.connect() as client:
            client.sendall(request)
            return read_all(client)

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def wait_for(self, text: str) -> None:
        assert self.process.stdout is not None
        while text not in (line := self.process.stdout.readline()):
            assert line, "the process has ended"

    def end(self) -> str:
        """SIGTERM, then all it has printed since the port."""
        if self.process.poll() is None:
            self.terminate()
        output, errors = self.process.communicate(timeout=WAIT)
        return output + errors


def read_all(client: socket.socket) -> bytes:
    pieces = []
    while piece := client.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def code_of(answer: bytes) -> str:
    return str(json.loads(answer.split(b"\r\n\r\n", 1)[1])["code"])


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    started: list[Server] = []

    def start(**limits: Any) -> Server:
        started.append(Server(**limits))
        return started[-1]

    yield start
    for server in started:
        server.process.kill()
        server.process.communicate()


def test_two_stalled_uploads_do_not_block_health_with_two_workers(serve: Callable[..., Server]) -> None:
    server = serve(workers=2)
    stalled = [server.connect(), server.connect(), server.connect()]
    for client in stalled:
        client.sendall(b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nhalf")

    answer = server.ask(GET)

    assert status_of(answer) == 200
    for client in stalled:
        client.close()


def test_stalled_upload_is_ended_with_408(serve: Callable[..., Server]) -> None:
    answer = serve(body_seconds=0.3).ask(b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nhalf")

    assert (status_of(answer), code_of(answer)) == (408, "http.too_slow")


def test_headers_that_never_end_are_ended_with_408(serve: Callable[..., Server]) -> None:
    answer = serve(header_seconds=0.3).ask(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow")

    assert status_of(answer) == 408


def test_silent_connection_is_closed_without_an_answer(serve: Callable[..., Server]) -> None:
    assert serve(idle_seconds=0.3).ask(b"") == b""


def test_oversize_is_refused_before_the_body_is_read(serve: Callable[..., Server]) -> None:
    answer = serve(body_bytes=1000).ask(b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n")

    assert (status_of(answer), code_of(answer)) == (413, "http.body_too_large")


def test_client_may_finish_sending_what_was_refused_so_that_it_can_read_why(serve: Callable[..., Server]) -> None:
    server = serve(body_bytes=1000)
    with server.connect() as client:
        client.sendall(b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n")
        answer = read_all(client)
        for _ in range(3):  # a closed socket would answer the first with a reset and fail the next
            server.ask(GET)  # the server has gone on meanwhile
            client.sendall(b"x" * 3000)

    assert status_of(answer) == 413


def test_body_of_exactly_the_limit_is_accepted(serve: Callable[..., Server]) -> None:
    answer = serve(body_bytes=1000).ask(
        b"POST /upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000
    )

    assert answer.endswith(b"got 1000")


def test_a_form_with_a_file_is_a_request_like_any_other(serve: Callable[..., Server]) -> None:
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=b\r\n"

    answer = serve().ask(head + b"Content-Length: 5\r\n\r\n--b--")

    assert b" 400 " not in answer.splitlines()[0]


def test_expecting_client_gets_100_only_when_the_size_is_allowed(serve: Callable[..., Server]) -> None:
    server = serve(body_bytes=1000)
    head = b"POST /u HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"

    assert status_of(server.ask(head % 1001)) == 413
    with server.connect() as client:
        client.sendall(head % 4)
        assert client.recv(1024).startswith(b"HTTP/1.1 100")
        client.sendall(b"body")
        assert read_all(client).endswith(b"got 4")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1_0\r\n\r\nabcdefghij", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n Content-Length: 3\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET /\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        (b"GET / / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\nHost: x\n\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\nX-A: b\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nX-A: a\rContent-Length: 3\r\n\r\nabc", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-A: a\x00b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-A: a\r\n\tb\r\n\r\n", 400),
        (b"GET http://other.example/a HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET a HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /a%2fb HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /a/..%5Cb HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /a%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a/b@c\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3, 3\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc", 400),
        (
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n5\r\nlies\r\n0\r\n\r\nGET / HTTP/1.1\r\n",
            411,
        ),
        (b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (b"G(T / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 9000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 200 + b"\r\n", 431),
    ],
)
def test_malformed_request_is_refused_as_a_problem(
    serve: Callable[..., Server], request_bytes: bytes, status: int
) -> None:
    answer = serve(header_seconds=2).ask(request_bytes)

    assert status_of(answer) == status
    assert b"application/problem+json" in answer
    assert answer.count(b"HTTP/1.1") == 1


def test_connections_beyond_the_cap_are_turned_away_and_later_ones_served(serve: Callable[..., Server]) -> None:
    server = serve(connections=2)
    held = [server.connect(), server.connect()]
    for client in held:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(1024).startswith(b"HTTP/1.1 200")

    assert status_of(server.ask(b"")) == 503

    held[0].sendall(GET)
    assert read_all(held[0]).startswith(b"HTTP/1.1 200")
    assert status_of(server.ask(GET)) == 200
    held[1].close()


def test_one_address_cannot_take_all_connections(serve: Callable[..., Server]) -> None:
    server = serve(connections=10, connections_per_source=2)
    held = [server.connect(), server.connect()]
    for client in held:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(1024).startswith(b"HTTP/1.1 200")

    assert status_of(server.ask(b"")) == 503
    with socket.create_connection(("127.0.0.1", server.port), timeout=WAIT, source_address=("127.0.0.2", 0)) as other:
        other.sendall(GET)
        assert status_of(read_all(other)) == 200

    for client in held:
        client.sendall(GET)
        assert status_of(read_all(client)) == 200
        client.close()
    assert status_of(server.ask(GET)) == 200


def test_reader_who_stops_reading_is_let_go(serve: Callable[..., Server]) -> None:
    server = serve(socket_seconds=0.3)
    with server.connect() as lazy:
        lazy.sendall(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
        assert lazy.recv(100)

        assert "cut 0" in server.end()  # nobody is left when the server stops


def test_reader_who_never_ends_is_cut_at_the_deadline_of_an_answer(serve: Callable[..., Server]) -> None:
    answer = serve(response_seconds=0.5).ask(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")

    assert status_of(answer) == 200
    assert not answer.endswith(b"0\r\n\r\n")


def test_client_that_sends_less_than_it_said_and_leaves_reaches_no_application(serve: Callable[..., Server]) -> None:
    server = serve()
    with server.connect() as liar:
        liar.sendall(b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
        liar.shutdown(socket.SHUT_WR)

        assert read_all(liar) == b""
    assert "/upload" not in server.end()


def test_client_that_sends_more_than_it_said_has_sent_another_request(serve: Callable[..., Server]) -> None:
    answer = serve().ask(b"POST /u HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc{}\r\n\r\n")

    assert [status_of(answer), answer.count(b"HTTP/1.1 400")] == [200, 1]


def test_target_with_scheme_and_the_own_host_is_the_same_path(serve: Callable[..., Server]) -> None:
    server = serve()
    for target in (b"http://x/same", b"HTTP://X/same", b"/same", b"/same?a=%2f%5c"):
        server.ask(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    lines = [json.loads(line) for line in server.end().splitlines() if line.startswith("{")]

    assert [line["path"] for line in lines if line["message"] == "request"] == ["/same"] * 4


def test_server_refusals_are_never_cached_or_guessed_at(serve: Callable[..., Server]) -> None:
    answer = serve().ask(b"GET / HTTP/1.1\r\n\r\n")

    assert b"Cache-Control: no-store" in answer
    assert b"X-Content-Type-Options: nosniff" in answer


def test_bodies_beyond_the_memory_bound_are_refused_until_memory_is_free(serve: Callable[..., Server]) -> None:
    server = serve(buffered_bytes=1500)
    upload = b"POST /u HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n"
    with server.connect() as first:
        first.sendall(upload + b"x")
        answers = [server.ask(upload + b"x" * 1000)]
        first.sendall(b"x" * 999)
        answers.append(read_all(first))
    answers.append(server.ask(upload + b"x" * 1000))

    assert [status_of(one) for one in answers] == [503, 200, 200]
    assert b"Retry-After" in answers[0]


@pytest.mark.parametrize("edge", [b"; boundary=e", b""])
def test_a_form_of_several_parts_arrives_as_any_other_body(edge: bytes, serve: Callable[..., Server]) -> None:
    body = b"--e\r\nContent-Disposition: form-data; name=f\r\n\r\nx\r\n--e--\r\n"
    head = b"POST /u HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: multipart/form-data" + edge
    told = head + b"\r\nContent-Transfer-Encoding: base64\r\nContent-Length: %d\r\n\r\n" % len(body)

    assert status_of(serve().ask(told + body)) == 200


def test_large_bodies_leave_a_part_of_the_memory_to_small_ones(serve: Callable[..., Server]) -> None:
    server = serve(buffered_bytes=4_000_000, body_bytes=4_000_000)

    def upload(size: int) -> bytes:
        return b"POST /u HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % size

    with server.connect() as first:
        first.sendall(upload(1_800_000) + b"x")
        large = server.ask(upload(1_300_000) + b"x" * 1_300_000)
        small = server.ask(upload(900_000) + b"x" * 900_000)
        first.sendall(b"x" * 1_799_999)
        ended = read_all(first)

    assert [status_of(one) for one in (large, small, ended)] == [503, 200, 200]


def test_busy_workers_answer_503_to_those_who_waited_too_long(serve: Callable[..., Server]) -> None:
    server = serve(workers=1, slot_seconds=0.2)
    with server.connect() as busy:
        busy.sendall(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")

        answer = server.ask(GET)

    assert (status_of(answer), code_of(answer)) == (503, "http.too_busy")


def test_stream_being_sent_holds_no_worker(serve: Callable[..., Server]) -> None:
    server = serve(workers=1)
    with server.connect() as download:
        download.sendall(b"GET /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert download.recv(100)

        assert status_of(server.ask(b"GET /open HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) == 200
        assert b"second" in read_all(download)


def test_answer_to_an_unexpected_error_holds_nothing_of_it(serve: Callable[..., Server]) -> None:
    server = serve()

    answer = server.ask(b"GET /boom HTTP/1.1\r\nHost: x\r\n\r\n")

    assert (status_of(answer), code_of(answer)) == (500, "http.internal")
    assert b"number" not in answer
    assert b"4202021" not in server.end().encode()


def test_access_line_names_the_route_and_neither_path_nor_query(serve: Callable[..., Server]) -> None:
    server = serve()
    server.ask(b"GET /signing/tok-secret?mobile=13800000000 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    lines = [json.loads(line) for line in server.end().splitlines() if line.startswith("{")]

    line = next(one for one in lines if one["message"] == "request")
    assert (line["path"], line["method"], line["status"]) == ("/signing", "GET", 200)
    assert "tok-secret" not in str(lines)
    assert "13800000000" not in str(lines)


def test_stop_lets_a_running_answer_end_and_accepts_nobody(serve: Callable[..., Server]) -> None:
    server = serve()
    with server.connect() as download, server.connect() as idle, server.connect() as opener:
        opener.sendall(b"POST /open HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
        assert opener.recv(100).startswith(b"HTTP/1.1 100")
        download.sendall(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
        first = download.recv(100)
        server.terminate()
        server.wait_for("stopping")
        assert idle.recv(100) == b""
        with pytest.raises(ConnectionRefusedError):
            server.connect()
        opener.sendall(b"x")
        answer = first + read_all(download)

    assert answer.endswith(b"second\r\n0\r\n\r\n")
    assert "cut 0" in server.end()


def test_stop_has_a_hard_limit(serve: Callable[..., Server]) -> None:
    server = serve(stop_seconds=0.3)
    with server.connect() as download:
        download.sendall(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
        assert download.recv(100)

        assert "cut 1" in server.end()


def test_connection_serves_several_requests_in_order(serve: Callable[..., Server]) -> None:
    server = serve()
    pipelined = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"

    answer = server.ask(pipelined + GET)

    assert [answer.count(b"got 2"), answer.count(b"got 0")] == [1, 1]
