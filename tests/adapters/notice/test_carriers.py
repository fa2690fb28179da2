"""A carrier that takes, refuses, throttles, stumbles, lies or is somebody else; and its reports."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from services.common.kit.errors import InvalidValue, NotAuthenticated, Unavailable
from services.common.kit.outside import Outside, Partner, request_signature
from services.common.messages.notice import SignedReport
from services.common.values import Mobile
from services.notice.adapters.channels import Carriers, ReportsOfAll
from services.notice.adapters.partner_texting import LONGEST_WAIT, PartnerReports, PartnerTexting
from services.notice.application.ports import Receipt
from services.notice.domain.channel import Channel
from services.notice.domain.errors import Throttled, Undeliverable
from services.notice.domain.message import Message
from tests.support.outside_server import OutsideServer, outside_server, signed

KEY = b"k" * 32
NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
ONE = Message(
    message_id="m1",
    occasion="e1",
    recipient="",
    mobile=Mobile("13800000001"),
    template="case_filed",
    text="【过户】…",
    parameters=(("number", "2026112200001"),),
    language="zh",
    created_at=NOW,
    channel=Channel.SMS,
)


@pytest.fixture
def server() -> Iterator[OutsideServer]:
    with outside_server() as one:
        yield one


def carrier(server: OutsideServer, key: bytes = KEY) -> PartnerTexting:
    return PartnerTexting(Partner(Outside(server.url, "notice.carrier_unavailable", 2.0), "guohu", key))


def test_a_message_is_handed_over_with_template_parameters_and_text(server: OutsideServer) -> None:
    server.answer = signed(KEY, {"reference": "r-1"})

    assert carrier(server).hand_over(ONE) == "r-1"
    asked = json.loads(server.received[0].body)
    assert (asked["message_id"], asked["to"], asked["parameters"]) == ("m1", "13800000001", {"number": "2026112200001"})
    assert "13800000001" not in server.received[0].path


@pytest.mark.parametrize("reason", ["NUMBER_INVALID", "NUMBER_BLOCKED", "CONTENT_REFUSED"])
def test_a_refusal_is_for_ever(server: OutsideServer, reason: str) -> None:
    server.answer = signed(KEY, {"refused": reason})

    with pytest.raises(Undeliverable):
        carrier(server).hand_over(ONE)


@pytest.mark.parametrize(("asked", "waited"), [(30, 30), (0, 1), (10**9, LONGEST_WAIT.total_seconds())])
def test_a_throttling_carrier_is_left_alone_within_reason(server: OutsideServer, asked: int, waited: float) -> None:
    server.answer = signed(KEY, {"throttled": asked})

    with pytest.raises(Throttled) as refused:
        carrier(server).hand_over(ONE)
    assert refused.value.wait.total_seconds() == waited


@pytest.mark.parametrize(
    "answer", [{}, {"reference": ""}, {"reference": 7}, {"reference": "x" * 101}, {"throttled": True}]
)
def test_an_answer_that_says_nothing_is_not_taken(server: OutsideServer, answer: dict[str, object]) -> None:
    server.answer = signed(KEY, answer)

    with pytest.raises(Unavailable):
        carrier(server).hand_over(ONE)


def test_somebody_elses_answer_is_not_taken(server: OutsideServer) -> None:
    server.answer = signed(b"o" * 32, {"reference": "r-1"})

    with pytest.raises(Unavailable):
        carrier(server).hand_over(ONE)


def test_a_repetition_after_a_stumble_is_the_same_message(server: OutsideServer) -> None:
    good = signed(KEY, {"reference": "r-1"})
    server.answer = lambda received: (502, b"") if len(server.received) == 1 else good(received)

    assert carrier(server).hand_over(ONE) == "r-1"
    assert {json.loads(one.body)["message_id"] for one in server.received} == {"m1"}


def test_each_channel_has_its_carrier_and_one_without_goes_on(server: OutsideServer) -> None:
    server.answer = signed(KEY, {"reference": "r-1"})
    carriers = Carriers({Channel.SMS: carrier(server)})

    assert carriers.hand_over(ONE) == "r-1"
    with pytest.raises(Undeliverable):
        carriers.hand_over(replace(ONE, channel=Channel.RCS))


def report(content: object, *, key: bytes = KEY, key_id: str = "guohu", at: dt.datetime = NOW) -> SignedReport:
    body = content if isinstance(content, str) else json.dumps(content)
    timestamp, path = str(int(at.timestamp())), "/v1/message-receipts"
    signature = request_signature(key, "POST", path, timestamp, "n", body.encode())
    return SignedReport(path=path, body=body, key_id=key_id, timestamp=timestamp, nonce="n", signature=signature)


REPORTS = ReportsOfAll([PartnerReports("other", b"o" * 32, lambda: NOW), PartnerReports("guohu", KEY, lambda: NOW)])
GOOD = {"receipts": [{"message_id": "m1", "reference": "r-1", "delivered": True}]}


def test_a_carriers_report_is_read() -> None:
    assert REPORTS.read(report(GOOD)) == [Receipt("m1", "r-1", True)]


@pytest.mark.parametrize(
    "wrong",
    [
        report(GOOD, key=b"x" * 32),
        report(GOOD, key_id="other"),
        report(GOOD, at=NOW - dt.timedelta(minutes=6)),
        report(GOOD, at=NOW + dt.timedelta(minutes=6)),
        replace(report(GOOD), body=json.dumps(GOOD).replace("true", "false")),
        replace(report(GOOD), path="/v1/elsewhere"),
        replace(report(GOOD), nonce="m"),
        replace(report(GOOD), timestamp="١٢"),
        replace(report(GOOD), signature="ü"),
    ],
)
def test_a_report_nobody_signed_lately_is_not_believed(wrong: SignedReport) -> None:
    with pytest.raises(NotAuthenticated):
        REPORTS.read(wrong)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "7",
        '{"receipts": 7}',
        '{"receipts": [7]}',
        '{"receipts": [{}]}',
        "[" * 100_000,
        json.dumps({"receipts": [{"message_id": "m1", "reference": 1, "delivered": True}]}),
        json.dumps({"receipts": GOOD["receipts"] * 501}),
    ],
    ids=range(10),
)
def test_a_signed_report_that_holds_no_receipts_is_refused(content: str) -> None:
    with pytest.raises(InvalidValue):
        REPORTS.read(report(content))
