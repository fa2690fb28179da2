"""Decides the closed lists a sale contract chooses from; the words printed for them belong to the drawing."""

from enum import StrEnum


class Side(StrEnum):
    """Side of the deal: 出卖人 or 买受人."""

    SELLER = "SELLER"
    BUYER = "BUYER"


class PartyRole(StrEnum):
    """Main party of a side, or a co-owner (共有人)."""

    MAIN = "MAIN"
    CO_OWNER = "CO_OWNER"


class IdType(StrEnum):
    """Kind of identity document (证件类型). USCC is an enterprise's 统一社会信用代码."""

    RESIDENT_ID = "RESIDENT_ID"
    PASSPORT = "PASSPORT"
    HK_MACAO_PERMIT = "HK_MACAO_PERMIT"
    TAIWAN_PERMIT = "TAIWAN_PERMIT"
    FOREIGNER_RESIDENCE = "FOREIGNER_RESIDENCE"
    USCC = "USCC"


class Sex(StrEnum):
    """性别, as the ID number says."""

    MALE = "MALE"
    FEMALE = "FEMALE"


class CertificateMode(StrEnum):
    """持证方式 of several buyers: one certificate (共持一本) or one each (分别持证)."""

    ONE = "ONE"
    SEPARATE = "SEPARATE"


class MaritalStatus(StrEnum):
    """婚姻状况."""

    SINGLE = "SINGLE"
    MARRIED = "MARRIED"
    DIVORCED = "DIVORCED"
    WIDOWED = "WIDOWED"


class OwnershipMode(StrEnum):
    """How the buyers will hold the title (共有方式): 单独所有, 共同共有 or 按份共有."""

    SOLE = "SOLE"
    JOINT = "JOINT"
    BY_SHARES = "BY_SHARES"


class LandObtain(StrEnum):
    """How the land use right was obtained (土地取得方式), 城市房地产管理法 art. 41."""

    GRANTED = "GRANTED"
    ALLOCATED = "ALLOCATED"
    OTHER = "OTHER"


class PaymentMethod(StrEnum):
    """付款方式: 一次性, 分期, 商业贷款, 公积金贷款, 组合贷款."""

    ONE_OFF = "ONE_OFF"
    INSTALMENT = "INSTALMENT"
    COMMERCIAL_LOAN = "COMMERCIAL_LOAN"
    PROVIDENT_FUND = "PROVIDENT_FUND"
    COMBINED_LOAN = "COMBINED_LOAN"


class LoanFailure(StrEnum):
    """What happens when the loan is not granted in full (贷款未批处理): 自筹, 解除 or 改期."""

    OWN_FUNDS = "OWN_FUNDS"
    RESCIND = "RESCIND"
    POSTPONE = "POSTPONE"


class TaxKind(StrEnum):
    """A tax or fee of the sale (税费)."""

    DEED_TAX = "DEED_TAX"
    VAT_AND_SURCHARGES = "VAT_AND_SURCHARGES"
    INCOME_TAX = "INCOME_TAX"
    LAND_GRANT_FEE = "LAND_GRANT_FEE"
    REGISTRATION_FEE = "REGISTRATION_FEE"


class Bearer(StrEnum):
    """Who bears a tax between the parties (承担方): 法定各自, 买方 or 卖方."""

    BY_LAW = "BY_LAW"
    BUYER = "BUYER"
    SELLER = "SELLER"


class DisputeMode(StrEnum):
    """争议解决: the court where the house stands, or one named arbitration commission."""

    COURT = "COURT"
    ARBITRATION = "ARBITRATION"
