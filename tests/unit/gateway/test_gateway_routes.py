"""Every route: a right request becomes the right message, and the answer arrives whole."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from typing import Any

import pytest

from gateway.routes import ROUTES
from gateway.routing import JPEG, Route
from services.common.kit.sealing import SealingPair, open_sealed
from services.common.messages import contract, identity, notice, review, signing
from services.common.messages import property as property_
from services.common.messages.contract import Download, Side
from services.common.messages.shapes import RPC_OF
from services.common.values import CaseNo
from tests.unit.gateway.fakes import KEY, PERSON, Browser, FakeBus, FakeLinks
from tests.unit.gateway.requests_of import JPEG_BYTES, PARTS, body_of, path_of, request_of
from tests.unit.gateway.samples import Samples, leaves, leaves_named

BY_NAME = {one.operation: one for one in ROUTES}
ASKING = [one for one in ROUTES if one.operation not in {"show_health", "show_verification_form"}]
WITH_BODY = [one for one in ROUTES if one.body is not None]
COMPOSED = {
    "show_history",
    "show_signing",
    "look_at_face_review",
    "show_submission",
}  # a part of what they are told, or of two
KEPT_BACK = {
    "show_task": ("person_id",),
    "list_tasks": ("person_id",),
    "list_own_messages": ("text_en",),
    "take_receipts": ("changed",),
    **dict.fromkeys(
        (
            "start_face_check",
            "get_face_check",
            "fetch_face_result",
            "request_face_review",
            "submit_frame",
            "use_alternative",
            "prove_by_bank_card",
        ),
        ("sealing_key", "step_token"),
    ),
}
RULE_WORDS = {"其他原因，见说明。", "约定不明或者相互矛盾。"}
"""Of the catalogue's rules that samples name."""
PROMPT = identity.FacePrompt(media_type="audio/wav", content=base64.b64encode(b"RIFF sound").decode())
WITH_REPLY = [one for one in ROUTES if one.reply is not None]


def name(route: Route) -> str:
    return route.operation


def arrange_downloads(bus: FakeBus, links: FakeLinks) -> bytes:
    data = b"%PDF-1.7 " + b"x" * 5000
    sha256 = hashlib.sha256(data).hexdigest()
    links.files["link-1"] = (len(data), sha256, data)
    download = Download(
        link="link-1", file_name="买卖合同.pdf", media_type="application/pdf", size=len(data), sha256=sha256
    )
    for shape in (
        contract.PreviewContract,
        contract.DownloadContract,
        contract.DownloadMaterial,
        contract.GetMaterialPage,
        signing.ViewDocument,
        signing.ShowTaskPage,
        signing.ShowVerifiedPage,
        signing.GetEvidence,
    ):
        bus.answers[shape] = download
    return data


@pytest.mark.parametrize("route", ASKING, ids=name)
def test_right_request_succeeds_with_the_declared_status(
    route: Route, browser: Browser, bus: FakeBus, links: FakeLinks
) -> None:
    arrange_downloads(bus, links)
    bus.seals[identity.LookAtFaceReview] = ("frame", "card")
    bus.answers[identity.GetFacePrompt] = PROMPT

    response = browser.send(**request_of(route, Samples()))

    assert response.status_code == route.status, response.get_data(as_text=True)
    assert bus.asked


@pytest.mark.parametrize("route", WITH_BODY, ids=name)
def test_every_field_of_a_body_arrives_in_the_message(route: Route, browser: Browser, bus: FakeBus) -> None:
    samples = Samples()
    request = request_of(route, samples)

    browser.send(**request)

    sent: set[str] = set().union(*(leaves(one.message) for one in bus.asked))
    missing = leaves(request["json_body"]) - sent
    explained = (
        {"APPROVE", "task-0123456789", "task-9876543210", "SIGN"}
        if route.operation in {"decide", "start_face_check"}
        else set()
    )
    assert missing - explained == set()


