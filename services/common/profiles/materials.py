"""Material lists (收件材料): who brings what, when, and which of several documents will do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from services.common.profiles.dated import BEGINNING, NO_END


class PartyRole(StrEnum):
    """A person's place in a case: main party of a side (出卖人, 买受人) or co-owner (共有人)."""

    SELLER_MAIN = "SELLER_MAIN"
    SELLER_CO_OWNER = "SELLER_CO_OWNER"
    BUYER_MAIN = "BUYER_MAIN"
    BUYER_CO_OWNER = "BUYER_CO_OWNER"


class Condition(StrEnum):
    """When a material is asked for."""

    ALWAYS = "ALWAYS"
    PERSON = "PERSON"
    UNMARRIED = "UNMARRIED"
    MARRIED = "MARRIED"
    DIVORCED = "DIVORCED"
    WIDOWED = "WIDOWED"
    ENTERPRISE = "ENTERPRISE"
    MORTGAGED = "MORTGAGED"
    LEASED = "LEASED"


class DocumentKind(StrEnum):
    """Kinds of documents people bring."""

    ID_CARD = "ID_CARD"  # 身份证
    HOUSEHOLD_REGISTER = "HOUSEHOLD_REGISTER"  # 户口簿
    MARRIAGE_CERTIFICATE = "MARRIAGE_CERTIFICATE"  # 结婚证
    DIVORCE_CERTIFICATE = "DIVORCE_CERTIFICATE"  # 离婚证
    COURT_JUDGMENT = "COURT_JUDGMENT"  # 判决书
    COURT_MEDIATION = "COURT_MEDIATION"  # 调解书
    DEATH_CERTIFICATE = "DEATH_CERTIFICATE"  # 死亡证明
    BUSINESS_LICENCE = "BUSINESS_LICENCE"  # 营业执照
    REPRESENTATIVE_PROOF = "REPRESENTATIVE_PROOF"  # 法定代表人身份证明
    TITLE_CERTIFICATE = "TITLE_CERTIFICATE"  # 不动产权证书
    TENANT_WAIVER = "TENANT_WAIVER"  # 承租人放弃优先购买权声明
    MORTGAGEE_PAPER = "MORTGAGEE_PAPER"  # 通知抵押权人的材料, 抵押权人同意书
    PRENOTICE_CONSENT = "PRENOTICE_CONSENT"  # 预告登记权利人同意书
    HABITANT_STATEMENT = "HABITANT_STATEMENT"  # 居住权人知情声明
    LAND_APPROVAL = "LAND_APPROVAL"  # 划拨土地转让批准, 出让金缴纳凭证
    GUARDIANSHIP_PROOF = "GUARDIANSHIP_PROOF"  # 监护证明及为被监护人利益的书面保证
    LAND_CERTIFICATE = "LAND_CERTIFICATE"  # 土地使用证, beside an old 房屋所有权证
    OTHER = "OTHER"  # 其他材料


@dataclass(frozen=True, kw_only=True)
class Material:
    """One row of the list; any one of `any_of` will do (decision 18). An entry of the same id replaces it from its day on."""

    id: str = field(metadata={"pattern": r"[a-z][a-z0-9_]{1,39}"})
    name: str = field(metadata={"longest": 50})
    roles: tuple[PartyRole, ...] = field(metadata={"fewest": 1})
    any_of: tuple[DocumentKind, ...] = field(metadata={"fewest": 1})
    when: Condition = Condition.ALWAYS
    required: bool = True
    valid_from: dt.date = BEGINNING
    valid_until: dt.date = NO_END
    """The last day it is asked for."""
