"""How a buyer reaches a case: any seller's name and number and the 业务编号, with a limit on failures (decision 23)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import Self

from services.common.kit.calls import Call
from services.common.kit.errors import DomainError, InvalidValue, Kind
from services.common.messages.contract import JoinCase, LookUpCase
from services.common.profiles import Profiles
from services.common.values import CaseNo, CompanyName, IdNumber, PersonId, PersonName, Uscc
from services.contract.application.ports import Now, Work, Works
from services.contract.domain.case import Case
from services.contract.domain.errors import CaseNotFound
from services.contract.domain.lifecycle import State
from services.contract.domain.sellers import names_seller

WINDOW = dt.timedelta(hours=1)
_FINDABLE = frozenset({State.SELLER_DRAFT, State.WAIT_BUYER})


@dataclass(frozen=True)
class Triple:
    """What the buyer typed: a person with his ID number, or an enterprise with its 统一社会信用代码."""

    city: str
    number: str
    seller_name: PersonName | CompanyName
    seller_number: IdNumber | Uscc

    @classmethod
    def of(cls, city: str, number: str, message: LookUpCase | JoinCase) -> Self:
        """Read the message. Raises CaseNotFound unless it names one whole person or one whole enterprise."""
        person = (message.seller_name, message.seller_id_number)
        enterprise = (message.enterprise_name, message.enterprise_uscc)
        if person[0] and person[1] and enterprise == (None, None):
            return cls(city, number, person[0], person[1])
        if enterprise[0] and enterprise[1] and person == (None, None):
            return cls(city, number, enterprise[0], enterprise[1])
        raise CaseNotFound


@dataclass(frozen=True)
class TripleSearch:
    """Only failures count, per account and source, never per case: nobody can lock others out of a case."""

    works: Works
    profiles: Profiles
    now: Now

    def __call__(self, triple: Triple, person_id: PersonId, source: str, call: Call) -> Case:
        """Return the case if all three agree; which one was wrong is never told.

        Raises CaseNotFound, DomainError `contract.too_many_lookups` (LIMITED). Counts in a transaction of its own, which
        leaves the caller's request open to be tried again.
        """
        most = self.profiles.get(triple.city).case_type.limits.lookup_failures_per_hour
        now = self.now()
        with self.works(dataclasses.replace(call, ticket=None)) as work:
            work.failures.lock(person_id, source)
            if work.failures.count(person_id, source, now - WINDOW) >= most:
                raise DomainError("contract.too_many_lookups", Kind.LIMITED, retry_after=int(WINDOW.total_seconds()))
            case = _find(work, triple)
            if case is not None:
                return case
            work.failures.add(person_id, source, now)
            work.commit()
        raise CaseNotFound


def _find(work: Work, triple: Triple) -> Case | None:
    try:
        case = work.cases.get(CaseNo(triple.city, triple.number.strip()))
    except (CaseNotFound, InvalidValue):
        return None
    known = names_seller(case.title, triple.seller_name, triple.seller_number)
    return case if known and case.state in _FINDABLE else None
