"""Record that a clerk has seen a person and the ID card (窗口核验): the way that is open to everybody."""

from __future__ import annotations

from dataclasses import replace

from services.common.kit.calls import Call
from services.common.messages.identity import CheckAtCounter, CounterCheckReference
from services.identity.application.means import Means
from services.identity.domain.account import NameCheck, require_adult, require_valid_card
from services.identity.domain.counter_check import CounterCheck, check_person
from services.identity.domain.staff_act import CHECKED_AT_COUNTER, StaffAct


def check_at_counter(means: Means, message: CheckAtCounter, call: Call) -> CounterCheckReference:
    """Keep the check, and tell the audit.

    Raises NotAuthenticated/Forbidden for anybody but a clerk, CounterCheckOfOneself, NameMismatch, UnderAge, IdCardExpired.
    """
    call.actor.require_role("COUNTER_CLERK")
    now = means.now()
    require_adult(message.id_number, now)
    require_valid_card(message.card_valid_until, now)
    person_id = means.person_id_of(message.id_number)
    with means.works(call) as work:
        clerk = work.staff.find(call.actor.id)
        account = work.accounts.find(person_id)
        check = check_person(
            CounterCheck(
                means.new_id(),
                person_id,
                message.name,
                call.actor.id,
                call.actor.office,
                now,
                now + means.rules.counter_validity,
                message.mobile,
            ),
            clerk=clerk.person_id if clerk else None,
            name_of_account=account.name if account else None,
        )
        work.counter_checks.add(check)
        work.staff_acts.add(
            StaffAct(
                means.new_id(), call.actor.id, call.actor.office, CHECKED_AT_COUNTER, str(person_id), check.checked_at
            )
        )
        if account is not None and account.name == check.name and account.name_check is NameCheck.IN_REVIEW:
            work.accounts.save(replace(account, name_check=NameCheck.MATCHED))
        answer = CounterCheckReference(counter_check_id=check.counter_check_id, valid_until=check.valid_until)
        work.commit(answer)
    return answer
