"""City profiles: what Huangshi says, and how a mistake in a file is told."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest

from services.common.kit.errors import NotFound
from services.common.profiles import CityProfile, NoticePurpose, PartyRole, ProfileInvalid, StepId, load_profiles
from services.common.profiles.loader import read_profile
from services.common.profiles.problems import Problem
from services.common.profiles.publishing import Screen
from services.common.profiles.restrictions import LAWFUL, Policy, Restriction

CITIES = Path(__file__).parents[3] / "deploy" / "cities"
TEXT = (CITIES / "huangshi.yaml").read_text(encoding="utf-8")


def huangshi() -> CityProfile:
    """The deployed profile."""
    return load_profiles(CITIES).get("huangshi")


def problem(old: str, new: str, file: str = "huangshi.yaml") -> Problem:
    """Change the text in one place; return the one mistake that makes."""
    assert TEXT.count(old) >= 1, old
    profile, problems = read_profile(file, TEXT.replace(old, new, 1))
    assert profile is None
    assert len(problems) == 1, [str(one) for one in problems]
    return problems[0]


def line_of(text: str) -> int:
    """The line, counted from 1, on which the text stands in the deployed file."""
    return TEXT[: TEXT.index(text)].count("\n") + 1


# ---- what the city says --------------------------------------------------------------------------------------------------
def test_huangshis_five_steps_are_named_as_in_the_manual() -> None:
    names = [huangshi().case_type.step_name(step) for step in StepId]

    assert names == ["房源核验", "合同信息", "合同预览", "合同签订", "提交审核"]


def test_every_buyer_and_every_coowner_confirms_and_the_main_sellers_start_counts() -> None:
    confirmation = huangshi().case_type.confirmation

    assert set(confirmation.by) == {PartyRole.BUYER_MAIN, PartyRole.BUYER_CO_OWNER, PartyRole.SELLER_CO_OWNER}
    assert confirmation.start_counts_for == (PartyRole.SELLER_MAIN,)


def test_the_title_search_has_the_manuals_seven_hints() -> None:
    shown = huangshi().case_type.hints_on(dt.date(2026, 11, 22))
    hints = next(one.lines for one in shown if one.screen is Screen.TITLE_SEARCH)

    assert len(hints) == 7
    assert "鄂(2022)黄石市不动产权第0000001号" in hints[0]
    for index, part in enumerate(
        ("全称", "00私00000", "0000001", "共有人", "统一社会信用代码", "不动产登记中心", "手机号码")
    ):
        assert part in hints[index]


def test_limits_are_those_of_the_decisions() -> None:
    limits = huangshi().case_type.limits

    assert (limits.lookup_failures_per_hour, limits.title_failures_per_hour, limits.draft_days) == (5, 20, 30)
    assert str(limits.deposit_share) == "0.20"


def test_notices_have_a_version_and_the_hash_of_what_is_shown() -> None:
    profile = huangshi()
    notice = profile.notice("online_signing_notice")

    assert notice.sha256 == hashlib.sha256(notice.body.encode()).hexdigest()
    assert profile.notices_of(profile.case_type, NoticePurpose.NOTICE) == (notice,)
    assert [one.id for one in profile.notices_of(profile.case_type, NoticePurpose.FACE)] == ["face_consent"]


def test_the_face_consent_offers_another_way_and_says_how_to_withdraw() -> None:
    body = huangshi().notice("face_consent").body

    assert "窗口" in body
    assert "撤回" in body


@pytest.mark.parametrize("ask", ["business_type", "office", "notice"])
def test_what_a_profile_does_not_have_is_not_found(ask: str) -> None:
    with pytest.raises(NotFound):
        getattr(huangshi(), ask)("nothing")


def test_an_unknown_city_is_not_found() -> None:
    with pytest.raises(NotFound) as refused:
        load_profiles(CITIES).get("atlantis")

    assert refused.value.code == "city.unknown"


# ---- mistakes ------------------------------------------------------------------------------------------------------------
def test_a_missing_key_is_told_with_file_line_and_remedy() -> None:
    found = problem("    phone: 0714-12345\n    business_types", "    business_types")

    assert (
        str(found)
        == f"huangshi.yaml:{line_of('- id: huangshi-housing')}: offices[0].phone: is missing. Add `phone: ...` here."
    )


def test_an_unknown_key_is_told_with_its_line_and_the_known_ones() -> None:
    found = problem("      draft_days: 30", "      draft_days: 30\n      draft_weeks: 4")

    assert (found.line, found.path) == (line_of("draft_days") + 1, "business_types[0].limits.draft_weeks")
    assert "draft_days" in found.remedy


def test_a_key_given_twice_is_refused() -> None:
    found = problem("name: 黄石市\n", "name: 黄石市\nname: 黄石\n")

    assert (found.line, found.fault) == (line_of("name: 黄石市") + 1, "is given twice")


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("deposit_share: 0.20", "deposit_share: 0.21", "business_types[0].limits.deposit_share"),
        ("late_penalty_per_10k: 10", "late_penalty_per_10k: 11", "business_types[0].limits.late_penalty_per_10k"),
        ("extra_terms: 2000", "extra_terms: many", "business_types[0].limits.extra_terms"),
        ("instalments: 24", "instalments: 2.5", "business_types[0].limits.instalments"),
        ("sealed: true", "sealed: yes", "business_types[0].signing.sealed"),
        ("shared_mobile: WARN", "shared_mobile: MAYBE", "business_types[0].parties.shared_mobile"),
        ("minimum_age: 18", "minimum_age: 16", "business_types[0].parties.minimum_age"),
        ("by: [BUYER_MAIN,", "by: [BUYER,", "business_types[0].confirmation.by[0]"),
        ("number_prefix: 42HS", "number_prefix: hs", "business_types[0].filing.number_prefix"),
        ('version: "2026.2"', "version: new", "notices[0].version"),
        ("schema: 1", "schema: 2", "schema"),
        ("steps:", "steps: none\n    stages:", "business_types[0].steps"),
        ("sale: self_deal_sale", "sale:", "sale"),
        ("offices:\n", "offices: []\nmore:\n", "offices"),
    ],
)
def test_a_value_out_of_its_bounds_is_told_with_its_path_and_line(old: str, new: str, path: str) -> None:
    _, problems = read_profile("huangshi.yaml", TEXT.replace(old, new, 1))

    found = next(one for one in problems if one.path == path)

    assert found.line == line_of(old)
    assert found.remedy


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("sale: self_deal_sale", "sale: gift", "sale"),
        ("business_types: [self_deal_sale]", "business_types: [gift]", "offices[0].business_types"),
        ("[online_signing_notice, face_consent,", "[online_signing_notice, other,", "business_types[0].notices"),
        ("[online_signing_notice, face_consent,", "[face_consent,", "business_types[0].notices"),
        ("      - {id: PREVIEW, name: 合同预览}\n", "", "business_types[0].steps"),
        ("      seal_office: 黄石市存量房网签备案主管部门\n", "", "business_types[0].signing"),
        ("start_counts_for: [SELLER_MAIN]", "start_counts_for: [BUYER_MAIN]", "business_types[0].confirmation"),
        ("party: [name,", "party: [nickname,", "business_types[0].required.party"),
        ('regions: ["4202"]', 'regions: ["42"]', "registry.regions[0]"),
        ("id: face_consent", "id: online_signing_notice", "notices[6].id"),
    ],
)
def test_values_that_do_not_fit_together_are_told(old: str, new: str, path: str) -> None:
    _, problems = read_profile("huangshi.yaml", TEXT.replace(old, new, 1))

    assert path in [one.path for one in problems]
    assert all(one.line > 0 and one.remedy for one in problems)


def test_a_file_under_another_citys_name_is_refused() -> None:
    profile, problems = read_profile("ezhou.yaml", TEXT)

    assert profile is None
    assert problems[0].remedy == "Name the file huangshi.yaml."


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    text = (
        TEXT.replace("draft_days: 30", "draft_days: 0")
        .replace("reviewers: 1", "reviewers: 9")
        .replace("schema: 1", "schema: 7")
    )

    _, problems = read_profile("huangshi.yaml", text)

    assert len(problems) == 3


@pytest.mark.parametrize("text", ["a: [1,\n b: 2", "\tx: 1", "a: 'open"])
def test_text_that_is_no_yaml_is_told_with_its_line(text: str) -> None:
    _, problems = read_profile("x.yaml", text)

    assert problems[0].fault.startswith("is no YAML")
    assert problems[0].line >= 1


@pytest.mark.parametrize("text", ["", "# only a comment\n", "- a\n- b\n", "just text"])
def test_a_file_that_is_no_profile_at_all_is_refused(text: str) -> None:
    profile, problems = read_profile("x.yaml", text)

    assert profile is None
    assert problems


def test_a_folder_with_one_wrong_profile_loads_none(tmp_path: Path) -> None:
    (tmp_path / "huangshi.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "ezhou.yaml").write_text("city: ezhou\n", encoding="utf-8")

    with pytest.raises(ProfileInvalid) as refused:
        load_profiles(tmp_path)

    assert {one.file for one in refused.value.problems} == {"ezhou.yaml"}
    assert str(refused.value).startswith("ezhou.yaml:1: ")


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfileInvalid):
        load_profiles(tmp_path)


def test_a_second_city_is_a_second_file_and_no_code(tmp_path: Path) -> None:
    (tmp_path / "huangshi.yaml").write_text(TEXT, encoding="utf-8")
    other = TEXT.replace("city: huangshi", "city: ezhou").replace("number_prefix: 42HS", "number_prefix: 42EZ")
    (tmp_path / "ezhou.yaml").write_text(other, encoding="utf-8")

    profiles = load_profiles(tmp_path)

    assert [one.city for one in profiles] == ["ezhou", "huangshi"]
    assert profiles.get("ezhou").case_type.filing.number_prefix == "42EZ"


def test_a_policy_the_law_does_not_leave_to_a_city_is_told_with_its_line() -> None:
    text = TEXT.replace("  seal: REFUSE", "  seal: NEED_PAPER")

    _, problems = read_profile("huangshi.yaml", text)

    assert [(one.path, one.line) for one in problems] == [
        ("restrictions.seal", text.splitlines().index("  seal: NEED_PAPER") + 1)
    ]
    assert problems[0].remedy == "Use: REFUSE."


@pytest.mark.parametrize(
    ("wrong", "fault"), [("  seal: ALLOW", "is not known"), ("  sael: REFUSE", "is not a key of this block")]
)
def test_an_unknown_policy_or_restriction_is_told_with_its_line(wrong: str, fault: str) -> None:
    text = TEXT.replace("  seal: REFUSE", wrong)

    _, problems = read_profile("huangshi.yaml", text)

    assert (problems[0].line, fault in problems[0].fault) == (text.splitlines().index(wrong) + 1, True)


def test_a_city_that_says_nothing_of_restrictions_gets_what_is_safe_without_papers() -> None:
    start, end = TEXT.index("restrictions:"), TEXT.index("sale: self_deal_sale")

    profile, problems = read_profile("huangshi.yaml", TEXT[:start] + TEXT[end:])

    assert problems == []
    assert profile is not None
    assert all(profile.restrictions.policy(one) in LAWFUL[one] for one in Restriction)
    assert Policy.NEED_PAPER not in {profile.restrictions.policy(one) for one in Restriction}


MATERIAL = "      - {id: id_card, name: 身份证, when: PERSON,"
NOTICE = '  - id: face_consent\n    purpose: FACE\n    version: "2026.1"\n'


@pytest.mark.parametrize(
    ("old", "new", "path", "fault"),
    [
        (NOTICE, NOTICE + "    valid_from: tomorrow\n", "notices[1].valid_from", "is no day"),
        (NOTICE, NOTICE + "    valid_from: 2027-02-30\n", "notices[1].valid_from", "is no day"),
        (NOTICE, NOTICE + "    valid_from: 2027-02-01\n", "notices[1].valid_from", "the first version begins late"),
        (MATERIAL, MATERIAL + " valid_until: 1999-01-01,", "business_types[0].materials[0].valid_until", "ends before"),
        ("when: PERSON", "when: TUESDAY", "business_types[0].materials[0].when", "is not known"),
        ("any_of: [ID_CARD]", "any_of: []", "business_types[0].materials[0].any_of", "has too few entries"),
        ("any_of: [ID_CARD]", "any_of: [PASSPORT]", "business_types[0].materials[0].any_of[0]", "is not known"),
        ("id: divorce_proof", "id: marriage_proof", "business_types[0].materials[2].id", "is given twice"),
    ],
)
def test_a_version_or_material_that_cannot_be_is_told_with_its_line(old: str, new: str, path: str, fault: str) -> None:
    assert TEXT.count(old) == 1
    text = TEXT.replace(old, new)

    _, problems = read_profile("huangshi.yaml", text)

    assert [(one.path, fault in one.fault) for one in problems] == [(path, True)]
    changed = (new.rsplit("\n", 2)[-2] if "\n" in new else new).strip()
    assert changed in text.splitlines()[problems[0].line - 1]


def test_two_versions_of_a_notice_may_follow_each_other_and_the_day_tells_which_holds() -> None:
    later = NOTICE.replace("2026.1", "2027.1") + "    valid_from: 2027-02-01\n    title: 新\n    body: 新的文本\n"
    profile, problems = read_profile("huangshi.yaml", TEXT.replace(NOTICE, later + NOTICE))

    assert problems == []
    assert profile is not None
    assert profile.notice("face_consent", dt.date(2027, 1, 31)).version == "2026.1"
    assert profile.notice("face_consent", dt.date(2027, 2, 1)).version == "2027.1"


def test_two_versions_from_the_same_day_are_refused() -> None:
    twice = NOTICE.replace("2026.1", "2027.1") + "    title: 新\n    body: 新的文本\n"

    _, problems = read_profile("huangshi.yaml", TEXT.replace(NOTICE, twice + NOTICE))

    assert [one.fault for one in problems] == ["`face_consent from 2000-01-01` is given twice"]


def test_a_version_for_another_purpose_is_refused() -> None:
    other = NOTICE.replace("2026.1", "2027.1").replace("FACE", "SHARING")
    later = other + "    valid_from: 2027-02-01\n    title: 新\n    body: 新的文本\n"

    _, problems = read_profile("huangshi.yaml", TEXT.replace(NOTICE, later + NOTICE))

    assert [one.fault for one in problems] == ["differs from the earlier version's"]


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        (", mortgage_notice,", ",", "restrictions.mortgage"),
        ("    acknowledges: lease\n", "", "notices[4].purpose"),
        ("objection: REFUSE", "objection: WARN_AND_ACKNOWLEDGE", "restrictions.objection"),
        (NOTICE, NOTICE + "    acknowledges: seal\n", "notices[1].purpose"),
    ],
)
def test_a_note_that_is_acknowledged_has_a_text_shown_for_the_sale(old: str, new: str, path: str) -> None:
    assert old in TEXT
    _, problems = read_profile("huangshi.yaml", TEXT.replace(old, new, 1))

    assert path in [one.path for one in problems]


@pytest.mark.parametrize("reason", ["MORTGAGED", "LEASED", "HABITATION_RIGHT"])
def test_the_text_about_a_note_is_found_by_its_reason(reason: str) -> None:
    notice = huangshi().acknowledgement_of(reason)

    assert notice is not None
    assert notice.purpose is NoticePurpose.ACKNOWLEDGEMENT
    assert huangshi().acknowledgement_of("HOUSE_SEALED") is None


# ---- ten files a city might write at first ------------------------------------------------------------------------------------
SELLER = "{id: seller, name: 我是卖家, opens: SELL, business_type: self_deal_sale}"
HINT = '      - screen: CASE_LOOKUP\n        version: "2026.1"\n'


@pytest.mark.parametrize(
    ("old", "new", "path", "fault"),
    [
        ('  deep_link: "{public_url}/c/huangshi"\n', "", "entry.deep_link", "is missing"),
        ('deep_link: "{public_url}/c/huangshi"', "deep_link: 黄石", "entry.deep_link", "has the wrong form"),
        ("opens: MY_DATA", "opens: MY_HOUSES", "menu[1].items[3].opens", "is not known"),
        (SELLER, "{id: seller, name: 我是卖家, opens: SELL}", "menu[0].items[0].business_type", "is missing for SELL"),
        (
            SELLER,
            SELLER.replace("self_deal_sale", "loan_sale"),
            "menu[0].items[0].business_type",
            "is no business type",
        ),
        ("id: my_data,", "id: my_account,", "menu[1].items[3].id", "is given twice"),
        (
            "opens: OFFICES}",
            "opens: OFFICES, business_type: self_deal_sale}",
            "menu[0].items[3].business_type",
            "means",
        ),
        ("    hours: ", "    more_phones: [12-34]\n    hours: ", "offices[0].more_phones[0]", "has the wrong form"),
        (
            "    hours: ",
            "    place: {latitude: 115.04, longitude: 30.20}\n    hours: ",
            "offices[0].place.latitude",
            "bounds",
        ),
        (HINT, HINT + "        valid_from: 2027-01-01\n", "business_types[0].hints[1].valid_from", "begins late"),
        (HINT, HINT.replace("CASE_LOOKUP", "TITLE_SEARCH"), "business_types[0].hints[1].version", "is given twice"),
        ("    address: ", "    adress: ", "offices[0].adress", "is not a key"),
    ],
)
def test_a_mistake_in_what_a_city_publishes_is_told_with_line_and_remedy(
    old: str, new: str, path: str, fault: str
) -> None:
    assert TEXT.count(old) == 1

    profile, problems = read_profile("huangshi.yaml", TEXT.replace(old, new))

    assert profile is None
    found = next(one for one in problems if one.path == path)
    assert fault in found.fault
    assert found.remedy
    assert abs(found.line - line_of(old)) <= 2 or path == "entry.deep_link"


def test_an_office_has_address_hours_phones_and_a_place_where_given() -> None:
    text = TEXT.replace(
        "    hours: ", "    more_phones: [0714-1234567]\n    place: {latitude: 30.20, longitude: 115.04}\n    hours: "
    )
    profile, problems = read_profile("huangshi.yaml", text)

    assert problems == []
    assert profile is not None
    office = profile.offices[0]
    assert office.phones == ("0714-12345", "0714-1234567")
    assert office.place is not None
    assert (str(office.place.latitude), str(office.place.longitude)) == ("30.20", "115.04")
    assert huangshi().offices[0].place is None


def test_the_notice_warns_of_shared_numbers_as_the_profile_does() -> None:
    profile = huangshi()
    notice = profile.notice("online_signing_notice", dt.date(2026, 11, 22))

    assert profile.case_type.parties.shared_mobile == "WARN"
    assert "不得共用" not in notice.body
    assert "系统会作出提示" in notice.body
    assert profile.notice("online_signing_notice", dt.date(2026, 11, 21)).version == "2026.1", "consents name it"
