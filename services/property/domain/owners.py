"""Who stands in the register as owner: people and enterprises. Decides whom an enterprise acts through."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from services.common.values import CompanyName, IdNumber, PersonId, PersonName, Uscc

OF_AGE = 18  # 民法典 17


@dataclass(frozen=True)
class Owner:
    """A registered owner. `share` is empty unless the title is owned in shares; `deceased`: heirs have not registered."""

    person_id: PersonId
    name: PersonName
    id_number: IdNumber
    share: Fraction | None
    deceased: bool = False

    def is_minor(self, today: dt.date) -> bool:
        """Whether guardians act for him (民法典 19, 20)."""
        return self.id_number.age_on(today) < OF_AGE


@dataclass(frozen=True)
class Representative:
    """法定代表人: the person through whom an enterprise sells, and who proves his identity for it."""

    person_id: PersonId
    name: PersonName
    id_number: IdNumber


@dataclass(frozen=True)
class EnterpriseOwner:
    """A registered enterprise; it is searched for by its 统一社会信用代码."""

    name: CompanyName
    uscc: Uscc
    share: Fraction | None
    representative: Representative
