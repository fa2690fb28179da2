"""Notes of the register that may be sold with: who acknowledges them, what waits for it, what happens when they change."""

from __future__ import annotations

import dataclasses

import pytest

from services.common.kit.errors import InvalidValue
from services.common.messages.contract import CaseView, GetCase, Side
from services.common.messages.identity import Person
from services.contract.domain.acknowledgements import AcknowledgementMissing
from services.contract.domain.errors import ActBarred, CaseNotFound
from tests.support import contract_builders as make
from tests.support.contract_world import World

MORTGAGE = ("MORTGAGED", "mortgage_notice")
LEASE = ("LEASED", "lease_notice")


def world(*warnings: str, mortgaged: bool = False, buyers: tuple[Person, ...] = (make.BUYER,)) -> World:
    """A generated text about a house with these notes."""
    one = World()
    one.opened(make.SELLER, warnings=warnings, mortgaged=mortgaged)
    one.save_side(Side.SELLER, make.SELLER)
    one.agree()
    one.joined(buyers[0])
    one.save_side(Side.BUYER, *buyers)
    one.generate()
    return one


def seen_by(one: World, who: Person) -> CaseView:
    return one.get_case(GetCase(case_no=one.case.no), make.call_of(who))


def renoted(one: World, **changed: object) -> None:
    """The register describes the house otherwise from now on."""
    titles = one.register.titles
    titles[make.TITLE_ID] = dataclasses.replace(titles[make.TITLE_ID], **changed)


def test_a_buyer_confirms_only_after_he_has_acknowledged_the_mortgage() -> None:
    one = world("MORTGAGED")
    with pytest.raises(AcknowledgementMissing) as refused:
        one.confirm(make.BUYER)
    one.acknowledge(make.BUYER, *MORTGAGE)

    one.confirm(make.BUYER)

    assert refused.value.code == "contract.acknowledgement_missing"
    assert refused.value.context == {"reasons": ["MORTGAGED"], "roles": ["BUYER_MAIN"]}
    assert one.case.state == "READY_TO_SIGN"


def test_the_seller_acknowledges_the_mortgage_before_he_starts_the_signing() -> None:
    one = world("MORTGAGED")
    one.acknowledge(make.BUYER, *MORTGAGE)
    one.confirm(make.BUYER)
    with pytest.raises(AcknowledgementMissing) as refused:
        one.start()
    one.acknowledge(make.SELLER, *MORTGAGE)

    one.start()

    assert refused.value.context["roles"] == ["SELLER_MAIN"]
    assert one.case.state == "FREEZING"


@pytest.mark.parametrize(("reason", "text"), [LEASE, ("HABITATION_RIGHT", "habitation_notice")])
def test_a_lease_and_a_right_of_habitation_concern_the_buyers_alone(reason: str, text: str) -> None:
    one = world(reason)
    with pytest.raises(InvalidValue, match=r"contract\.nothing_to_acknowledge"):
        one.acknowledge(make.SELLER, reason, text)
    one.acknowledge(make.BUYER, reason, text)
    one.confirm(make.BUYER)

    assert one.start().state == "FREEZING"


def test_every_buyer_acknowledges_for_himself() -> None:
    one = world("LEASED", buyers=(make.BUYER, make.BUYER_2))
    one.acknowledge(make.BUYER, *LEASE)
    one.confirm(make.BUYER)

    with pytest.raises(AcknowledgementMissing) as refused:
        one.confirm(make.BUYER_2)
    assert refused.value.context["roles"] == ["BUYER_CO_OWNER"]


