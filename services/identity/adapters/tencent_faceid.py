"""The port `FaceProvider` over Tencent FaceID (腾讯云人脸核身, version 2018-03-01): DetectAuth, then GetDetectInfoEnhanced.

The person opens the Url of DetectAuth; the face is taken there and compared with the population register. Only texts of
the result are fetched (InfoType 1), never picture or video. Decides how the protocol is spoken and whose result it is;
the meaning of codes is `tencent_codes`. Answers carry no signature: TLS, the Extra bound to the check, and name and number
coming back as asked are what ties an answer to a question.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from services.common.kit.errors import Unavailable
from services.common.kit.outside import Answer, Outside
from services.identity.adapters.tc3 import CONTENT_TYPE, Credentials, authorization
from services.identity.adapters.tencent_codes import BILLED, VISIT_OVER, meaning_of
from services.identity.application.face_ports import ProviderQuestion
from services.identity.domain.face_provider import ProviderDecision, ProviderReason, ProviderVerdict, Visit

log = logging.getLogger(__name__)
NAME = "tencent"
SERVICE, VERSION = "faceid", "2018-03-01"
UNAVAILABLE = "identity.face_provider_unavailable"
EXPIRED_SIGNATURE = "AuthFailure.SignatureExpire"
TEXT_ONLY = "1"
LONGEST_TOKEN, LONGEST_URL, LONGEST_TRACE = 128, 2048, 64


@dataclass(frozen=True)
class TencentAccount:
    """What a deployment agreed with Tencent Cloud. `return_url`: where the person is sent afterwards, if anywhere."""

    credentials: Credentials
    rule_id: str
    region: str = ""
    return_url: str = ""


@dataclass
class TencentFaceId:
    """Asks Tencent. Keeps the clock's offset learnt from a refusal, and nothing else."""

    outside: Outside
    account: TencentAccount
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    _offset: dt.timedelta = field(default=dt.timedelta(0), init=False)

    def begin(self, question: ProviderQuestion) -> Visit:
        """Ask for a visit. Raises Unavailable for every refusal: none of them says anything about the person."""
        asked = {
            "RuleId": self.account.rule_id,
            "IdCard": str(question.id_number),
            "Name": str(question.name),
            "Extra": question.binding,
        }
        if self.account.return_url:
            asked["RedirectUrl"] = self.account.return_url
        response = self._ask("DetectAuth", asked)
        if _fault(response):
            raise self._refused("DetectAuth", _fault(response))
        token, url = response.get("BizToken"), response.get("Url")
        if not _text(token, LONGEST_TOKEN) or not _text(url, LONGEST_URL) or not self._may_be_opened(str(url)):
            raise Unavailable(UNAVAILABLE)
        return Visit(NAME, str(token), str(url))

    def result(self, visit: Visit, question: ProviderQuestion) -> ProviderVerdict:
        """Fetch the result's texts. Raises Unavailable, also where the provider failed and learnt nothing."""
        asked = {"BizToken": visit.token, "RuleId": self.account.rule_id, "InfoType": TEXT_ONLY}
        response = self._ask("GetDetectInfoEnhanced", asked)
        trace = str(response["RequestId"])
        if fault := _fault(response):
            if fault in VISIT_OVER:
                return _verdict(fault, trace, None)
            raise self._refused("GetDetectInfoEnhanced", fault)
        told = response.get("Text")
        if not isinstance(told, dict):
            raise Unavailable(UNAVAILABLE)
        return self._judge(told, trace, question)

    def _judge(self, told: Mapping[str, Any], trace: str, question: ProviderQuestion) -> ProviderVerdict:
        code = told.get("ErrCode")
        if code is None:
            return ProviderVerdict(NAME, ProviderDecision.PENDING, None, "", trace)
        if isinstance(code, bool) or not isinstance(code, int | str):
            raise Unavailable(UNAVAILABLE)
        if not _is_about(told, question):
            log.error("a face result of another question", extra={"kind": NAME})
            return ProviderVerdict(NAME, ProviderDecision.REVIEW, ProviderReason.NOT_OURS, str(code)[:80], trace)
        text = str(code)
        if text != "0" and meaning_of(text) is None:
            raise self._refused("GetDetectInfoEnhanced", text)
        return _verdict(text, trace, told)

    def _ask(self, action: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return `Response`. Asked again once after silence (neither call changes anything twice), and once with the server's time."""
        body = json.dumps(asked, ensure_ascii=False).encode()
        try:
            answer = self._send(action, body)
        except Unavailable:
            answer = self._send(action, body)
        response = _response(answer)
        if _fault(response) == EXPIRED_SIGNATURE and self._set_clock(answer):
            response = _response(self._send(action, body))
        return response

    def _send(self, action: str, body: bytes) -> Answer:
        moment, host = self.clock() + self._offset, self.outside.host
        headers = {
            "Content-Type": CONTENT_TYPE,
            "Host": host,
            "X-TC-Action": action,
            "X-TC-Version": VERSION,
            "X-TC-Timestamp": str(int(moment.timestamp())),
            "Authorization": authorization(self.account.credentials, SERVICE, host, action, body, moment),
        }
        if self.account.region:
            headers["X-TC-Region"] = self.account.region
        return self.outside.send("POST", "/", headers=headers, body=body)

    def _set_clock(self, answer: Answer) -> bool:
        """Take over the server's time; whether there was one. The offset is logged: the machine's clock wants setting."""
        try:
            moment = parsedate_to_datetime(answer.headers.get("date", ""))
        except ValueError:
            return False
        if moment.tzinfo is None:
            return False
        self._offset = moment - self.clock()
        log.warning(
            "clock differs from the provider's", extra={"kind": NAME, "count": round(self._offset.total_seconds())}
        )
        return True

    def _may_be_opened(self, url: str) -> bool:
        """Only https, as the provider itself is: the person types nothing there, but shows a face."""
        return bool(urlsplit(url).netloc) and urlsplit(url).scheme == urlsplit(self.outside.base).scheme

    def _refused(self, action: str, fault: str) -> Unavailable:
        log.error("face provider refused", extra={"kind": NAME, "job": action, "code": fault[:80]})
        return Unavailable(UNAVAILABLE)


def _response(answer: Answer) -> Mapping[str, Any]:
    """Return what every answer of this interface has. Raises Unavailable for anything else."""
    response = answer.body.get("Response")
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if answer.status != 200 or kind != "application/json" or not isinstance(response, dict):
        raise Unavailable(UNAVAILABLE)
    if not _text(response.get("RequestId"), LONGEST_TRACE):
        raise Unavailable(UNAVAILABLE)
    return response


def _fault(response: Mapping[str, Any]) -> str:
    error = response.get("Error")
    if error is None:
        return ""
    return str(error.get("Code") or "unknown") if isinstance(error, dict) else "unknown"


def _is_about(told: Mapping[str, Any], question: ProviderQuestion) -> bool:
    """Whether the result is of this check: our Extra comes back, and the number and name we gave."""
    same = told.get("Extra") == question.binding
    number, name = told.get("IdCard"), told.get("Name")
    return same and number == str(question.id_number) and name == str(question.name)


def _verdict(code: str, trace: str, told: Mapping[str, Any] | None) -> ProviderVerdict:
    found, score, billed = told or {}, _score((told or {}).get("Sim")), code in BILLED
    if code == "0":
        parts = (found.get("LiveStatus"), found.get("Comparestatus"))
        if parts != (0, 0):  # success as a whole with a part that failed is no pass
            reason = ProviderReason.UNCERTAIN
            return ProviderVerdict(NAME, ProviderDecision.REVIEW, reason, code, trace, score, billed)
        return ProviderVerdict(NAME, ProviderDecision.PASS, None, code, trace, score, billed)
    meaning = meaning_of(code)
    if meaning is None:
        raise Unavailable(UNAVAILABLE)
    return ProviderVerdict(NAME, *meaning, code[:80], trace, score, billed)


def _score(similarity: object) -> int | None:
    """`Sim` comes as a text such as "76.52"."""
    try:
        value = float(str(similarity))
    except ValueError:
        return None
    return round(value) if 0.0 <= value <= 100.0 else None


def _text(value: object, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest
