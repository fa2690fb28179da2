"""Pictures of pages: given to those who may have the document, drawn once."""

from __future__ import annotations

import pytest

from services.common.kit.calls import Actor, ActorKind, Call
from services.common.kit.errors import NotAuthenticated
from services.signing.domain.errors import EnvelopeNotFound, IdentityRequired, PageInvalid
from tests.unit.signing.desk import STRANGER, Desk, nobody, opened, person, service, staff
from tests.unit.signing.test_signing_verifying import sealed


def clerk(office: str = "huangshi-housing", role: str = "REVIEWER") -> Call:
    return Call(Actor(ActorKind.STAFF, "s-1", (role,), office), "c", "r")


def test_a_page_is_shown_in_the_signers_session_only() -> None:
    desk = opened()
    with pytest.raises(IdentityRequired):
        desk.task_page(0)
    desk.identify(0)

    shown = desk.task_page(0, page=2)

    assert (shown.media_type, shown.file_name) == ("image/jpeg", "2.jpg")
    assert desk.objects.get(shown.link.removeprefix("link:")).startswith(b"\xff\xd8 page 2 at 110")


def test_a_look_at_a_page_does_not_count_as_having_opened_the_document() -> None:
    desk = opened()
    desk.identify(0)
    desk.task_page(0)

    assert desk.task(0).opened == {}


def test_a_page_is_drawn_once_for_all_who_look_and_anew_for_another_size() -> None:
    desk = opened()
    for who in (0, 1):
        desk.identify(who)
        desk.task_page(who)
    desk.task_page(0, size="l")

    assert desk.engine.jobs == ["draw", "draw"]


@pytest.mark.parametrize(("page", "size", "field"), [(0, "m", "page"), (1, "xl", "size")])
def test_pages_and_sizes_that_are_none_are_refused(page: int, size: str, field: str) -> None:
    desk = opened()
    desk.identify(0)

    with pytest.raises(PageInvalid) as refused:
        desk.task_page(0, page=page, size=size)

    assert refused.value.context == {"field": field}


def test_signers_and_staff_of_the_city_see_the_sealed_document() -> None:
    desk = sealed()

    for call in (person(0), person(3), clerk(), clerk(role="AUDITOR")):
        shown = desk.verified_page(call)
        assert b"seal" in desk.objects.get(shown.link.removeprefix("link:"))


@pytest.mark.parametrize(
    "call",
    [person(STRANGER), clerk("yangquan-registry"), clerk(role="BANK_CLERK"), service("contract")],
    ids=["stranger", "other city", "other work", "service"],
)
def test_to_others_the_document_behind_a_code_has_no_pages(call: Call) -> None:
    with pytest.raises(EnvelopeNotFound):
        sealed().verified_page(call)


def test_nobody_signed_in_is_asked_to_sign_in() -> None:
    with pytest.raises(NotAuthenticated):
        sealed().verified_page(nobody())


def test_staff_with_a_signers_id_is_no_signer() -> None:
    desk: Desk = sealed()

    assert desk.verified_page(staff())  # as a reviewer of the city, not as the signer whose id it bears
