"""The Huangshi manual (黄石市存量房自行成交网签备案, 操作手册), step by step in its order and words, by all its people over HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest

from clients.python.guohu_client import Cases, Client, IdentityCheck, Refused, verify_file
from deploy.demo.__main__ import WITH_SEAL, root_certificate
from deploy.demo.checking import check
from deploy.demo.people import CITY, Operator
from deploy.demo.stage import Stage
from deploy.local.stack import Stack
from services.common.messages.property import ListSeededTitles, SeededTitle
from tests.support.hints_as_typed import an_enterprises_title, arrived, found_as_typed
from tests.support.journey import refused, somebody_else
from tests.support.manual_walk import Walk, note, status, told

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]
STEPS_SHOWN = ["房源核验", "合同信息", "合同预览", "合同签订", "提交审核"]


@pytest.fixture(scope="module")
def walk(stage: Stage) -> Walk:
    """The sale, begun by the first test that asks."""
    return Walk(stage)


# ---- 一、搜索微信小程序 ---------------------------------------------------------------------------------------------
def test_the_programme_is_found_by_its_name_or_its_code(walk: Walk) -> None:
    seen = walk.to("enter")

    assert seen["city"]["app_name"] == "黄石市存量房自行成交网签备案"
    assert seen["city"]["deep_link"].endswith("/c/huangshi")
    assert seen["code"].startswith(b"\x89PNG")
    assert [one["name"] for one in seen["found"]] == ["我是卖家"]


# ---- 二 (一) 卖方信息录入 ------------------------------------------------------------------------------------------
def test_seller_1_creates_a_contract_by_i_am_the_seller(walk: Walk) -> None:
    seen = walk.to("seller_1_create")

    assert {"我是卖家", "我是买家", "我的合同"} <= {one["name"] for one in seen["menu"]}
    assert seen["kind"]["name"] == "存量房自行成交网签备案"
    assert list(seen["kind"]["steps"]) == STEPS_SHOWN


def test_seller_2_reads_and_ticks_the_notice_and_passes_the_face_check(walk: Walk) -> None:
    seen = walk.to("seller_2_notice_and_face")

    assert "网签须知" in seen["notice"]["title"]
    assert set(seen["methods"]) == {"FACE", "COUNTER", "BANK_CARD"}, "the face is never the only way"
    assert seen["used"][-1] == "OPEN_CASE FACE"


def test_seller_3_checks_the_title_and_the_contract_is_created(walk: Walk) -> None:
    seen = walk.to("seller_3_title")

    assert seen["titles"][0]["saleable"]
    assert seen["opened"].state == "SELLER_DRAFT"
    assert seen["opened"].number[:2] == "20"
    assert len(seen["opened"].number) == 13, "业务编号: the day and five digits"
    assert (status(seen["view"], "房源核验"), status(seen["view"], "合同信息")) == ("DONE", "CURRENT")


def test_seller_3_seller_and_title_holder_must_be_the_same_person(walk: Walk, stage: Stage) -> None:
    walk.to("seller_3_title")
    other = somebody_else(stage).seller
    cases = Cases(other.client, CITY)
    notice = walk.sale._notice("须知")
    other.consent(notice, "NOTICE")
    walk.sale.cast.clerk.client.do("check_at_counter", body={"name": other.name, "id_number": other.id_number})

    with pytest.raises(Refused) as wrong:
        cases.open(
            walk.sale.title_id,
            proof=IdentityCheck.start(other.client, "OPEN_CASE").at_counter(),
            notice_version=notice["version"],
        )

    assert wrong.value.code == "contract.seller_not_owner"


# ---- the seven hints -----------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def titles(stage: Stage) -> list[SeededTitle]:
    """Saleable titles of one or three people: those of two are what other journeys sell."""
    return [one for owners in (1, 3) for one in stage.ask(ListSeededTitles(city=CITY, owners=owners, limit=100)).titles]


@pytest.fixture(scope="module")
def operator(stage: Stage) -> Operator:
    """Reads the outbox."""
    one = Operator(stage.client(), *stage._staff("OPERATOR"))
    one.sign_in()
    return one


@pytest.mark.parametrize(
    ("hint", "whole", "short"),
    [(1, "{}", "{}"), (2, "房权证字第{}", "{}"), (3, "黄房权证2022字第{}号", "{}")],
)
def test_hints_1_to_3_a_certificate_is_found_as_people_type_it(
    hint: int, whole: str, short: str, titles: list[SeededTitle], stage: Stage, operator: Operator
) -> None:
    kinds = {1: "不动产权", 2: "私"}
    title = next(
        one
        for one in titles
        if (kinds[hint] in str(one.certificate_no) if hint in kinds else str(one.certificate_no).isdigit())
    )
    owner, kept = title.owners[0], str(title.certificate_no)
    one = arrived(stage, operator, str(owner.name), str(owner.id_number))
    name, number = one.name, one.id_number

    assert found_as_typed(one, whole.format(kept), name, number) == [kept]
    assert found_as_typed(one, f" {short.format(kept)} ", name, number) == [kept]
    assert found_as_typed(one, kept.replace("(", "（").replace(")", "）"), name, number) == [kept], (
        "full-width brackets"
    )
    assert found_as_typed(one, kept, name, number.lower()) == [kept]


def test_hint_4_of_a_co_owned_title_one_owner_is_enough_whichever(walk: Walk) -> None:
    walk.to("seller_3_title")
    cast = walk.sale.cast

    for asking, named in ((cast.seller, cast.seller_co_owner), (cast.seller_co_owner, cast.seller)):
        assert found_as_typed(asking, cast.certificate_no, named.name, named.id_number) == [cast.certificate_no]


def test_hint_5_an_enterprise_is_found_by_its_credit_code_when_its_representative_asks(
    stage: Stage, operator: Operator
) -> None:
    title = an_enterprises_title(stage)
    enterprise = title.enterprises[0]
    acting = enterprise.representative
    one = arrived(stage, operator, str(acting.name), str(acting.id_number))

    found = found_as_typed(one, str(title.certificate_no), str(enterprise.name), str(enterprise.uscc))

    assert found == [str(title.certificate_no)]


def test_hint_6_a_failed_search_names_the_registry_and_its_phone(walk: Walk) -> None:
    walk.to("seller_3_title")
    body = {
        "city": CITY,
        "certificate_no": walk.sale.cast.certificate_no,
        "owner_name": walk.seller.name,
        "owner_id_number": walk.buyer.id_number,
    }

    found = refused(walk.seller.client, "POST", "/v1/title-searches", body)

    assert found.code == "property.title_not_found"
    assert walk.seen["enter"]["city"]["registry_phone"] in found.zh
    assert "不动产登记中心" in found.zh


def test_hint_7_each_party_enters_an_own_mobile_and_one_given_twice_is_noticed(walk: Walk) -> None:
    walk.to("seller_4_fill_in")
    hints = walk.seen["seller_1_create"]["kind"]["hints"]
    own = walk.sale.cast.seller_co_owner.party()
    case = walk.case_of(walk.seller)

    case.save_parties("seller", [walk.seller.party(), {**own, "mobile": walk.seller.mobile}])
    warned = case.view()["cautions"]
    case.save_parties("seller", [walk.seller.party(), own])

    assert len(hints) == 7
    assert "手机号" in hints[6]
    assert [one["code"] for one in warned] == ["contract.mobile_shared"]
    assert case.view()["cautions"] == []


# ---- 4、买卖合同信息编辑 -------------------------------------------------------------------------------------------
def test_seller_4_uploads_what_is_asked_and_each_row_says_whether_it_is_there(walk: Walk) -> None:
    seen = walk.to("seller_4_upload")

    names = " ".join(one["name"] for one in seen["before"])
    assert all(word in names for word in ("身份证", "婚姻证明", "不动产权证书", "其他材料"))
    assert {one["label"] for one in seen["before"] if one["may_upload"]} == {"点击上传"}
    assert seen["sent"] >= 3
    assert {one["label"] for one in seen["after"] if one["may_upload"] and one["required"]} == {"上传完成"}
    assert {one["label"] for one in seen["after"] if one["may_upload"] and not one["required"]} == {"点击上传"}
    assert "REVOKE" in {one.upper() for one in seen["view"]["allowed_acts"]}, "撤销合同 is on this screen"


def test_seller_4_fills_in_saves_previews_and_sees_the_state_under_my_contracts(walk: Walk) -> None:
    seen = walk.to("seller_4_fill_in")

    assert (seen["before"], seen["mine"]["state"]) == ("SELLER_DRAFT", "WAIT_BUYER")
    assert walk.seller.name in seen["preview"]
    assert "1286000" in seen["preview"].replace(",", "").replace("\n", "")
    assert {one["status"] for one in seen["view"]["checklist"]} == {"FILLED"}
    assert seen["co_owner"]["role"] == "SELLER_CO_OWNER", "the co-owner entered finds it too"


# ---- 二 (二) 买方信息录入 ------------------------------------------------------------------------------------------
def test_buyer_1_goes_on_by_i_am_the_buyer_and_checks_what_it_is_about(walk: Walk) -> None:
    seen = walk.to("buyer_1_look")

    assert seen["menu"] == ["我是买家"]
    assert (seen["found"]["number"], seen["found"]["ready"]) == (walk.sale.case["number"], True)
    assert seen["found"]["location"]
    assert seen["found"]["seller_name_masked"] != walk.seller.name


def test_buyer_2_reads_and_ticks_the_notice_and_proves_who_he_is(walk: Walk) -> None:
    seen = walk.to("buyer_2_notice_and_identity")

    assert "网签须知" in seen["notice"]["title"]
    assert seen["used"][-1].startswith("JOIN_CASE ")


def test_buyer_3_finds_the_contract_joins_and_uploads(walk: Walk) -> None:
    seen = walk.to("buyer_3_find_and_upload")

    assert seen["view"]["state"] == "BUYER_DRAFT"
    assert seen["sent"] >= 2
    assert {one["label"] for one in seen["after"] if one["may_upload"] and one["required"]} == {"上传完成"}


def test_buyer_3_fills_in_saves_and_generates_the_contract(walk: Walk) -> None:
    seen = walk.to("buyer_3_fill_in_and_generate")

    assert seen["generated"].state == "CONFIRMING"
    assert status(seen["view"], "合同预览") == "CURRENT"
    assert all(one.name in seen["text"] for one in walk.sale.cast.citizens), "as it will be signed, unmasked"


def test_buyer_3_all_confirm_each_signing_in_themselves_and_only_then_signing_starts(walk: Walk) -> None:
    seen = walk.to("buyer_3_confirm")

    assert seen["early"] == ["contract.confirmation_missing"] * 3
    assert [one["role"] for one in seen["found_by_co_owners"]] == ["BUYER_CO_OWNER", "SELLER_CO_OWNER"]
    waiting = [one["name"] for one in seen["view"]["parties"] if one["must_confirm"] and not one["confirmed_at"]]
    assert waiting in ([], [walk.seller.name]), "the seller's start counts as his confirmation"
    for one in (walk.sale.cast.buyer_co_owner, walk.sale.cast.seller_co_owner):
        told(walk, one, walk.sale.case["number"])


# ---- 二 (三) to (六) -----------------------------------------------------------------------------------------------
def test_all_get_the_message_and_sign_on_their_own_phones_after_an_identity_check(walk: Walk) -> None:
    seen = walk.to("sign")

    assert len(set(seen["links"])) == 4, "each an own link"
    assert [one.used[-1].split()[0] for one in walk.sale.cast.citizens] == ["SIGN"] * 4
    assert [one["signatures"] for one in seen["view"]["documents"]] == [4]
    assert status(seen["view"], "合同签订") == "DONE"
    assert seen["view"]["state"] == "SIGNED"


def test_before_all_have_signed_nothing_is_submitted_and_afterwards_nobody_revokes_alone(walk: Walk) -> None:
    seen = walk.to("sign")

    assert seen["early"] == "contract.not_all_signed"
    assert seen["alone"] == "contract.mutual_consent_required"
    assert "REVOKE" not in {one.upper() for one in seen["view"]["allowed_acts"]}


def test_the_seller_submits_and_watches_the_review(walk: Walk) -> None:
    seen = walk.to("submit")

    assert seen["by_buyer"] == "contract.not_allowed"
    assert status(seen["waiting"], "提交审核") == "CURRENT"
    assert note(seen["waiting"]) in {"待审核", "审核中"}
    assert note(seen["claimed"]) == "审核中"


def test_the_authority_reviews_files_and_pushes_to_the_registry(walk: Walk, stage: Stage) -> None:
    seen = walk.to("review")

    assert seen["read"].startswith(b"%PDF")
    assert note(seen["view"]) == "已推送"
    assert seen["view"]["filing_no"]
    acts = [one["act"] for one in seen["view"]["history"]]
    assert acts[-3:] == ["approved", "sealed", "pushed"]
    titles = Cases(walk.seller.client, CITY).search_title(
        walk.sale.cast.certificate_no, walk.seller.name, walk.seller.id_number
    )
    assert "DUPLICATE_HOUSE" in titles[0]["barred_by"] or not titles[0]["saleable"], "the registry knows of the filing"


def test_the_filed_contract_is_downloaded_under_my_contracts_by_every_party(
    walk: Walk, stack: Stack, tmp_path: Path
) -> None:
    seen = walk.to("download")
    file = tmp_path / "contract.pdf"
    file.write_bytes(seen["copies"][0])

    assert seen["mine"]["state"] == "PUSHED"
    assert len(set(seen["copies"])) == 1
    assert ".pdf" in seen["name"]
    assert check(file, root_certificate(stack)).is_good(WITH_SEAL)
    verified = verify_file(Client(walk.sale.cast.anyone.base_url), seen["copies"][0])
    assert (verified.accepted, verified.filing_no) == (True, walk.seen["review"]["view"]["filing_no"])
