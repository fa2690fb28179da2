"""What a side still has to fill in, row by row: 请填写, 已填写. Rows of what is uploaded are the materials' own."""

from __future__ import annotations

from services.common.messages.contract import ChecklistRow, Side
from services.contract.domain.core import CaseCore
from services.contract.domain.parties import Party

FILL, FILLED = "FILL", "FILLED"


def rows_of(case: CaseCore, viewer: Party) -> tuple[ChecklistRow, ...]:
    """Return the rows of the viewer's side, in the order in which they are filled in."""
    if viewer.side is Side.SELLER:
        return (
            _row("sellers", "出卖人信息", filled=case.sellers_saved and not case.typed.sellers),
            _row("terms", "合同信息", filled=case.terms is not None and case.typed.terms is None),
        )
    return (_row("buyers", "买受人信息", filled=case.buyers_saved and not case.typed.buyers),)


def _row(id_: str, name: str, *, filled: bool) -> ChecklistRow:
    return ChecklistRow(id=id_, name=name, status=FILLED if filled else FILL, required=True)
