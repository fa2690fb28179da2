"""Who sells and who buys, and the rules a side must keep.

Decides: every registered owner sells, under the names, numbers and shares of the register; nobody stands on both sides;
a mobile of one's own where the city asks for it (decision 5, domain rules 13-15). Leaves registration itself to identity and property.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from services.common.messages.contract import Marital, PartyInput, Side
from services.common.messages.identity import Person
from services.common.messages.property import Title
from services.common.profiles import BusinessType, PartyRole, SharedMobile
from services.common.values import CompanyName, IdNumber, Mobile, PersonId, PersonName, Uscc
from services.contract.domain.errors import Fault, InputRefused
from services.contract.domain.form.fields import faults as field_faults
from services.contract.domain.form.party_fields import NATIONALITY, PartyFields
from services.contract.domain.sellers import RegisteredSeller, registered_sellers
from services.contract.domain.texts import tidy

Pseudonym: TypeAlias = Callable[[IdNumber], PersonId]


@dataclass(frozen=True, kw_only=True)
class Party:
    """A person of the case. Address and marital status are empty until the side is saved; the share only under 按份共有.

    For an enterprise (`company`, `uscc`) the person is its 法定代表人, who proves his identity and signs for it; marital
    status is nobody's then.
    """

    person_id: PersonId
    side: Side
    is_main: bool
    name: PersonName
    id_number: IdNumber
    mobile: Mobile
    address: str = ""
    marital: Marital | None = None
    share: Fraction | None = None
    company: CompanyName | None = None
    uscc: Uscc | None = None
    id_valid_until: dt.date | None = None
    id_valid_long: bool = False
    postcode: str = ""

    @property
    def nationality(self) -> str:
        """国籍: a resident identity card is a citizen's."""
        return NATIONALITY

    @property
    def sex(self) -> str:
        """性别 by the number."""
        return "MALE" if self.id_number.is_male else "FEMALE"

    @property
    def role(self) -> PartyRole:
        """The party's place: main or co-owner of a side."""
        return PartyRole(f"{self.side}_{'MAIN' if self.is_main else 'CO_OWNER'}")


def main_party(side: Side, account: Person, owner: RegisteredSeller | None = None) -> Party:
    """Return the main party as known from the account and, for a seller, the register, before anything is typed."""
    return Party(
        person_id=account.person_id,
        side=side,
        is_main=True,
        name=account.name,
        id_number=account.id_number,
        mobile=account.mobile,
        company=owner.company if owner else None,
        uscc=owner.uscc if owner else None,
    )


