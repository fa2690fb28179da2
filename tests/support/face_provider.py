"""A Tencent FaceID that answers on loopback: checks the TC3 signature by itself, keeps visits, and can break in every way.

The signature is computed here from the published description alone, so that a mistake in ours does not hide in a shared
function. Its clock is its own: a request more than five minutes off is refused as the real one refuses it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from tests.support.outside_server import OutsideServer, Received, outside_server

SECRET_ID, SECRET_KEY = "AKIDfortests", "a-secret-of-tests"  # noqa: S105
RULE_ID = "1"
CLOCK_SECONDS = 300


@dataclass
class FaceProviderServer:
    """`outcome` is the result of every visit made; None: the person is still on the way. `fault` refuses every request."""

    http: OutsideServer
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    outcome: dict[str, Any] | None = None
    fault: str = ""
    fault_left: int = -1
    content_type: str = "application/json"
    visits: dict[str, dict[str, Any]] = field(default_factory=dict)
    actions: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.http.url

    def answer(self, received: Received) -> tuple[Any, ...]:
        """Answer one request."""
        headers = {name.lower(): value for name, value in received.headers.items()}
        self.actions.append(headers.get("x-tc-action", ""))
        more = {"Content-Type": self.content_type, "Date": format_datetime(self.now(), usegmt=True)}
        wrong = self._refusal(received, headers)
        if wrong:
            return 200, _response({"Error": {"Code": wrong, "Message": "refused"}}), more
        asked = json.loads(received.body)
        act = {"DetectAuth": self._begin, "GetDetectInfoEnhanced": self._result}[headers["x-tc-action"]]
        return 200, _response(act(asked)), more

    def _refusal(self, received: Received, headers: dict[str, str]) -> str:
        if self.fault and self.fault_left:
            self.fault_left -= 1
            return self.fault
        stamp = int(headers.get("x-tc-timestamp", "0"))
        if abs(stamp - self.now().timestamp()) > CLOCK_SECONDS:
            return "AuthFailure.SignatureExpire"
        good = signature(received.body, headers["host"], headers["x-tc-action"], stamp)
        told = headers.get("authorization", "")
        if f"Credential={SECRET_ID}/" not in told or not told.endswith(f"Signature={good}"):
            return "AuthFailure.SignatureFailure"
        return "" if headers.get("x-tc-version") == "2018-03-01" else "NoSuchVersion"

    def _begin(self, asked: dict[str, Any]) -> dict[str, Any]:
        token = f"BIZ-{len(self.visits) + 1:04d}"
        self.visits[token] = asked
        return {"Url": f"{self.url}/visit?token={token}", "BizToken": token}

    def _result(self, asked: dict[str, Any]) -> dict[str, Any]:
        visit = self.visits.get(asked["BizToken"])
        if visit is None or asked["RuleId"] != visit["RuleId"]:
            return {"Error": {"Code": "InvalidParameterValue.BizTokenIllegal", "Message": "refused"}}
        assert asked["InfoType"] == "1"
        told = {"IdCard": visit["IdCard"], "Name": visit["Name"], "Extra": visit["Extra"], "ErrCode": None}
        return {"Text": told | (self.outcome or {}), "IdCardData": None, "BestFrame": None, "VideoData": None}


def passed(similarity: str = "88.10") -> dict[str, Any]:
    """What a good result says."""
    return {"ErrCode": 0, "ErrMsg": "成功", "LiveStatus": 0, "Comparestatus": 0, "Sim": similarity}


def failed(code: int | str, similarity: str = "") -> dict[str, Any]:
    """What any other end says."""
    return {"ErrCode": code, "ErrMsg": "未通过", "LiveStatus": code, "Comparestatus": None, "Sim": similarity}


def signature(body: bytes, host: str, action: str, stamp: int) -> str:
    """TC3-HMAC-SHA256 as the provider describes it."""
    day = datetime.fromtimestamp(stamp, UTC).date().isoformat()
    signed = f"content-type:application/json; charset=utf-8\nhost:{host}\nx-tc-action:{action.lower()}\n"
    request = f"POST\n/\n\n{signed}\ncontent-type;host;x-tc-action\n{hashlib.sha256(body).hexdigest()}"
    text = f"TC3-HMAC-SHA256\n{stamp}\n{day}/faceid/tc3_request\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = ("TC3" + SECRET_KEY).encode()
    for part in (day, "faceid", "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


def _response(content: dict[str, Any]) -> dict[str, Any]:
    return {"Response": {**content, "RequestId": "f52bac9a-0aee-4fe6-8d34-7de4bce89473"}}


@contextmanager
def face_provider() -> Iterator[FaceProviderServer]:
    """Serve until the block ends."""
    with outside_server() as http:
        provider = FaceProviderServer(http)
        http.answer = provider.answer
        yield provider
