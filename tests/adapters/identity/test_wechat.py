"""The WeChat port against a server that speaks the documented jscode2session."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from services.common.kit.errors import Unavailable
from services.common.kit.outside import LONGEST_ANSWER, Outside
from services.identity.adapters.wechat import WechatHttp, WechatOff
from tests.support.outside_server import OutsideServer, Received, outside_server
from tests.unit.identity.world import refused

OPENID = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"
CODE = "0a1b2c3d4e5f6g7h"


@pytest.fixture
def server() -> Iterator[OutsideServer]:
    with outside_server() as one:
        yield one


def wechat(server: OutsideServer, seconds: float = 2.0) -> WechatHttp:
    return WechatHttp(Outside(server.url, "identity.wechat_unavailable", seconds), "wx1234", "app-secret")


def answering(server: OutsideServer, content: Any, status: int = 200) -> WechatHttp:
    server.answer = lambda received: (status, content)
    return wechat(server)


def test_a_good_code_becomes_the_openid(server: OutsideServer) -> None:
    port = answering(server, {"openid": OPENID, "session_key": "tiihtNczf5v6AKRyjwEUhQ=="})

    assert port.openid(CODE) == OPENID
    asked = urlsplit(server.received[0].path)
    assert asked.path == "/sns/jscode2session"
    assert parse_qs(asked.query) == {
        "appid": ["wx1234"], "secret": ["app-secret"], "js_code": [CODE], "grant_type": ["authorization_code"],
    }  # fmt: skip


@pytest.mark.parametrize("errcode", [40029, 40163])
def test_a_code_wechat_does_not_know_or_knows_as_used_is_the_codes_fault(errcode: int, server: OutsideServer) -> None:
    with refused("identity.wechat_code_wrong"):
        answering(server, {"errcode": errcode, "errmsg": "invalid code"}).openid(CODE)


def test_a_person_wechat_holds_for_risky_is_refused(server: OutsideServer) -> None:
    with refused("identity.wechat_refused"):
        answering(server, {"errcode": 40226, "errmsg": "code blocked"}).openid(CODE)


@pytest.mark.parametrize(
    "content",
    [
        {"errcode": -1, "errmsg": "system error"},
        {"errcode": 45011, "errmsg": "api minute-quota reach limit"},
        {"errcode": 40013, "errmsg": "invalid appid"},
        {"errcode": 40125, "errmsg": "invalid appsecret"},
        {},
        {"openid": 7},
        {"openid": "a b"},
        [OPENID],
        b"<html>busy</html>",
        b"x" * (LONGEST_ANSWER + 1),
    ],
)
def test_anything_else_is_no_answer_and_nobodys_sign_in(content: Any, server: OutsideServer) -> None:
    with refused("identity.wechat_unavailable"):
        answering(server, content).openid(CODE)


def test_an_error_status_is_no_answer_whatever_the_body_says(server: OutsideServer) -> None:
    with refused("identity.wechat_unavailable"):
        answering(server, {"openid": OPENID}, 502).openid(CODE)


def test_silence_ends_after_the_time_allowed_and_tells_no_secret(server: OutsideServer) -> None:
    def hang(received: Received) -> tuple[int, Any]:
        return server.hang(received)

    server.answer = hang

    with pytest.raises(Unavailable) as silent:
        wechat(server, 0.2).openid(CODE)
    assert "app-secret" not in repr(silent.value)


def test_nobody_listening_is_no_answer() -> None:
    with outside_server() as gone:
        port = wechat(gone)

    with refused("identity.wechat_unavailable"):
        port.openid(CODE)


@pytest.mark.parametrize("code", ["", "short", "a&secret=b0000", "x" * 129])
def test_what_can_be_no_code_is_not_sent(code: str, server: OutsideServer) -> None:
    with refused("identity.wechat_code_wrong"):
        wechat(server).openid(code)

    assert server.received == []


def test_without_a_program_wechat_is_off() -> None:
    with refused("identity.wechat_off"):
        WechatOff().openid(CODE)
