"""An enterprise sells through its legal representative (decision 9), and brings its papers before signing."""

from __future__ import annotations

import dataclasses

import pytest

from services.common.kit.errors import Forbidden
from services.common.messages.contract import (
    GetCase,
    GetSigners,
    JoinCase,
    LookUpCase,
    Marital,
    PartyInput,
    SaveParties,
    Side,
)
from services.common.messages.property import EnterpriseOwner
from services.common.values import CompanyName, Uscc
from services.contract.domain.case import require_sellable
from services.contract.domain.drafted import contract_document
from services.contract.domain.errors import ActBarred, CaseNotFound, HouseBarred, InputRefused
from services.contract.domain.papers import PapersMissing
from tests.support import contract_builders as make
from tests.support.contract_materials import bring
from tests.support.contract_world import NOTICE, World

COMPANY, CODE = CompanyName("黄石测试房产有限公司"), Uscc("91350100M000100Y43")
OWNER = EnterpriseOwner(
    name=COMPANY,
    uscc=CODE,
    share="",
    representative_id=make.SELLER.person_id,
    representative_name=make.SELLER.name,
    representative_id_number=make.SELLER.id_number,
)


def opened() -> World:
    """The representative has opened a case for the enterprise's house."""
    one = World()
    one.opened(make.SELLER, owners=(), enterprise_owners=(OWNER,), papers_needed=("ENTERPRISE_PAPERS",))
    return one


def typed(**changed: object) -> PartyInput:
    return dataclasses.replace(make.typed(make.SELLER), marital=None, **changed)


def save(one: World, party: PartyInput, side: Side = Side.SELLER) -> None:
    message = SaveParties(case_no=one.case.no, revision=one.case.revision, side=side, parties=(party,))
    one.save_parties(message, make.call_of(make.SELLER if side is Side.SELLER else make.BUYER))


def ready() -> World:
    """Confirmed, to be started."""
    one = opened()
    save(one, typed())
    one.agree()
    message = JoinCase(
        case_no=one.case.no,
        enterprise_name=COMPANY,
        enterprise_uscc=CODE,
        proof=f"JOIN_CASE:{make.BUYER.person_id}:p2",
        notice_version=NOTICE,
    )
    one.join_case(message, make.call_of(make.BUYER))
    one.save_side(Side.BUYER, make.BUYER)
    one.generate()
    one.confirm(make.BUYER)
    return one


def test_the_representative_opens_the_case_for_the_enterprise() -> None:
    (seller,) = opened().case.sellers

    assert (seller.person_id, seller.company, seller.uscc) == (make.SELLER.person_id, COMPANY, CODE)


def test_somebody_who_does_not_represent_it_opens_none() -> None:
    title = make.title(owners=(), enterprise_owners=(OWNER,))
    with pytest.raises(Forbidden, match=r"contract\.seller_not_owner"):
        require_sellable(title, make.STRANGER, make.rules())


def test_a_city_that_does_not_serve_enterprises_refuses_it() -> None:
    rules = make.rules()
    without = dataclasses.replace(rules, parties=dataclasses.replace(rules.parties, enterprise_seller=False))
    with pytest.raises(HouseBarred, match=r"contract\.enterprise_owner"):
        require_sellable(make.title(owners=(), enterprise_owners=(OWNER,)), make.SELLER, without)


def test_no_marriage_is_asked_of_an_enterprise_and_none_is_kept() -> None:
    one = opened()
    save(one, typed())
    assert one.case.sellers[0].marital is None
    save(one, dataclasses.replace(typed(), marital=Marital.MARRIED))
    assert one.case.sellers[0].marital is None
    assert one.case.sellers[0].company == COMPANY


def test_a_person_still_says_whether_he_is_married() -> None:
    one = World()
    one.opened()
    with pytest.raises(InputRefused, match=r"contract\.marital_missing"):
        save(one, typed())


