"""What may be noted against the sale of a house, and what a city does about each.

Decides which of the three answers the law leaves to a city; leaves to property what is noted on which title.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Policy(StrEnum):
    """What follows from a note: the sale is refused, both sides acknowledge it, or a paper must be brought."""

    REFUSE = "REFUSE"
    WARN_AND_ACKNOWLEDGE = "WARN_AND_ACKNOWLEDGE"
    NEED_PAPER = "NEED_PAPER"


class Restriction(StrEnum):
    """Everything that bars or conditions a sale. The values are the keys of a profile's `restrictions`."""

    SEAL = "seal"  # 查封, 司法行政限制
    DISPUTE = "dispute"  # 权属有争议
    OBJECTION = "objection"  # 异议登记
    PRENOTICE = "prenotice"  # 预告登记
    MORTGAGE = "mortgage"  # 抵押
    MORTGAGE_WITH_BAN = "mortgage_with_ban"  # 抵押, 禁止或限制转让 registered
    POLICY_HOME = "policy_home"  # 政策性住房未满足上市交易条件
    LEASE = "lease"  # 租赁
    HABITATION = "habitation"  # 居住权
    LOST_CERTIFICATE = "lost_certificate"  # 遗失公告
    ALLOCATED_LAND = "allocated_land"  # 划拨土地
    DECEASED_OWNER = "deceased_owner"  # 权利人已故, 未办继承登记
    MINOR_OWNER = "minor_owner"  # 未成年权利人
    ENTERPRISE_OWNER = "enterprise_owner"  # 企业权利人


REASONS: dict[Restriction, str] = {
    Restriction.SEAL: "HOUSE_SEALED",
    Restriction.DISPUTE: "OWNERSHIP_DISPUTED",
    Restriction.OBJECTION: "OBJECTION_EXISTS",
    Restriction.PRENOTICE: "PRENOTICE_EXISTS",
    Restriction.MORTGAGE: "MORTGAGED",
    Restriction.MORTGAGE_WITH_BAN: "MORTGAGE_RESTRICTED",
    Restriction.POLICY_HOME: "RESTRICTED_TRANSFER",
    Restriction.LEASE: "LEASED",
    Restriction.HABITATION: "HABITATION_RIGHT",
    Restriction.LOST_CERTIFICATE: "CERTIFICATE_LOST",
    Restriction.ALLOCATED_LAND: "LAND_ALLOCATED",
    Restriction.DECEASED_OWNER: "OWNER_DECEASED",
    Restriction.MINOR_OWNER: "MINOR_NEEDS_GUARDIAN",
    Restriction.ENTERPRISE_OWNER: "ENTERPRISE_OWNER",
}
"""The code under which people and services are told of each."""

_ANY = tuple(Policy)
_NEVER = (Policy.REFUSE,)
LAWFUL: dict[Restriction, tuple[Policy, ...]] = {
    Restriction.SEAL: _NEVER,  # 城市房地产管理法 38(2)
    Restriction.DISPUTE: _NEVER,  # 城市房地产管理法 38(5)
    Restriction.OBJECTION: (Policy.REFUSE, Policy.WARN_AND_ACKNOWLEDGE),  # the buyer states that he bears the risk
    Restriction.PRENOTICE: (Policy.REFUSE, Policy.NEED_PAPER),  # 民法典 221: the holder's consent
    Restriction.MORTGAGE: _ANY,  # 民法典 406: free to sell, the mortgagee is told
    Restriction.MORTGAGE_WITH_BAN: (Policy.REFUSE, Policy.NEED_PAPER),  # 担保解释 43(2): the mortgagee's consent
    Restriction.POLICY_HOME: _NEVER,  # 建房规〔2019〕5号
    Restriction.LEASE: _ANY,  # 民法典 725-728
    Restriction.HABITATION: _ANY,  # 民法典 366-370
    Restriction.LOST_CERTIFICATE: _ANY,
    Restriction.ALLOCATED_LAND: _ANY,  # 城市房地产管理法 40
    Restriction.DECEASED_OWNER: _NEVER,  # 民法典 232: heirs register first
    Restriction.MINOR_OWNER: (Policy.REFUSE, Policy.NEED_PAPER),  # 民法典 35: all guardians, for the ward's benefit
    Restriction.ENTERPRISE_OWNER: (Policy.REFUSE, Policy.NEED_PAPER),  # 营业执照, 法定代表人身份证明
}


@dataclass(frozen=True, kw_only=True)
class Restrictions:
    """A city's answer to each; what a profile leaves out has the answer that is safe without any paper."""

    seal: Policy = Policy.REFUSE
    dispute: Policy = Policy.REFUSE
    objection: Policy = Policy.REFUSE
    prenotice: Policy = Policy.REFUSE
    mortgage: Policy = Policy.WARN_AND_ACKNOWLEDGE
    mortgage_with_ban: Policy = Policy.REFUSE
    policy_home: Policy = Policy.REFUSE
    lease: Policy = Policy.WARN_AND_ACKNOWLEDGE
    habitation: Policy = Policy.WARN_AND_ACKNOWLEDGE
    lost_certificate: Policy = Policy.REFUSE
    allocated_land: Policy = Policy.REFUSE
    deceased_owner: Policy = Policy.REFUSE
    minor_owner: Policy = Policy.REFUSE
    enterprise_owner: Policy = Policy.REFUSE

    def policy(self, restriction: Restriction) -> Policy:
        """Return the city's answer."""
        return Policy(getattr(self, restriction.value))
