"""Builders of contract documents for the tests: invented people with valid numbers, terms of a plausible sale."""

import dataclasses
from datetime import date
from decimal import Decimal
from fractions import Fraction

from services.contract.domain.document import (
    Account,
    Breach,
    Certificates,
    ContractDocument,
    Delivery,
    Dispute,
    Encumbrances,
    FundSupervision,
    House,
    HouseholdRegistration,
    IncludedItem,
    Instalment,
    Lease,
    Loan,
    Mortgage,
    Party,
    Payment,
    TaxShare,
)
from services.contract.domain.document_kinds import (
    Bearer,
    CertificateMode,
    DisputeMode,
    IdType,
    LandObtain,
    LoanFailure,
    MaritalStatus,
    OwnershipMode,
    PartyRole,
    PaymentMethod,
    Sex,
    Side,
    TaxKind,
)

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
SELLERS = ("韩若川", "沈䶮溪")
BUYERS = ("欧阳闻笛", "古丽·阿依努尔")


def resident_id(serial: int) -> str:
    """Make an ID number of nobody: a day in the future of any holder, a valid check character."""
    body = f"420202{date(1980 + serial % 20, 1 + serial % 12, 1 + serial % 28):%Y%m%d}{serial % 1000:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def a_party(side: Side, name: str, serial: int, *, main: bool = True, share: Fraction | None = None) -> Party:
    return Party(
        side=side,
        role=PartyRole.MAIN if main else PartyRole.CO_OWNER,
        name=name,
        id_type=IdType.RESIDENT_ID,
        id_number=resident_id(serial),
        mobile=f"1380000{serial:04d}",
        address=f"湖北省黄石市黄石港区试验路{serial}号1栋2单元{serial}室",
        marital_status=MaritalStatus.MARRIED,
        share=share,
        nationality="中国",
        sex=Sex.FEMALE if serial % 2 else Sex.MALE,
        born=date(1980 + serial % 20, 1 + serial % 12, 1 + serial % 28),
        id_valid_until=None if serial == 2 else date(2036, 5, serial),
        id_valid_long=serial == 2,
        postcode="435000",
    )


def parties(sellers: int = 2, buyers: int = 2) -> tuple[Party, ...]:
    """Give the sellers, then the buyers, the first of each side being its main party."""
    chosen: list[Party] = []
    for side, names, count in ((Side.SELLER, SELLERS, sellers), (Side.BUYER, BUYERS, buyers)):
        for index in range(count):
            name = names[index] if index < len(names) else f"{names[0]}之{'一二三四五六'[index]}"
            chosen.append(a_party(side, name, len(chosen) + 1, main=index == 0))
    return tuple(chosen)


def a_house() -> House:
    return House(
        certificate_no="鄂(2022)黄石市不动产权第0000001号",
        unit_no="420202003001GB00001F00010002",
        location="湖北省黄石市黄石港区试验路18号3栋2单元1001室",
        building_area=Decimal("118.36"),
        use="成套住宅",
        nature="市场化商品房",
        land_obtain=LandObtain.GRANTED,
        land_use="城镇住宅用地",
        structure="钢筋混凝土结构",
        floor=10,
        total_floors=18,
        year=2012,
        land_term_end=date(2078, 6, 30),
    )


