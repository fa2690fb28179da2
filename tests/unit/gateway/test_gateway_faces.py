"""What somebody who cannot or will not show a face is told over HTTP, in both languages."""

from __future__ import annotations

import pytest

from gateway.routing import JPEG
from services.common.kit.errors import DomainError, Kind
from services.common.messages import identity
from tests.unit.gateway.fakes import Browser, FakeBus
from tests.unit.gateway.requests_of import JPEG_BYTES
from tests.unit.gateway.samples import Samples

WORDS = {"zh": "窗口", "en": "counter"}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "reason",
    [
        "identity.face_consent_missing",
        "identity.face_portrait_missing",
        "identity.face_cool_down",
        "identity.face_provider_unavailable",
        "identity.face_provider_no_record",
        "identity.face_provider_no_photo",
        "identity.face_provider_uncertain",
        "identity.face_not_registered",
    ],
)
def test_a_check_without_face_names_the_reason_and_the_other_ways(
    browser: Browser, bus: FakeBus, reason: str, language: str
) -> None:
    bus.answers[identity.StartFaceCheck] = Samples().of(
        identity.FaceCheck, methods=("COUNTER", "BANK_CARD"), reason=reason, step=None, sealing_key=None
    )

    told = browser.send(
        "POST", "/v1/face-checks", json_body={"purpose": "OPEN_CASE"}, headers={"Accept-Language": language}
    ).get_json()

    assert (told["reason"], told["methods"], told["step"]) == (reason, ["COUNTER", "BANK_CARD"], None)
    assert WORDS[language] in told["detail"]


def test_a_portrait_without_consent_is_refused_with_the_ways_that_stay_open(browser: Browser, bus: FakeBus) -> None:
    bus.answers[identity.GetSealingKey] = Samples().of(identity.SealingKey)
    bus.answers[identity.EnrolPortrait] = DomainError(
        "identity.face_consent_missing", Kind.CONFLICT, methods=["COUNTER"]
    )

    refused = browser.send("PUT", "/v1/accounts/me/portrait", data=JPEG_BYTES, content_type=JPEG)

    assert (refused.status_code, refused.get_json()["code"]) == (409, "identity.face_consent_missing")
    assert refused.get_json()["context"] == {"methods": ["COUNTER"]}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("state", ["OFFERED", "QUEUED", "APPROVED", "REFUSED", "LAPSED", "WITHDRAWN"])
def test_a_doubt_says_what_happens_next(browser: Browser, bus: FakeBus, state: str, language: str) -> None:
    bus.answers[identity.GetFaceCheck] = Samples().of(identity.FaceCheck, state="REVIEW", review=state)

    told = browser.send("GET", "/v1/face-checks/check-123456", headers={"Accept-Language": language}).get_json()

    assert told["review"] == state
    assert told["review_detail"]


def test_the_providers_address_reaches_the_person(browser: Browser, bus: FakeBus) -> None:
    check = Samples().of(identity.FaceCheck, url="https://provider.test/visit", step=None, sealing_key=None)
    bus.answers[identity.StartFaceCheck] = check

    told = browser.send("POST", "/v1/face-checks", json_body={"purpose": "OPEN_CASE"}).get_json()

    assert told["url"] == "https://provider.test/visit"
