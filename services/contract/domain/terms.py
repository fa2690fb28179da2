"""What the parties agree on, and the rules it must keep (买卖及交付, 争议解决; domain rules 17 and 18).

Decides what fields say together: sums, order, what excludes what. Single values are held against the table of `form`;
the wording of the contract is left to its template.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from services.common.messages.contract import BankAccount, Terms
from services.common.messages.property import Title
from services.common.profiles import BusinessType
from services.contract.domain.errors import Fault, InputRefused
from services.contract.domain.form.choices import ONE_OFF
from services.contract.domain.form.fields import CENT, Field, faults, number_of, values_at
from services.contract.domain.form.setting import Setting
from services.contract.domain.form.term_fields import term_fields
from services.contract.domain.texts import tidy, tidy_lines

_NOTHING = Decimal(0)


@dataclass(frozen=True)
class TermsCheck:
    """What terms are held against: the register, the city's rules, today in the city."""

    title: Title
    rules: BusinessType
    today: dt.date

    def accept(self, typed: Terms) -> Terms:
        """Return the terms normalised. Raises InputRefused with every fault."""
        terms = self.normalised(typed)
        if found := self.faults(terms):
            raise InputRefused(found)
        return terms

    def faults(self, terms: Terms) -> list[Fault]:
        """Return every fault of normalised terms."""
        return [
            *faults(self.fields(terms), terms, "terms"),
            *self._sums(terms),
            *self._schedule(terms),
            *self._house(terms),
            *self._accounts(terms),
        ]

    def cautions(self, terms: Terms) -> list[Fault]:
        """Return what is allowed but unusual: people are told, nothing is refused."""
        return [
            Fault(f"terms.{place}", "penalty_high")
            for field in self.fields(terms)
            if field.warn_above is not None
            for place, value in values_at(terms, field.path.removeprefix("terms."))
            if (number := number_of(value)) is not None and number > field.warn_above
        ]

    def fields(self, terms: Terms | None) -> tuple[Field, ...]:
        """Return the table with the limits that follow from these terms."""
        return term_fields(Setting(self.title, self.rules, self.today, terms))

    def normalised(self, terms: Terms) -> Terms:
        """Tidy the texts; a lease with an end, or in the register, is a lease."""
        leased = terms.leased
        if leased is None and (terms.lease_until is not None or self.title.leased):
            leased = True
        return _tidied(replace(terms, leased=leased))

    def _sums(self, terms: Terms) -> Iterator[Fault]:
        loan = terms.loan.amount.amount if terms.loan else _NOTHING
        paid = sum((one.amount.amount for one in terms.instalments), terms.deposit.amount + loan)
        if paid != terms.total_price.amount:
            yield Fault("terms.instalments", "payment_sum")
        parts = sum((one.amount.amount for one in terms.price_includes if one.amount), _NOTHING)
        if parts > terms.total_price.amount:
            yield Fault("terms.price_includes", "includes_sum")
        provident = terms.loan.provident_amount if terms.loan else None
        if terms.loan and provident is not None and provident >= terms.loan.amount:
            yield Fault("terms.loan.provident_amount", "loan_parts")

    def _schedule(self, terms: Terms) -> Iterator[Fault]:
        if terms.payment_method == ONE_OFF and len(terms.instalments) > 1:
            yield Fault("terms.instalments", "payment_schedule")
        due = [one.due for one in terms.instalments]
        if due != sorted(due):
            yield Fault("terms.instalments", "payment_order")
        taxes = Counter(one.tax for one in terms.taxes)
        for index, one in enumerate(terms.taxes):
            if taxes[one.tax] > 1:
                yield Fault(f"terms.taxes[{index}].tax", "tax_twice")

    def _house(self, terms: Terms) -> Iterator[Fault]:
        """Lease and areas stand in the contract as they are: nothing registered is denied, parts make the whole."""
        if self.title.leased and terms.leased is False:
            yield Fault("terms.leased", "lease_registered")
        inner, shared = terms.inner_area, terms.shared_area
        whole = self.title.house.building_area
        if inner is not None and shared is not None and abs(inner + shared - whole) > CENT:
            yield Fault("terms.shared_area", "area_sum")

    def _accounts(self, terms: Terms) -> Iterator[Fault]:
        """The money goes to a seller: an account of somebody else is a fraud's first sign."""
        owners = {str(one.name) for one in self.title.owners} | {str(one.name) for one in self.title.enterprise_owners}
        if terms.seller_account and terms.seller_account.holder not in owners:
            yield Fault("terms.seller_account.holder", "account_holder")


def tidied_account(account: BankAccount) -> BankAccount:
    """Return the account with tidy texts and a number without blanks."""
    number = "".join(account.number.split())
    return BankAccount(holder=tidy(account.holder), bank=tidy(account.bank), number=number)


def _tidied(terms: Terms) -> Terms:
    loan, watched, account = terms.loan, terms.supervision, terms.seller_account
    return replace(
        terms,
        delivery_condition=tidy(terms.delivery_condition),
        arbitration_body=tidy(terms.arbitration_body),
        mortgagee=tidy(terms.mortgagee),
        meters=tidy(terms.meters),
        extra_terms=tidy_lines(terms.extra_terms),
        revoke_terms=tidy_lines(terms.revoke_terms),
        attachments=tuple(tidy(one) for one in terms.attachments),
        instalments=tuple(replace(one, condition=tidy(one.condition)) for one in terms.instalments),
        price_includes=tuple(replace(one, name=tidy(one.name)) for one in terms.price_includes),
        loan=replace(loan, bank=tidy(loan.bank)) if loan else None,
        supervision=replace(
            watched, supervisor=tidy(watched.supervisor), account_number="".join(watched.account_number.split())
        )
        if watched
        else None,
        seller_account=tidied_account(account) if account else None,
    )
