"""The provider port against a server that speaks Tencent FaceID's documented protocol."""

import datetime as dt
import json
from collections.abc import Iterator

import pytest

from services.common.kit.outside import LONGEST_ANSWER, Outside
from services.common.messages import identity as messages
from services.common.values import PersonName
from services.identity.adapters.tc3 import Credentials, authorization
from services.identity.adapters.tencent_faceid import UNAVAILABLE, TencentAccount, TencentFaceId
from services.identity.application.at_provider import fetch_face_result
from services.identity.application.face_ports import ProviderQuestion
from services.identity.application.show_face_check import show_face_check
from services.identity.domain.face_provider import ProviderDecision, ProviderReason, Visit
from tests.support.face_provider import (
    RULE_ID,
    SECRET_ID,
    SECRET_KEY,
    FaceProviderServer,
    face_provider,
    failed,
    passed,
)
from tests.support.outside_server import Received
from tests.unit.identity.told_faces import Booth, ToldFaces
from tests.unit.identity.world import World, as_person, id_number, refused

QUESTION = ProviderQuestion("check-1.digest", PersonName("测试甲"), id_number())
PASS, FAIL, REVIEW = ProviderDecision.PASS, ProviderDecision.FAIL, ProviderDecision.REVIEW


@pytest.fixture
def server() -> Iterator[FaceProviderServer]:
    with face_provider() as one:
        yield one


def tencent(
    server: FaceProviderServer, *, key: str = SECRET_KEY, seconds: float = 2.0, base: str = ""
) -> TencentFaceId:
    account = TencentAccount(Credentials(SECRET_ID, key), RULE_ID)
    return TencentFaceId(Outside(base or server.url, UNAVAILABLE, seconds), account)


def test_the_signature_is_that_of_the_published_example() -> None:
    body = json.dumps({"Limit": 1, "Filters": [{"Values": ["未命名"], "Name": "instance-name"}]}).encode()
    moment = dt.datetime.fromtimestamp(1551113065, dt.UTC)

    header = authorization(
        Credentials("AKID" + "*" * 32, "*" * 32),
        "cvm",
        "cvm.tencentcloudapi.com",
        "DescribeInstances",
        body,
        moment,
    )

    assert header == (
        "TC3-HMAC-SHA256 Credential=AKID********************************/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host;x-tc-action, "
        "Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
    )


def test_a_visit_is_asked_for_with_name_number_and_binding_and_no_picture(server: FaceProviderServer) -> None:
    visit = tencent(server).begin(QUESTION)

    assert visit.url.startswith(server.url)
    assert server.visits[visit.token] == {
        "RuleId": RULE_ID,
        "IdCard": str(QUESTION.id_number),
        "Name": "测试甲",
        "Extra": "check-1.digest",
    }


def test_a_visit_not_finished_has_no_verdict_yet(server: FaceProviderServer) -> None:
    port = tencent(server)

    assert port.result(port.begin(QUESTION), QUESTION).decision is ProviderDecision.PENDING


def test_a_pass_carries_score_and_trace_and_was_billed(server: FaceProviderServer) -> None:
    port, server.outcome = tencent(server), passed("76.52")

    verdict = port.result(port.begin(QUESTION), QUESTION)

    assert (verdict.decision, verdict.reason, verdict.score, verdict.billed) == (PASS, None, 77, True)
    assert verdict.trace_id == "f52bac9a-0aee-4fe6-8d34-7de4bce89473"


