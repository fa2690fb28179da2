"""What offices publish over HTTP: for anybody, with an ETag, kept for half a minute."""

from __future__ import annotations

import pytest

from services.common.kit.errors import DomainError, Kind
from services.common.messages import office
from tests.unit.gateway.fakes import Browser, FakeBus
from tests.unit.gateway.samples import Samples

PATHS = {
    "/v1/cities": (office.ListCities, office.Cities),
    "/v1/cities/huangshi": (office.GetCity, office.CityDetails),
    "/v1/cities/huangshi/services": (office.SearchServices, office.Services),
    "/v1/offices/hs-01": (office.GetOffice, office.OfficeDetails),
    "/v1/offices/hs-01/business-types/sale_self": (office.GetBusinessType, office.BusinessType),
}
CHANGED: dict[type, dict[str, object]] = {
    office.BusinessType: {"name": "改"},
    office.Cities: {"cities": ()},
    office.CityDetails: {"app_name": "改"},
    office.Services: {"services": ()},
    office.OfficeDetails: {"hours": "改"},
}
each = pytest.mark.parametrize("path", PATHS)


@pytest.fixture
def published(bus: FakeBus) -> FakeBus:
    for asked, reply in PATHS.values():
        bus.answers[asked] = Samples().of(reply)
    return bus


@each
def test_anybody_reads_it_and_may_keep_it_for_half_a_minute(path: str, browser: Browser, published: FakeBus) -> None:
    response = browser.send("GET", path, who="nobody")

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=30"
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
    published.answers[asked] = Samples().of(reply, **CHANGED[reply])

    response = browser.send("GET", path, who="nobody", headers={"If-None-Match": tag})

    assert response.status_code == 200
    assert response.headers["ETag"] != tag


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_not_offered_is_not_found_and_not_kept(language: str, browser: Browser, bus: FakeBus) -> None:
    bus.answers[office.GetBusinessType] = DomainError("office.business_type_not_found", Kind.NOT_FOUND)

    response = browser.send("GET", list(PATHS)[-1], who="nobody", headers={"Accept-Language": language})

    assert (response.status_code, response.headers["Cache-Control"]) == (404, "no-store")
    assert response.get_json()["code"] == "office.business_type_not_found"
    assert "ETag" not in response.headers


ENTRIES = {"png": (b"\x89PNG\r\n\x1a\n", "image/png"), "svg": (b"<svg", "image/svg+xml")}


@pytest.mark.parametrize("kind", ENTRIES)
def test_the_entry_is_a_picture_of_the_citys_own_link(kind: str, browser: Browser, bus: FakeBus) -> None:
    first, media_type = ENTRIES[kind]
    bus.answers[office.GetCity] = Samples().of(office.CityDetails, deep_link="https://guohu.example/c/huangshi")

    response = browser.send("GET", f"/v1/cities/huangshi/entry.{kind}", who="nobody")

    assert (response.status_code, response.content_type) == (200, media_type)
    assert response.data.startswith(first)
    tag = response.headers["ETag"]
    again = browser.send("GET", f"/v1/cities/huangshi/entry.{kind}", who="nobody", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    bus.answers[office.GetCity] = Samples().of(office.CityDetails, deep_link="https://guohu.example/c/yangquan")
    other = browser.send("GET", f"/v1/cities/huangshi/entry.{kind}", who="nobody")
    assert other.headers["ETag"] != tag


def test_a_name_too_long_and_a_city_that_cannot_be_are_refused(browser: Browser, bus: FakeBus) -> None:
    long = browser.send("GET", "/v1/cities?name=" + "x" * 41, who="nobody")

    assert (long.status_code, long.get_json()["errors"][0]["field"]) == (422, "name")
    assert browser.send("GET", "/v1/cities/HUANG-SHI", who="nobody").status_code == 404
    assert not bus.asked


def test_the_page_behind_the_code_names_app_menu_and_offices_and_escapes(browser: Browser, bus: FakeBus) -> None:
    bus.answers[office.GetCity] = Samples().of(office.CityDetails, app_name="过户<script>")

    response = browser.send("GET", "/c/huangshi", who="nobody")

    page = response.get_data(as_text=True)
    assert response.content_type.startswith("text/html")
    assert "过户&lt;script&gt;" in page
    assert "<script>" not in page
    city = bus.answered[-1]
    for words in (city.menu[0].items[0].name, city.offices[0].address, city.offices[0].hours, city.registry_phone):
        assert words in page
