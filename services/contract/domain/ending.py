"""How a case ends without a filing: revoked by one side, rescinded by both; and what the clock does on the way."""

from __future__ import annotations

import datetime as dt

from services.common.messages.contract import DeadlineNear
from services.common.values import PersonId
from services.contract.domain.core import CaseCore, Consent
from services.contract.domain.deadlines import ClockAct, next_act
from services.contract.domain.errors import CaseNotFound, Fault, InputRefused
from services.contract.domain.lifecycle import Act, By, Guard
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

    def rescind(self, by: PersonId, session: str, now: dt.datetime) -> bool:
        """解除: agree to give up a signed contract; it ends when the other side agrees too. False when this side already has.

        Sign-in is enough, as for revoking (decision 8); who agreed under which session is kept.
        """
        party = self.party(by)
        if party is None:
            raise CaseNotFound
        self.find_move(Act.RESCIND, party.role)
        if party.side in self.rescinding:
            return False
        self.consents = (*self.consents, Consent(side=party.side, person_id=by, session=session, at=now))
        self.move(Act.RESCIND, party.role, now, **{Guard.OTHER_SIDE_AGREED.value: len(self.consents) > 1})
        return True

    def withdraw_rescission(self, by: PersonId, now: dt.datetime) -> bool:
        """Take back one's own side's agreement; False when there is none. Raises ActBarred once both agreed: the case has ended."""
        party = self.party(by)
        if party is None:
            raise CaseNotFound
        self.find_move(Act.WITHDRAW_RESCISSION, party.role)
        if party.side not in self.rescinding:
            return False
        self.consents = tuple(one for one in self.consents if one.side is not party.side)
        self.move(Act.WITHDRAW_RESCISSION, party.role, now)
        return True

    def attend(self, now: dt.datetime) -> bool:
        """Do what the clock has to do by now (decision 15): warn, remind, expire. False when it is not time.

        A warning is no act of anybody: it changes neither revision nor history, so that nobody's edit is refused for it.
        """
        due = next_act(self)
        if due is None or now < due.at:
            return False
        if due.act is ClockAct.EXPIRE:
            self.move(Act.EXPIRE, By.CLOCK, now)
            return True
        self.reminded_at = now
        self.told.append(
            DeadlineNear(case_no=self.no, state=self.state.value, then_code=due.then.value, due_at=due.deadline(now))
        )
        return True