@pytest.mark.parametrize(
    ("code", "decision", "reason"),
    [
        ("FailedOperation.IdNameMisMatch", FAIL, ProviderReason.NAME_MISMATCH),
        ("FailedOperation.CompareLowSimilarity", FAIL, ProviderReason.LOW_SIMILARITY),
        ("FailedOperation.IdNoExistSystem", REVIEW, ProviderReason.NO_RECORD),
        ("FailedOperation.IdPhotoNoExist", REVIEW, ProviderReason.NO_PHOTO),
        ("FailedOperation.LifePhotoDetectFaces", FAIL, ProviderReason.SEVERAL_FACES),
        ("FailedOperation.LifePhotoDetectNoFaces", FAIL, ProviderReason.NO_FACE),
        ("FailedOperation.ActionCloseEye", FAIL, ProviderReason.ACTION_NOT_SEEN),
        ("FailedOperation.ActionFaceFar", FAIL, ProviderReason.POOR_PICTURE),
        ("FailedOperation.ActionLightDark", FAIL, ProviderReason.TOO_DARK),
        ("FailedOperation.LivessDetectFake", FAIL, ProviderReason.NOT_LIVE),
        ("FailedOperation.SilentPictureLiveFail", FAIL, ProviderReason.NOT_LIVE),
        (1002, FAIL, ProviderReason.NOT_LIVE),
        (2012, FAIL, ProviderReason.SEVERAL_FACES),
        (1410, FAIL, ProviderReason.VISIT_OVER),
        ("FailedOperation.NeverHeardOf", REVIEW, ProviderReason.UNCERTAIN),
        (9999, REVIEW, ProviderReason.UNCERTAIN),
    ],
)
def test_every_end_has_its_meaning_and_the_unknown_is_never_refused_by_a_machine(
    server: FaceProviderServer, code: int | str, decision: ProviderDecision, reason: ProviderReason
) -> None:
    port, server.outcome = tencent(server), failed(code)

    verdict = port.result(port.begin(QUESTION), QUESTION)

    assert (verdict.decision, verdict.reason, verdict.code) == (decision, reason, str(code))


@pytest.mark.parametrize(
    "code", ["FailedOperation.CompareSystemError", "InternalError", 1001, "FailedOperation.UnKnown"]
)
def test_the_providers_own_trouble_is_no_verdict(server: FaceProviderServer, code: int | str) -> None:
    port, server.outcome = tencent(server), failed(code)
    visit = port.begin(QUESTION)

    with refused(UNAVAILABLE):
        port.result(visit, QUESTION)


@pytest.mark.parametrize(("part", "value"), [("LiveStatus", 1002), ("Comparestatus", None), ("LiveStatus", None)])
def test_a_success_with_a_part_that_is_none_goes_to_review(
    server: FaceProviderServer, part: str, value: int | None
) -> None:
    port, server.outcome = tencent(server), passed() | {part: value}

    assert port.result(port.begin(QUESTION), QUESTION).decision is REVIEW


@pytest.mark.parametrize(
    "other", [{"Extra": "check-2.digest"}, {"Extra": None}, {"IdCard": str(id_number(2))}, {"Name": "测试乙"}]
)
def test_a_pass_about_somebody_or_something_else_never_passes(
    server: FaceProviderServer, other: dict[str, str | None]
) -> None:
    port, server.outcome = tencent(server), passed() | other

    verdict = port.result(port.begin(QUESTION), QUESTION)

    assert (verdict.decision, verdict.reason) == (REVIEW, ProviderReason.NOT_OURS)


def test_an_unknown_or_expired_visit_is_over(server: FaceProviderServer) -> None:
    verdict = tencent(server).result(Visit("tencent", "BIZ-none", server.url), QUESTION)

    assert (verdict.decision, verdict.reason) == (FAIL, ProviderReason.VISIT_OVER)


def test_a_clock_that_is_off_is_corrected_by_the_servers_date_once_and_for_later(server: FaceProviderServer) -> None:
    server.now = lambda: dt.datetime.now(dt.UTC) + dt.timedelta(minutes=20)
    port, server.outcome = tencent(server), passed()

    assert port.result(port.begin(QUESTION), QUESTION).decision is PASS
    assert server.actions == ["DetectAuth", "DetectAuth", "GetDetectInfoEnhanced"]


@pytest.mark.parametrize(
    "fault",
    [
        "AuthFailure.SignatureExpire",
        "AuthFailure.SignatureFailure",
        "AuthFailure.SecretIdNotFound",
        "RequestLimitExceeded",
        "FailedOperation.RequestLimitExceeded",
        "InvalidParameterValue.RuleIdNotExist",
        "UnauthorizedOperation.Arrears",
        "InternalError",
    ],
)
def test_a_refusal_of_the_request_is_no_answer(server: FaceProviderServer, fault: str) -> None:
    server.fault = fault

    with refused(UNAVAILABLE):
        tencent(server).begin(QUESTION)


def test_a_wrong_key_is_refused_by_the_provider_and_is_no_answer(server: FaceProviderServer) -> None:
    with refused(UNAVAILABLE):
        tencent(server, key="another").begin(QUESTION)


