"""The closed lists of a contract's fields, each value with its words. Order is the order on the screen."""

from __future__ import annotations

from typing import Final, TypeAlias

Words: TypeAlias = tuple[str, str]
"""Chinese and English."""

ONE_OFF: Final = "ONE_OFF"
INSTALMENTS: Final = "INSTALMENTS"
COMMERCIAL_LOAN: Final = "COMMERCIAL_LOAN"
PROVIDENT_FUND: Final = "PROVIDENT_FUND"
COMBINED_LOAN: Final = "COMBINED_LOAN"
LOANS: Final = (COMMERCIAL_LOAN, PROVIDENT_FUND, COMBINED_LOAN)
COURT: Final = "COURT"
ARBITRATION: Final = "ARBITRATION"
SOLE: Final = "SOLE"
JOINT: Final = "JOINT"
BY_SHARES: Final = "BY_SHARES"
ONE_CERTIFICATE: Final = "ONE"
SEPARATE_CERTIFICATES: Final = "SEPARATE"

CHOICES: dict[str, dict[str, Words]] = {
    "parties[].id_type": {"RESIDENT_ID": ("居民身份证", "Resident identity card")},
    "parties[].marital": {
        "SINGLE": ("未婚", "Single"),
        "MARRIED": ("已婚", "Married"),
        "DIVORCED": ("离异", "Divorced"),
        "WIDOWED": ("丧偶", "Widowed"),
    },
    "parties[].sex": {"MALE": ("男", "Male"), "FEMALE": ("女", "Female")},
    "parties[].role": {"MAIN": ("主当事人", "Main party"), "CO_OWNER": ("共有人", "Co-owner")},
    "parties[].side": {"SELLER": ("出卖人", "Seller"), "BUYER": ("买受人", "Buyer")},
    "holding.ownership_mode": {
        SOLE: ("单独所有", "Sole ownership"),
        JOINT: ("共同共有", "Joint ownership"),
        BY_SHARES: ("按份共有", "Ownership by shares"),
    },
    "holding.certificate_mode": {
        ONE_CERTIFICATE: ("共持一本", "One certificate for all"),
        SEPARATE_CERTIFICATES: ("分别持证", "A certificate for each"),
    },
    "terms.payment_method": {
        ONE_OFF: ("一次性付款", "In one payment"),
        INSTALMENTS: ("分期付款", "By instalments"),
        COMMERCIAL_LOAN: ("商业贷款", "With a bank loan"),
        PROVIDENT_FUND: ("住房公积金贷款", "With a housing provident fund loan"),
        COMBINED_LOAN: ("组合贷款", "With both kinds of loan"),
    },
    "terms.loan.on_failure": {
        "OWN_FUNDS": ("乙方以自有资金补足", "The buyer pays from own funds"),
        "RESCIND": ("解除合同", "Either side may rescind"),
        "POSTPONE": ("另行商定付款期限", "A later day is agreed"),
    },
    "terms.taxes[].tax": {
        "DEED_TAX": ("契税", "Deed tax"),
        "VAT_AND_SURCHARGES": ("增值税及附加", "VAT and surcharges"),
        "INCOME_TAX": ("个人所得税", "Individual income tax"),
        "LAND_GRANT_FEE": ("土地出让价款（收益）", "Land grant fee"),
        "REGISTRATION_FEE": ("不动产登记费", "Registration fee"),
    },
    "terms.taxes[].bearer": {
        "BY_LAW": ("依法各自承担", "Each as the law says"),
        "BUYER": ("买方承担", "The buyer"),
        "SELLER": ("卖方承担", "The seller"),
    },
    "terms.dispute_mode": {
        COURT: ("向房屋所在地人民法院起诉", "The court where the house stands"),
        ARBITRATION: ("提交仲裁委员会仲裁", "Arbitration by a named commission"),
    },
}
"""Field path -> value -> words."""


def values_of(path: str) -> tuple[str, ...]:
    """Return the values a field may have."""
    return tuple(CHOICES[path])
