"""How the buyers will hold the title: 共有方式, 分别持证, 持证人, and the account money goes back to (fields 11, 34, 43)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.common.messages.contract import Holding
from services.common.profiles import BusinessType
from services.contract.domain.errors import Fault, InputRefused
from services.contract.domain.form.choices import BY_SHARES, JOINT, SEPARATE_CERTIFICATES, SOLE
from services.contract.domain.form.fields import faults
from services.contract.domain.form.party_fields import PartyFields
from services.contract.domain.parties import Party
from services.contract.domain.terms import tidied_account
from services.contract.domain.texts import tidy


@dataclass(frozen=True)
class HoldingCheck:
    """What the holding is held against: the city's rules, today, and the buyers it is about."""

    rules: BusinessType
    today: dt.date
    buyers: tuple[Party, ...]

    def accept(self, typed: Holding) -> Holding:
        """Return the holding normalised. Raises InputRefused with every fault."""
        account = tidied_account(typed.account) if typed.account else None
        holding = replace(typed, certificate_holder=tidy(typed.certificate_holder), account=account)
        found = [*faults(PartyFields(self.rules, self.today).holding(), holding, "holding"), *self._together(holding)]
        if found:
            raise InputRefused(found)
        return holding

    def _together(self, holding: Holding) -> Iterator[Fault]:
        names = {str(one.name) for one in self.buyers}
        if holding.ownership_mode and holding.ownership_mode != self._said():
            yield Fault("holding.ownership_mode", "ownership_mode_differs")
        if holding.certificate_mode == SEPARATE_CERTIFICATES and len(self.buyers) == 1:
            yield Fault("holding.certificate_mode", "certificate_holder")
        if holding.certificate_holder and holding.certificate_holder not in names:
            yield Fault("holding.certificate_holder", "certificate_holder")
        if holding.account and holding.account.holder not in names:
            yield Fault("holding.account.holder", "account_holder")

    def _said(self) -> str:
        """Return what number and shares of the buyers say: one alone, several jointly or by shares."""
        if len(self.buyers) == 1:
            return SOLE
        return BY_SHARES if all(one.share is not None for one in self.buyers) else JOINT
