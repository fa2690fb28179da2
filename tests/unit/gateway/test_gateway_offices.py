"""What offices publish over HTTP: for anybody, with an ETag, kept for a minute."""

from __future__ import annotations

import pytest

from services.common.kit.errors import DomainError, Kind
from services.common.messages import office
from tests.unit.gateway.fakes import Browser, FakeBus
from tests.unit.gateway.samples import Samples

PATHS = {
    "/v1/cities": (office.ListCities, office.Cities),
    "/v1/offices/hs-01/business-types/sale_self": (office.GetBusinessType, office.BusinessType),
}
each = pytest.mark.parametrize("path", PATHS)


@pytest.fixture
def published(bus: FakeBus) -> FakeBus:
    for asked, reply in PATHS.values():
        bus.answers[asked] = Samples().of(reply)
    return bus


@each
def test_anybody_reads_it_and_may_keep_it_for_a_minute(path: str, browser: Browser, published: FakeBus) -> None:
    response = browser.send("GET", path, who="nobody")

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert response.headers["ETag"].startswith('"')


@each
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_it_already_is_told_so(path: str, form: str, browser: Browser, published: FakeBus) -> None:
    tag = browser.send("GET", path, who="nobody").headers["ETag"]

    response = browser.send("GET", path, who="nobody", headers={"If-None-Match": form.format(tag)})

    assert (response.status_code, response.data, response.headers["ETag"]) == (304, b"", tag)


@each
def test_changed_content_has_another_tag(path: str, browser: Browser, published: FakeBus) -> None:
    tag = browser.send("GET", path, who="nobody").headers["ETag"]
    asked, reply = PATHS[path]
    published.answers[asked] = (
        Samples().of(reply, name="改") if reply is office.BusinessType else office.Cities(cities=())
    )

    response = browser.send("GET", path, who="nobody", headers={"If-None-Match": tag})

    assert response.status_code == 200
    assert response.headers["ETag"] != tag


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_not_offered_is_not_found_and_not_kept(language: str, browser: Browser, bus: FakeBus) -> None:
    bus.answers[office.GetBusinessType] = DomainError("office.business_type_not_found", Kind.NOT_FOUND)

    response = browser.send("GET", list(PATHS)[1], who="nobody", headers={"Accept-Language": language})

    assert (response.status_code, response.headers["Cache-Control"]) == (404, "no-store")
    assert response.get_json()["code"] == "office.business_type_not_found"
    assert "ETag" not in response.headers
