"""Hand out the key that portraits are sealed to, making a new one every day."""

from __future__ import annotations

import datetime as dt

from services.common.kit.calls import Call
from services.common.messages.identity import GetSealingKey, SealingKey
from services.identity.application.means import Means

HANDED_OUT = dt.timedelta(hours=24)
KEPT = dt.timedelta(hours=25)
"""An hour longer than handed out: a portrait may be under way when the key changes. Afterwards nobody can open it any more."""


def get_sealing_key(means: Means, message: GetSealingKey, call: Call) -> SealingKey:
    """Return the current public key; anybody may ask. Two processes making one at once harm nothing: both are kept."""
    del message
    now = means.now()
    with means.read() as registers:
        pairs = registers.portrait_keys.made_after(now - HANDED_OUT)
    if pairs:
        return SealingKey(key=pairs[0].public)
    pair = means.sealing.new_pair()
    with means.works(call) as work:
        work.portrait_keys.add(pair, now)
        work.commit()
    return SealingKey(key=pair.public)