@pytest.mark.parametrize("route", [one for one in WITH_REPLY if one.operation not in COMPOSED], ids=name)
def test_every_field_of_the_answer_is_in_the_reply_and_nothing_else(
    route: Route, browser: Browser, bus: FakeBus
) -> None:
    shown = leaves(browser.send(**request_of(route, Samples())).get_json())

    answer = bus.answered[-1]
    assert leaves(answer) - shown == leaves_named(answer, KEPT_BACK.get(route.operation, ()))
    derived = {"Bearer"} | {one.partition("-")[2] for one in shown} | {"huangshi"} | RULE_WORDS
    joined = {one for one in shown if "~" in one or one.startswith("/v1/face-prompts/")}  # step tokens, addresses
    assert shown - leaves(answer) - joined <= derived


@pytest.mark.parametrize("route", [one for one in ROUTES if one.actor != "anyone"], ids=name)
def test_nobody_is_asked_to_sign_in_first(route: Route, browser: Browser, bus: FakeBus) -> None:
    response = browser.send(**{**request_of(route, Samples()), "who": "nobody"})

    assert (response.status_code, response.get_json()["code"]) == (401, "actor.sign_in_required")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert not bus.asked


@pytest.mark.parametrize("route", [one for one in ROUTES if one.actor in {"person", "staff"}], ids=name)
def test_citizen_and_staff_are_not_mixed_up(route: Route, browser: Browser, bus: FakeBus) -> None:
    other = "staff" if route.actor == "person" else "person"

    response = browser.send(**{**request_of(route, Samples()), "who": other})

    assert response.status_code == 403
    assert not bus.asked


@pytest.mark.parametrize("route", [one for one in ROUTES if one.idempotent], ids=name)
def test_creation_without_idempotency_key_is_refused(route: Route, browser: Browser, bus: FakeBus) -> None:
    response = browser.send(**request_of(route, Samples()), bare=True)

    assert (response.status_code, response.get_json()["code"]) == (400, "http.idempotency_key_required")
    assert not bus.asked


@pytest.mark.parametrize("route", [one for one in ROUTES if one.idempotent], ids=name)
def test_command_carries_key_actor_and_operation_as_request_id(route: Route, browser: Browser, bus: FakeBus) -> None:
    browser.send(**request_of(route, Samples()))

    actor = "anonymous" if route.actor == "anyone" else PERSON
    commands = [one for one in bus.asked if RPC_OF[type(one.message)].is_command]
    assert [one.request_id for one in commands] == [
        f"{KEY}:{actor}:{RPC_OF[type(one.message)].name}" for one in commands
    ]
    assert commands


@pytest.mark.parametrize("route", [one for one in ROUTES if one.if_match], ids=name)
def test_edit_needs_the_revision_it_was_made_on(route: Route, browser: Browser, bus: FakeBus) -> None:
    request = request_of(route, Samples())

    missing = browser.send(**request, headers={"Idempotency-Key": KEY}, bare=True)
    foreign = browser.send(**request, headers={"Idempotency-Key": KEY, "If-Match": 'W/"x"'}, bare=True)
    assert not bus.asked
    given = browser.send(**request, headers={"Idempotency-Key": KEY, "If-Match": '"41"'}, bare=True)

    assert (missing.status_code, foreign.status_code, given.status_code) == (428, 412, route.status)
    assert bus.last.message.revision == 41


@pytest.mark.parametrize("route", [one for one in ROUTES if one.method in {"POST", "PUT", "DELETE"}], ids=name)
def test_route_that_changes_something_is_named_in_the_path_of_the_case_it_is_about(
    route: Route, browser: Browser, bus: FakeBus
) -> None:
    browser.send(**request_of(route, Samples()))

    if "case" in route.parts:
        assert bus.last.message.case_no == CaseNo.parse(PARTS["case"])
    if "handle" in route.parts:
        assert bus.last.message.handle == PARTS["handle"]