@dataclass(frozen=True)
class SideCheck:
    """What a side is held against: the account of its main party, the register, the other side, the city's rules."""

    account: Person
    title: Title
    others: tuple[Party, ...]
    rules: BusinessType
    today: dt.date
    pseudonym: Pseudonym

    def sellers(self, typed: tuple[PartyInput, ...]) -> tuple[Party, ...]:
        """Return the sellers as typed, with the register's shares. Raises InputRefused with every fault."""
        return self._side(Side.SELLER, typed, self._register_faults)

    def buyers(self, typed: tuple[PartyInput, ...]) -> tuple[Party, ...]:
        """Return the buyers as typed. Raises InputRefused with every fault."""
        return self._side(Side.BUYER, typed, self._buyer_faults)

    def _side(
        self, side: Side, typed: tuple[PartyInput, ...], own_faults: Callable[[tuple[Party, ...]], Iterator[Fault]]
    ) -> tuple[Party, ...]:
        if not typed:
            raise InputRefused([Fault("parties", "party_missing")])
        faults: list[Fault] = []
        parties = tuple(self._party(side, index, one, faults) for index, one in enumerate(typed))
        faults += self._common_faults(parties)
        faults += own_faults(parties)
        if faults:
            raise InputRefused(faults)
        return parties if side is Side.BUYER else tuple(self._as_registered(one) for one in parties)

    def _party(self, side: Side, index: int, typed: PartyInput, faults: list[Fault]) -> Party:
        path = f"parties[{index}]"
        tidied = replace(typed, address=tidy(typed.address), postcode=tidy(typed.postcode))
        enterprise = side is Side.SELLER and bool(self.title.enterprise_owners)
        faults += field_faults(PartyFields(self.rules, self.today, enterprise).person(), tidied, "parties[]", path)
        return Party(
            person_id=self.pseudonym(typed.id_number),
            side=side,
            is_main=index == 0,
            name=typed.name,
            id_number=typed.id_number,
            mobile=typed.mobile,
            address=tidied.address,
            marital=typed.marital,
            share=_share(typed.share, path, faults),
            id_valid_until=None if typed.id_valid_long else typed.id_valid_until,
            id_valid_long=typed.id_valid_long,
            postcode=tidied.postcode,
            company=typed.company,
            uscc=typed.uscc,
        )

    def _common_faults(self, parties: tuple[Party, ...]) -> Iterator[Fault]:
        main = parties[0]
        if main.name != self.account.name:
            yield Fault("parties[0].name", "main_party_differs")
        if main.id_number != self.account.id_number:
            yield Fault("parties[0].id_number", "main_party_differs")
        if len(parties) > self.rules.parties.most_per_side:
            yield Fault("parties", "too_many_owners")
        others = {one.person_id for one in self.others}
        people, mobiles = (
            Counter(one.person_id for one in parties),
            Counter(one.mobile for one in (*parties, *self.others)),
        )
        for index, one in enumerate(parties):
            path = f"parties[{index}]"
            if one.person_id in others or people[one.person_id] > 1:
                yield Fault(f"{path}.id_number", "same_party")
            elif mobiles[one.mobile] > 1 and self.rules.parties.shared_mobile is SharedMobile.REFUSE:
                yield Fault(f"{path}.mobile", "mobile_duplicate")
            if one.id_number.age_on(self.today) < self.rules.parties.minimum_age:
                yield Fault(f"{path}.id_number", "minor_needs_guardian")

    def _register_faults(self, parties: tuple[Party, ...]) -> Iterator[Fault]:
        """Every owner sells, nobody else does, and under the register's names, codes and shares."""
        owners = {one.id_number: one for one in registered_sellers(self.title)}
        typed = {one.id_number for one in parties}
        if missing := set(owners) - typed:
            yield Fault("parties", "coowner_missing" if len(missing) < len(owners) else "seller_not_owner")
        for index, one in enumerate(parties):
            owner = owners.get(one.id_number)
            if owner is None:
                yield Fault(f"parties[{index}].id_number", "seller_not_owner")
            else:
                yield from self._differences(f"parties[{index}]", one, owner)

    def _differences(self, path: str, typed: Party, owner: RegisteredSeller) -> Iterator[Fault]:
        if owner.name != typed.name:
            yield Fault(f"{path}.name", "name_differs_from_register")
        elif typed.share is not None and typed.share != owner.share:
            yield Fault(f"{path}.share", "share_differs_from_register")
        if typed.company not in {None, owner.company} or typed.uscc not in {None, owner.uscc}:
            yield Fault(f"{path}.company", "company_differs_from_register")

    def _buyer_faults(self, parties: tuple[Party, ...]) -> Iterator[Fault]:
        for index, one in enumerate(parties):
            enterprise = one.company is not None or one.uscc is not None
            if enterprise and not self.rules.parties.enterprise_buyer:
                yield Fault(f"parties[{index}].company", "enterprise_buyer_off")
        yield from _buyer_share_faults(parties)

    def _as_registered(self, party: Party) -> Party:
        owner = next(one for one in registered_sellers(self.title) if one.id_number == party.id_number)
        marital = party.marital if owner.uscc is None else None
        return replace(party, share=owner.share, company=owner.company, uscc=owner.uscc, marital=marital)


def _share(text: str, path: str, faults: list[Fault]) -> Fraction | None:
    """Read `1/3`; anything that is no part above 0 and up to 1 is a fault."""
    if not text.strip():
        return None
    if re.fullmatch(r"[1-9][0-9]{0,5}/[1-9][0-9]{0,5}", text.strip()) and (share := Fraction(text.strip())) <= 1:
        return share
    faults.append(Fault(f"{path}.share", "share_invalid"))
    return None


def _buyer_share_faults(parties: tuple[Party, ...]) -> Iterator[Fault]:
    """按份共有: each buyer has a share, and they make exactly one; or none has (单独所有, 共同共有)."""
    shares = [one.share for one in parties if one.share is not None]
    if not shares:
        return
    if len(shares) < len(parties):
        yield Fault("parties", "share_missing")
    elif sum(shares) != 1:
        yield Fault("parties", "share_sum")
