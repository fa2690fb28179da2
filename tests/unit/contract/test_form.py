"""The form and the refusals are one table: every limit shown is the limit enforced, and nothing typed is lost."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import fields as members_of
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from gateway.texts import Texts
from services.common.messages.contract import (
    BankAccount,
    CaseForm,
    GetForm,
    Holding,
    IncludedItem,
    Loan,
    SaveParties,
    SaveTerms,
    Side,
    Supervision,
    TaxShare,
    Terms,
)
from services.common.messages.contract_form import FormField
from services.common.messages.identity import Person
from services.common.values import Money
from services.contract.domain.errors import Fault, InputRefused
from services.contract.domain.form.house_fields import SHOWN
from services.contract.domain.form.party_fields import PartyFields
from services.contract.domain.terms import TermsCheck
from tests.support import contract_builders as make
from tests.support.contract_world import World

MANUAL = {"HOUSE": set(range(14, 24)), "SALE": {*range(24, 42), 43}, "DISPUTE": {42, 44, 45}}
"""Decision 14: which fields stand in which of the three sections of the manual."""


def yuan(text: str) -> Money:
    return Money.parse(text)


def full_terms(**changed: object) -> Terms:
    """Return terms with every optional part present."""
    whole = make.terms(
        payment_method="COMBINED_LOAN",
        instalments=(replace(make.terms().instalments[0], amount=yuan("400000.00")),),
        loan=Loan(amount=yuan("500000.00"), bank="试验银行", on_failure="RESCIND", provident_amount=yuan("200000.00")),
        leased=True,
        lease_until=dt.date(2027, 6, 1),
        tenant_waived=True,
        inner_area=Decimal("80.50"),
        shared_area=Decimal("18.00"),
        mortgagee="试验银行",
        mortgage_debt=yuan("300000.00"),
        mortgage_release_by=dt.date(2026, 12, 31),
        price_includes=(IncludedItem(name="装修", amount=yuan("50000.00")), IncludedItem(name="车位")),
        fund_supervised=True,
        supervision=Supervision(amount=yuan("900000.00"), supervisor="试验监管机构", account_number="4200000000000001"),
        seller_account=BankAccount(holder="赵一", bank="试验银行", number="6200000000000018"),
        taxes=(TaxShare(tax="DEED_TAX", bearer="BUYER"),),
        meters="电 100 度",
        fees_cleared=True,
        household_registered=True,
        household_move_by=dt.date(2027, 2, 1),
        household_penalty=yuan("100.00"),
        late_delivery_per_10k=Decimal("3.5"),
        fundamental_penalty=yuan("100000.00"),
        dispute_mode="ARBITRATION",
        arbitration_body="黄石仲裁委员会",
        revoke_terms="十日内共同申请。",
        extra_terms="家具留下。",
        attachments=("家具清单",),
        copies=4,
    )
    return replace(whole, **changed)


def check() -> TermsCheck:
    return TermsCheck(make.title(make.SELLER), make.rules(), make.TODAY)


def codes(terms: Terms) -> set[tuple[str, str]]:
    return {(one.field, one.code) for one in check().faults(check().normalised(terms))}


def form_of(world: World, who: Person = make.SELLER) -> CaseForm:
    return world.get_form(GetForm(case_no=world.case.no), make.call_of(who))


def fields_of(form: CaseForm) -> list[FormField]:
    return [field for section in form.sections for field in section.fields]


def shown(form: CaseForm, path: str) -> FormField:
    return next(one for one in fields_of(form) if one.path == path)


# ---- every limit shown is the limit enforced -------------------------------------------------------------------------
def put(record: Any, path: str, value: object) -> Any:
    """Return the record with `value` at a path of the table; for members of a list, at the first."""
    head, _, rest = path.partition(".")
    name = head.removesuffix("[]")
    old = getattr(record, name)
    if head.endswith("[]"):
        first = put(old[0], rest, value) if rest else value
        return replace(record, **{name: (first, *old[1:])})
    return replace(record, **{name: put(old, rest, value) if rest else value})


def typed(field: FormField, text: str) -> object:
    """Read a limit as the form gives it, the way an app would."""
    kinds: dict[str, Any] = {
        "MONEY": yuan,
        "DECIMAL": Decimal,
        "INTEGER": lambda one: int(Decimal(one)),
        "DATE": dt.date.fromisoformat,
    }
    return kinds[field.kind](text)


def step(field: FormField, text: str, direction: int) -> object | None:
    """Return the value just beyond a limit; None where the type itself has none."""
    value = typed(field, text)
    if isinstance(value, dt.date):
        return value + dt.timedelta(days=direction)
    number = value.amount if isinstance(value, Money) else Decimal(str(value))
    beyond = number + direction * Decimal(1).scaleb(-field.decimals)
    if field.kind == "MONEY":
        return Money(beyond) if 0 <= beyond <= Decimal("999999999.99") else None
    return int(beyond) if field.kind == "INTEGER" else beyond


def cases() -> Iterator[tuple[str, str, object, bool]]:
    """Every limit of every field of the terms: (path, which, value, allowed)."""
    world = World()
    world.opened()
    world.agree(full_terms())
    for field in fields_of(form_of(world)):
        if field.read_only or not field.path.startswith("terms."):
            continue
        for which, text, direction in (("least", field.least, -1), ("most", field.most, 1)):
            if text:
                yield field.path, which, typed(field, text), True
                if (beyond := step(field, text, direction)) is not None:
                    yield field.path, f"beyond {which}", beyond, False
        if field.kind in {"TEXT", "LINES"}:
            longest = ("1" if "[0-9]" in field.pattern else "约") * field.longest
            if field.pattern and "[0-9]" not in field.pattern:
                longest = longest[:-5] + "仲裁委员会"
            yield field.path, "longest", longest, True
            yield field.path, "beyond longest", longest + "1", False
            if field.pattern:
                yield field.path, "pattern", "不合", False
        if field.decimals > 0 and field.kind == "DECIMAL":
            yield field.path, "decimals", Decimal(1).scaleb(-field.decimals - 1) + 1, False
        if field.kind == "CHOICE":
            for option in field.options:
                yield field.path, f"option {option.value}", option.value, True
            yield field.path, "no option", "NEITHER", False
        if field.required and field.kind in {"TEXT", "BOOLEAN", "GROUP", "LIST", "CHOICE"}:
            empty: object = {"BOOLEAN": None, "GROUP": None, "LIST": ()}.get(field.kind, "")
            yield field.path, "left out", empty, False


LIMITS = list(cases())


@pytest.mark.parametrize(("path", "which", "value", "allowed"), LIMITS, ids=[f"{p} {w}" for p, w, _, _ in LIMITS])
def test_each_limit_in_the_form_is_the_limit_enforced(path: str, which: str, value: object, allowed: bool) -> None:
    changed = put(full_terms(), path.removeprefix("terms."), value)
    if which == "left out":
        changed = replace(changed, lease_until=None)  # a lease with an end says itself that the house is let
    concrete = path.removeprefix("terms.").replace("[]", "[0]")

    at_the_field = {one for one in codes(changed) if one[0] == f"terms.{concrete}"}

    together = {"payment_sum", "payment_schedule", "supervision_not_agreed", "loan_parts", "dispute_clause"}
    together |= {"area_sum", "account_holder", "payment_order", "mortgage_release_late"}
    if allowed:
        assert {code for _, code in at_the_field} <= together, at_the_field
    else:
        assert at_the_field


def test_lists_take_as_many_members_as_the_form_says() -> None:
    for field in check().fields(full_terms()):
        if not field.most_items or field.path == "terms.taxes":
            continue
        name = field.path.removeprefix("terms.")
        member = getattr(full_terms(), name)[0]
        most = replace(full_terms(), **{name: (member,) * field.most_items})
        more = replace(full_terms(), **{name: (member,) * (field.most_items + 1)})

        assert (field.path, field.wrong) not in codes(most)
        assert (field.path, field.wrong) in codes(more)


def test_the_table_covers_every_field_of_the_terms() -> None:
    tops = {one.path.split(".")[1].removesuffix("[]") for one in check().fields(None)}

    assert tops == {one.name for one in members_of(Terms)}


def test_full_terms_keep_every_rule() -> None:
    assert codes(full_terms()) == set()


def test_every_refusal_of_a_field_has_words_in_both_languages() -> None:
    texts = Texts.load()
    table = (*check().fields(None), *PartyFields(make.rules(), make.TODAY).all, *SHOWN)
    said = {getattr(one, kind) for one in table for kind in ("missing", "low", "high", "wrong", "stray")} - {""}

    assert {code for code in said if texts.find(f"contract.{code}", "zh") is None} == set()


# ---- sections, numbers, marks ----------------------------------------------------------------------------------------
def test_the_manuals_three_sections_hold_exactly_the_fields_decided() -> None:
    world = World()
    world.published()

    form = form_of(world)

    found = {one.id: {field.number for field in one.fields} for one in form.sections}
    assert [one.label.zh for one in form.sections if one.id in MANUAL] == ["房屋基本信息", "买卖及交付", "争议解决"]
    assert {name: found[name] for name in MANUAL} == MANUAL
    assert set().union(*found.values()) == set(range(1, 48)) - {13}  # agents come to the counter


def test_every_field_has_labels_in_both_languages() -> None:
    world = World()
    world.published()

    for field in fields_of(form_of(world)):
        assert re.search("[一-鿿]", field.label.zh)
        assert field.label.en.isascii() or "‱" in field.label.en
        assert all(option.label.zh and option.label.en for option in field.options)


def test_values_come_from_identity_and_register_before_anything_is_typed() -> None:
    world = World()
    world.opened()

    form = form_of(world)

    assert [one.value for one in shown(form, "parties[].name").values] == ["赵一"]
    assert [one.value for one in shown(form, "parties[].mobile").values] == [str(make.SELLER.mobile)]
    assert [one.value for one in shown(form, "parties[].born").values] == ["1980-01-01"]
    assert shown(form, "house.location").values[0].value == "黄石市下陆区某小区3栋2单元501室"
    assert shown(form, "house.location").read_only
    assert shown(form, "house.habitation_right").values[0].value == "false"
    assert not shown(form, "terms.total_price").read_only


def test_what_follows_from_the_terms_is_computed_and_cannot_be_typed() -> None:
    world = World()
    world.opened()
    world.agree(full_terms())

    form = form_of(world)

    assert shown(form, "computed.price_in_capitals").values[0].value == "壹佰万元整"
    assert shown(form, "computed.unit_price").values[0].value == "10152.28"
    assert shown(form, "computed.first_payment").values[0].value == "500000.00"
    assert shown(form, "terms.deposit").most == "200000.00"
    assert all(shown(form, f"computed.{name}").read_only for name in ("price_in_capitals", "unit_price"))


def test_members_of_lists_stand_at_paths_of_their_own() -> None:
    world = World()
    world.opened()
    world.agree(full_terms())

    values = shown(form_of(world), "terms.price_includes[].name").values

    assert [(one.path, one.value) for one in values] == [
        ("terms.price_includes[0].name", "装修"),
        ("terms.price_includes[1].name", "车位"),
    ]


def test_the_buyer_sees_the_terms_and_changes_only_the_own_side() -> None:
    world = World()
    world.published()
    world.joined()

    form = form_of(world, make.BUYER)

    assert shown(form, "terms.total_price").read_only
    assert not shown(form, "parties[].address").read_only
    assert not shown(form, "holding.ownership_mode").read_only
    assert [one.value for one in shown(form, "parties[].name").values] == ["孙三"]


def test_the_sellers_account_is_masked_for_the_buyer_until_a_text_is_generated() -> None:
    world = World()
    world.opened()
    world.save_side(Side.SELLER, make.SELLER)
    world.agree(full_terms())
    world.joined()

    number = shown(form_of(world, make.BUYER), "terms.seller_account.number").values[0].value

    assert number == "*" * 12 + "0018"
    assert shown(form_of(world), "terms.seller_account.number").values[0].value == "6200000000000018"


def test_required_marks_follow_the_citys_profile() -> None:
    rules = make.rules()
    asking = replace(rules, required=replace(rules.required, terms=(*rules.required.terms, "meters")))

    def required(one: object) -> set[str]:
        table = TermsCheck(make.title(make.SELLER), one, make.TODAY).fields(None)  # type: ignore[arg-type]
        return {field.path for field in table if field.required}

    assert required(asking) - required(rules) == {"terms.meters"}
    found = TermsCheck(make.title(make.SELLER), asking, make.TODAY).faults(make.terms())
    assert found == [Fault("terms.meters", "field_missing")]


# ---- nothing typed is lost -------------------------------------------------------------------------------------------
def test_refused_terms_stand_in_the_form_with_their_faults_and_change_nothing_else() -> None:
    world = World()
    world.published()
    before = world.case
    wrong = make.terms(deposit=yuan("300000.00"), extra_terms="家具留下")
    with pytest.raises(InputRefused):
        world.agree(wrong)

    form = form_of(world)

    assert (world.case.revision, world.case.terms, world.case.state) == (before.revision, before.terms, before.state)
    assert form.unsaved == ("terms",)
    assert shown(form, "terms.deposit").values[0].value == "300000.00"
    assert shown(form, "terms.extra_terms").values[0].value == "家具留下"
    assert ("terms.deposit", "contract.deposit_limit") in {(one.path, one.code) for one in form.faults}


def test_a_good_save_takes_the_place_of_what_was_refused() -> None:
    world = World()
    world.published()
    with pytest.raises(InputRefused):
        world.agree(make.terms(deposit=yuan("300000.00")))
    world.agree()

    form = form_of(world)

    assert (form.unsaved, form.faults) == ((), ())
    assert shown(form, "terms.deposit").values[0].value == "100000.00"


def test_a_refused_side_stands_in_the_form_with_its_faults() -> None:
    world = World()
    world.published()
    world.joined()
    twice = (make.typed(make.BUYER), replace(make.typed(make.BUYER_2), id_number=make.SELLER.id_number))
    message = SaveParties(case_no=world.case.no, revision=world.case.revision, side=Side.BUYER, parties=twice)
    with pytest.raises(InputRefused):
        world.save_parties(message, make.call_of(make.BUYER))

    form = form_of(world, make.BUYER)

    assert form.unsaved == ("parties",)
    assert [one.value for one in shown(form, "parties[].name").values] == ["孙三", "李四"]
    assert {one.code for one in form.faults} == {"contract.same_party"}
    assert "parties" not in form_of(world).unsaved


def test_refused_terms_of_somebody_without_the_right_are_not_kept() -> None:
    world = World()
    world.published()
    world.joined()
    message = SaveTerms(case_no=world.case.no, revision=world.case.revision, terms=make.terms(deposit=yuan("300000")))
    with pytest.raises(Exception, match=r"contract\.not_allowed"):
        world.save_terms(message, make.call_of(make.BUYER))

    assert world.case.typed.terms is None


# ---- what is allowed but unusual -------------------------------------------------------------------------------------
def test_an_unusually_high_penalty_is_kept_with_a_caution() -> None:
    world = World()
    world.opened()
    world.agree(full_terms(late_penalty_per_10k=Decimal("5.01"), fundamental_penalty=yuan("300000.01")))

    cautions = {(one.path, one.code) for one in form_of(world).cautions}

    assert cautions == {
        ("terms.late_penalty_per_10k", "contract.penalty_high"),
        ("terms.fundamental_penalty", "contract.penalty_high"),
    }


# ---- rules between fields --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"loan": None}, ("terms.loan", "loan_missing")),
        ({"payment_method": "COMMERCIAL_LOAN"}, ("terms.loan.provident_amount", "loan_parts")),
        ({"payment_method": "INSTALMENTS"}, ("terms.loan", "loan_not_agreed")),
        (
            {"loan": Loan(amount=yuan("500000"), bank="甲", on_failure="RESCIND", provident_amount=yuan("500000"))},
            ("terms.loan.provident_amount", "loan_parts"),
        ),
        (
            {"loan": Loan(amount=yuan("500000.01"), bank="甲", on_failure="RESCIND", provident_amount=yuan("1"))},
            ("terms.instalments", "payment_sum"),
        ),
        (
            {"price_includes": (IncludedItem(name="装修", amount=yuan("1000000.01")),)},
            ("terms.price_includes", "includes_sum"),
        ),
        ({"supervision": None}, ("terms.supervision", "supervision_missing")),
        ({"fund_supervised": False}, ("terms.supervision", "supervision_not_agreed")),
        ({"household_move_by": None}, ("terms.household_move_by", "move_out_missing")),
        ({"lease_until": None}, ("terms.lease_until", "lease_end_missing")),
        ({"shared_area": Decimal("18.02")}, ("terms.shared_area", "area_sum")),
        ({"taxes": (TaxShare(tax="DEED_TAX", bearer="BUYER"),) * 2}, ("terms.taxes[1].tax", "tax_twice")),
        (
            {"seller_account": BankAccount(holder="钱二", bank="甲", number="6200000000000018")},
            ("terms.seller_account.holder", "account_holder"),
        ),
        ({"dispute_mode": "COURT"}, ("terms.arbitration_body", "dispute_clause")),
        ({"household_registered": None}, ("terms.household_registered", "field_missing")),
    ],
)
def test_fields_that_contradict_each_other_are_refused(changed: dict[str, object], fault: tuple[str, str]) -> None:
    assert fault in codes(full_terms(**changed))


def test_areas_may_differ_by_a_hundredth_for_rounding() -> None:
    assert codes(full_terms(shared_area=Decimal("18.01"))) == set()


def test_a_city_decides_whether_funds_are_supervised() -> None:
    for policy, wrong in (("OFF", True), ("REQUIRED", False)):
        rules = replace(make.rules(), fund_supervision=type(make.rules().fund_supervision)(policy))
        terms = full_terms() if wrong else make.terms()
        found = {one.code for one in TermsCheck(make.title(make.SELLER), rules, make.TODAY).faults(terms)}
        assert f"supervision_{policy.lower()}" in found


# ---- the buyers' side ------------------------------------------------------------------------------------------------
def holding_faults(holding: Holding, *buyers: Person, shares: tuple[str, ...] = ()) -> set[tuple[str, str]]:
    world = World()
    world.published()
    world.joined()
    shares = shares or ("",) * len(buyers)
    parties = tuple(make.typed(one, share) for one, share in zip(buyers, shares, strict=True))
    message = SaveParties(
        case_no=world.case.no, revision=world.case.revision, side=Side.BUYER, parties=parties, holding=holding
    )
    try:
        world.save_parties(message, make.call_of(make.BUYER))
    except InputRefused as refused:
        return {(one.field, one.code) for one in refused.faults}
    assert world.case.holding == holding
    return set()


@pytest.mark.parametrize(
    ("holding", "fault"),
    [
        (Holding(ownership_mode="SOLE"), "holding.ownership_mode"),
        (Holding(ownership_mode="BY_SHARES"), "holding.ownership_mode"),
        (Holding(certificate_mode="ONE", certificate_holder="赵一"), "holding.certificate_holder"),
        (Holding(certificate_mode="SEPARATE", certificate_holder="孙三"), "holding.certificate_holder"),
        (Holding(account=BankAccount(holder="赵一", bank="甲", number="62000000")), "holding.account.holder"),
        (Holding(account=BankAccount(holder="孙三", bank="甲", number="6200")), "holding.account.number"),
    ],
)
def test_how_the_buyers_hold_the_title_must_fit_the_buyers(holding: Holding, fault: str) -> None:
    assert fault in {path for path, _ in holding_faults(holding, make.BUYER, make.BUYER_2)}


def test_two_joint_buyers_with_one_certificate_are_kept() -> None:
    holding = Holding(
        ownership_mode="JOINT",
        certificate_mode="ONE",
        certificate_holder="李四",
        account=BankAccount(holder="孙三", bank="试验银行", number="6200000000000018"),
    )

    assert holding_faults(holding, make.BUYER, make.BUYER_2) == set()


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"id_valid_until": None}, ("parties[0].id_valid_until", "id_valid_missing")),
        ({"id_valid_until": dt.date(2026, 11, 21)}, ("parties[0].id_valid_until", "id_expired")),
        ({"postcode": "4350"}, ("parties[0].postcode", "postcode_invalid")),
        ({"address": ""}, ("parties[0].address", "address_missing")),
        ({"address": "路" * 201}, ("parties[0].address", "text_too_long")),
    ],
)
def test_a_persons_fields_are_held_against_the_same_table(changed: dict[str, Any], fault: tuple[str, str]) -> None:
    world = World()
    world.opened()
    person = replace(make.typed(make.SELLER), **changed)
    message = SaveParties(case_no=world.case.no, revision=world.case.revision, side=Side.SELLER, parties=(person,))
    with pytest.raises(InputRefused) as refused:
        world.save_parties(message, make.call_of(make.SELLER))

    assert [(one.field, one.code) for one in refused.value.faults] == [fault]


def test_a_document_valid_for_life_needs_no_day() -> None:
    world = World()
    world.opened()
    person = replace(make.typed(make.SELLER), id_valid_until=None, id_valid_long=True)
    message = SaveParties(case_no=world.case.no, revision=world.case.revision, side=Side.SELLER, parties=(person,))

    world.save_parties(message, make.call_of(make.SELLER))

    assert world.case.sellers[0].id_valid_long