def test_creation_answers_201_with_location_and_revision(browser: Browser, bus: FakeBus) -> None:
    bus.answers[contract.OpenCase] = contract.CaseReference(
        case_no=CaseNo("huangshi", "2023081800007"), state="SELLER_DRAFT", revision=1, version=0
    )

    response = browser.send(**request_of(BY_NAME["open_case"], Samples()))

    assert response.headers["Location"] == "/v1/cases/huangshi-2023081800007"
    assert response.headers["ETag"] == '"1"'
    assert response.get_json() == {
        "case_no": "huangshi-2023081800007",
        "city": "huangshi",
        "number": "2023081800007",
        "state": "SELLER_DRAFT",
        "revision": 1,
        "version": 0,
    }


def test_sums_and_decimals_are_texts_in_both_directions(browser: Browser, bus: FakeBus) -> None:
    route = BY_NAME["save_terms"]
    body = request_of(route, Samples())["json_body"]
    body |= {"total_price": "1200000.10", "late_penalty_per_10k": "5.50"}

    browser.send("PUT", path_of(route), json_body=body)

    assert str(bus.last.message.terms.total_price) == "1200000.10"
    assert str(bus.last.message.terms.late_penalty_per_10k) == "5.50"


@pytest.mark.parametrize("side", ["seller", "BUYER"])
def test_side_in_the_path_is_read_in_any_case(side: str, browser: Browser, bus: FakeBus) -> None:
    body = request_of(BY_NAME["save_parties"], Samples())["json_body"]

    browser.send("PUT", f"/v1/cases/{PARTS['case']}/parties/{side}", json_body=body)

    assert bus.last.message.side is Side(side.upper())


def test_portrait_is_sealed_to_the_key_identity_gives(browser: Browser, bus: FakeBus) -> None:
    pair = SealingPair.generate()
    bus.answers[identity.GetSealingKey] = identity.SealingKey(key=pair.public)

    browser.send("PUT", "/v1/accounts/me/portrait", data=JPEG_BYTES, content_type=JPEG)

    assert open_sealed(bus.last.message.image, pair.private) == JPEG_BYTES


def test_frame_is_sealed_to_the_key_of_its_check_which_the_step_token_carries(browser: Browser, bus: FakeBus) -> None:
    pair = SealingPair.generate()
    started = Samples().of(identity.FaceCheck, sealing_key=pair.public)
    bus.answers[identity.StartFaceCheck] = started
    body = {"purpose": "OPEN_CASE"}
    token = browser.send("POST", "/v1/face-checks", json_body=body).get_json()["step"]["step_token"]

    browser.send(
        "POST",
        "/v1/face-checks/check-123456/frames",
        data=JPEG_BYTES,
        content_type=JPEG,
        headers={"X-Step-Token": token},
    )

    assert bus.last.message.step_token == started.step.step_token
    assert open_sealed(bus.last.message.frame, pair.private) == JPEG_BYTES


def test_a_spoken_prompt_is_named_in_the_step_and_may_be_kept_by_a_cache(browser: Browser, bus: FakeBus) -> None:
    bus.answers[identity.GetFacePrompt] = PROMPT
    step = browser.send("POST", "/v1/face-checks", json_body={"purpose": "OPEN_CASE"}).get_json()["step"]
    assert step["audio_zh"] == f"/v1/face-prompts/{step['action']}/zh"

    heard = browser.send("GET", "/v1/face-prompts/turn_left/en", who="nobody")

    assert (heard.get_data(), heard.content_type) == (b"RIFF sound", "audio/wav")
    assert heard.headers["Cache-Control"] == "public, max-age=86400"
    assert (bus.last.message.action, bus.last.message.language) == ("turn_left", "en")


@pytest.mark.parametrize("path", ["/v1/face-prompts/turn_left/fr", "/v1/face-prompts/TURN/zh"])
def test_a_prompt_in_no_language_of_ours_does_not_exist(path: str, browser: Browser, bus: FakeBus) -> None:
    assert browser.send("GET", path).status_code == 404
    assert not bus.asked


def test_a_clerk_sees_pictures_sealed_to_a_key_made_for_that_answer(browser: Browser, bus: FakeBus) -> None:
    bus.seals[identity.LookAtFaceReview] = ("frame", "card")
    path = "/v1/staff/face-reviews/check-123456/viewings"

    shown = [browser.send("POST", path, who="staff").get_json() for _ in range(2)]

    assert [base64.b64decode(shown[0][name]) for name in ("frame", "card")] == [b"the frame", b"the card"]
    assert len({one.message.reader_key for one in bus.asked}) == 2


