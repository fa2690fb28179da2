"""How a case ends without a filing: revoked by one side, rescinded by both, expired untouched."""

from __future__ import annotations

import datetime as dt

from services.common.values import PersonId
from services.contract.domain.core import CaseCore
from services.contract.domain.errors import Fault, InputRefused
from services.contract.domain.lifecycle import EXPIRING, Act, By, Guard
from services.contract.domain.texts import faults_of, tidy

REASON_LONGEST = 200


class Ending(CaseCore):
    """A case that may be given up."""

    def revoke(self, by: PersonId, reason: str, now: dt.datetime) -> None:
        """撤销合同 with a reason (decision 20): the house is free, an open envelope void."""
        role = self.role_of(by)
        self.find_move(Act.REVOKE, role)
        text = tidy(reason)
        faults = [*([] if text else [Fault("reason", "reason_missing")]), *faults_of("reason", text, REASON_LONGEST)]
        if faults:
            raise InputRefused(faults)
        self.end_reason = text
        self.move(Act.REVOKE, role, now)

    def rescind(self, by: PersonId, now: dt.datetime) -> bool:
        """解除: agree to give up a signed contract; it ends when the other side agrees too. False when this side already has."""
        role = self.role_of(by)
        party = self.party(by)
        self.find_move(Act.RESCIND, role)
        if party is None or party.side in self.rescinding:
            return False
        self.rescinding = (*self.rescinding, party.side)
        self.move(Act.RESCIND, role, now, **{Guard.OTHER_SIDE_AGREED.value: len(self.rescinding) > 1})
        return True

    def expire(self, now: dt.datetime) -> bool:
        """End a draft untouched for the city's number of days (decision 15); False when it was touched or has moved on."""
        age = now - self.updated_at
        if self.state not in EXPIRING or age < dt.timedelta(days=self.rules.limits.draft_days):
            return False
        self.move(Act.EXPIRE, By.CLOCK, now)
        return True
