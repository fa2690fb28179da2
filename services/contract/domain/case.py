"""The case (业务件): the aggregate that alone changes a case's state, always by a row of the table in `lifecycle`.

Decides what each act changes; what it may be is in `lifecycle`, `parties` and `terms`. Time is aware UTC and passed in.
"""

from __future__ import annotations

import datetime as dt

from services.common.kit.errors import Forbidden
from services.common.messages.contract import Act as HistoryAct
from services.common.messages.contract import CaseOpened, Side
from services.common.messages.identity import Person
from services.common.messages.property import Title
from services.common.profiles import BusinessType, PartyRole
from services.common.values import CaseNo
from services.contract.domain.attaching import Attaching
from services.contract.domain.cancelling import Cancelling
from services.contract.domain.drafting import Drafting
from services.contract.domain.ending import Ending
from services.contract.domain.errors import HouseBarred
from services.contract.domain.lifecycle import Act, State
from services.contract.domain.parties import main_party
from services.contract.domain.reviewing import Reviewing
from services.contract.domain.sellers import owner_of
from services.contract.domain.signing import Signing

__all__ = ["Case", "require_sellable"]


class Case(Drafting, Signing, Reviewing, Ending, Cancelling, Attaching):
    """One sale of one house, from 创建合同 to 已推送."""

    @classmethod
    def open(cls, no: CaseNo, rules: BusinessType, title: Title, account: Person, now: dt.datetime) -> Case:
        """Open a case for an owner of a house that may be sold."""
        require_sellable(title, account, rules)
        case = cls(
            no=no,
            rules=rules,
            title=title,
            opened_at=now,
            updated_at=now,
            state=State.SELLER_DRAFT,
            sellers=(main_party(Side.SELLER, account, owner_of(title, account.person_id)),),
            revision=1,
            history=(
                HistoryAct(at=now, act=Act.OPEN.value, by=PartyRole.SELLER_MAIN.value, state=State.SELLER_DRAFT.value),
            ),
        )
        case.told.append(CaseOpened(case_no=no, title_id=title.title_id))
        return case


def require_sellable(title: Title, account: Person, rules: BusinessType) -> None:
    """Raise Forbidden `contract.seller_not_owner` (domain rule 1) or HouseBarred with the register's code (rules 3-9).

    An enterprise sells through its legal representative, where the city serves enterprises online (decision 9).
    """
    owner = owner_of(title, account.person_id)
    if owner is None or (owner.name, owner.id_number) != (account.name, account.id_number):
        raise Forbidden("contract.seller_not_owner")
    if title.barred_by:
        raise HouseBarred(title.barred_by)
    if owner.uscc is not None and not rules.parties.enterprise_seller:
        raise HouseBarred(("ENTERPRISE_OWNER",))
