"""The desk for doubtful face checks: what is kept and for how long, who may look and decide, what the person gets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.common.kit.calls import Call
from services.common.kit.sealing import SealingPair, open_sealed, seal
from services.common.messages import identity as messages
from services.common.messages.identity import ProofPurpose
from services.common.values import PersonId
from services.identity.application.at_provider import fetch_face_result
from services.identity.application.audit import list_staff_acts
from services.identity.application.face_reviews import (
    decide_face_review,
    list_face_reviews,
    look_at_face_review,
    request_face_review,
    show_face_review,
)
from services.identity.application.forget_expired import forget_expired
from services.identity.application.get_sealing_key import get_sealing_key
from services.identity.application.show_face_check import show_face_check
from services.identity.application.withdraw_consent import withdraw_consent
from tests.unit.identity.test_account_changes import NEW, recover
from tests.unit.identity.test_name_checks import seen
from tests.unit.identity.told_faces import Booth, claims
from tests.unit.identity.world import anonymous, as_person, as_service, as_staff, id_number, refused

OFFICE = "huangshi-1"


class Desk:
    """A person whose check ended in doubt, and the clerks."""

    def __init__(self, booth: Booth, *, consent: bool = True) -> None:
        self.booth, self.world = booth, booth.world
        self.person: PersonId = booth.ready_person()
        if consent:
            self.world.consent(self.person, "FACE_REVIEW")
        self.clerk_id = self.world.staff("COUNTER_CLERK")
        self.clerk = as_staff(self.clerk_id, "COUNTER_CLERK", office=OFFICE)
        self.who: Call = as_person(self.person)

    def doubt(self, purpose: ProofPurpose = ProofPurpose.OPEN_CASE, subject: str = "") -> messages.FaceCheck:
        self.booth.faces.card_distance = 0.48
        ended = self.booth.carry_through(self.who, self.booth.start(self.who, purpose, subject))
        self.booth.faces.card_distance = 0.33
        return ended

    def ask(self, check: messages.FaceCheck, card: str = "card:again", office: str = OFFICE) -> messages.FaceCheck:
        key = get_sealing_key(self.world.means, messages.GetSealingKey(), anonymous()).key
        message = messages.RequestFaceReview(check_id=check.check_id, office=office, card=seal(card.encode(), key))
        reference = request_face_review(self.world.means, self.booth.faces, message, self.who)
        return show_face_check(self.world.means, reference, self.who)

    def look(self, check: messages.FaceCheck, clerk: Call | None = None) -> tuple[bytes, bytes]:
        pair, clerk = SealingPair.generate(), clerk or self.clerk
        message = messages.LookAtFaceReview(check_id=check.check_id, reader_key=pair.public)
        reference = look_at_face_review(self.world.means, message, clerk)
        shown = show_face_review(self.world.means, reference, message, clerk)
        return open_sealed(shown.frame, pair.private), open_sealed(shown.card, pair.private)

    def decide(self, check: messages.FaceCheck, reason: str = "", clerk: Call | None = None) -> None:
        message = messages.DecideFaceReview(check_id=check.check_id, approve=not reason, reason=reason)
        decide_face_review(self.world.means, message, clerk or self.clerk)

    def show(self, check: messages.FaceCheck) -> messages.FaceCheck:
        reference = messages.FaceCheckReference(check_id=check.check_id)
        return show_face_check(self.world.means, reference, self.who)

    def fetch(self, check: messages.FaceCheck) -> messages.FaceCheck:
        message = messages.FetchFaceResult(check_id=check.check_id)
        return show_face_check(self.world.means, fetch_face_result(self.world.means, message, self.who), self.who)

    def pictures(self, check: messages.FaceCheck) -> tuple[bytes | None, bytes | None]:
        kept = self.world.store.memory.face_reviews[check.check_id]
        return kept.frame, kept.card

    def queue(self, clerk: Call | None = None) -> list[str]:
        found = list_face_reviews(self.world.means, messages.ListFaceReviews(), clerk or self.clerk)
        return [one.check_id for one in found.items]

    def sweep(self) -> None:
        forget_expired(self.world.means, as_service("identity"))


@pytest.fixture
def desk(booth: Booth) -> Desk:
    return Desk(booth)


def test_without_the_separate_consent_no_picture_is_kept_and_no_review_offered(booth: Booth) -> None:
    desk = Desk(booth, consent=False)
    desk.booth.shoot(desk.who, desk.booth.start(desk.who))
    assert not desk.world.store.memory.face_reviews  # not even while the check runs

    check = desk.doubt()

    assert (check.state, check.reason, check.review) == ("REVIEW", "identity.face_similarity_unsure", None)
    assert not desk.world.store.memory.face_reviews
    with refused("identity.face_review_over"):
        desk.ask(check)


def test_the_queue_is_walked_by_the_cursor_and_a_strange_cursor_is_refused(desk: Desk) -> None:
    desk.ask(desk.doubt())
    [one] = desk.queue()
    again = replace(desk.world.store.memory.face_reviews[one], check_id=f"{one}-2")
    desk.world.store.memory.face_reviews[again.check_id] = again

    first = list_face_reviews(desk.world.means, messages.ListFaceReviews(limit=1), desk.clerk)
    second = list_face_reviews(
        desk.world.means, messages.ListFaceReviews(limit=1, cursor=first.next_cursor), desk.clerk
    )

    assert [item.check_id for item in (*first.items, *second.items)] == [one, again.check_id]
    assert second.next_cursor == ""
    with refused("identity.cursor_invalid"):
        list_face_reviews(desk.world.means, messages.ListFaceReviews(cursor="x"), desk.clerk)


@pytest.mark.parametrize("decided", [False, True])
def test_an_account_won_back_voids_reviews_of_before_approved_ones_too(decided: bool, desk: Desk) -> None:
    check = desk.doubt()
    desk.ask(check)
    if decided:
        desk.look(check)
        desk.decide(check)
    seen(desk.world, "测试甲", NEW)

    recover(desk.world)

    assert desk.pictures(check) == (None, None)
    assert (desk.fetch(check).state, desk.fetch(check).proof) == ("REVIEW", None)


def test_a_clerk_who_looks_and_decides_stands_in_the_audit(desk: Desk) -> None:
    check = desk.doubt()
    desk.ask(check)
    desk.look(check)
    desk.decide(check)

    found = list_staff_acts(desk.world.means, messages.ListStaffActs(), as_staff("a", "AUDITOR", office=OFFICE)).acts
    assert sorted((one.act, one.staff_id, one.subject) for one in found) == [
        ("identity.face_review_decided", desk.clerk_id, str(desk.person)),
        ("identity.face_review_shown", desk.clerk_id, str(desk.person)),
    ]


def test_a_doubt_offers_the_review_beside_the_other_ways(desk: Desk) -> None:
    check = desk.doubt()

    assert (check.state, check.review) == ("REVIEW", "OFFERED")
    assert {"COUNTER", "BANK_CARD"} <= set(check.methods)


def test_only_the_neutral_frame_is_held_and_only_while_its_check_runs(desk: Desk) -> None:
    check = desk.booth.shoot(desk.who, desk.booth.start(desk.who))
    frame, card = desk.pictures(check)
    assert frame is not None
    assert frame.startswith(b"neutral:")
    assert card is None

    assert desk.booth.carry_through(desk.who, check).state == "ACCEPTED"

    assert not desk.world.store.memory.face_reviews


def test_a_rejected_check_keeps_no_picture(desk: Desk) -> None:
    desk.booth.faces.card_distance = 0.9
    desk.booth.carry_through(desk.who, desk.booth.start(desk.who))

    assert not desk.world.store.memory.face_reviews


def test_an_abandoned_check_loses_its_picture_with_the_sweep(desk: Desk) -> None:
    check = desk.booth.shoot(desk.who, desk.booth.start(desk.who))
    desk.world.pass_time(minutes=2)
    desk.sweep()

    assert desk.pictures(check) == (None, None)


def test_an_approved_check_gives_its_proof_on_the_next_poll_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    check = desk.doubt(ProofPurpose.SIGN, "task-1")
    assert desk.ask(check).review == "QUEUED"
    assert desk.queue() == [check.check_id]
    frame, card = desk.look(check)
    assert frame.startswith(b"neutral:")
    assert card == b"card:again"
    desk.world.pass_time(hours=5)
    desk.decide(check)
    assert (desk.show(check).state, desk.show(check).review, desk.show(check).proof) == ("REVIEW", "APPROVED", None)

    ended = desk.fetch(check)

    read = claims(ended, "signing", monkeypatch)
    assert ended.state == "ACCEPTED"
    assert (read["sub"], read["subject"], read["assurance"]) == (str(desk.person), "task-1", "BASIC")
    desk.world.pass_time(minutes=10)
    assert desk.fetch(check).proof is None  # as old as any proof gets: an approval is no key for ever


@pytest.mark.parametrize("reason", ["OTHER_PERSON", "NOT_JUDGEABLE", "NOT_LIVE"])
def test_a_refusal_tells_why_and_gives_no_proof(desk: Desk, reason: str) -> None:
    check = desk.doubt()
    desk.ask(check)
    desk.look(check)
    desk.decide(check, reason)

    ended = desk.fetch(check)

    assert (ended.state, ended.review, ended.proof) == ("REVIEW", "REFUSED", None)
    assert ended.reason == f"identity.face_review_{reason.lower()}"


@pytest.mark.parametrize("reason", ["", "OTHER_PERSON"])
def test_pictures_go_with_the_decision(desk: Desk, reason: str) -> None:
    check = desk.doubt()
    desk.ask(check)
    desk.look(check)
    desk.decide(check, reason)

    assert desk.pictures(check) == (None, None)
    with refused("identity.face_review_over"):
        desk.look(check)


def test_pictures_go_with_the_deadline_and_nobody_decides_any_more(desk: Desk) -> None:
    check = desk.doubt()
    desk.ask(check)
    desk.look(check)
    desk.world.pass_time(hours=72)
    assert desk.queue() == []
    with refused("identity.face_review_over"):
        desk.decide(check)

    desk.sweep()

    assert desk.pictures(check) == (None, None)
    assert desk.show(check).review == "LAPSED"


def test_an_offer_not_taken_lapses_after_half_an_hour(desk: Desk) -> None:
    check = desk.doubt()
    desk.world.pass_time(minutes=30)

    with refused("identity.face_review_over"):
        desk.ask(check)
    desk.sweep()
    assert desk.pictures(check) == (None, None)


def test_an_approval_not_collected_within_a_day_is_worth_nothing(desk: Desk) -> None:
    check = desk.doubt()
    desk.ask(check)
    desk.look(check)
    desk.decide(check)
    desk.world.pass_time(hours=24)

    assert (desk.fetch(check).proof, desk.show(check).review) == (None, "LAPSED")


@pytest.mark.parametrize("purpose", ["FACE", "FACE_REVIEW"])
def test_a_withdrawn_consent_deletes_the_pictures_at_once(desk: Desk, purpose: str) -> None:
    check = desk.doubt()
    desk.ask(check)
    withdraw_consent(desk.world.means, messages.WithdrawConsent(purpose=purpose), desk.who)

    assert desk.pictures(check) == (None, None)
    assert desk.queue() == []
    with refused("identity.face_review_over"):
        desk.look(check)


def test_another_card_than_the_enrolled_one_is_not_taken(desk: Desk) -> None:
    check = desk.doubt()
    desk.booth.faces.card_distance = 0.41

    with refused("identity.face_review_card_differs"):
        desk.ask(check)


@pytest.mark.parametrize(
    ("card", "code"), [("no_face:", "identity.face_no_face"), ("small_card:", "identity.face_too_small")]
)
def test_a_useless_card_is_refused_with_its_reason(desk: Desk, card: str, code: str) -> None:
    check = desk.doubt()

    with refused(code):
        desk.ask(check, card)


def test_only_counter_clerks_of_the_chosen_office_see_it(desk: Desk) -> None:
    check = desk.doubt()
    desk.ask(check)
    elsewhere = as_staff(desk.clerk_id, "COUNTER_CLERK", office="huangshi-2")
    reviewer = as_staff(desk.clerk_id, "REVIEWER", office=OFFICE)

    assert desk.queue(elsewhere) == []
    with refused("identity.face_review_unknown"):
        desk.look(check, elsewhere)
    with refused("identity.face_review_unknown"):
        desk.decide(check, clerk=elsewhere)
    with refused("actor.role_missing"):
        desk.queue(reviewer)
    with refused("actor.role_missing"):
        desk.look(check, reviewer)
    with refused("actor.staff_only"):
        desk.look(check, desk.who)


def test_whoever_decides_has_looked(desk: Desk) -> None:
    check = desk.doubt()
    desk.ask(check)
    other = as_staff(desk.world.staff("COUNTER_CLERK", login="clerk.two"), "COUNTER_CLERK", office=OFFICE)
    desk.look(check)

    with refused("identity.face_review_not_read"):
        desk.decide(check, clerk=other)


def test_nobody_reviews_themselves(desk: Desk) -> None:
    check = desk.doubt()
    desk.ask(check)
    staff_id = desk.world.staff("COUNTER_CLERK", login="clerk.two", number=id_number(1))
    oneself = as_staff(staff_id, "COUNTER_CLERK", office=OFFICE)

    with refused("identity.face_review_of_oneself"):
        desk.look(check, oneself)
    with refused("identity.face_review_of_oneself"):
        desk.decide(check, clerk=oneself)


def test_every_look_is_written_down_with_staff_office_and_time(desk: Desk) -> None:
    check = desk.doubt()
    desk.ask(check)
    desk.look(check)
    desk.world.pass_time(minutes=1)
    desk.look(check)

    reads = desk.world.store.memory.face_review_reads
    assert [one[:3] for one in reads] == [(check.check_id, desk.clerk_id, OFFICE)] * 2
    assert reads[0][3] < reads[1][3]


def test_a_decision_is_told_by_its_id_alone(desk: Desk) -> None:
    check = desk.doubt()
    desk.ask(check)
    desk.look(check)
    desk.decide(check)

    assert desk.world.store.events[-1] == messages.FaceReviewDecided(check_id=check.check_id)


def test_a_second_decision_changes_nothing(desk: Desk) -> None:
    check = desk.doubt()
    desk.ask(check)
    desk.look(check)
    desk.decide(check, "OTHER_PERSON")

    with refused("identity.face_review_over"):
        desk.decide(check)


def test_nobody_asks_for_or_collects_anothers_review(desk: Desk) -> None:
    check = desk.doubt()
    desk.ask(check)
    desk.look(check)
    desk.decide(check)
    desk.who = as_person(desk.booth.ready_person(2))

    with refused("identity.face_check_unknown"):
        desk.fetch(check)
    with refused("identity.face_check_unknown"):
        desk.ask(check)


def test_a_reason_that_is_none_refuses_nothing(desk: Desk) -> None:
    check = desk.doubt()
    desk.ask(check)
    desk.look(check)

    with refused("identity.face_review_reason_unknown"):
        desk.decide(check, "BECAUSE")
