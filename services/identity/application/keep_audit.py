"""Seal what staff did into the chain, and forget what was kept long enough. Runs every minute, safely in several workers at once."""

from __future__ import annotations

import datetime as dt

from services.common.kit.calls import Call
from services.identity.application.means import Means
from services.identity.application.ports import Work
from services.identity.domain.audit_chain import REGISTER, Chain, extend, forget
from services.identity.domain.errors import AuditChainBroken
from services.identity.domain.staff_act import KEPT

BATCH = 500


def keep_audit(means: Means, call: Call) -> dt.timedelta:
    """Seal in batches, a transaction each, while nobody else does; then forget from the front.

    An act committed while a batch is sealed, with however early a time, is in a later one: unsealed is whatever has no place.
    Returns how long the oldest act has been waiting. Raises AuditChainBroken: over a record that is not ours nothing is
    sealed, or a change would be sealed in.
    """
    while _seal_batch(means, call):
        pass
    _forget_old(means, call)
    with means.read() as registers:
        oldest = registers.act_chain.oldest_unsealed()
    return dt.timedelta(0) if oldest is None else means.now() - oldest


def _seal_batch(means: Means, call: Call) -> bool:
    with means.works(call) as work:
        if not work.act_chain.hold():
            return False
        acts = work.act_chain.unsealed(BATCH)
        if not acts:
            return False
        chain, sealed = extend(_chain(work), acts, work.act_chain.mac)
        work.act_chain.seal(sealed)
        work.act_chain.save(chain)
        work.commit()
    return len(acts) == BATCH


def _forget_old(means: Means, call: Call) -> None:
    with means.works(call) as work:
        if not work.act_chain.hold():
            return
        chain = _chain(work)
        shorter = forget(chain, work.act_chain.after(chain.floor, BATCH), means.now() - KEPT, work.act_chain.mac)
        if shorter.floor > chain.floor:
            work.act_chain.delete_to(shorter.floor)
            work.act_chain.save(shorter)
            work.commit()


def _chain(work: Work) -> Chain:
    chain = work.act_chain.find(REGISTER)
    if chain is None:
        return Chain.begin(REGISTER, work.act_chain.mac)
    if not chain.is_ours(work.act_chain.mac):
        raise AuditChainBroken
    return chain