@pytest.mark.parametrize("token", ["", "no-separator", "~only", "only~", "bad key~token", "x" * 3000 + "~y"])
def test_step_token_that_is_none_is_refused(token: str, browser: Browser, bus: FakeBus) -> None:
    response = browser.send(
        "POST",
        "/v1/face-checks/check-123456/frames",
        data=JPEG_BYTES,
        content_type=JPEG,
        headers={"X-Step-Token": token},
    )

    assert response.status_code == 422
    assert not bus.asked


def test_check_for_signing_by_link_names_the_person_of_the_task_and_no_client_can_name_another(
    browser: Browser, bus: FakeBus
) -> None:
    task = Samples().of(signing.TaskView)
    bus.answers[signing.GetTask] = task
    body = {"purpose": "SIGN", "signing_task": "h" * 43}

    forged = browser.send("POST", "/v1/face-checks", who="nobody", json_body={**body, "person_id": PERSON})
    assert forged.status_code == 422
    browser.send("POST", "/v1/face-checks", who="nobody", json_body=body)
    by_link = bus.last.message
    browser.send("POST", "/v1/face-checks", who="person", json_body=body)

    assert (by_link.subject, by_link.person_id) == (task.task_id, task.person_id)
    assert (bus.last.message.subject, bus.last.message.person_id) == (task.task_id, None)


@pytest.mark.parametrize("body", [{"purpose": "SIGN"}, {"purpose": "OPEN_CASE", "signing_task": "h" * 43}])
def test_check_names_a_task_exactly_when_it_is_for_signing(
    body: dict[str, str], browser: Browser, bus: FakeBus
) -> None:
    response = browser.send("POST", "/v1/face-checks", json_body=body)

    assert response.status_code == 422
    assert response.get_json()["errors"][0]["field"] == "signing_task"
    assert not bus.asked


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        ({"review_id": "r-1", "decision": "APPROVE"}, review.Approve),
        ({"review_id": "r-1", "decision": "RETURN", "items": [{"item": "合同", "reason": "缺页"}]}, review.ReturnCase),
        ({"review_id": "r-1", "decision": "REJECT", "reason": "不符", "remedies": "复议"}, review.Reject),
    ],
)
def test_decision_becomes_its_own_command(body: dict[str, Any], shape: type, browser: Browser, bus: FakeBus) -> None:
    response = browser.send("POST", "/v1/review/decisions", who="staff", json_body=body)

    assert response.status_code == 201
    assert type(bus.last.message) is shape


@pytest.mark.parametrize(
    "body",
    [
        {"review_id": "r-1", "decision": "RETURN", "reason": "不符"},
        {"review_id": "r-1", "decision": "REJECT", "items": [{"item": "合同", "rule": "OTHER"}]},
        {"review_id": "r-1", "decision": "APPROVE", "reason": "好"},
        {"review_id": "r-1", "decision": "APPROVE", "rule": "OTHER"},
    ],
)
def test_decision_with_parts_of_another_is_refused(body: dict[str, Any], browser: Browser, bus: FakeBus) -> None:
    assert browser.send("POST", "/v1/review/decisions", who="staff", json_body=body).status_code == 422
    assert not bus.asked


def test_mobile_never_stands_in_an_address(browser: Browser, bus: FakeBus) -> None:
    refused = browser.send("GET", "/v1/staff/messages?mobile=13900000001", who="staff")
    found = browser.send("POST", "/v1/staff/messages/lookup", who="staff", json_body={"mobile": "13900000001"})

    assert (refused.status_code, found.status_code) == (422, 200)
    assert isinstance(bus.last.message, notice.ListOutbox)
    assert str(bus.last.message.mobile) == "13900000001"


def test_case_list_passes_filters_and_cursor_on(browser: Browser, bus: FakeBus) -> None:
    response = browser.send("GET", "/v1/cases?role=SELLER&state=SIGNED&cursor=abc&limit=5")

    assert response.status_code == 200
    assert bus.last.message == contract.ListCases(side="SELLER", state="SIGNED", cursor="abc", limit=5)