@pytest.mark.parametrize(
    "other", [{"company": CompanyName("武汉测试房产有限公司")}, {"uscc": Uscc("914202000000000014")}]
)
def test_another_company_than_the_registers_is_refused(other: dict[str, object]) -> None:
    one = opened()
    with pytest.raises(InputRefused, match=r"contract\.company_differs_from_register"):
        save(one, typed(**other))


def test_a_buyer_finds_it_by_company_and_code_and_never_by_the_representative() -> None:
    one = opened()
    save(one, typed())
    one.agree()
    asked = LookUpCase(city="huangshi", number=one.case.no.number, source="s")
    by_company = dataclasses.replace(asked, enterprise_name=COMPANY, enterprise_uscc=CODE)
    by_person = dataclasses.replace(asked, seller_name=make.SELLER.name, seller_id_number=make.SELLER.id_number)
    both = dataclasses.replace(by_company, seller_name=make.SELLER.name, seller_id_number=make.SELLER.id_number)

    assert one.look_up_case(by_company, make.call_of(make.BUYER)).seller_name_masked == COMPANY.masked
    for wrong in (by_person, both, asked):
        with pytest.raises(CaseNotFound):
            one.look_up_case(wrong, make.call_of(make.BUYER))


def test_the_representative_cannot_buy_from_his_own_enterprise() -> None:
    one = opened()
    save(one, typed())
    one.agree()
    message = JoinCase(
        case_no=one.case.no,
        enterprise_name=COMPANY,
        enterprise_uscc=CODE,
        proof=f"JOIN_CASE:{make.SELLER.person_id}:p2",
        notice_version=NOTICE,
    )
    with pytest.raises(ActBarred, match=r"contract\.same_party"):
        one.join_case(message, make.call_of(make.SELLER))


def test_an_enterprise_cannot_buy_here() -> None:
    one = opened()
    save(one, typed())
    one.agree()
    message = JoinCase(
        case_no=one.case.no,
        enterprise_name=COMPANY,
        enterprise_uscc=CODE,
        proof=f"JOIN_CASE:{make.BUYER.person_id}:p2",
        notice_version=NOTICE,
    )
    one.join_case(message, make.call_of(make.BUYER))
    buyer = dataclasses.replace(make.typed(make.BUYER), company=CompanyName("武汉测试房产有限公司"))
    with pytest.raises(InputRefused, match=r"contract\.enterprise_buyer_off"):
        save(one, buyer, Side.BUYER)


def test_company_and_representative_stand_in_the_contract_and_in_the_signature() -> None:
    one = ready()
    (seller, _) = contract_document(one.case, code="", url="", drafted_on=make.TODAY).parties
    message = GetSigners(case_no=one.case.no, version=one.case.version)
    signer = one.get_signers(message, make.service_call_of("signing")).signers[0]

    assert (seller.name, seller.id_type.value, seller.id_number) == (str(COMPANY), "USCC", str(CODE))
    assert seller.legal_representative == str(make.SELLER.name)
    assert (signer.person_id, signer.company, signer.uscc) == (make.SELLER.person_id, COMPANY, CODE)


def test_its_papers_are_attached_to_the_contract_in_place_of_a_marriage_proof_of_its_own() -> None:
    attached = contract_document(ready().case, code="", url="", drafted_on=make.TODAY).attachments

    assert attached[:4] == ("当事人身份证明", "营业执照和法定代表人身份证明", "婚姻状况证明", "不动产权属证书")


def test_signing_begins_only_with_the_enterprises_papers() -> None:
    one = ready()
    with pytest.raises(PapersMissing) as refused:
        one.start()
    shown = one.get_case(GetCase(case_no=one.case.no), make.call_of(make.SELLER)).papers
    bring(one.store, one.case.no, Side.SELLER)

    assert one.start().state == "FREEZING"
    assert (refused.value.code, refused.value.context["papers"]) == ("contract.papers_missing", ["ENTERPRISE_PAPERS"])
    assert [(paper.paper, paper.provided) for paper in shown] == [("ENTERPRISE_PAPERS", False)]
