"""Check a stretch of the chain over what staff did (校验审计链): for the operators, who go on from where the last stretch ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.common.kit.calls import Call
from services.common.messages.identity import AuditVerified, ChainFault, VerifyAudit
from services.identity.application.means import Means
from services.identity.application.ports import Registers
from services.identity.domain.audit_chain import REGISTER, Chain, Checked, Sealed, check, was_moved

MOST = 5000
AROUND = 1000
"""So many places before and after a wrong act are searched for its own; further away it counts as changed."""


def verify_audit(means: Means, message: VerifyAudit, call: Call) -> AuditVerified:
    """Return how far the chain is good and the first fault, all as of one moment. Raises Forbidden for anybody but the command."""
    call.actor.require_service("cli")
    limit = min(max(message.limit, 1), MOST)
    with means.read() as registers:
        registers.act_chain.stand_still()
        chain = registers.act_chain.find(REGISTER)
        unsealed = registers.act_chain.count_unsealed()
        if chain is None:
            chain = Chain.begin(REGISTER, registers.act_chain.mac)
        checked = _checked(registers, chain, message, limit)
    return AuditVerified(
        floor=chain.floor,
        place=checked.place,
        seal=checked.seal,
        head=chain.head,
        unsealed=unsealed,
        fault=checked.fault,
        fault_place=checked.fault_place,
        act_id=checked.act_id,
    )


def _checked(registers: Registers, chain: Chain, message: VerifyAudit, limit: int) -> Checked:
    place, seal = (message.after, message.seal) if message.after > chain.floor else (chain.floor, chain.floor_seal)
    if not chain.is_ours(registers.act_chain.mac):
        return Checked(place, seal, ChainFault.RECORD, chain.head)
    # one row from before the floor or behind the head was never sealed there, however well it fits
    rows = registers.act_chain.after(0 if place == chain.floor else place, limit)
    checked = check(rows, place, seal, registers.act_chain.mac)
    if checked.fault is ChainFault.CHANGED:
        return _told_apart(registers, checked, rows)
    return checked if checked.fault else _against_record(chain, checked, is_all=len(rows) < limit)


def _against_record(chain: Chain, checked: Checked, *, is_all: bool) -> Checked:
    """Compare a good stretch with where the chain says it ends; `is_all`: nothing follows it."""
    if checked.place > chain.head:
        return Checked(chain.head, chain.head_seal, ChainFault.CHANGED, chain.head + 1)
    if is_all and checked.place < chain.head:
        return Checked(checked.place, checked.seal, ChainFault.MISSING, checked.place + 1)
    if checked.place == chain.head and checked.seal != chain.head_seal:
        return Checked(checked.place, checked.seal, ChainFault.RECORD, chain.head)
    return checked


def _told_apart(registers: Registers, checked: Checked, rows: Sequence[Sealed]) -> Checked:
    """Say whether the wrong act belongs to another place near by."""
    wrong = next(row for row in rows if row.act.act_id == checked.act_id)
    around = registers.act_chain.after(checked.place - AROUND, 2 * AROUND)
    moved = was_moved(wrong, checked.seal, around, registers.act_chain.mac)
    return replace(checked, fault=ChainFault.MOVED) if moved else checked
