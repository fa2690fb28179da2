"""What stands against the sale of a house, as told to citizens and services.

Decides the code of each note and the paper that answers it; which note refuses, warns or needs a paper is the city's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.common.profiles.restrictions import REASONS as TOLD_AS
from services.common.profiles.restrictions import Policy, Restriction, Restrictions


class Reason(StrEnum):
    """Why a house may not be sold, or only with an acknowledgement or a paper. The order is the order they are told in."""

    HOUSE_SEALED = "HOUSE_SEALED"
    OWNERSHIP_DISPUTED = "OWNERSHIP_DISPUTED"
    PRENOTICE_EXISTS = "PRENOTICE_EXISTS"
    MORTGAGE_RESTRICTED = "MORTGAGE_RESTRICTED"
    OBJECTION_EXISTS = "OBJECTION_EXISTS"
    RESTRICTED_TRANSFER = "RESTRICTED_TRANSFER"
    OWNER_DECEASED = "OWNER_DECEASED"
    MINOR_NEEDS_GUARDIAN = "MINOR_NEEDS_GUARDIAN"
    LAND_ALLOCATED = "LAND_ALLOCATED"
    CERTIFICATE_LOST = "CERTIFICATE_LOST"
    ENTERPRISE_OWNER = "ENTERPRISE_OWNER"
    OWNERS_MIXED = "OWNERS_MIXED"
    MORTGAGED = "MORTGAGED"
    LEASED = "LEASED"
    HABITATION_RIGHT = "HABITATION_RIGHT"
    DUPLICATE_HOUSE = "DUPLICATE_HOUSE"


class Paper(StrEnum):
    """What answers a note where the city takes a paper for it."""

    PRENOTICE_HOLDER_CONSENT = "PRENOTICE_HOLDER_CONSENT"  # 预告登记权利人同意书
    MORTGAGEE_CONSENT = "MORTGAGEE_CONSENT"  # 抵押权人同意转让的书面材料
    MORTGAGEE_NOTIFIED = "MORTGAGEE_NOTIFIED"  # 已通知抵押权人的材料
    TENANT_WAIVER = "TENANT_WAIVER"  # 承租人放弃优先购买权声明
    HABITANT_STATEMENT = "HABITANT_STATEMENT"  # 居住权人知情声明
    REPLACEMENT_CERTIFICATE = "REPLACEMENT_CERTIFICATE"  # 补发的不动产权证书
    LAND_TRANSFER_APPROVAL = "LAND_TRANSFER_APPROVAL"  # 划拨土地转让批准或者补缴出让金凭证
    GUARDIAN_STATEMENT = "GUARDIAN_STATEMENT"  # 监护人证明及为被监护人利益的书面保证
    ENTERPRISE_PAPERS = "ENTERPRISE_PAPERS"  # 营业执照, 法定代表人身份证明


REASONS: dict[Restriction, Reason] = {one: Reason(code) for one, code in TOLD_AS.items()}
PAPERS: dict[Restriction, Paper] = {
    Restriction.PRENOTICE: Paper.PRENOTICE_HOLDER_CONSENT,
    Restriction.MORTGAGE: Paper.MORTGAGEE_NOTIFIED,
    Restriction.MORTGAGE_WITH_BAN: Paper.MORTGAGEE_CONSENT,
    Restriction.LEASE: Paper.TENANT_WAIVER,
    Restriction.HABITATION: Paper.HABITANT_STATEMENT,
    Restriction.LOST_CERTIFICATE: Paper.REPLACEMENT_CERTIFICATE,
    Restriction.ALLOCATED_LAND: Paper.LAND_TRANSFER_APPROVAL,
    Restriction.MINOR_OWNER: Paper.GUARDIAN_STATEMENT,
    Restriction.ENTERPRISE_OWNER: Paper.ENTERPRISE_PAPERS,
}
"""For every restriction for which the law leaves NEED_PAPER to a city."""


@dataclass(frozen=True)
class Verdict:
    """Reasons that bar the sale, reasons both sides must acknowledge, papers without which the case cannot go on."""

    barred_by: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    papers_needed: tuple[Paper, ...] = ()


def judge(found: Iterable[Restriction], policies: Restrictions, further: Iterable[Reason] = ()) -> Verdict:
    """Return what the city makes of the restrictions found; `further` reasons bar under every policy."""
    by_policy: dict[Policy, list[Restriction]] = {policy: [] for policy in Policy}
    for one in found:
        by_policy[policies.policy(one)].append(one)
    papers = {PAPERS[one] for one in by_policy[Policy.NEED_PAPER]}
    return Verdict(
        barred_by=_ordered({*(REASONS[one] for one in by_policy[Policy.REFUSE]), *further}),
        warnings=_ordered({REASONS[one] for one in by_policy[Policy.WARN_AND_ACKNOWLEDGE]}),
        papers_needed=tuple(paper for paper in Paper if paper in papers),
    )


def _ordered(reasons: set[Reason]) -> tuple[Reason, ...]:
    return tuple(reason for reason in Reason if reason in reasons)
