"""Refusal 29: two approvals by two persons, and nobody decides his own or his family's case."""

import pytest

from services.common.messages.review import DeclareRelative, ReviewApproved
from services.common.values import PersonId
from services.review.domain.errors import AlreadyClaimed, ConflictOfInterest, NotClaimed
from services.review.domain.review import State
from tests.unit.gateway.samples import id_number
from tests.unit.review.desk import MEMBER, Desk, pseudonym, staff
from tests.unit.review.fakes import KnownParties, OneOffice


def first_passed() -> Desk:
    desk = Desk(offices=OneOffice(persons=2))
    desk.queue()
    desk.claim(staff("anna"))
    assert desk.approve(staff("anna")).state == "FIRST_OK"
    return desk


def test_the_first_of_two_approvals_gives_no_number_and_tells_nobody() -> None:
    desk = first_passed()

    assert (desk.review().filing_no, desk.review().first_ok_by) == ("", "anna")
    assert desk.told(ReviewApproved) == []


def test_a_second_person_claims_and_files_it() -> None:
    desk = first_passed()

    desk.claim(staff("berta"))

    assert desk.approve(staff("berta")).state == "APPROVED"
    assert len(desk.told(ReviewApproved)) == 1


def test_the_same_person_never_gives_both_approvals() -> None:
    desk = first_passed()

    with pytest.raises(ConflictOfInterest) as refused:
        desk.claim(staff("anna"))
    with pytest.raises(NotClaimed):
        desk.approve(staff("anna"))

    assert refused.value.context["why"] == "SAME_REVIEWER"


def test_the_same_person_behind_two_accounts_never_gives_both_approvals() -> None:
    desk = first_passed()
    desk.parties.staff = {"anna": MEMBER, "anna2": MEMBER}

    with pytest.raises(ConflictOfInterest):
        desk.claim(staff("anna2"))


def test_a_claim_on_the_second_step_that_ran_out_waits_for_a_second_person_again() -> None:
    desk = first_passed()
    desk.claim(staff("berta"))
    desk.wait(minutes=31)

    assert desk.review().shown_state(desk.time) is State.FIRST_OK
    desk.claim(staff("clara"))
    assert desk.approve(staff("clara")).state == "APPROVED"


def test_after_the_first_approval_the_seller_takes_nothing_back() -> None:
    desk = first_passed()

    with pytest.raises(AlreadyClaimed):
        desk.withdraw()


def test_one_approval_is_enough_where_the_city_says_so() -> None:
    desk = Desk()
    desk.queue()
    desk.claim()

    assert desk.approve().state == "APPROVED"


def test_a_reviewer_who_is_a_party_gets_no_claim() -> None:
    desk = Desk(parties=KnownParties(parties=(MEMBER,), staff={"anna": MEMBER}))
    desk.queue()

    with pytest.raises(ConflictOfInterest) as refused:
        desk.claim()

    assert refused.value.context["why"] == "PARTY"


def test_a_declared_relative_who_is_a_party_bars_the_reviewer_until_it_is_withdrawn() -> None:
    number = id_number(7)
    relative: PersonId = pseudonym(number)
    desk = Desk(parties=KnownParties(parties=(relative,)))
    desk.queue()

    assert desk.declare(DeclareRelative(id_number=number), staff("anna")).declared == 1
    assert desk.declare(DeclareRelative(id_number=number), staff("anna")).declared == 1
    with pytest.raises(ConflictOfInterest) as refused:
        desk.claim()
    assert refused.value.context["why"] == "RELATIVE"
    desk.claim(staff("berta"))
    desk.release(staff("berta"))

    assert desk.declare(DeclareRelative(id_number=number, withdrawn=True), staff("anna")).declared == 0
    assert desk.claim().state == "CLAIMED"


def test_a_relative_who_is_no_party_bars_nobody() -> None:
    desk = Desk()
    desk.queue()
    desk.declare(DeclareRelative(id_number=id_number(7)), staff("anna"))

    assert desk.claim().state == "CLAIMED"