def test_what_was_acknowledged_is_kept_with_person_text_version_and_time_and_shown() -> None:
    one = world("MORTGAGED")
    assert seen_by(one, make.BUYER).warnings[0].mine_to_acknowledge
    one.acknowledge(make.BUYER, *MORTGAGE)

    (warning,) = seen_by(one, make.SELLER).warnings
    (done,) = warning.acknowledged
    assert (warning.reason, warning.text_id, warning.text_version) == ("MORTGAGED", "mortgage_notice", "2026.1")
    assert warning.sides == (Side.SELLER, Side.BUYER)
    assert warning.mine_to_acknowledge, "the seller has not"
    assert (done.person_id, done.text_id, done.text_version, done.at) == (
        make.BUYER.person_id,
        "mortgage_notice",
        "2026.1",
        make.NOW,
    )
    assert not seen_by(one, make.BUYER).warnings[0].mine_to_acknowledge


def test_a_second_time_changes_nothing() -> None:
    one = world("MORTGAGED")
    first = one.acknowledge(make.BUYER, *MORTGAGE)

    assert one.acknowledge(make.BUYER, *MORTGAGE) == first
    assert len(one.case.acknowledged) == 1


def test_another_text_or_an_old_version_is_no_acknowledgement() -> None:
    one = world("MORTGAGED")
    for text, version in (("lease_notice", "2026.1"), ("mortgage_notice", "2025.9")):
        with pytest.raises(InvalidValue, match=r"contract\.notice_not_accepted"):
            one.acknowledge(make.BUYER, "MORTGAGED", text, version)
    assert one.case.acknowledged == ()


def test_what_the_register_does_not_note_cannot_be_acknowledged() -> None:
    one = world("LEASED")
    for reason, text in (MORTGAGE, ("HOUSE_SEALED", "seal_notice")):
        with pytest.raises(InvalidValue, match=r"contract\.nothing_to_acknowledge"):
            one.acknowledge(make.BUYER, reason, text)


def test_a_stranger_finds_no_case_to_acknowledge_anything_in() -> None:
    one = world("MORTGAGED")
    with pytest.raises(CaseNotFound):
        one.acknowledge(make.STRANGER, *MORTGAGE)


def test_it_is_too_late_once_signing_has_begun() -> None:
    one = World()
    one.frozen()
    with pytest.raises(ActBarred, match=r"contract\.signing_started"):
        one.acknowledge(make.BUYER, *MORTGAGE)


def test_a_barred_confirmation_is_offered_with_its_reason_and_the_acknowledgement_as_the_way_on() -> None:
    one = world("MORTGAGED")
    before = seen_by(one, make.BUYER)
    one.acknowledge(make.BUYER, *MORTGAGE)
    after = seen_by(one, make.BUYER)

    assert "acknowledge" in before.allowed_acts
    assert {bar.act: bar.reason for bar in before.barred_acts}["confirm"] == "contract.acknowledgement_missing"
    assert "acknowledge" not in after.allowed_acts
    assert "confirm" in after.allowed_acts


def test_a_mortgage_registered_after_the_text_was_made_takes_the_case_back_to_the_buyer() -> None:
    one = world()
    one.confirm(make.BUYER)
    renoted(one, warnings=("MORTGAGED",), mortgaged=True)

    answer = one.start()

    assert answer.state == "BUYER_DRAFT"
    assert one.case.title.mortgaged
    assert one.case.drawing.confirmed == ()
    old = one.case.version
    one.generate()
    with pytest.raises(AcknowledgementMissing):
        one.confirm(make.BUYER)
    assert one.case.version == old + 1


def test_a_mortgage_cleared_meanwhile_makes_a_new_text_too() -> None:
    one = world("MORTGAGED", mortgaged=True)
    one.acknowledge(make.BUYER, *MORTGAGE)
    one.confirm(make.BUYER)
    renoted(one, warnings=(), mortgaged=False)

    assert one.start().state == "BUYER_DRAFT"
    one.generate()
    one.confirm(make.BUYER)
    assert one.start().state == "FREEZING"


def test_a_seal_goes_before_everything_else_the_register_says() -> None:
    one = world()
    one.confirm(make.BUYER)
    renoted(one, barred_by=("HOUSE_SEALED",), warnings=("MORTGAGED",), mortgaged=True)

    assert one.start().state == "FROZEN"
    assert not one.case.title.mortgaged, "the text stays until the house may be sold"
