"""A title as registered: owners, house, encumbrances. Decides what stands against its sale; who holds the house is `holders`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Self

from services.common.profiles.restrictions import Restriction, Restrictions
from services.common.values import CaseNo, CertificateNo, PersonId, UnitNo
from services.property.domain.errors import HouseBarred, SharesIncomplete
from services.property.domain.owners import EnterpriseOwner, Owner
from services.property.domain.verdict import Reason, Verdict, judge

ALLOCATED = "划拨"


class OwnershipMode(StrEnum):
    """单独所有, 共同共有 or 按份共有."""

    SOLE = "SOLE"
    JOINT = "JOINT"
    SHARES = "SHARES"


class Encumbrance(StrEnum):
    """What the register notes on a title (权利负担和限制)."""

    SEAL = "SEAL"  # 查封, 司法行政限制
    DISPUTE = "DISPUTE"  # 权属有争议
    PRENOTICE = "PRENOTICE"  # 预告登记
    MORTGAGE = "MORTGAGE"  # 抵押, free to sell with notice to the mortgagee (民法典 406)
    MORTGAGE_WITH_BAN = "MORTGAGE_WITH_BAN"  # 抵押, 禁止或限制转让 registered (担保解释 43)
    OBJECTION = "OBJECTION"  # 异议登记
    POLICY_HOME = "POLICY_HOME"  # 政策性住房未满足上市交易条件
    LEASE = "LEASE"  # 租赁
    HABITATION = "HABITATION"  # 居住权
    LOST_CERTIFICATE = "LOST_CERTIFICATE"  # 遗失公告

    @property
    def restriction(self) -> Restriction:
        """What it is called in the city profile."""
        return Restriction[self.name]


@dataclass(frozen=True)
class House:
    """房屋基本信息. `building_area` in square metres; `land_term_end` is empty for allocated land (划拨)."""

    unit_no: UnitNo | None
    location: str
    building_area: Decimal
    use: str
    nature: str
    structure: str
    floor: int
    total_floors: int
    year_built: int
    land_obtained: str
    land_use: str
    land_term_end: dt.date | None


@dataclass(frozen=True)
class RegisteredTitle:
    """One current title (现势产权). Raises SharesIncomplete for owners that do not fit the mode."""

    title_id: str
    city: str
    certificate_no: CertificateNo
    mode: OwnershipMode
    owners: tuple[Owner, ...]
    house: House
    encumbrances: frozenset[Encumbrance]
    generated: bool
    enterprises: tuple[EnterpriseOwner, ...] = ()

    def __post_init__(self) -> None:
        """Refuse owners that do not fit the mode of ownership."""
        shares = [*(owner.share for owner in self.owners), *(owner.share for owner in self.enterprises)]
        if self.mode is OwnershipMode.SHARES:
            whole = len(shares) > 1 and None not in shares and sum(share for share in shares if share is not None) == 1
        else:
            alone = len(shares) == 1
            whole = bool(shares) and set(shares) == {None} and alone is (self.mode is OwnershipMode.SOLE)
        if not whole:
            raise SharesIncomplete(count=len(shares))

    def noting(self, further: frozenset[Encumbrance]) -> Self:
        """Return the title with what another authority notes besides."""
        return replace(self, encumbrances=self.encumbrances | further)

    def owned_by(self, person: PersonId) -> bool:
        """Whether this person is one of the registered owners, or represents one (decision 23)."""
        people = [owner.person_id for owner in self.owners]
        return person in [*people, *(one.representative.person_id for one in self.enterprises)]

    def restrictions(self, today: dt.date) -> frozenset[Restriction]:
        """Return everything the law or a city may hold against a sale on that day."""
        facts = {
            Restriction.ALLOCATED_LAND: self.house.land_obtained == ALLOCATED,
            Restriction.DECEASED_OWNER: any(owner.deceased for owner in self.owners),
            Restriction.MINOR_OWNER: any(owner.is_minor(today) for owner in self.owners),
            Restriction.ENTERPRISE_OWNER: bool(self.enterprises),
        }
        return frozenset(one.restriction for one in self.encumbrances) | {one for one, true in facts.items() if true}

    def judged(
        self,
        policies: Restrictions,
        today: dt.date,
        holders: Iterable[CaseNo] = (),
        except_case: CaseNo | None = None,
    ) -> Verdict:
        """Return what stands against the sale.

        `DUPLICATE_HOUSE` when a case other than `except_case` holds the house (domain rule 7). People and enterprises
        together have no way online: neither manual has one.
        """
        held = any(holder != except_case for holder in holders)
        mixed = bool(self.owners) and bool(self.enterprises)
        further = [reason for reason, true in ((Reason.DUPLICATE_HOUSE, held), (Reason.OWNERS_MIXED, mixed)) if true]
        return judge(self.restrictions(today), policies, further)

    def refuse_if_barred(self, policies: Restrictions, today: dt.date) -> None:
        """Raise HouseBarred: a house sealed after the approval takes no filing (domain rule 3, at push)."""
        if reasons := self.judged(policies, today).barred_by:
            raise HouseBarred(barred_by=[reason.value for reason in reasons])
