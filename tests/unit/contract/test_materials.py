"""What is asked of whom, what blocks what, and who may put a file to a case or take it away, when."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import replace

import pytest

from services.common.kit.errors import DomainError
from services.common.messages.contract import GetCase, Marital, SaveParties, Side
from services.common.messages.identity import Person
from services.common.profiles import Condition, DocumentKind, Material, PartyRole
from services.contract.domain.case import Case
from services.contract.domain.errors import ActBarred, CaseNotFound, InputRefused, NotAllowed, StaleVersion
from services.contract.domain.lifecycle import State
from services.contract.domain.materials import Asked, MaterialList
from tests.support import contract_builders as make
from tests.support.contract_materials import file_of
from tests.support.contract_world import World

ALL_FOUR = ((make.SELLER, make.SELLER_2), (make.BUYER, make.BUYER_2))
OPEN_STATES = {
    State.SELLER_DRAFT,
    State.WAIT_BUYER,
    State.BUYER_DRAFT,
    State.CONFIRMING,
    State.READY_TO_SIGN,
    State.FREEZING,
    State.SIGNING,
    State.SIGNED,
    State.FROZEN,
    State.SUBMITTED,
    State.RETURNED,
}


def code(refused: pytest.ExceptionInfo[DomainError]) -> str:
    return refused.value.code


def bare(world: World) -> Case:
    """The case as stored, without a file."""
    case = world.case
    case.files = ()
    return case


def asked(case: Case) -> set[tuple[str, str]]:
    return {(one.party.role.value, one.material.id) for one in case.materials.rows if one.required}


def with_marital(world: World, marital: Marital) -> Case:
    world.published()
    case = world.case
    case.sellers = (replace(case.sellers[0], marital=marital),)
    return case


@pytest.mark.parametrize(
    ("marital", "proof"),
    [
        (Marital.MARRIED, {"marriage_proof"}),
        (Marital.DIVORCED, {"divorce_proof"}),
        (Marital.SINGLE, set()),
        (Marital.WIDOWED, set()),
    ],
)
def test_the_marriage_proof_asked_for_depends_on_marital_status(marital: Marital, proof: set[str]) -> None:
    case = with_marital(World(), marital)

    assert asked(case) == {("SELLER_MAIN", one) for one in {"id_card", "title_certificate"} | proof}


def test_every_person_is_asked_and_the_certificate_of_the_main_seller_alone() -> None:
    world = World()
    world.generated(*ALL_FOUR)

    both = {(role.value, one) for role in PartyRole for one in ("id_card", "marriage_proof")}
    assert asked(world.case) == both | {("SELLER_MAIN", "title_certificate")}


def test_before_the_marital_status_is_known_either_proof_may_come_and_none_is_asked() -> None:
    world = World()
    world.opened()
    case = world.case

    offered = {one.material.id for one in case.materials.rows}

    assert asked(case) == {("SELLER_MAIN", "id_card"), ("SELLER_MAIN", "title_certificate")}
    assert {"marriage_proof", "divorce_proof", "other"} <= offered
    assert "business_licence" not in offered
    case.attach(make.SELLER.person_id, file_of(make.SELLER.person_id, "divorce_proof", "COURT_JUDGMENT"))


def test_what_is_no_longer_asked_shows_while_its_file_is_there() -> None:
    world = World()
    case = with_marital(world, Marital.SINGLE)
    case.files = (file_of(make.SELLER.person_id, "marriage_proof", "MARRIAGE_CERTIFICATE"),)

    row = case.materials.row(make.SELLER.person_id, "marriage_proof")

    assert isinstance(row, Asked)
    assert not row.required
    with pytest.raises(InputRefused) as refused:
        case.attach(make.SELLER.person_id, file_of(make.SELLER.person_id, "marriage_proof", "MARRIAGE_CERTIFICATE", 2))
    assert code(refused) == "contract.material_not_asked"


@pytest.mark.parametrize(
    ("when", "changed", "holds"),
    [
        (Condition.MORTGAGED, {"mortgaged": True}, True),
        (Condition.MORTGAGED, {"mortgaged": False}, False),
        (Condition.LEASED, {"lease_until": dt.date(2027, 1, 1)}, True),
        (Condition.LEASED, {"lease_until": None}, False),
        (Condition.ALWAYS, {}, True),
        (Condition.PERSON, {}, True),
        (Condition.ENTERPRISE, {}, False),
    ],
)
def test_a_material_depends_on_house_and_terms(when: Condition, changed: dict[str, object], holds: bool) -> None:
    world = World()
    world.published()
    case = world.case
    rules = replace(case.rules, materials=(_material(when),))
    house = {name: value for name, value in changed.items() if name == "mortgaged"}
    agreed = {name: value for name, value in changed.items() if name == "lease_until"}

    rows = MaterialList(
        rules,
        replace(case.title, **house),  # type: ignore[arg-type]
        replace(make.terms(), **agreed),  # type: ignore[arg-type]
        case.parties,
        (),
        case.opened_at,
    ).rows

    assert [one.required for one in rows] == ([True] if holds else [])


def _material(when: Condition = Condition.ALWAYS, **changed: object) -> Material:
    whole = Material(id="paper", name="材料", roles=(PartyRole.SELLER_MAIN,), any_of=(DocumentKind.OTHER,), when=when)
    return dataclasses.replace(whole, **changed)  # type: ignore[arg-type]


def test_the_list_is_that_of_the_day_the_case_was_opened() -> None:
    world = World()
    world.published()
    case = world.case
    later = _material(valid_from=make.TODAY + dt.timedelta(days=1))
    case.rules = replace(case.rules, materials=(*case.rules.materials, later))

    assert case.materials.row(make.SELLER.person_id, "paper") is None


# ---- what blocks what ----------------------------------------------------------------------------------------------
def test_generating_waits_for_identity_and_marriage_proof_of_every_buyer() -> None:
    world = World()
    world.published()
    world.joined()
    world.save_side(Side.BUYER, make.BUYER, make.BUYER_2)
    gone = file_of(make.BUYER_2.person_id, "marriage_proof", "MARRIAGE_CERTIFICATE")
    stored = world.store.cases[world.case.no]
    stored.files = tuple(one for one in stored.files if one.file_id != gone.file_id)

    with pytest.raises(ActBarred) as refused:
        world.generate()

    assert code(refused) == "contract.materials_missing"
    assert refused.value.context["missing"] == ["BUYER_CO_OWNER:marriage_proof"]
    assert refused.value.context["persons"] == [str(make.BUYER_2.person_id)]
    assert refused.value.context["materials"] == ["婚姻证明（已婚）"]


def test_generating_does_not_wait_for_the_sellers() -> None:
    world = World()
    world.published()
    world.store.cases[world.case.no].files = ()
    world.joined()
    world.save_side(Side.BUYER, make.BUYER)

    assert world.generate().state == "CONFIRMING"


def test_submitting_waits_for_everything_and_names_it() -> None:
    world = World()
    world.signed()
    world.store.cases[world.case.no].files = ()

    with pytest.raises(ActBarred) as refused:
        world.submit()

    assert code(refused) == "contract.materials_missing"
    assert refused.value.context["missing"] == [
        "SELLER_MAIN:id_card",
        "SELLER_MAIN:marriage_proof",
        "SELLER_MAIN:title_certificate",
        "BUYER_MAIN:id_card",
        "BUYER_MAIN:marriage_proof",
    ]


def test_what_a_party_cannot_do_for_want_of_materials_is_shown_with_the_reason() -> None:
    world = World()
    world.signed()
    world.store.cases[world.case.no].files = ()

    view = world.get_case(GetCase(case_no=world.case.no), make.call_of(make.SELLER))

    assert {one.act: one.reason for one in view.barred_acts}["submit"] == "contract.materials_missing"
    assert {one.status for one in view.materials if one.required} == {"TODO"}


def test_the_case_shows_how_far_its_materials_are() -> None:
    world = World()
    world.generated()

    view = world.get_case(GetCase(case_no=world.case.no), make.call_of(make.BUYER))

    required = [one for one in view.materials if one.required]
    assert {one.person_id for one in required} == {make.SELLER.person_id, make.BUYER.person_id}
    assert {(one.status, one.files) for one in required} == {("DONE", 1)}
    assert {(one.status, one.files) for one in view.materials if one.material_id == "other"} == {("TODO", 0)}


# ---- putting and taking --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", list(State))
def test_files_may_come_before_the_submission_and_while_no_reviewer_works_on_it(state: State) -> None:
    world = World()
    world.signed()
    case = bare(world)
    case.state = state
    file = file_of(make.BUYER.person_id, "other", "OTHER", version=case.version)

    if state in OPEN_STATES:
        assert case.attach(make.BUYER.person_id, file) is file
    else:
        with pytest.raises(ActBarred):
            case.attach(make.BUYER.person_id, file)


@pytest.mark.parametrize("state", list(State))
def test_files_may_go_as_long_but_not_once_submitted(state: State) -> None:
    world = World()
    world.signed()
    case = world.case
    case.state = state
    file_id = case.files[0].file_id

    if state in OPEN_STATES - {State.SUBMITTED}:
        assert case.detach(make.SELLER.person_id, file_id).file_id == file_id
        assert all(one.file_id != file_id for one in case.files)
    else:
        with pytest.raises(ActBarred):
            case.detach(make.SELLER.person_id, file_id)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.REVIEWING, "contract.materials_with_reviewer"),
        (State.SUBMITTED, "contract.withdraw_submission_first"),
        (State.FILED, "contract.already_filed"),
        (State.REVOKED, "contract.case_ended"),
    ],
)
def test_why_a_file_cannot_go_is_told(state: State, reason: str) -> None:
    world = World()
    world.signed()
    case = world.case
    case.state = state

    with pytest.raises(ActBarred) as refused:
        case.detach(make.SELLER.person_id, case.files[0].file_id)

    assert code(refused) == reason


def test_a_file_moves_nothing_and_voids_nothing() -> None:
    world = World()
    world.signed()
    case = world.case
    before = (case.state, case.revision, case.version, case.drawing, case.history)

    case.attach(make.BUYER.person_id, file_of(make.BUYER.person_id, "other", "OTHER", version=case.version))

    assert (case.state, case.revision, case.version, case.drawing, case.history) == before
    assert not case.take_told()


@pytest.mark.parametrize(
    ("by", "of", "may"),
    [
        (make.SELLER, make.SELLER, True),
        (make.SELLER, make.SELLER_2, True),
        (make.SELLER_2, make.SELLER_2, True),
        (make.SELLER_2, make.SELLER, False),
        (make.SELLER, make.BUYER, False),
        (make.BUYER, make.SELLER_2, False),
        (make.BUYER, make.BUYER_2, True),
        (make.BUYER_2, make.BUYER, False),
    ],
)
def test_the_person_and_the_main_party_of_the_side_put_and_take(by: Person, of: Person, may: bool) -> None:
    world = World()
    world.generated(*ALL_FOUR)
    case = world.case
    file = file_of(of.person_id, "other", "OTHER", version=1)

    if may:
        case.attach(by.person_id, file)
        assert case.detach(by.person_id, file.file_id) is file
    else:
        with pytest.raises(NotAllowed):
            case.attach(by.person_id, file)
        case.attach(of.person_id, file)
        with pytest.raises(NotAllowed):
            case.detach(by.person_id, file.file_id)


def test_to_a_stranger_the_case_does_not_exist() -> None:
    world = World()
    world.generated()

    with pytest.raises(CaseNotFound):
        world.case.attach(make.STRANGER.person_id, file_of(make.SELLER.person_id, "other", "OTHER", version=1))


def test_a_file_beside_an_older_text_is_stale() -> None:
    world = World()
    world.generated()

    with pytest.raises(StaleVersion) as refused:
        world.case.attach(make.BUYER.person_id, file_of(make.BUYER.person_id, "other", "OTHER", version=0))

    assert refused.value.context == {"version": 1}


@pytest.mark.parametrize(
    ("material", "kind", "reason"),
    [
        ("marriage_proof", "ID_CARD", "contract.kind_not_accepted"),
        ("business_licence", "BUSINESS_LICENCE", "contract.material_not_asked"),
        ("divorce_proof", "COURT_JUDGMENT", "contract.material_not_asked"),
        ("nothing", "OTHER", "contract.material_not_asked"),
    ],
)
def test_a_file_must_be_of_a_kind_that_is_asked_for(material: str, kind: str, reason: str) -> None:
    world = World()
    world.published()

    with pytest.raises(InputRefused) as refused:
        world.case.attach(make.SELLER.person_id, file_of(make.SELLER.person_id, material, kind))

    assert code(refused) == reason


@pytest.mark.parametrize("kind", ["MARRIAGE_CERTIFICATE", "HOUSEHOLD_REGISTER"])
def test_any_of_the_kinds_will_do(kind: str) -> None:
    world = World()
    world.published()
    case = bare(world)

    case.attach(make.SELLER.person_id, file_of(make.SELLER.person_id, "marriage_proof", kind))

    row = case.materials.row(make.SELLER.person_id, "marriage_proof")
    assert row is not None
    assert row.done


def test_the_same_file_again_changes_nothing() -> None:
    world = World()
    world.published()
    case = bare(world)
    first = file_of(make.SELLER.person_id, "id_card", "ID_CARD")
    again = replace(first, file_id="f" * 32)

    case.attach(make.SELLER.person_id, first)

    assert case.attach(make.SELLER.person_id, again) is first
    assert case.files == (first,)


def test_a_material_has_twenty_pages_over_all_its_files() -> None:
    world = World()
    world.published()
    case = bare(world)
    me = make.SELLER.person_id
    case.attach(me, file_of(me, "id_card", "ID_CARD", 1, pages=12))
    case.attach(me, file_of(me, "id_card", "ID_CARD", 2, pages=8))

    with pytest.raises(ActBarred) as refused:
        case.attach(me, file_of(me, "id_card", "ID_CARD", 3))

    assert (code(refused), refused.value.context) == ("contract.too_many_pages", {"most": 20})
    case.attach(me, file_of(me, "title_certificate", "TITLE_CERTIFICATE", 1, pages=20))


def test_a_file_takes_the_place_of_another_of_the_same_material() -> None:
    world = World()
    world.published()
    case = bare(world)
    me = make.SELLER.person_id
    old = case.attach(me, file_of(me, "id_card", "ID_CARD", 1, pages=20))
    other = case.attach(me, file_of(me, "title_certificate", "TITLE_CERTIFICATE", 9))

    new = case.attach(me, file_of(me, "id_card", "ID_CARD", 2, pages=20), replaces=old.file_id)

    assert case.files == (other, new)
    with pytest.raises(InputRefused):
        case.attach(me, file_of(me, "id_card", "ID_CARD", 3), replaces=other.file_id)
    with pytest.raises(CaseNotFound):
        case.attach(me, file_of(me, "id_card", "ID_CARD", 3), replaces="0" * 32)


def test_files_of_somebody_who_left_the_case_are_nobodys() -> None:
    world = World()
    world.published()
    world.joined()
    world.save_side(Side.BUYER, make.BUYER, make.BUYER_2)
    left = next(one for one in world.case.files if one.person_id == make.BUYER_2.person_id)
    typed = (make.typed(make.BUYER),)
    message = SaveParties(case_no=world.case.no, revision=world.case.revision, side=Side.BUYER, parties=typed)
    world.save_parties(message, make.call_of(make.BUYER))

    assert all(one.party.person_id != make.BUYER_2.person_id for one in world.case.materials.rows)
    with pytest.raises(CaseNotFound):
        world.case.file(left.file_id)


def test_a_barred_submission_names_the_materials_it_waits_for() -> None:
    world = World()
    world.signed()
    case = world.store.cases[world.case.no]
    case.files = ()

    view = world.get_case(GetCase(case_no=world.case.no), make.call_of(make.SELLER))

    (shown,) = [one for one in view.barred_acts if one.act == "submit"]
    assert (shown.reason, shown.materials[:2]) == ("contract.materials_missing", ("身份证", "婚姻证明（已婚）"))
