"""A title as registered: owners, house, encumbrances. Decides which of them bar a sale; who holds the house is `holders`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from services.common.values import CaseNo, CertificateNo, IdNumber, PersonId, PersonName, UnitNo
from services.property.domain.errors import HouseBarred, SharesIncomplete


class OwnershipMode(StrEnum):
    """单独所有, 共同共有 or 按份共有."""

    SOLE = "SOLE"
    JOINT = "JOINT"
    SHARES = "SHARES"


class Encumbrance(StrEnum):
    """What the register notes on a title (权利负担和限制)."""

    SEAL = "SEAL"  # 查封
    PRENOTICE = "PRENOTICE"  # 预告登记
    MORTGAGE = "MORTGAGE"  # 抵押, free to sell with notice to the mortgagee (民法典 406)
    MORTGAGE_WITH_BAN = "MORTGAGE_WITH_BAN"  # 抵押, 禁止或限制转让 registered (担保解释 43)
    OBJECTION = "OBJECTION"  # 异议登记
    POLICY_HOME = "POLICY_HOME"  # 政策性住房未满足上市交易条件
    LEASE = "LEASE"  # 租赁
    HABITATION = "HABITATION"  # 居住权


class Bar(StrEnum):
    """Why a house may not be sold, as told to citizens and to contract."""

    HOUSE_SEALED = "HOUSE_SEALED"
    PRENOTICE_EXISTS = "PRENOTICE_EXISTS"
    MORTGAGE_RESTRICTED = "MORTGAGE_RESTRICTED"
    OBJECTION_EXISTS = "OBJECTION_EXISTS"
    RESTRICTED_TRANSFER = "RESTRICTED_TRANSFER"
    DUPLICATE_HOUSE = "DUPLICATE_HOUSE"


BARS: dict[Encumbrance, Bar] = {
    Encumbrance.SEAL: Bar.HOUSE_SEALED,
    Encumbrance.PRENOTICE: Bar.PRENOTICE_EXISTS,
    Encumbrance.MORTGAGE_WITH_BAN: Bar.MORTGAGE_RESTRICTED,
    Encumbrance.OBJECTION: Bar.OBJECTION_EXISTS,
    Encumbrance.POLICY_HOME: Bar.RESTRICTED_TRANSFER,
}
"""城市房地产管理法 38, 民法典 221, 担保解释 43(2), 建房规〔2019〕5号.

A mortgage without ban, a lease and 居住权 only warn.
"""


@dataclass(frozen=True)
class Owner:
    """A registered owner. `share` is empty unless the title is owned in shares."""

    person_id: PersonId
    name: PersonName
    id_number: IdNumber
    share: Fraction | None


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

    def __post_init__(self) -> None:
        """Refuse owners that do not fit the mode of ownership."""
        shares = [owner.share for owner in self.owners]
        if self.mode is OwnershipMode.SHARES:
            whole = len(shares) > 1 and None not in shares and sum(share for share in shares if share is not None) == 1
        else:
            alone = len(shares) == 1
            whole = bool(shares) and set(shares) == {None} and alone is (self.mode is OwnershipMode.SOLE)
        if not whole:
            raise SharesIncomplete(count=len(shares))

    def owned_by(self, person: PersonId) -> bool:
        """Whether this person is one of the registered owners."""
        return any(owner.person_id == person for owner in self.owners)

    def bars(self) -> tuple[Bar, ...]:
        """Return what the register itself notes against a sale, in a fixed order."""
        found = {BARS[one] for one in self.encumbrances if one in BARS}
        return tuple(bar for bar in Bar if bar in found)

    def barred_by(self, holders: Iterable[CaseNo], except_case: CaseNo | None = None) -> tuple[Bar, ...]:
        """All bars, with `DUPLICATE_HOUSE` when a case other than `except_case` holds the house (domain rule 7)."""
        held = any(holder != except_case for holder in holders)
        return (*self.bars(), Bar.DUPLICATE_HOUSE) if held else self.bars()

    def refuse_if_barred(self) -> None:
        """Raise HouseBarred: a house sealed after the approval takes no filing (domain rule 3, at push)."""
        if bars := self.bars():
            raise HouseBarred(barred_by=[bar.value for bar in bars])
