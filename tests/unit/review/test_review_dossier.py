"""What a reviewer sees beside the case, and what the parties are told before he sees it: the same rules."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from services.common.kit.calls import Actor, ActorKind, Call
from services.common.kit.errors import Unavailable
from services.common.messages.contract import DocumentView, MaterialProgress, Side
from services.common.messages.review import GetDossier, ListReasons, PreviewFindings
from services.common.values import PersonId
from services.review.application.list_reasons import list_reasons
from services.review.domain.errors import ReasonUnknown, ReviewNotFound
from services.review.domain.rules import CATALOGUE, Use, find_rule
from tests.unit.review.cases import BUYER_ID, SELLER_ID, materials, party_view, terms
from tests.unit.review.desk import CASE, Desk, applied, desk_with_claim, staff, submitted

TODO = MaterialProgress(
    person_id=SELLER_ID, material_id="id_card", name="身份证", required=True, status="TODO", files=0
)
OTHER = PersonId("p-" + "z" * 26)


def person(person_id: PersonId) -> Call:
    return Call(Actor(ActorKind.PERSON, str(person_id)), "c", "r")


def found_by(desk: Desk, who: PersonId = SELLER_ID) -> dict[str, tuple[str, ...]]:
    told = desk.preview(PreviewFindings(case_no=CASE), person(who)).findings
    return {one.rule: one.details for one in told}


def test_a_case_in_order_has_no_findings() -> None:
    assert found_by(Desk()) == {}


@pytest.mark.parametrize(
    ("title", "case", "rule", "details"),
    [
        ({"barred_by": ("HOUSE_SEALED",)}, {}, "HOUSE_BARRED", ("HOUSE_SEALED",)),
        ({}, {"building_area": Decimal("97.00")}, "HOUSE_DIFFERS", ("building_area",)),
        ({}, {"location": "别处"}, "HOUSE_DIFFERS", ("location",)),
        ({"owners": ()}, {}, "OWNERS_DIFFER", ("parties.seller",)),
        ({}, {"terms": replace(terms(), transfer_apply_by=dt.date(2026, 11, 21))}, "TRANSFER_DATE_PAST", None),
        ({}, {"terms": replace(terms(), delivery_date=dt.date(2026, 11, 21))}, "DELIVERY_DATE_PAST", None),
        (
            {"mortgaged": True},
            {"terms": replace(terms(), mortgage_release_by=dt.date(2027, 6, 1))},
            "RELEASE_AFTER_TRANSFER",
            ("terms.mortgage_release_by",),
        ),
        ({"leased": True}, {}, "LEASE_NOT_TOLD", ("terms.lease_until",)),
        ({"papers_needed": ("MORTGAGEE_CONSENT",)}, {}, "PAPER_MISSING", ("MORTGAGEE_CONSENT",)),
        ({}, {"materials": (TODO,)}, "MATERIAL_MISSING", ("id_card",)),
        ({"warnings": ("MORTGAGED",)}, {}, "NOTE_NOT_ACKNOWLEDGED", ("MORTGAGED",)),
    ],
)
def test_what_the_system_sees_is_told_before_submission_and_stands_in_the_checklist(
    title: dict[str, object], case: dict[str, object], rule: str, details: tuple[str, ...] | None
) -> None:
    desk = desk_with_claim()
    desk.register.known = replace(desk.register.known, **title)  # type: ignore[arg-type]
    desk.parties.case = replace(desk.parties.case, **case)  # type: ignore[arg-type]

    told = found_by(desk)

    assert list(told) == [rule]
    assert details is None or told[rule] == details
    checks = desk.dossier(GetDossier(review_id="r1"), staff("anna")).checks
    assert [one.rule for one in checks if one.status == "FOUND"] == [rule]


def test_findings_are_for_the_parties_alone() -> None:
    desk = Desk()

    assert found_by(desk, BUYER_ID) == {}
    for call in (person(OTHER), staff("anna")):
        with pytest.raises(ReviewNotFound):
            desk.preview(PreviewFindings(case_no=CASE), call)


def test_a_register_that_does_not_answer_is_no_clean_checklist() -> None:
    desk = desk_with_claim()
    desk.register.away = True

    with pytest.raises(Unavailable):
        desk.dossier(GetDossier(review_id="r1"), staff("anna"))

    assert "review.dossier_shown" not in [one.act_code for one in desk.memory.acts]


def test_differences_name_both_sides() -> None:
    desk = desk_with_claim()
    desk.parties.case = replace(desk.parties.case, building_area=Decimal("97.00"))

    (found,) = desk.dossier(GetDossier(review_id="r1"), staff("anna")).differences

    assert (found.field, found.contract, found.register) == ("building_area", "97.00", "98.50")


def test_a_new_round_shows_what_changed_and_what_was_returned() -> None:
    desk = desk_with_claim()
    desk.return_(("婚姻证明", "MARITAL_PROOF_UNFIT", "照片不清"))
    desk.queue(submitted(round_=2))
    extra = DocumentView(kind="supplement", status="SIGNED", sha256="cd" * 32, pages=1, signatures=2)
    before = desk.parties.case
    desk.parties.case = replace(
        before,
        documents=(replace(before.documents[0], sha256="ef" * 32), extra),
        parties=(*before.parties, party_view(OTHER, Side.BUYER)),
    )

    desk.parties.uploaded = materials("bb" * 32)

    shown = desk.dossier(GetDossier(review_id="r2"), staff("anna"))

    assert [(one.part, one.change) for one in shown.changes] == [
        ("document:sale_contract", "CHANGED"),
        ("document:supplement", "ADDED"),
        (f"material:id_card:{SELLER_ID}", "CHANGED"),
        ("parties", "CHANGED"),
    ]
    (earlier,) = shown.rounds
    assert (earlier.round, earlier.state, earlier.decided_by) == (1, "RETURNED", "anna")
    assert [(one.item, one.rule, one.reason) for one in earlier.points] == [
        ("婚姻证明", "MARITAL_PROOF_UNFIT", "照片不清")
    ]


def test_a_first_round_shows_no_changes() -> None:
    assert desk_with_claim().dossier(GetDossier(review_id="r1"), staff("anna")).changes == ()


def test_changes_are_told_against_the_return_before_of_the_same_kind_alone() -> None:
    desk = desk_with_claim()
    desk.return_(("婚姻证明", "MARITAL_PROOF_UNFIT", "照片不清"))
    desk.parties.uploaded = materials("bb" * 32)
    desk.queue(submitted(round_=2))
    desk.queue(applied(round_=3))

    def changes(review_id: str) -> int:
        return len(desk.dossier(GetDossier(review_id=review_id), staff("anna")).changes)

    assert [changes(one) for one in ("r1", "r2", "r3")] == [0, 1, 0]


def test_every_look_claim_and_decision_is_told_to_the_audit() -> None:
    desk = desk_with_claim()
    desk.dossier(GetDossier(review_id="r1"), staff("anna"))
    desk.claim()  # one's own again
    desk.release()
    desk.claim(staff("berta"))
    desk.approve(staff("berta"))

    assert [(one.staff_id, one.act_code, one.subject_id) for one in desk.memory.acts] == [
        ("anna", "review.case_claimed", str(CASE)),
        ("anna", "review.dossier_shown", str(CASE)),
        ("anna", "review.claim_released", str(CASE)),
        ("berta", "review.case_claimed", str(CASE)),
        ("berta", "review.case_approved", str(CASE)),
    ]


def test_another_offices_dossier_is_not_there() -> None:
    with pytest.raises(ReviewNotFound):
        desk_with_claim().dossier(GetDossier(review_id="r1"), staff("emil", "elsewhere"))


def test_the_catalogue_is_listed_whole_with_what_each_reason_is_for() -> None:
    rules = list_reasons(ListReasons(), staff("anna")).rules

    assert len({one.rule for one in rules}) == len(CATALOGUE)
    assert all(one.uses for one in rules)


@pytest.mark.parametrize("rule", ["NO_SUCH_RULE", "CANCEL_NEEDS_BOTH", "other"])
def test_a_return_takes_no_reason_of_another_decision(rule: str) -> None:
    desk = desk_with_claim()

    with pytest.raises(ReasonUnknown):
        desk.return_(("合同", rule, "缺页"))


def test_a_rule_is_found_for_its_uses_alone() -> None:
    assert find_rule("MATERIAL_ILLEGIBLE", Use.RETURN) is not None
    assert find_rule("MATERIAL_ILLEGIBLE", Use.REJECT) is None
