"""The evidence package: for those who sign and staff of the city, made once for each end of the chain, never from a broken one."""

from __future__ import annotations

import dataclasses

import pytest

from services.common.kit.errors import NotAuthenticated
from services.signing.domain.errors import EnvelopeNotFound, EvidenceBroken, StoredDocumentDiffers
from tests.unit.signing.desk import MOBILES, NAMES, STRANGER, Desk, nobody, opened, person, service
from tests.unit.signing.test_signing_pages import clerk
from tests.unit.signing.test_signing_verifying import sealed


def content(desk: Desk, link: str) -> str:
    return desk.objects.get(link.removeprefix("link:")).decode()


def test_signers_and_staff_of_the_city_get_the_whole_chain_with_masked_mobiles() -> None:
    desk = sealed()

    for call in (person(0), person(3), clerk(), clerk(role="AUDITOR")):
        given = desk.package(call)
        told = content(desk, given.link)
        assert (given.media_type, given.file_name) == ("application/zip", "签署证据_2026112200001.zip")
        assert all(name in told for name in NAMES)
        assert all(act in told for act in desk.acts())
        assert not [mobile for mobile in MOBILES if mobile in told]


@pytest.mark.parametrize(
    "call",
    [person(STRANGER), clerk("yangquan-registry"), clerk(role="BANK_CLERK"), service("notice")],
    ids=["stranger", "other city", "other work", "service"],
)
def test_to_others_there_is_no_such_case(call: object) -> None:
    with pytest.raises(EnvelopeNotFound):
        sealed().package(call)  # type: ignore[arg-type]


def test_nobody_signed_in_is_asked_to_sign_in_and_a_case_without_envelope_has_no_evidence() -> None:
    with pytest.raises(NotAuthenticated):
        sealed().package(nobody())
    with pytest.raises(EnvelopeNotFound):
        Desk().package(person(0))


def test_a_package_is_made_once_until_something_more_happens() -> None:
    desk = opened()
    first = desk.package(person(0))
    again = desk.package(person(1))
    desk.identify(0)
    later = desk.package(person(0))

    assert (first.link, desk.engine.jobs.count("report")) == (again.link, 2)
    assert later.link != first.link


def test_no_package_is_made_of_a_broken_chain() -> None:
    desk = sealed()
    records = desk.memory.evidence[desk.envelope.envelope_id]
    records[2] = dataclasses.replace(records[2], act="document_opened")

    with pytest.raises(EvidenceBroken):
        desk.package(person(0))


def test_no_package_is_made_of_a_stored_document_that_differs() -> None:
    desk = sealed()
    desk.objects.put(desk.envelope.documents[0].key, b"other")

    with pytest.raises(StoredDocumentDiffers):
        desk.package(person(0))