@pytest.mark.parametrize(
    "query",
    ["role=seller", "limit=0", "limit=101", "limit=x", "limit=1&limit=2", "unknown=1", "cursor=%00", "state=a%20b"],
)
def test_wrong_query_is_refused(query: str, browser: Browser, bus: FakeBus) -> None:
    assert browser.send("GET", f"/v1/cases?{query}").status_code in {400, 422}
    assert not bus.asked


def test_signing_shows_only_tasks_of_that_case(browser: Browser, bus: FakeBus) -> None:
    samples, case_no = Samples(), CaseNo.parse(PARTS["case"])
    mine = samples.of(signing.TaskView, case_no=case_no)
    bus.answers[contract.GetCase] = samples.of(contract.CaseView, case_no=case_no)
    bus.answers[signing.ListTasks] = signing.TaskList(tasks=(mine,))

    shown = browser.send("GET", f"/v1/cases/{PARTS['case']}/signing").get_json()

    assert bus.last.message == signing.ListTasks(case_no=case_no)
    assert [one["task_id"] for one in shown["own_tasks"]] == [mine.task_id]


@pytest.mark.parametrize(
    ("path", "who", "asked"),
    [
        ("/v1/staff/messages", "staff", notice.ListOutbox(mobile=None, cursor="ab=", limit=7)),
        ("/v1/staff/face-reviews", "staff", identity.ListFaceReviews(cursor="ab=", limit=7)),
        ("/v1/signing-tasks", "person", signing.ListTasks(cursor="ab", limit=7)),
    ],
)
def test_lists_that_grow_pass_cursor_and_limit_on_and_say_where_the_next_page_begins(
    path: str, who: str, asked: Any, browser: Browser, bus: FakeBus
) -> None:
    response = browser.send("GET", f"{path}?cursor={asked.cursor}&limit=7", who=who)

    assert response.status_code == 200
    assert bus.last.message == asked
    assert "next_cursor" in response.get_json()


BOUNDED = {
    "list_cities": "profiles",
    "list_reasons": "the catalogue of reasons",
    "list_materials": "as many as a case may have",
}
"""Lists without a page, and what bounds them."""


def test_every_list_is_paged_or_bounded_by_nature() -> None:
    lists = [one for one in ROUTES if one.operation.startswith(("list_", "look_up_messages")) and one.reply is not None]

    assert len(lists) > len(BOUNDED)
    unpaged = {
        one.operation for one in lists if "next_cursor" not in {field.name for field in dataclasses.fields(one.reply)}
    }
    assert unpaged == set(BOUNDED)


@pytest.mark.parametrize("operation", ["preview_contract", "download_contract", "view_document"])
def test_download_streams_the_bytes_with_name_size_and_digest(
    operation: str, browser: Browser, bus: FakeBus, links: FakeLinks
) -> None:
    data = arrange_downloads(bus, links)

    response = browser.send("GET", path_of(BY_NAME[operation]))

    assert response.data == data
    assert response.headers["Content-Length"] == str(len(data))
    assert response.headers["Content-Type"] == "application/pdf"
    assert "filename*=UTF-8''%E4%B9%B0%E5%8D%96%E5%90%88%E5%90%8C.pdf" in response.headers["Content-Disposition"]
    assert response.headers["ETag"] == f'"{hashlib.sha256(data).hexdigest()}"'


def test_download_that_is_not_what_was_promised_is_stopped(browser: Browser, bus: FakeBus, links: FakeLinks) -> None:
    arrange_downloads(bus, links)
    size, _, data = links.files["link-1"]
    links.files["link-1"] = (size, "0" * 64, data)

    response = browser.send("GET", path_of(BY_NAME["download_contract"]))

    assert (response.status_code, response.get_json()["code"]) == (500, "http.download_changed")