def a_document(**changes: object) -> ContractDocument:
    """Make a cash sale between two sellers and two buyers with every common term; `changes` replace fields."""
    fields: dict[str, object] = {
        "case_no": "2026112200001",
        "city": "huangshi",
        "version": 1,
        "drafted_on": date(2026, 11, 22),
        "parties": parties(),
        "ownership_mode": OwnershipMode.JOINT,
        "house": a_house(),
        "encumbrances": Encumbrances(),
        "price": Decimal("888888.88"),
        "price_includes": (),
        "payment": Payment(
            method=PaymentMethod.INSTALMENT,
            deposit=Decimal("50000.00"),
            schedule=(
                Instalment(Decimal("338888.88"), "本合同备案后", date(2026, 12, 10)),
                Instalment(Decimal("500000.00"), "转移登记受理当日", date(2026, 12, 25)),
            ),
            account=Account("韩若川", "黄石试验银行营业部", "6200000000000000018"),
        ),
        "fund_supervision": FundSupervision(Decimal("838888.88"), "黄石市交易保证机构", "4200000000000001"),
        "taxes": (TaxShare(TaxKind.DEED_TAX, Bearer.BUYER), TaxShare(TaxKind.INCOME_TAX, Bearer.SELLER)),
        "transfer_apply_by": date(2026, 12, 31),
        "delivery": Delivery(
            date(2027, 1, 15), "现状交付，家具家电见附件清单", "水 1208 吨，电 15632 度", fees_cleared=True
        ),
        "household": HouseholdRegistration(date(2027, 1, 31), Decimal("100.00")),
        "breach": Breach(Decimal(3), Decimal("3.5"), Decimal("80000.00")),
        "dispute": Dispute(DisputeMode.COURT),
        "revoke_terms": "备案后十日内一方提出撤销的，另一方应当配合。",
        "extra_terms": "甲方保留书房内的书柜。\n乙方同意甲方在交付前继续居住。",
        "attachments": ("当事人身份证明复印件", "婚姻状况证明复印件", "不动产权证书复印件"),
        "copies": 4,
        "verification_code": "7K3M-Q9TD-2WXP",
        "verification_url": "https://guohu.example/v/7K3MQ9TD2WXP",
    }
    return ContractDocument(**(fields | changes))  # type: ignore[arg-type]


def a_full_document() -> ContractDocument:
    """Every optional part present: loan, mortgage, lease, habitation right, shares, included items, arbitration."""
    half = Fraction(1, 2)
    house = dataclasses.replace(a_house(), inner_area=Decimal("96.20"), shared_area=Decimal("22.16"))
    people = (
        a_party(Side.SELLER, SELLERS[0], 1),
        a_party(Side.BUYER, BUYERS[0], 2, share=half),
        a_party(Side.BUYER, BUYERS[1], 3, main=False, share=half),
    )
    return a_document(
        parties=people,
        house=house,
        ownership_mode=OwnershipMode.BY_SHARES,
        encumbrances=Encumbrances(
            Mortgage("黄石试验银行股份有限公司", Decimal("210000.00"), date(2026, 12, 1)),
            Lease(date(2027, 5, 31), tenant_waived=False),
            "登记于案外人名下，期限至二〇三〇年",
        ),
        price_includes=(IncludedItem("装修", Decimal("30000.00")), IncludedItem("地下车位一个")),
        payment=Payment(
            PaymentMethod.COMBINED_LOAN,
            Decimal("50000.00"),
            (Instalment(Decimal("238888.88"), "首付款"),),
            Loan(Decimal("600000.00"), "黄石试验银行股份有限公司", LoanFailure.RESCIND, Decimal("200000.00")),
        ),
        certificates=Certificates(CertificateMode.ONE, BUYERS[0]),
        buyer_account=Account(BUYERS[0], "黄石试验银行营业部", "6200000000000026"),
        dispute=Dispute(DisputeMode.ARBITRATION, "黄石仲裁委员会"),
    )


def a_bare_document() -> ContractDocument:
    """Every optional part absent, one seller and one buyer."""
    house = House(
        "0000001", None, "湖北省黄石市黄石港区试验路18号", Decimal(60), "住宅", "房改房", LandObtain.ALLOCATED, "住宅"
    )
    people = tuple(
        dataclasses.replace(one, postcode=None, id_valid_until=None, id_valid_long=True) for one in parties(1, 1)
    )
    return a_document(
        parties=people,
        ownership_mode=OwnershipMode.SOLE,
        house=house,
        payment=Payment(PaymentMethod.ONE_OFF),
        fund_supervision=None,
        taxes=(),
        delivery=Delivery(date(2027, 1, 15), "现状交付"),
        household=None,
        breach=Breach(Decimal(3), Decimal(3)),
        revoke_terms=None,
        extra_terms=None,
        attachments=(),
    )
