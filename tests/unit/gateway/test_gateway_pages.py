"""Pages for phones: what they show, that they escape, and that nothing from elsewhere is loaded."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hashlib
import re

from services.common.kit.errors import DomainError, Kind
from services.common.messages import signing
from services.common.values import CaseNo
from tests.unit.gateway.fakes import Browser, FakeBus
from tests.unit.gateway.samples import Samples

TOKEN = "t" * 43


def task(**given: object) -> signing.TaskView:
    samples = Samples()
    document = samples.of(signing.TaskDocument, kind="sale_contract", opened_at=None)
    until = dt.datetime(2026, 11, 22, 4, 30, tzinfo=dt.UTC)
    fixed = {
        "case_no": CaseNo("huangshi", "2026112200001"),
        "documents": (document,),
        "expires_at": until,
        "session_until": None,
    }
    return samples.of(signing.TaskView, **{"state": "NOTIFIED", **fixed, **given})


def test_signing_page_says_what_is_to_be_signed_until_when_and_how(browser: Browser, bus: FakeBus) -> None:
    bus.answers[signing.GetTask] = task()

    page = browser.send("GET", f"/s/{TOKEN}", who="nobody").get_data(as_text=True)

    assert bus.last.message == signing.GetTask(handle=TOKEN)
    for words in ("2026112200001", "待签署", "2026-11-22 12:30", "存量房买卖合同", "身份核验", "窗口"):
        assert words in page
    assert f"/v1/signing-tasks/{TOKEN}" not in page


def test_signing_page_opens_documents_only_in_a_session(browser: Browser, bus: FakeBus) -> None:
    bus.answers[signing.GetTask] = task(state="IDENTIFIED", session_until=dt.datetime(2026, 11, 22, 5, tzinfo=dt.UTC))

    page = browser.send("GET", f"/s/{TOKEN}", who="nobody").get_data(as_text=True)

    assert f'href="/v1/signing-tasks/{TOKEN}/documents/sale_contract"' in page


def test_page_of_a_dead_link_is_a_page_with_the_right_status(browser: Browser, bus: FakeBus) -> None:
    bus.answers[signing.GetTask] = DomainError("signing.task_not_found", Kind.NOT_FOUND)

    response = browser.send("GET", f"/s/{TOKEN}", who="nobody")

    assert response.status_code == 404
    assert response.content_type.startswith("text/html")
    assert "链接已失效" in response.get_data(as_text=True)


def test_verification_page_tells_signers_and_reasons(browser: Browser, bus: FakeBus) -> None:
    samples = Samples()
    fact = samples.of(signing.SignatureFact, signer="张*", intact=False, reasons=("modified_afterwards",))
    found = samples.of(
        signing.Verification, accepted=False, state="SEALED", reasons=("revision_unknown",), signatures=(fact,)
    )
    bus.answers[signing.VerifyCode] = dataclasses.replace(found, case_no="2026112200001")

    page = browser.send("GET", "/v/ABCD-EFGH", who="nobody", headers={"Accept-Language": "en"}).get_data(as_text=True)

    for words in (
        "could not be confirmed",
        "张*",
        "Changed since signing",
        "Something unknown was added",
        "2026112200001",
    ):
        assert words in page


def test_what_services_say_is_escaped(browser: Browser, bus: FakeBus) -> None:
    fact = Samples().of(signing.SignatureFact, signer="<script>alert(1)</script>", reasons=())
    bus.answers[signing.VerifyCode] = Samples().of(signing.Verification, signatures=(fact,), reasons=("<b>x</b>",))

    page = browser.send("GET", "/v/ABCD-EFGH", who="nobody").get_data(as_text=True)

    assert "<script" not in page
    assert "<b>" not in page


def test_pages_allow_their_own_style_alone(browser: Browser, bus: FakeBus) -> None:
    bus.answers[signing.GetTask] = task()

    response = browser.send("GET", f"/s/{TOKEN}", who="nobody")

    style = re.search(r"<style>(.*?)</style>", response.get_data(as_text=True), re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert response.headers["Content-Security-Policy"].startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