def test_download_the_caller_has_already_is_not_sent_again_but_is_still_asked_for(
    browser: Browser, bus: FakeBus, links: FakeLinks
) -> None:
    data = arrange_downloads(bus, links)
    tag = f'"{hashlib.sha256(data).hexdigest()}"'
    path = path_of(BY_NAME["download_contract"])

    same = browser.send("GET", path, headers={"If-None-Match": f'"other", {tag}'})
    other = browser.send("GET", path, headers={"If-None-Match": '"other"'})

    assert (same.status_code, same.get_data(), same.headers["ETag"]) == (304, b"", tag)
    assert (other.status_code, other.get_data()) == (200, data)
    assert len(bus.asked) == 2


def test_looking_at_headers_does_not_open_a_document(browser: Browser, bus: FakeBus) -> None:
    assert browser.send("HEAD", path_of(BY_NAME["view_document"]), who="nobody").status_code == 405
    assert not bus.asked


def test_signature_arrives_stroke_by_stroke(browser: Browser, bus: FakeBus) -> None:
    body = {
        "document_hashes": ["a" * 64],
        "intent": "签署提交",
        "handwriting": {"width": 600, "height": 300, "strokes": [[[1, 2.5], [3, 4]], [[5, 6]]]},
    }

    response = browser.send("POST", path_of(BY_NAME["sign"]), who="nobody", json_body=body)

    assert response.status_code == 202
    assert bus.last.message.handwriting.strokes == (((1.0, 2.5), (3.0, 4.0)), ((5.0, 6.0),))


def test_signature_arrives_as_a_picture_instead(browser: Browser, bus: FakeBus) -> None:
    body = {"document_hashes": ["a" * 64], "intent": "签署提交", "picture": "iVBORw0KGgo="}

    response = browser.send("POST", path_of(BY_NAME["sign"]), who="nobody", json_body=body)

    assert response.status_code == 202
    assert (bus.last.message.picture, bus.last.message.handwriting.strokes) == ("iVBORw0KGgo=", ())


def test_source_is_a_hash_and_the_same_for_the_same_address(browser: Browser, bus: FakeBus) -> None:
    request = request_of(BY_NAME["look_up_case"], Samples())
    sources = []
    for address in ("198.51.100.7", "198.51.100.7", "198.51.100.8"):
        browser.send(**request, environ_base={"REMOTE_ADDR": address})
        sources.append(bus.last.message.source)

    assert sources[0] == sources[1] != sources[2]
    assert "198.51" not in json.dumps(sources)


def test_body_of_every_route_has_a_form_the_server_may_bound(browser: Browser) -> None:
    del browser
    for route in WITH_BODY:
        size = len(json.dumps(request_of(route, Samples())["json_body"]))
        assert size < route.max_body
        assert body_of(route, Samples()) is not None


def test_reasons_are_told_in_words_too(browser: Browser, bus: FakeBus) -> None:
    samples = Samples()
    barred = contract.Barred(act="SUBMIT", reason="contract.not_all_signed")
    bus.answers[contract.GetCase] = samples.of(contract.CaseView, barred_acts=(barred,))
    title = samples.of(property_.TitleSummary, barred_by=("HOUSE_SEALED",))
    bus.answers[property_.SearchTitles] = property_.TitlesFound(titles=(title,))
    bus.answers[identity.StartFaceCheck] = samples.of(identity.FaceCheck, reason="identity.face_consent_missing")
    english = {"Accept-Language": "en"}

    case = browser.send("GET", f"/v1/cases/{PARTS['case']}", headers=english).get_json()
    search = browser.send(**request_of(BY_NAME["search_titles"], samples), headers=english).get_json()
    check = browser.send("POST", "/v1/face-checks", json_body={"purpose": "OPEN_CASE"}, headers=english).get_json()

    assert case["barred_acts"] == [
        {
            "act": "SUBMIT",
            "reason": "contract.not_all_signed",
            "detail": "Not everybody has signed; this is possible when all have.",
            "character": "",
            "field": "",
            "materials": [],
        }
    ]
    assert search["titles"][0]["barred_details"][0].startswith("The house is under seizure")
    assert check["detail"].startswith("Consent to the use of your face")
