"""Somebody outside answers, keeps silent, drips, lies, or is somebody else: either an answer, or `Unavailable` in time."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from services.common.kit.errors import Unavailable
from services.common.kit.outside import LONGEST_ANSWER, Outside, Partner
from tests.support.outside_server import OutsideServer, Received, outside_server, signed

KEY = b"k" * 32
CODE = "somebody.unavailable"


@pytest.fixture
def server() -> Iterator[OutsideServer]:
    with outside_server() as one:
        yield one


def outside(base: str, seconds: float = 3.0) -> Outside:
    return Outside(base, CODE, seconds)


def partner(server: OutsideServer, key: bytes = KEY) -> Partner:
    return Partner(outside(server.url), "guohu", key)


def test_an_answer_brings_status_object_and_headers(server: OutsideServer) -> None:
    server.answer = lambda received: (404, {"code": "no"}, {"X-Trace": "t"})

    answer = outside(server.url).send("POST", "/ask", body=b"{}")

    assert (answer.status, answer.body, answer.headers["x-trace"]) == (404, {"code": "no"}, "t")


@pytest.mark.parametrize("content", [b"", b"<html>", b"[1]", b'"yes"', b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_object_is_no_answer(server: OutsideServer, content: bytes) -> None:
    server.answer = lambda received: (200, content)

    with pytest.raises(Unavailable) as refused:
        outside(server.url).send("GET", "/")

    assert refused.value.code == CODE


def test_an_endless_answer_is_cut_off(server: OutsideServer) -> None:
    server.answer = lambda received: (200, b'{"a":"' + b"x" * LONGEST_ANSWER + b'"}')

    with pytest.raises(Unavailable):
        outside(server.url).send("GET", "/")


def test_silence_is_unavailable(server: OutsideServer) -> None:
    server.answer = server.hang

    with pytest.raises(Unavailable):
        outside(server.url, seconds=0.3).send("GET", "/")


def test_nobody_listening_is_unavailable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(Unavailable):
        outside(f"http://127.0.0.1:{port}").send("GET", "/")


def test_an_answer_that_drips_ends_with_the_whole_exchange() -> None:
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                while not over.wait(0.05):
                    connection.sendall(b"x")

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            with pytest.raises(Unavailable):
                outside(f"http://127.0.0.1:{listener.getsockname()[1]}", seconds=0.5).send("GET", "/")
        finally:
            over.set()
            thread.join()


def test_an_answer_cut_off_in_the_middle_is_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def cut() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"passed": true}')

        thread = threading.Thread(target=cut)
        thread.start()
        with pytest.raises(Unavailable):
            outside(f"http://127.0.0.1:{listener.getsockname()[1]}").send("GET", "/")
        thread.join()


def test_a_redirect_is_not_followed(server: OutsideServer) -> None:
    server.answer = lambda received: (302, {"moved": True}, {"Location": f"{server.url}/elsewhere"})

    assert outside(server.url).send("GET", "/").status == 302
    assert [one.path for one in server.received] == ["/"]


def test_a_partner_is_asked_with_a_signature_he_can_check(server: OutsideServer) -> None:
    server.answer = signed(KEY, {"passed": True})

    assert partner(server).ask("/screen", {"who": "某"}) == {"passed": True}


def test_a_base_address_with_a_path_is_signed_as_it_is_sent(server: OutsideServer) -> None:
    server.answer = signed(KEY, {"passed": True})

    asked = Partner(outside(f"{server.url}/v2/"), "guohu", KEY).ask("/screen", {})

    assert asked == {"passed": True}
    assert server.received[0].path == "/v2/screen"


def test_a_partner_with_another_key_is_not_believed(server: OutsideServer) -> None:
    server.answer = signed(b"o" * 32, {"passed": True})

    with pytest.raises(Unavailable):
        partner(server).ask("/screen", {})


def test_a_changed_answer_is_not_believed(server: OutsideServer) -> None:
    honest = signed(KEY, {"passed": False})

    def changed(received: Received) -> tuple[object, ...]:
        status, raw, headers = honest(received)
        return status, raw.replace(b"false", b"true"), headers

    server.answer = changed

    with pytest.raises(Unavailable):
        partner(server).ask("/screen", {})


def test_a_partner_that_stumbles_once_is_asked_again(server: OutsideServer) -> None:
    good = signed(KEY, {"passed": True})
    server.answer = lambda received: (500, b"oops") if len(server.received) == 1 else good(received)

    assert partner(server).ask("/screen", {}) == {"passed": True}


def test_a_partner_that_fails_twice_is_unavailable(server: OutsideServer) -> None:
    server.answer = signed(KEY, {}, status=503)

    with pytest.raises(Unavailable):
        partner(server).ask("/screen", {})
    assert len(server.received) == 2
