"""What the parties agree on, and the rules it must keep (买卖及交付, 争议解决; domain rules 17 and 18).

Decides sums, dates, penalties, the dispute clause and free text. Leaves the wording of the contract to its template.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from services.common.messages.contract import Terms
from services.common.messages.property import Title
from services.common.profiles import BusinessType
from services.contract.domain.errors import Fault, InputRefused
from services.contract.domain.texts import faults_of, tidy, tidy_lines

ONE_OFF, INSTALMENTS = "ONE_OFF", "INSTALMENTS"
COURT, ARBITRATION = "COURT", "ARBITRATION"
CONDITION_LONGEST = 200
BODY_LONGEST = 60
BODY_SUFFIXES = ("仲裁委员会", "仲裁院", "仲裁中心")
"""How the name of an arbitration body ends; a clause without a named body is void (仲裁法 16, 18)."""
PENALTY_STEP = Decimal("0.01")
FARTHEST = dt.timedelta(days=3653)
"""Ten years: a later date is a slip of the finger."""


@dataclass(frozen=True)
class TermsCheck:
    """What terms are held against: the register, the city's rules, today in the city."""

    title: Title
    rules: BusinessType
    today: dt.date

    def accept(self, typed: Terms) -> Terms:
        """Return the terms normalised. Raises InputRefused with every fault."""
        terms = _normalised(typed)
        faults = [*self._sums(terms), *self._dates(terms), *self._encumbrances(terms), *self._clauses(terms)]
        if faults:
            raise InputRefused(faults)
        return terms

    def _sums(self, terms: Terms) -> Iterator[Fault]:
        total, deposit = terms.total_price.amount, terms.deposit.amount
        if total <= 0:
            yield Fault("terms.total_price", "price_invalid")
        elif deposit > total * self.rules.limits.deposit_share:
            yield Fault("terms.deposit", "deposit_limit")
        if terms.payment_method not in {ONE_OFF, INSTALMENTS}:
            yield Fault("terms.payment_method", "payment_method_unknown")
        count = len(terms.instalments)
        if not count or count > self.rules.limits.instalments or (terms.payment_method == ONE_OFF and count != 1):
            yield Fault("terms.instalments", "payment_schedule")
        for index, one in enumerate(terms.instalments):
            if one.amount.amount <= 0:
                yield Fault(f"terms.instalments[{index}].amount", "price_invalid")
        if deposit + sum(one.amount.amount for one in terms.instalments) != total:
            yield Fault("terms.instalments", "payment_sum")

    def _dates(self, terms: Terms) -> Iterator[Fault]:
        dates = {
            "terms.transfer_apply_by": terms.transfer_apply_by,
            "terms.delivery_date": terms.delivery_date,
            **{f"terms.instalments[{index}].due": one.due for index, one in enumerate(terms.instalments)},
        }
        for path, day in dates.items():
            if day < self.today:
                yield Fault(path, "date_past")
            elif day > self.today + FARTHEST:
                yield Fault(path, "date_too_far")
        due = [one.due for one in terms.instalments]
        if due != sorted(due):
            yield Fault("terms.instalments", "payment_order")

    def _encumbrances(self, terms: Terms) -> Iterator[Fault]:
        """Lease and mortgage stand in the contract as they are; a mortgage is released before the transfer is applied for."""
        release = terms.mortgage_release_by
        if release is not None and release > terms.transfer_apply_by:
            yield Fault("terms.mortgage_release_by", "mortgage_release_late")
        if self.title.leased and terms.lease_until is None:
            yield Fault("terms.lease_until", "lease_end_missing")

    def _clauses(self, terms: Terms) -> Iterator[Fault]:
        penalty, limits = terms.late_penalty_per_10k, self.rules.limits
        if not 0 <= penalty <= limits.late_penalty_per_10k or penalty != penalty.quantize(PENALTY_STEP):
            yield Fault("terms.late_penalty_per_10k", "penalty_limit")
        if terms.dispute_mode not in {COURT, ARBITRATION}:
            yield Fault("terms.dispute_mode", "dispute_clause")
        elif not _names_what_it_needs(terms):
            yield Fault("terms.arbitration_body", "dispute_clause")
        if not terms.delivery_condition and "delivery_condition" in self.rules.required.terms:
            yield Fault("terms.delivery_condition", "delivery_condition_missing")
        yield from faults_of("terms.delivery_condition", terms.delivery_condition, CONDITION_LONGEST)
        yield from faults_of("terms.arbitration_body", terms.arbitration_body, BODY_LONGEST)
        yield from faults_of("terms.extra_terms", terms.extra_terms, limits.extra_terms, several_lines=True)
        for index, one in enumerate(terms.instalments):
            yield from faults_of(f"terms.instalments[{index}].condition", one.condition, CONDITION_LONGEST)


def _names_what_it_needs(terms: Terms) -> bool:
    """Return whether the clause is one of the two: a court without a name, or arbitration by a named body."""
    if terms.dispute_mode == COURT:
        return not terms.arbitration_body
    return terms.arbitration_body.endswith(BODY_SUFFIXES)


def _normalised(terms: Terms) -> Terms:
    return replace(
        terms,
        delivery_condition=tidy(terms.delivery_condition),
        arbitration_body=tidy(terms.arbitration_body),
        extra_terms=tidy_lines(terms.extra_terms),
        instalments=tuple(replace(one, condition=tidy(one.condition)) for one in terms.instalments),
    )