@pytest.mark.parametrize(
    ("status", "content", "headers"),
    [
        (500, {"Response": {"RequestId": "r", "BizToken": "t", "Url": "http://x/"}}, {"Content-Type": "application/json"}),
        (200, {"Response": {"RequestId": "r", "BizToken": "t", "Url": "http://x/"}}, {"Content-Type": "text/html"}),
        (200, b'{"Response": {"RequestId": "r", "BizTok', {"Content-Type": "application/json"}),
        (200, b" " * (LONGEST_ANSWER + 1), {"Content-Type": "application/json"}),
        (200, {"Response": {"BizToken": "t", "Url": "http://x/"}}, {"Content-Type": "application/json"}),
        (200, {"Response": {"RequestId": "r", "BizToken": "t"}}, {"Content-Type": "application/json"}),
        (200, {"Response": {"RequestId": "r", "BizToken": "t", "Url": "javascript:x"}}, {"Content-Type": "application/json"}),
        (200, {"Response": {"RequestId": "r", "Error": "none"}}, {"Content-Type": "application/json"}),
        (200, [], {"Content-Type": "application/json"}),
    ],
)  # fmt: skip
def test_what_is_no_answer_of_the_interface_is_no_answer(
    server: FaceProviderServer, status: int, content: object, headers: dict[str, str]
) -> None:
    server.http.answer = lambda received: (status, content, headers)

    with refused(UNAVAILABLE):
        tencent(server).begin(QUESTION)


@pytest.mark.parametrize("text", [None, "0", [], {"ErrCode": True}, {"ErrCode": 0.0}, {"ErrCode": {}}])
def test_a_result_of_another_shape_is_no_answer(server: FaceProviderServer, text: object) -> None:
    content = {"Response": {"RequestId": "r", "Text": text}}
    server.http.answer = lambda received: (200, content, {"Content-Type": "application/json"})

    with refused(UNAVAILABLE):
        tencent(server).result(Visit("tencent", "BIZ-0001", server.url), QUESTION)


def test_a_provider_that_hangs_is_asked_twice_and_given_up(server: FaceProviderServer) -> None:
    server.http.answer = server.http.hang

    with refused(UNAVAILABLE):
        tencent(server, seconds=0.2).begin(QUESTION)

    assert len(server.http.received) == 2


def test_nobody_listening_is_no_answer(server: FaceProviderServer) -> None:
    with refused(UNAVAILABLE):
        tencent(server, base="http://127.0.0.1:1").begin(QUESTION)


def test_one_silence_is_forgiven_because_asking_twice_changes_nothing(server: FaceProviderServer) -> None:
    answers = iter([lambda _: (500, b""), server.answer])

    def answer(received: Received) -> tuple[object, ...]:
        return next(answers)(received)

    server.http.answer = answer

    assert tencent(server).begin(QUESTION).token


def test_a_whole_check_from_start_to_proof_and_what_a_refusal_leaves(server: FaceProviderServer) -> None:
    world = World()
    world.face_provider = tencent(server)
    booth = Booth(world, ToldFaces())
    person = world.register(id_number())
    world.consent(person)
    who = as_person(person)

    def fetch(check_id: str) -> messages.FaceCheck:
        reference = fetch_face_result(world.means, messages.FetchFaceResult(check_id=check_id), who)
        return show_face_check(world.means, reference, who)

    refused_check = booth.start(who)
    assert refused_check.url is not None
    assert refused_check.url.startswith(server.url)
    assert fetch(refused_check.check_id).state == "RUNNING"
    server.outcome = failed("FailedOperation.CompareLowSimilarity", "31.5")
    assert fetch(refused_check.check_id).reason == "identity.face_provider_low_similarity"
    check = booth.start(who, messages.ProofPurpose.SIGN, "task-1")
    server.outcome = passed()
    ended = fetch(check.check_id)

    assert (ended.state, ended.proof is not None) == ("ACCEPTED", True)
    kept = world.store.memory.face_checks[check.check_id]
    assert kept.proof is not None
    assert kept.proof.assurance is messages.Assurance.AUTHORITATIVE


def test_a_pass_of_one_check_cannot_be_fetched_for_another(server: FaceProviderServer) -> None:
    port, server.outcome = tencent(server), passed()
    mine, other = QUESTION, ProviderQuestion("check-2.digest", QUESTION.name, QUESTION.id_number)

    verdict = port.result(port.begin(mine), other)

    assert verdict.reason is ProviderReason.NOT_OURS
