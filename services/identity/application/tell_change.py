"""Tell the phone an account had before that something changed (变更通知)."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.kit.errors import NotFound
from services.common.messages.identity import AccountChange, AccountChanged, ChangeKind, GetAccountChange
from services.identity.application.means import Means
from services.identity.application.ports import Work
from services.identity.domain import account_change
from services.identity.domain.account import Account


def tell_change(means: Means, work: Work, before: Account, kind: ChangeKind) -> None:
    """Keep the former mobile and tell notice, in the transaction of the change itself."""
    change = account_change.AccountChange(means.new_id(), before.person_id, before.mobile, kind, means.now())
    work.account_changes.add(change)
    work.emit(AccountChanged(change_id=change.change_id), aggregate_id=change.change_id)


def get_account_change(means: Means, message: GetAccountChange, call: Call) -> AccountChange:
    """Return mobile and kind, for service notice alone. Raises NotFound `identity.change_unknown` after a week."""
    call.actor.require_service("notice")
    with means.read() as registers:
        change = registers.account_changes.find(message.change_id)
    if change is None:
        raise NotFound("identity.change_unknown")
    return AccountChange(mobile=change.mobile, kind=change.kind, changed_at=change.changed_at)
